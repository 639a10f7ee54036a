"""The output of `scsfast pilots`: every value with its source, and differences."""

import json

import pytest

from scsfast.campaign.config import load_campaign
from scsfast.cli.main import main
from scsfast.cli.tables_pilots import difference_text, table_text
from scsfast.errors import ConfigError
from scsfast.model import pilot_library
from scsfast.model.pilot_values import difference, unit, values

PILOTS = pilot_library.names()


@pytest.mark.parametrize("pilot", PILOTS)
def test_every_value_is_shown_with_its_source(pilot):
    rows = [row for row in values(pilot) if not row["key"].endswith(".name")]
    assert rows
    assert [row["key"] for row in rows if not row["source"]] == []


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("listing.term", "tick"),
        ("listing.exit_rate", "1/year"),
        ("listing.framed", ""),
        ("index.weights.history", "1"),
        ("acts.brawl.points", "point"),
        ("acts.brawl.drops_to", ""),
        ("acts.brawl.channel", ""),
        ("grades.0.from", "point"),
        ("valid_years", "year"),
        ("scorer", ""),
    ],
)
def test_units(key, expected):
    assert unit(key.split(".")) == expected


def rows_of(one, other) -> dict:
    return {row["key"]: row for row in difference(one, other)}


def test_difference_names_each_value_that_differs():
    rows = rows_of("rongcheng", "fair-rongcheng")
    levels = ("village", "township", "county")
    assert set(rows) == {f"discretion.{level}" for level in levels}
    village = rows["discretion.village"]
    assert (village["values"], village["unit"]) == ([0.8, 0.0], "1")
    assert village["sources"][0].startswith("modelling choice: own rules")


def test_difference_and_values_use_the_same_paths():
    rows = rows_of("rongcheng", "suining")
    shown = {row["key"] for row in values("rongcheng")}
    assert rows["grades.3.from"]["values"] == [960.0, 970.0]
    assert rows["grades.5.from"]["values"] == [1050.0, "-"]
    assert rows["grades.5.from"]["sources"][0].startswith("B1; as Huantai")
    for key, row in rows.items():
        if key.startswith("grades.") and row["values"][0] != "-":
            assert key in shown


def test_a_user_file_is_shown_like_a_pilot(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'extends = "rongcheng"\nname = "mine"\n'
        'loss = { value = 0.5, choice = "what if", range = [0, 1] }\n'
    )
    rows = {row["key"]: row for row in values(str(path))}
    pilot = {row["key"]: row for row in values("rongcheng")}
    assert rows.pop("loss")["source"] == "modelling choice: what if; plausible 0..1"
    assert rows == {key: pilot[key] for key in rows} and len(rows) == len(pilot) - 1


COMMENTS = """
extends="rongcheng"
name = 'mine'
about = '''
allocation = "score" # no comment
'''
allocation="grade"  #  it's "tried" out
# read # here
deciding = 'city'
scorer = "ledger"
acts.brawl.channel = "human" # by key
loss = { value = 0.5, source = "own" } # no comment

[acts."a # b"] # a table's
channel = 'automatic'# by quotes
points = [
  -2,
  -1,
]
[acts.late-utility-fees]
channel = "human"
"""


def test_values_of_a_file_use_only_its_own_comments(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(COMMENTS)
    rows = {row["key"]: row["source"] for row in values(str(path))}
    assert rows["allocation"] == 'it\'s "tried" out'
    assert rows["deciding"] == "read # here"
    assert rows["scorer"] == rows["acts.late-utility-fees.channel"] == ""
    assert rows["acts.brawl.channel"] == "by key"
    assert rows['acts."a # b".channel'] == "by quotes"
    assert rows["loss"] == "own"
    assert rows["acts.debt-judgment.channel"] == "court"
    differing = rows_of("rongcheng", str(path))
    said = differing["acts.late-utility-fees.channel"]["sources"]
    assert said == ["utility", ""]
    assert differing["deciding"]["sources"][1] == "read # here"


def test_rules_per_prize_do_not_use_the_comment_of_a_common_rule(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('extends="rongcheng"\nname="m"\nallocation.loan="lottery"\n')
    sources = rows_of("rongcheng", str(path))["allocation.loan"]["sources"]
    assert sources[1] == ""


def test_acts_named_with_dots_or_like_keys_are_shown_with_their_units(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'extends = "rongcheng"\nname = "mine"\nacts.points.points = -2\n'
        '[acts."a.b"]\npoints = { value = -3, choice = "mine" }\n'
    )
    for rows in (values(str(path)), difference("rongcheng", str(path))):
        found = {row["key"]: row for row in rows}
        assert found["acts.points.points"]["unit"] == "point"
        assert found['acts."a.b".points']["unit"] == "point"
        assert "modelling choice: mine" in str(found['acts."a.b".points'])


RANGE = "range` must be [low, high], two numbers with low not above high, got"


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        ('choice = "x", range = ["a", "b"]', f"{RANGE} ['a', 'b']"),
        ('choice = "x", range = [0]', f"{RANGE} [0]"),
        ('choice = "x", range = [1, 0]', f"{RANGE} [1, 0]"),
        ('choice = "x", range = [0, nan]', f"{RANGE} [0, nan]"),
        ('choice = "x", range = 3', f"{RANGE} 3"),
        ('source = "x", mark = ["O"]', "mark` must be one of O, R, P, S, U, D, got"),
        ('source = "x", mark = "X"', "mark` must be one of O, R, P, S, U, D, got 'X'"),
        ('source = ["x"]', "source` must be text, got ['x']"),
        ("source = 2020-01-01", "source` must be text, got datetime.date"),
        ("choice = 3", "choice` must be text, got 3"),
    ],
)
def test_a_record_that_says_no_source_is_refused(tmp_path, record, fault):
    path = tmp_path / "mine.toml"
    loss = f"loss = {{ value = 0.1, {record} }}\n"
    path.write_text(f'extends = "rongcheng"\nname = "mine"\n{loss}')
    campaign = tmp_path / "campaign.toml"
    campaign.write_text(
        "world.n_citizens = 100\n[[scenario]]\npilot = 'rongcheng'\n"
        f"[scenario.regime]\n{loss}"
    )
    for ask, file in ((values, path), (load_campaign, campaign)):
        with pytest.raises(ConfigError) as caught:
            ask(str(file))
        assert "loss." + fault in str(caught.value)


@pytest.mark.parametrize("text", ["loss = 2.0", "los = 0.5"])
def test_a_wrong_file_is_not_shown(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(f'extends = "rongcheng"\nname = "mine"\n{text}\n')
    with pytest.raises(ConfigError, match="loss"):
        values(str(path))


def test_difference_is_the_same_both_ways():
    there, back = rows_of("sesame", "fuzhou"), rows_of("fuzhou", "sesame")
    assert {key: row["values"][::-1] for key, row in back.items()} == {
        key: row["values"] for key, row in there.items()
    }


def test_difference_shows_the_source_of_texts_and_tables():
    rows = rows_of("rongcheng", "fuzhou")
    assert rows["deciding"]["sources"] == [
        "The city credit centre (S24 P), of a county-level city (catalogue.csv, column "
        '"level").',
        "S30 (O): the city's public credit platform.",
    ]
    honest = rows_of("rongcheng", "fair-rongcheng")["discretion.county"]["sources"][1]
    assert honest.startswith("modelling choice: the experiment itself")


def test_difference_marks_values_left_at_their_default():
    rows = rows_of("sesame", "honest-shanghai")
    sources = rows["index.identity.rural"]["sources"]
    assert sources[1] == "by default: modelling choice; plausible 0.2..0.8"
    assert rows["meeting.seen"]["sources"][1] == "by default"


def test_difference_in_text_names_the_regime_of_each_source(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'extends = "rongcheng"\nname = "mine"\n'
        'loss = { value = 0.5, choice = "what if", range = [0, 1] }\n'
        'allocation = "lottery" # tried out\n'
    )
    rows = difference("rongcheng", str(path))
    text = difference_text(rows, "rongcheng", str(path))
    assert "mine: modelling choice: what if; plausible 0..1" in text
    assert "rongcheng: modelling choice: " in text
    assert "mine: tried out" in text


def test_difference_of_a_user_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('extends = "rongcheng"\nname = "mine"\nloss = 0.5\n')
    assert list(rows_of("rongcheng", str(path))) == ["loss"]


def test_brackets_are_text(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'extends = "rongcheng"\nname = "mine"\n'
        'loss = { value = 0.5, choice = "[x] of :bug: [/red]", range = [0, 1] }\n'
    )
    said = "[x] of :bug: [/red]"
    assert said in table_text(values(str(path)))
    rows = difference("rongcheng", str(path))
    text = difference_text(rows, "rongcheng", "mine [/b]")
    assert said in text and "mine [/b]" in text


def test_equal_regimes_are_reported_as_equal():
    assert difference("oracle", "oracle") == []
    assert "are the same" in difference_text([], "oracle", "oracle")


def test_unknown_pilot_is_refused():
    with pytest.raises(ConfigError, match="did you mean 'rongcheng'"):
        difference("rongchen", "oracle")


def test_command_shows_the_difference(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["pilots", "diff", "rongcheng", "fair-rongcheng", "--json"])
    assert ended.value.code == 0
    found = json.loads(capsys.readouterr().out)
    assert found["regimes"] == ["rongcheng", "fair-rongcheng"]
    assert len(found["differences"]) == 3
