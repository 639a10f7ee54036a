"""History matching: values that produced a figure are kept, values that miss it are not."""

import tomllib

import numpy as np
import pytest

import scsfast
from scsfast.errors import ConfigError
from scsfast.inference import calibrate
from scsfast.inference import targets as known
from scsfast.inference.constrain import constrain, constrained
from scsfast.inference.wave import next_wave

CAMPAIGN = """
seed = 5
replicates = 3
[world]
n_citizens = 2_000
n_ticks = 24
warmup = 6
spans = [100, 500, 2_000]
unit_means = "county"
[[scenario]]
pilot = "rongcheng"
[[scenario]]
name = "wide"
pilot = "rongcheng"
[sample]
method = "sobol"
n = 16
of = ["wide"]
[sample.over]
world.act_rates = [0.2, 4.0]
world.population.aware = [0.05, 0.5]
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("constrain")
    (folder / "wide.toml").write_text(CAMPAIGN)
    return scsfast.run(folder / "wide.toml", folder / "wide.zarr", jobs=1).load()


def synthetic(store, point: int, spread: float = 0.02):
    """Return targets that one point of the store meets exactly."""
    here = store.sel(scenario=f"wide, point {point}")
    values = {name: float(here[name].mean()) for name in ("violation_rate", "auc")}
    return [
        known.Target(
            name=name,
            pilot="rongcheng",
            measure=name,
            value=value,
            discrepancy=spread * abs(value),
        )
        for name, value in values.items()
    ]


@pytest.mark.parametrize("point", [0, 7, 15])
def test_point_that_made_the_figures_is_never_ruled_out(store, point):
    assert f"wide, point {point}" in constrain(store, synthetic(store, point)).left


def test_points_far_from_those_that_made_the_figures_are_ruled_out(store):
    found = constrain(store, synthetic(store, 3, spread=0.01))
    assert found.bases["left"].item() < 16
    assert found.targets["ruled_out"].sum() > 0
    assert "rongcheng" in found.left  # scenarios without a design stay


def test_implausibility_counts_all_three_errors():
    target = known.Target(
        name="x", pilot="p", measure="m", value=1.0, observation=3.0, discrepancy=4.0
    )
    got = target.implausibility(np.array([27.0]), np.array([12.0]))
    assert got == pytest.approx([26 / 13])


def test_tolerance_rules_out_beyond_its_edges_on_either_side():
    target = known.Target(
        name="x", pilot="p", measure="m", value=1.0, tolerance=(0.7, 4.0)
    )
    got = target.implausibility(np.array([0.7, 4.0, 1.0]), np.zeros(3))
    assert got == pytest.approx([3, 3, 0])


def test_no_other_results_are_needed(store):
    targets = synthetic(store, 3)
    lean = store[[target.measure for target in targets]]
    outputs = store[["violations", "temptations", "status"]]
    found = constrain(store, targets).points
    assert found.equals(constrain(lean, targets).points)
    computed = constrain(outputs, targets[:1]).points
    wanted = found[found["target"] == targets[0].name].reset_index(drop=True)
    assert computed.equals(wanted)


def test_unreachable_figure_is_shown_as_met_by_no_point(store):
    target = known.Target(
        name="x", pilot="rongcheng", measure="auc", value=0.99, observation=0.001
    )
    found = constrain(store, [target])
    assert found.targets["least_implausibility"].item() > found.limit
    assert found.bases["left"].item() == 0
    with pytest.raises(ConfigError, match="no point is left"):
        next_wave(store, [target])


def test_constrained_dataset_lacks_the_points_ruled_out(store):
    wanted = synthetic(store, 3, spread=0.01)
    names = {str(n) for n in constrained(store, wanted)["scenario"].values}
    assert names == set(constrain(store, wanted).left)


def test_next_wave_is_a_campaign_over_the_points_not_ruled_out(store, tmp_path):
    wanted = synthetic(store, 3, spread=0.01)
    text = next_wave(store, wanted)
    tree = tomllib.loads(text)
    low, high = tree["sample"]["over"]["world.act_rates"]
    assert 0.2 <= low < high <= 4.0 and (low, high) != (0.2, 4.0)
    assert tree["sample"]["seed"] == 6
    (tmp_path / "next.toml").write_text(text)
    from scsfast.campaign.config import load_campaign

    assert len(load_campaign(tmp_path / "next.toml").scenarios) == 17


@pytest.fixture(scope="module")
def with_companions(tmp_path_factory):
    """A sample of a regime, its placebo and a market."""
    folder = tmp_path_factory.mktemp("companions")
    text = CAMPAIGN.replace("replicates = 3", "replicates = 1")
    text = text.replace(
        'n = 16\nof = ["wide"]', 'n = 8\nof = ["wide", "placebo", "market"]'
    )
    text = text.replace(
        "[sample]",
        '[[scenario]]\nname = "placebo"\npilot = "rongcheng"\n'
        'leaders.placebo = true\n[[scenario]]\nname = "placebo as written"\n'
        'pilot = "rongcheng"\nleaders.placebo = true\n'
        '[[scenario]]\npilot = "market"\n[sample]',
    )
    (folder / "all.toml").write_text(text)
    return scsfast.run(folder / "all.toml", folder / "all.zarr", jobs=1).load()


def near(store, point: int):
    """Return one target that few points meet."""
    here = store.sel(scenario=f"wide, point {point}")
    value = float(here["violation_rate"].mean())
    return [
        known.Target(
            name="rate",
            pilot="rongcheng",
            measure="violation_rate",
            value=value,
            discrepancy=0.01 * value,
        )
    ]


def test_placebos_are_not_held_against_figures(with_companions):
    found = constrain(with_companions, near(with_companions, 3))
    assert "placebo" not in set(found.bases["base"])
    assert "placebo, point 0" in found.left


def test_next_wave_is_narrowed_though_a_market_keeps_all_points(with_companions):
    wanted = near(with_companions, 3)
    kept = constrain(with_companions, wanted).left
    assert sum(name.startswith("wide, point") for name in kept) < 8
    low, high = tomllib.loads(next_wave(with_companions, wanted))["sample"]["over"][
        "world.act_rates"
    ]
    assert high - low < 0.9 * (4.0 - 0.2)


def test_placebos_have_no_verdict_by_share_served(with_companions):
    found = scsfast.claims(with_companions).served
    assert set(found["base"]) == {"rongcheng"}


def test_targets_file_with_faults_is_refused_with_all_of_them(tmp_path):
    (tmp_path / "t.toml").write_text(
        '[[target]]\nname = "a"\npilot = "p"\nmeasure = "m"\nvalue = 1.0\n'
        '[[target]]\nname = 2\npilot = "p"\nmeasure = "m"\nvalue = "x"\n'
    )
    with pytest.raises(ConfigError) as caught:
        known.from_file(tmp_path / "t.toml")
    text = str(caught.value)
    assert "tolerance" in text and "target.1.name" in text and "target.1.value" in text


def test_store_without_a_sample_is_refused(store):
    ds = store.isel(scenario=[0])
    with pytest.raises(ConfigError, match="constrain needs points"):
        constrain(ds)


def test_packaged_targets_are_computed_from_a_store(store):
    """Also those that are open, if they are asked for."""
    open_ones = [
        known.Target(
            name=t.name, pilot=t.pilot, measure=t.measure, unit=t.unit, value=t.value,
            tolerance=t.tolerance,
        )
        for t in calibrate.targets()
        if t.pilot == "rongcheng" and t.measure in ("outside_base_grade", "good_per_bad")
    ]  # fmt: skip
    found = constrain(store, open_ones)
    assert set(found.points["target"]) == {
        "outside the base grade",
        "good per bad outside it",
    }
    assert found.points["got"].notna().any()


def test_open_targets_rule_out_no_point(store):
    packaged = [t for t in calibrate.targets() if t.pilot == "rongcheng"]
    names = {
        claim: {target.name for target in packaged if target.claim == claim}
        for claim in ("matched", "open")
    }
    used = set(constrain(store).targets["target"])
    assert used and used <= names["matched"] and not used & names["open"]


def observed(store, point: int, names=("violation_rate", "auc")):
    """Return targets from the last replicate of a point, as if it were reality."""
    spread = store[list(names)].std("replicate", ddof=1).mean("scenario")
    reality = store.sel(scenario=f"wide, point {point}").isel(replicate=-1)
    return [
        known.Target(
            name=name,
            pilot="rongcheng",
            measure=name,
            value=float(reality[name]),
            observation=float(spread[name]),
        )
        for name in names
    ]


@pytest.mark.parametrize("step", [2, pytest.param(1, marks=pytest.mark.slow)])
def test_parameters_of_a_replicate_never_seen_are_kept_and_found_again(store, step):
    """Coverage: the truth is kept at the rate of three errors, and what is left is near it."""
    points = range(0, 16, step)
    names = [f"wide, point {point}" for point in points]
    rates = store["world.act_rates"].sel(scenario=names).values
    seen = store.isel(replicate=slice(2))
    left = [set(constrain(seen, observed(store, point)).left) for point in points]
    is_left = np.array([[name in one for name in names] for one in left])
    assert (
        is_left.diagonal().mean() >= 0.9
    )  # 0.995 is nominal: at most one of 16 is lost
    assert is_left.mean() < 0.5
    means = np.array([rates[row].mean() for row in is_left])
    assert np.corrcoef(means, rates)[0, 1] > 0.9
