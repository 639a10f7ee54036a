"""One citizen's story: computed by the reference, equal to the kernel, put into words."""

import json
import re
from collections import Counter

import numpy as np
import pytest
from support.busy_parts import BUSY, KINDS, LIST, RULES, SCORERS, SEVERE
from support.busy_worlds import CASES, CHANGES
from support.small_scenarios import scenario

from scsfast.analysis.citizen_story import PHRASES, UNSAID, _happened
from scsfast.analysis.narrative import as_text
from scsfast.api import explain as tell
from scsfast.cli.main import main
from scsfast.engine import simulation as engine
from scsfast.engine.explain import Chapter, Event, explain
from scsfast.engine.simulation import Simulation
from scsfast.errors import ConfigError, KernelError
from scsfast.model.integers.build import build_rules
from scsfast.model.outcomes import TABLE, TABLES
from scsfast.model.user_data import Given

SOME = range(0, 300, 23)
ORDERS = "a word from above that is always obeyed"
SCENARIOS = {
    **{f"scorer {name}": {"regime": regime} for name, regime in SCORERS.items()},
    **{f"change {name}": {"change": change} for name, change in CHANGES.items()},
    "kinds": {
        "world": {"prize": KINDS},
        "regime": {"allocation": RULES, "listing": LIST, "acts": SEVERE},
    },
    "defiance": CASES["acts of one group, and defiance"],
    **{name: CASES[name] for name in CASES if name.startswith("appeals")},
    **{name: CASES[name] for name in CASES if name.startswith("villages of unequal")},
    **{name: CASES[name] for name in ("credit repair", ORDERS)},
}


@pytest.mark.parametrize(
    "case",
    [  # in the quick form every second
        pytest.param(case, marks=[pytest.mark.slow] if k % 2 else [])
        for k, case in enumerate(SCENARIOS)
    ],
)
def test_reference_and_kernel_agree_on_every_month(case):
    asked = scenario(**{"leaders": {"all": BUSY}, **SCENARIOS[case]})
    for citizen in SOME:
        chapters = list(explain(asked, citizen, seed=3, replicate=1))
        assert [chapter.tick for chapter in chapters] == list(range(8))


def test_prizes_of_all_stories_are_those_of_the_outputs():
    """The prizes of all stories together are those of the outputs, fair ones too."""
    asked = scenario(
        world={"n_citizens": 40, "n_ticks": 4, "warmup": 0, "prize": KINDS},
        regime={"allocation": RULES, "listing": LIST, "acts": SEVERE},
    )
    simulation = Simulation(build_rules(asked), 3)
    simulation.run(4)
    outputs = simulation.outputs()["by_prize"].sum(axis=0)
    columns = [output.name for table in TABLES[1:2] for output in table.outputs]
    told = {kind: np.zeros(3, int) for kind in KINDS}
    for citizen in range(40):
        for chapter in explain(asked, citizen, seed=3):
            for kind, won, fair, _ in chapter.prizes:
                told[kind] += [1, won, won and not fair]
    for row, kind in zip(outputs, KINDS, strict=True):
        counts = dict(zip(columns, row, strict=True))
        expected = [counts[n] for n in ("applicants", "prizes", "prizes_moved")]
        assert list(told[kind]) == expected


def test_events_of_all_stories_add_up_to_the_outputs():
    """Events of all stories, summed over all citizens, are the kernel's counts."""
    asked = scenario(
        world={
            "n_citizens": 40,
            "spans": [10, 20, 40],
            "population": {"ties": [0.5, 0.5, 0.5]},
        },
        regime={"listing": LIST, "acts": SEVERE, "suspicion": 1.5},
        leaders={"all": BUSY | {"desk_bonus": 20.0}},
    )
    simulation = Simulation(build_rules(asked), 3)
    simulation.run(8)
    told = Counter(
        event.output
        for citizen in range(40)
        for chapter in explain(asked, citizen, seed=3)
        for event in chapter.events
    )
    for table in TABLES:
        rows = simulation.outputs()[table.name]
        for k, output in enumerate(table.outputs):
            if output.name in PHRASES:
                assert told[output.name] == rows[..., k].sum(), output.name
    assert min(told["desk_lifted"], told["suppressed"], told["listings"]) > 0


def test_new_leaders_are_those_of_the_outputs():
    asked = scenario(world={"n_citizens": 40}, leaders={"all": BUSY})
    simulation = Simulation(build_rules(asked), 3)
    simulation.run(8)
    chapters = list(explain(asked, 4, seed=3))
    new = sum(len(chapter.new_leaders) for chapter in chapters)
    rows = simulation.outputs()["by_level"]
    names = [
        output.name for t in TABLES if t.name == "by_level" for output in t.outputs
    ]
    gone = [rows[..., names.index(name)].sum() for name in ("caught", "retired")]
    assert new == sum(gone) > 0


def test_leaders_who_learn_are_those_of_the_outputs():
    career = {"learning": 12.0, "selection": 0.0}
    leaders = {"all": {**BUSY, "audit_rate": 0.0, "tenure": None, "career": career}}
    asked = scenario(world={"n_citizens": 40, "spans": [5, 10, 40]}, leaders=leaders)
    rules = build_rules(asked)
    simulation = Simulation(rules, 8)
    simulation.run(8)
    rows = simulation.outputs()["by_level"]
    names = [output.name for output in TABLE["by_level"].outputs]
    for name, manipulates in (("turned", True), ("reformed", False)):
        learnt = [
            sum(
                (k, manipulates) in chapter.new_ways
                for first in range(0, 40, span)
                for chapter in explain(asked, first, seed=8)
            )
            for k, span in enumerate(rules.spans[: rules.n_levels])
        ]
        of_levels = rows[..., names.index(name)].sum(axis=0)[: len(learnt)]
        assert learnt == of_levels.tolist()
        assert sum(learnt) > 0


def test_stories_use_own_ties_to_the_first_leaders():
    """The reference of a story has the kernel's ties, else it would raise KernelError."""
    given = Given({"tied_village": np.arange(300, dtype=np.uint8) % 2})
    asked = scenario(leaders={"all": BUSY})
    for citizen in (7, 8):
        person = {}
        explained = list(explain(asked, citizen, seed=3, given=given, person=person))
        assert len(explained) == 8 and person["ties"] & 1 == citizen % 2


def test_stories_use_given_people_and_partners():
    given = Given({"group": np.full(300, 3, np.uint8)}, [np.arange(300) ^ 1])
    person = {}
    chapters = list(explain(scenario(), 8, seed=3, given=given, person=person))
    assert person["traits"] & 3 == 3
    assert {chapter.partner for chapter in chapters} == {9}


@pytest.mark.parametrize(
    ("array", "tick"),
    [("score", 0), ("prizes", 0), ("ties", 0), ("cohorts", 0), ("lot_0", 1)],
)
def test_a_difference_of_kernel_and_reference_is_reported(monkeypatch, array, tick):
    def spoil(self, n_ticks):
        run(self, n_ticks)
        arrays = self.arrays[array]
        (arrays if isinstance(arrays, np.ndarray) else arrays[0])[5] ^= 1

    run = engine.Simulation.run
    monkeypatch.setattr(engine.Simulation, "run", spoil)
    asked = scenario(
        world={"prize": {"loan": {"need_from": 0.0}}},  # citizen 5 is applicant 5
        regime={"memory_years": None, "valid_years": 2},
    )
    name = "lot and ranks for loan" if array == "lot_0" else array
    expected = f"tick {tick}: the kernel's {name} of citizen 5"
    with pytest.raises(KernelError, match=expected):
        list(explain(asked, 5, seed=3))


@pytest.mark.parametrize("citizen", [-1, 300])
def test_unknown_citizens_are_refused(citizen):
    with pytest.raises(ConfigError, match="`citizen` must be a number from 0 to 299"):
        list(explain(scenario(), citizen, seed=3))


CAMPAIGN = """
[world]
n_citizens = 2000
n_ticks = 60
[world.population]
dissenters = 0.5
aware = 1.0
[leaders.all]
share = 1.0
sale_rate = 2.0
[[scenario]]
pilot = "lottery"
[[scenario]]
pilot = "rongcheng"
"""


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    path = tmp_path_factory.mktemp("explain") / "campaign.toml"
    path.write_text(CAMPAIGN)
    return path


def test_every_event_can_be_put_into_words():
    counted = {output.name for table in TABLES for output in table.outputs}
    assert set(PHRASES) | UNSAID <= counted
    asked = scenario(
        **CASES["acts of one group, and defiance"] | {"leaders": {"all": BUSY}}
    )
    events = {
        event.output
        for citizen in SOME
        for chapter in explain(asked, citizen, seed=3)
        for event in chapter.events
    }
    assert events <= set(PHRASES) | UNSAID


def test_story_adds_up(campaign):
    story = tell(campaign, 17, scenario="rongcheng")
    months, sums = story["months"], story["sums"]
    assert [month["tick"] for month in months] == list(range(60))
    ends = [month["score"][1] for month in months]
    starts = [month["score"][0] for month in months]
    assert starts[1:] == ends[:-1]
    assert sums["score"] == ends[-1]
    won = [prize["won"] for month in months for prize in month["prizes"]]
    assert sums["prizes_won"] == sum(won)
    assert story["citizen"]["number"] == 17


def test_story_as_text_names_the_citizen_and_events(campaign):
    text = as_text(tell(campaign, 17, scenario="rongcheng"))
    assert text.startswith("Citizen 17 under 'rongcheng', replicate 0, seed 35: ")
    assert "tempted by " in text
    assert " resisted" in text or " gave in" in text
    assert "same new state" in text.splitlines()[-1]


def test_conduct_is_told_in_the_order_of_the_month(campaign):
    for month in tell(campaign, 17, scenario="rongcheng")["months"]:
        said, counted = month["happened"], month["counted"]
        for offer, answers in ANSWERS.items():
            at = [k for k, text in enumerate(said) if text.startswith(offer)]
            assert all(said[k + 1] in answers for k in at)
        assert any(" its word to " in text for text in said) == ("meetings" in counted)


ANSWERS = {
    "tempted by ": ("gave in", "resisted"),
    "could do ": ("did it", "only pretended to", "did not"),
    "gave in": (
        "nobody saw it",
        "was seen, which is not recorded",
        "was seen, reported by people",
        "was seen, recorded automatically",
    ),
}


def test_lost_records_are_not_reported_as_manipulated():
    events = [
        Event("occasions", (1,), "labour", "human"),
        Event("deeds_faked", (1,), "labour", "human"),
        Event("deeds_observed", (), "labour", "human"),
        Event("records_lost", (), "labour", "human"),
        Event("weighted", (2,), "labour", "human"),
        Event("meetings_recorded", (), "", ""),
        Event("weighted", (2,), "", ""),
    ]
    story = _happened(Chapter(0, events, 4, 0.0, [], *[(0, 0)] * 6, [], []))
    assert story == [
        "could do labour",
        "only pretended to",
        "was seen doing so, reported by people",
        "the record was lost on its way",
        "how it met was reported by people",
        "the county leader's agenda changed the points",
    ]


def test_new_leaders_and_changes_are_reported(tmp_path):
    path = tmp_path / "changing.toml"
    path.write_text(CHANGING)
    story = tell(path, 3)
    said = [month["happened"] for month in story["months"]]
    assert "now under 'lottery'" in said[12]
    assert story["months"][11]["score"] and not story["months"][12]["score"]
    assert "    no score" in as_text(story) and "At the end: no score" in as_text(story)
    assert story["months"][12]["date"] == "year 2, month 1"
    told = " ".join(text for month in said for text in month)
    assert "a new, manipulating village leader, whose client it is" in told
    assert "a new, manipulating village leader, no patron of its" in told
    changes = re.findall(r"from now on (\w+), no longer (\w+)", told)
    assert changes and all(after != before for after, before in changes)


CHANGING = """
[world]
n_citizens = 500
n_ticks = 24
[world.population]
ties = [0.5, 0.5, 0.5, 0.5]
[world.meetings]
mutation = 6.0
[leaders.all]
share = 1.0
tenure = 0.25
[[scenario]]
pilot = "rongcheng"
[[scenario.change]]
tick = 12
pilot = "lottery"
"""


def test_command_prints_selected_months(campaign, capsys):
    with pytest.raises(SystemExit) as ended:
        main(
            ["explain", str(campaign), "--citizen", "5", "--scenario", "rongcheng"]
            + ["--from", "3", "--to", "9", "--json"]
        )
    assert ended.value.code == 0
    story = json.loads(capsys.readouterr().out)
    assert [month["tick"] for month in story["months"]] == [3, 4, 5, 6, 7, 8]


def test_command_accepts_settings(campaign, scs):
    arguments = ["--citizen", "5", "--set", "world.n_ticks=2", "--json"]
    story = json.loads(scs("explain", campaign, *arguments)[1])
    assert [month["tick"] for month in story["months"]] == [0, 1]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["--citizen", "2000"], "`citizen` must be a number from 0 to 1999, got 2000"),
        (
            ["--citizen", "1", "--scenario", "rong"],
            "must be one of 'lottery', 'rongcheng', got 'rong'; did you mean 'rongcheng'?",
        ),
        (
            ["--citizen", "1", "--replicate", "4294967296"],
            "`replicate` must be a number from 0 to 4294967295, got 4294967296",
        ),
        (
            ["--citizen", "1", "--from", "3", "--to", "3"],
            "`--to` must be above `--from`, 3, got 3",
        ),
        (
            ["--citizen", "1", "--from", "2", "--set", "world.n_ticks=2"],
            "`--from` must be a tick of the run, 0 to 1, got 2",
        ),
    ],
)
def test_wrong_questions_are_refused(campaign, capsys, wrong, message):
    with pytest.raises(SystemExit) as ended:
        main(["explain", str(campaign), *wrong])
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("verb", [["explain"], ["pilots", "diff"]], ids=" ".join)
def test_help_shows_an_example(capsys, verb):
    with pytest.raises(SystemExit):
        main([*verb, "--help"])
    assert f"Example: scsfast {' '.join(verb)} " in capsys.readouterr().out
