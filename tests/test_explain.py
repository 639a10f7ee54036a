"""One citizen's story: lived by the reference, equal to the kernel, told in words."""

import json

import numpy as np
import pytest
from scenarios import scenario
from test_twin import BUSY, CASES, CHANGES, KINDS, LIST, RULES, SCORERS, SEVERE

from scsfast.cli import main
from scsfast.engine import simulation as engine
from scsfast.engine.explain import explain
from scsfast.engine.simulation import Simulation
from scsfast.errors import ConfigError, KernelError
from scsfast.model.given import Given
from scsfast.model.integers import build_rules
from scsfast.model.outcomes import TABLES
from scsfast.story import PHRASES, UNSAID, as_text, tell

SOME = range(0, 300, 23)
SCENARIOS = {
    **{f"scorer {name}": {"regime": regime} for name, regime in SCORERS.items()},
    **{f"change {name}": {"change": change} for name, change in CHANGES.items()},
    "kinds": {
        "world": {"prize": KINDS},
        "regime": {"allocation": RULES, "listing": LIST, "acts": SEVERE},
    },
    "defiance": CASES["acts of one group, and defiance"],
}


@pytest.mark.parametrize("case", SCENARIOS)
def test_reference_lives_every_month_as_the_kernel(case):
    asked = scenario(**{"leaders": {"all": BUSY}, **SCENARIOS[case]})
    for citizen in SOME:
        chapters = list(explain(asked, citizen, seed=3, replicate=1))
        assert [chapter.tick for chapter in chapters] == list(range(8))


def test_what_citizens_are_told_they_won_is_what_was_won():
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
            for kind, won, fair in chapter.prizes:
                told[kind] += [1, won, won and not fair]
    for row, kind in zip(outputs, KINDS, strict=True):
        counts = dict(zip(columns, row, strict=True))
        expected = [counts[n] for n in ("applicants", "prizes", "prizes_moved")]
        assert list(told[kind]) == expected


def test_given_people_and_partners_are_told_of():
    given = Given({"group": np.full(300, 3, np.uint8)}, [np.arange(300) ^ 1])
    person = {}
    chapters = list(explain(scenario(), 8, seed=3, given=given, person=person))
    assert person["traits"] & 3 == 3
    assert {chapter.partner for chapter in chapters} == {9}


def test_a_kernel_that_parts_from_the_reference_is_told(monkeypatch):
    def spoil(self, n_ticks):
        run(self, n_ticks)
        self.arrays["score"][5] += 1

    run = engine.Simulation.run
    monkeypatch.setattr(engine.Simulation, "run", spoil)
    with pytest.raises(KernelError, match="tick 0: the kernel's score of citizen 5"):
        list(explain(scenario(), 5, seed=3))


@pytest.mark.parametrize("citizen", [-1, 300])
def test_nobody_is_not_explained(citizen):
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


def test_story_as_text_says_who_and_what(campaign):
    text = as_text(tell(campaign, 17, scenario="rongcheng"))
    assert text.startswith("Citizen 17 under 'rongcheng', replicate 0, seed 35: ")
    assert "tempted by " in text
    assert " resisted" in text or " gave in" in text
    assert "same new state" in text.splitlines()[-1]


def test_command_tells_some_months(campaign, capsys):
    with pytest.raises(SystemExit) as ended:
        main(
            ["explain", str(campaign), "--citizen", "5", "--scenario", "rongcheng"]
            + ["--from", "3", "--to", "9", "--json"]
        )
    assert ended.value.code == 0
    story = json.loads(capsys.readouterr().out)
    assert [month["tick"] for month in story["months"]] == [3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["--citizen", "2000"], "`citizen` must be a number from 0 to 1999, got 2000"),
        (
            ["--citizen", "1", "--scenario", "rong"],
            "`scenario` must be one of lottery, rongcheng, got 'rong'",
        ),
    ],
)
def test_wrong_questions_are_refused(campaign, capsys, wrong, message):
    with pytest.raises(SystemExit) as ended:
        main(["explain", str(campaign), *wrong])
    assert ended.value.code == 2
    assert message in capsys.readouterr().err
