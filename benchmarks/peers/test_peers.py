"""The peers give the kernel's outputs, or no ratio; tiny, as plain tests."""

import compare
import numpy as np
import pytest

from scsfast.engine import available_variants, variant
from scsfast.model.outcomes import named

USED = (  # what the campaign is meant to exercise
    *("suppressed", "credited", "framed", "weighted", "bent", "desk_lifted"),
    *("records_lost", "records_reversed", "meetings_recorded", "prizes_moved"),
    *("violations_unable", "deeds_faked", "deeds_moved", "discriminator"),
    *("grade_transition_count", "unit_score", "stratum_prize_count"),
)
NEEDS = {"numba": "numba", "numpy": "numpy", "mesa": "mesa"}


@pytest.mark.parametrize("peer", compare.PEERS)
def test_a_peer_has_the_outputs_of_the_kernel(peer):
    """Equal digests after 6 ticks of a tiny world; Numba compiles for 15 s of CPU."""
    pytest.importorskip(NEEDS[peer], reason="the extra `bench` is not installed")
    row = compare.compare(peer, compare.QUICK, available_variants()[0], 1)
    assert row.ratio > 0 and row.rate > 0


def test_the_variant_that_users_run_is_compared():
    """The default is the kernel that `load_kernel` chooses."""
    assert compare.arguments([]).variant == variant()


def test_numpy_is_right_where_rare_records_meet():
    """Among 200,000 citizens some are dropped to a grade and do a deed in one tick."""
    assert compare.compare("numpy", 200_000, available_variants()[-1], 1).ratio > 1


def test_no_ratio_is_given_where_outputs_differ(monkeypatch):
    """One wrong number in one table is enough."""

    class Wrong(compare.model("numpy")):
        def run(self, n_ticks):
            super().run(n_ticks)
            self.outputs["sums"][0, 0] += 1

    monkeypatch.setattr(compare, "model", lambda peer: Wrong)
    with pytest.raises(ValueError, match="outputs differ"):
        compare.compare("numpy", compare.QUICK, available_variants()[0], 1)


def test_the_campaign_uses_the_mechanisms_that_peers_have():
    """No path of the peers is left out of the comparison by a quiet world."""
    rules = compare.common.rules(10_000, 24)
    model = compare.model("numpy")(rules)
    model.run(24)
    outputs = named(model.outputs)
    assert [name for name in USED if not np.any(outputs[name])] == []


def test_scenarios_with_other_mechanisms_are_refused(monkeypatch):
    """The peers lack lists, among others."""
    pilots = compare.common.FIRST.with_name("pilots.toml")
    monkeypatch.setattr(compare.common, "FIRST", pilots)
    scenarios = compare.common.load_campaign(pilots).scenarios
    busy = next(s for s in scenarios if "defaulters" in s.name)
    monkeypatch.setattr(
        compare.common,
        "load_campaign",
        lambda _: type("Campaign", (), {"scenarios": [busy]}),
    )
    with pytest.raises(ValueError, match="cannot simulate"):
        compare.common.rules(1_000, 12)
