"""Tables of made results: the rows that few stores have."""

import io
import sys

import numpy as np
import pandas as pd
import pytest
from support.claimed import asked, entry, varied

from scsfast.analysis.claims import claims
from scsfast.cli import main as command_line
from scsfast.cli import tables_claims, tables_plan
from scsfast.cli.main import main
from scsfast.cli.tables_claims import claims_text
from scsfast.cli.tables_inference import discover_text, measure_next_text
from scsfast.cli.tables_pilots import difference_text
from scsfast.cli.tables_results import sensitivity_text
from scsfast.cli.tables_search import flip_text, search_text
from scsfast.inference.flip import Flipped, flip_question
from scsfast.inference.search import Found
from scsfast.inference.search_question import question_of

LOSS, AWARE = "regime.loss", "world.population.aware"


def flipped(**smallest) -> str:
    table = {"flip": "c2", "over": {LOSS: [0.0, 1.0], AWARE: [0.0, 1.0]}}
    own = {LOSS: 0.0, AWARE: 0.2}
    trials = pd.DataFrame({"flips": [False, bool(smallest)]})
    found = pd.DataFrame(smallest, index=range(len(smallest) > 0))
    return flip_text(Flipped(flip_question(table), own, "poor", "poor", trials, found))


def test_table_of_flips_shows_what_changed_and_whether_it_holds():
    row = {LOSS: 0.0, AWARE: 0.7, "distance": 0.5, "word": "good", "fresh_word": "good"}
    text = flipped(**row, holds=True)
    assert f"{AWARE} 0.200 -> 0.700" in " ".join(text.split()) and LOSS not in text
    assert "good: holds" in text and "1 of 2 candidates flip the word" in text
    assert "good: does not hold" in " ".join(flipped(**row, holds=False).split())


def test_search_that_flips_nothing_is_said():
    assert "No candidate of 2 flips it." in flipped()


def test_search_without_a_best_says_so_and_names_its_opponents():
    asked_for = {"maximise": "skill", "over": {LOSS: [0.0, 1.0]}}
    question = question_of({**asked_for, "against": {AWARE: [0.0, 1.0]}})
    row = {LOSS: 0.5, "skill": 0.1, "skill_error": 0.0}
    fresh = {"fresh_skill": 0.2, "fresh_skill_error": 0.1, "fresh_meets": False}
    front = pd.DataFrame([{**row, **fresh}])
    text = search_text(Found(question, front, front, None))
    assert "No candidate meets the bounds on fresh replicates." in text
    assert f"worst of 8 points of {AWARE}" in " ".join(text.split())
    assert "1 (out)" in text


def box(number: int, **more) -> dict:
    own = {"base": "r", "condition": "skill > 0.5", "box": number, "points": 9,
           "replicates": 2, "share_overall": 0.25}  # fmt: skip
    return own | more


def test_condition_without_a_box_is_said():
    text = discover_text(pd.DataFrame([box(0)]))
    assert text.startswith(
        "r: skill > 0.5 at 25 % of 9 points x 2 replicates; no box\n"
    )


def test_each_box_shows_its_limits():
    shares = {
        "points_inside": 3,
        "density": 0.9,
        "coverage": 0.5,
        "low": 0.8,
        "high": 1.0,
    }
    limit = {"at_least": 0.6, "at_most": np.nan, "p_value": 0.01}
    rows = [
        box(1, parameter=LOSS, range_low=0.0, range_high=1.0, **shares, **limit),
        box(2, parameter=AWARE, range_low=np.nan, range_high=np.nan, **shares, **limit),
    ]
    text = discover_text(pd.DataFrame(rows))
    assert text.count("3 points, density 0.900 0.800 .. 1.000") == 2
    assert "box 1" in text and "box 2" in text and "0.000 .. 1.000" in text


def next_row(**more) -> dict:
    own = {"base": "r", "about": "C2", "note": "", "word": "good", "share_of_word": 0.6,
           "points": 9, "replicates": 2, "ceiling": 0.4, "parameter": LOSS,
           "evppi": 0.1, "low": 0.0, "high": 0.2, "share_of_ceiling": 0.25,
           "is_above_placebo": True, "warning": ""}  # fmt: skip
    return own | more


def test_warnings_and_notes_of_what_to_measure_next_are_shown():
    rows = [next_row(), next_row(base="s", warning="few points")]
    text = measure_next_text(pd.DataFrame([*rows, next_row(base="t", note="nothing")]))
    assert text.count("Warning: few points.") == 1 and "t: C2: nothing\n" in text
    assert text.index("ceiling 0.400") < text.index("Warning")


def index_row(**more) -> dict:
    own = {"base": "r", "measure": "skill", "points": 9, "replicates": 2, "note": "",
           "warning": "", "method": "sobol", "index": "S1", "parameter": LOSS,
           "value": 0.5, "low": 0.4, "high": 0.6}  # fmt: skip
    return own | more


def test_indices_that_were_not_computed_are_said():
    rows = [index_row(), index_row(base="s", note="no variance")]
    text = sensitivity_text(pd.DataFrame([*rows, index_row(base="t", warning="wide")]))
    assert "s: skill (9 points x 2): no variance\n" in text
    assert text.count("Warning: wide.") == 1 and "0.500" in text


def test_regimes_without_a_difference_are_the_same():
    assert difference_text([], "a", "b") == "a and b are the same but for their names\n"


def test_plan_without_bytes_or_time_shows_neither():
    files = {"in_all": 5, "tables": 3, "folders": 2}
    rows = tables_plan._disk_rows({"in_all": None, "raw": 9}, files)
    assert [name for name, *_ in rows] == ["  files", "  folders"]
    rows = tables_plan._disk_rows({"in_all": 7, "raw": 9}, files)
    assert rows[0] == ("store", "7 bytes", "9 bytes before compression")
    assert tables_plan._time_rows({"in_all": None}) == [
        ("time", "0 s", "nothing to compute")
    ]


def test_claims_of_a_placebo_are_compared_with_it():
    entries = [entry("r"), entry("null", placebo=True), entry("h", 0.0)]
    noise = np.array([0.0, 0.001, 0.002, 0.003])
    found = claims(asked(entries, diversion=[[0.5], [0.1], [0.0]] + noise))
    assert (found.verdicts["placebo"] != "").any()
    assert "C1 beyond the placebo" in claims_text(found)


@pytest.fixture(scope="module")
def found():
    return claims(varied(efficiency=0.2))


def test_claims_at_several_shares_served_have_a_table_of_them(found):
    twice = found.served.iloc[[0, 0]].assign(base="v")
    assert "C2 by the share of applicants" in claims_text(found._replace(served=twice))
    once = found._replace(served=twice.iloc[:1])
    assert "C2 by the share of applicants" not in claims_text(once)


def test_claims_without_mass_or_words_over_points_leave_them_out(found):
    assert "Mass: share" not in claims_text(found._replace(mass=found.mass.iloc[:0]))
    target = {"base": "v", "target": "figure", "met": 0, "points": 6,
              "ruled_out_alone": 6, "least_implausibility": 9.0}  # fmt: skip
    none = found._replace(targets=pd.DataFrame([target]), left=pd.DataFrame())
    text = claims_text(none)
    assert "0 of 6" in text and "Words over the points that are left" not in text


def test_word_that_no_point_has_shows_dashes():
    row = pd.Series({"verdict": "", "share_same": np.nan})
    assert tables_claims._same(row) == ("-", "-", "-", "-")


def test_output_without_a_way_to_escape_is_used_as_it_is(monkeypatch):
    class Plain(io.TextIOBase):
        def write(self, text):
            seen.append(text)
            return len(text)

    seen = []
    monkeypatch.setattr(sys, "stdout", Plain())
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert not end.value.code and "".join(seen).startswith("scsfast ")


def test_exit_of_a_verb_is_that_of_the_process(monkeypatch):
    def ends(**_more):
        raise SystemExit(7)

    monkeypatch.setattr(command_line, "app", ends)
    with pytest.raises(SystemExit) as end:
        main(["anything"])
    assert end.value.code == 7
