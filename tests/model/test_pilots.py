"""The packaged pilots: each loads, is complete, rests on sources or stated choices."""

import csv
import inspect
import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

import scsfast
from scsfast.campaign.config import load_campaign
from scsfast.errors import ConfigError
from scsfast.model import pilot_library
from scsfast.model.acts import default_catalogue
from scsfast.model.integers.build import build_rules
from scsfast.model.parameters import MARKS, sourced_values, strip_sources
from scsfast.model.world import Scenario, World

ROOT = Path(__file__).parents[2]
PILOTS = pilot_library.names()
BASELINES = ["lottery", "market", "oracle"]
RELEASED = [
    *("suining", "rongcheng", "rongcheng-2019", "rongcheng-2021", "fair-rongcheng"),
    *("sesame", "honest-shanghai", "judgment-defaulters", "fuzhou"),
    *BASELINES,
]

# Words say what a thing is, not how much of it: their sources stand in comments.
WORDS = {
    "name",
    "title",
    "about",
    "scorer",
    "norm",
    "channel",
    "allocation",
    "deciding",
    "unenrolled",
}

# Pilots with rows in catalogue.csv, and how the names of those rows begin there.
ROWS_OF = {
    "rongcheng": "rongcheng_",
    "suining": "suining_",
    "sesame": "sesame_",
    "honest-shanghai": "honest_shanghai",
    "judgment-defaulters": "judgment_defaulters",
    "fuzhou": "fuzhou_",
}

# Priced rows that no value stands for, and why.
UNUSED_ROWS = {
    34: "what a score buys",
    35: "what a score buys",
    53: "a part of the base in row 52",
    54: "a part of the base in row 52",
    55: "a part of the base in row 52",
    56: "a part of the base in row 52",
    70: "with the base of row 69 the whole scale",
    72: "what a score buys",
}

MARK_OF_CONFIDENCE = {
    "official": "O",
    "official-translation": "O",
    "press": "P",
    "secondary": "S",
    "own-knowledge-unverified": "U",
}


def read_catalogue() -> dict[int, dict]:
    """Return the rows of catalogue.csv by number, counted from 1."""
    text = (files("scsfast.model") / "pilots" / "catalogue.csv").read_text("utf-8")
    return dict(enumerate(csv.DictReader(text.splitlines()), start=1))


def rows_of(pilot: str) -> dict[int, dict]:
    """Return the rows of one pilot, Rongcheng's villages included."""
    start, rows = ROWS_OF[pilot], read_catalogue()
    return {n: row for n, row in rows.items() if row["pilot"].startswith(start)}


def priced(rows: dict[int, dict]) -> dict[int, dict]:
    """Return the rows that state a size."""
    return {number: row for number, row in rows.items() if row["points_min"]}


def sourced(pilot: str) -> list[tuple[str, dict | None]]:
    """Return (path, record) of every value of a pilot that is not a word."""
    leaves = sourced_values(pilot_library.tree(pilot))
    return [leaf for leaf in leaves if leaf[0].rpartition(".")[2] not in WORDS]


def references(pilot: str) -> list[tuple[str, int, float, dict]]:
    """Return (path, row, units, record) of a pilot's every reference to the catalogue."""
    found = []
    for path, record in sourced(pilot):
        rows = record.get("rows", [record["row"]] if "row" in record else [])
        units = record.get("units", [1] * len(rows))
        pairs = zip(rows, units, strict=True)
        found += [(path, row, unit, record) for row, unit in pairs]
    return found


def is_founded(record: dict | None) -> bool:
    """Say whether a value has a source and its mark, or a choice and its range."""
    record = record or {}
    has_source = "source" in record and record.get("mark") in MARKS
    return has_source or ("choice" in record and "range" in record)


def ends(value) -> list[float]:
    """Return the lowest and highest points of a value, which may be a range."""
    return [min(value), max(value)] if isinstance(value, list) else [value, value]


def test_pilots_of_this_release_are_packaged():
    assert sorted(RELEASED) == PILOTS


@pytest.mark.parametrize("pilot", PILOTS)
def test_pilot_loads_under_its_own_name(pilot):
    assert pilot_library.load(pilot).name == pilot


@pytest.mark.parametrize("pilot", PILOTS)
def test_pilot_fits_the_default_world(pilot):
    world = World(n_citizens=1000, n_ticks=12)
    build_rules(Scenario(name=pilot, world=world, regime=pilot_library.load(pilot)))


@pytest.mark.parametrize("pilot", PILOTS)
def test_every_value_has_a_source_or_a_choice(pilot):
    bare = [path for path, record in sourced(pilot) if not is_founded(record)]
    assert bare == []


@pytest.mark.parametrize(
    "record",
    [
        None,
        {"value": 1, "source": "S1"},
        {"value": 1, "source": "S1", "mark": "X"},
        {"value": 1, "choice": "why not"},
        {"value": 1, "range": [0, 2]},
    ],
    ids=["bare", "no mark", "no such mark", "no range", "neither"],
)
def test_value_without_source_or_choice_is_unfounded(record):
    assert not is_founded(record)


@pytest.mark.parametrize("pilot", PILOTS)
def test_ranges_contain_their_values(pilot):
    wrong = [
        path
        for path, record in sourced(pilot)
        for low, high in [record.get("range", (None, None))]
        if low is not None
        and not low <= ends(record["value"])[0] <= ends(record["value"])[1] <= high
    ]
    assert wrong == []


@pytest.mark.parametrize("pilot", PILOTS)
@pytest.mark.parametrize("end", [0, 1], ids=["lower", "upper"])
def test_ends_of_ranges_are_themselves_valid(pilot, end):
    tree = pilot_library.tree(pilot)
    for path, record in sourced(pilot):
        if "range" in record:
            changed = replaced(tree, path, record["range"][end])
            pilot_library.load_tree(changed, f"{path} = {record['range'][end]}")


def replaced(tree, path: str, value):
    """Return a tree with another value at a path."""
    key, _, rest = path.partition(".")
    new = value if not rest else replaced(at(tree, key), rest, value)
    if isinstance(tree, list):
        return [new if k == int(key) else entry for k, entry in enumerate(tree)]
    return {**tree, key: new}


def at(tree, key: str):
    """Return an entry of a table or a list."""
    return tree[int(key)] if isinstance(tree, list) else tree[key]


@pytest.mark.parametrize("pilot", PILOTS)
def test_pilot_scores_only_acts_of_the_catalogue(pilot):
    known = {act.name for act in default_catalogue()}
    assert set(pilot_library.load(pilot).acts) <= known


@pytest.mark.parametrize("pilot", PILOTS)
def test_points_have_the_sign_of_their_act(pilot):
    scored = {"negative": [], "positive": []}
    acts = pilot_library.load(pilot).acts
    for act in default_catalogue():
        if act.name in acts and acts[act.name].points:
            scored[act.sign] += acts[act.name].range
    assert max(scored["negative"], default=-1) < 0 < min(scored["positive"], default=1)


@pytest.mark.parametrize("pilot", PILOTS)
def test_only_offences_list_or_drop_a_grade(pilot):
    sign = {act.name: act.sign for act in default_catalogue()}
    severe = [
        n for n, s in pilot_library.load(pilot).acts.items() if s.lists or s.drops_to
    ]
    assert {sign[name] for name in severe} <= {"negative"}


@pytest.mark.parametrize("pilot", PILOTS)
def test_an_act_of_a_ledger_has_points_or_a_rule(pilot):
    regime = pilot_library.load(pilot)
    idle = [
        name
        for name, scoring in regime.acts.items()
        if not (scoring.points or scoring.lists or scoring.drops_to)
    ]
    assert idle == [] or regime.scorer in ("index", "model")


@pytest.mark.parametrize("pilot", ROWS_OF)
def test_every_priced_row_is_used_or_has_a_reason_not_to_be(pilot):
    rows = rows_of(pilot)
    used = {row for _, row, _, _ in references(pilot)} & set(priced(rows))
    assert used == set(priced(rows)) - set(UNUSED_ROWS)


@pytest.mark.parametrize("pilot", sorted(set(PILOTS) - set(BASELINES)))
def test_rows_are_the_pilot_s_own(pilot):
    parent = "rongcheng" if "rongcheng" in pilot else pilot
    assert {row for _, row, _, _ in references(pilot)} <= set(rows_of(parent))


@pytest.mark.parametrize("pilot", PILOTS)
def test_a_grade_of_a_row_is_the_one_that_the_row_names(pilot):
    rows, found = read_catalogue(), references(pilot)
    dropped = [(row, r["value"]) for path, row, _, r in found if "drops_to" in path]
    items = [
        (rows[row]["action"], f"grade set directly to {to} (") for row, to in dropped
    ]
    assert [pair for pair in items if pair[1] not in pair[0]] == []


def test_unused_rows_are_priced():
    assert set(UNUSED_ROWS) <= set(priced(read_catalogue()))


def test_rows_that_say_what_a_score_buys_are_benefits():
    rows = read_catalogue()
    bought = [n for n, reason in UNUSED_ROWS.items() if reason == "what a score buys"]
    assert {rows[number]["category"] for number in bought} == {"benefit"}


def test_base_is_the_sum_of_the_blocks_of_suining():
    rows = priced(rows_of("suining"))
    blocks = [row for row in rows.values() if row["category"] == "base block"]
    assert (
        sum(int(row["points_min"]) for row in blocks)
        == pilot_library.load("suining").base
    )


@pytest.mark.parametrize("pilot", ROWS_OF)
def test_priced_rows_are_referenced_by_values_of_their_kind(pilot):
    rows = read_catalogue()
    kinds = {"base": r"base", "dimension weight (%)": r"index\.weights\.\w+"}
    wrong = [
        path
        for path, row, _, _ in references(pilot)
        if rows[row]["points_min"]
        and not re.fullmatch(
            kinds.get(rows[row]["category"], r"acts\..+\.points"), path
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("pilot", ROWS_OF)
def test_values_equal_their_row(pilot):
    rows = priced(rows_of(pilot))
    wrong = {
        path: row
        for path, row, units, record in references(pilot)
        if row in rows
        and [units * points for points in ends(record["value"])]
        != [float(rows[row]["points_min"]), float(rows[row]["points_max"])]
    }
    assert wrong == {}


@pytest.mark.parametrize("pilot", ROWS_OF)
def test_rows_without_a_size_give_no_points(pilot):
    rows = priced(read_catalogue())
    unpriced = [path for path, row, _, _ in references(pilot) if row not in rows]
    assert [path for path in unpriced if path.endswith(".points")] == []


@pytest.mark.parametrize("pilot", ROWS_OF)
def test_marks_agree_with_the_confidence_of_their_row(pilot):
    rows = read_catalogue()
    wrong = {
        path: row
        for path, row, _, record in references(pilot)
        if record["mark"] != MARK_OF_CONFIDENCE[rows[row]["confidence"]]
    }
    assert wrong == {}


def test_rongcheng_has_no_act_without_a_row():
    paths = [path.split(".") for path, *_ in references("rongcheng")]
    acts = {path[1] for path in paths if path[0] == "acts"}
    assert acts == set(pilot_library.load("rongcheng").acts)


@pytest.mark.parametrize("pilot", sorted({*RELEASED} - {*BASELINES, "fair-rongcheng"}))
def test_pilot_says_what_it_leaves_out(pilot):
    assert "# Left out, and why" in pilot_library.source(pilot)


@pytest.fixture(scope="module")
def listed():
    """Return a run of the list alone, with honest leaders, without its first years."""
    honest = {"all": {"share": 0.0}}
    size = {"n_citizens": 100_000, "n_ticks": 120}
    run = scsfast.simulate("judgment-defaulters", **size, seed=35, leaders=honest)
    stock = run["group_listed"].sum(axis=1)[48:].mean()
    flow, left = run["listings"][48:].mean(), run["performed"][48:].mean()
    return stock, flow, left


def test_about_one_in_a_hundred_is_listed(listed):
    stock, _, _ = listed
    assert 0.008 < stock / 100_000 < 0.013


def test_the_listed_stay_as_long_as_courts_figures_say(listed):
    stock, flow, _ = listed
    assert 1.7 < stock / flow / 12 < 1.9


def test_about_a_fifth_of_the_listed_perform(listed):
    _, flow, left = listed
    assert 0.15 < left / flow < 0.25


def headings() -> list[str]:
    """Return the headings of docs/pilots.md."""
    text = (ROOT / "docs" / "pilots.md").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("## ")]


@pytest.mark.parametrize("pilot", PILOTS)
def test_pilot_has_a_section_in_the_documentation(pilot):
    assert sum(f"`{pilot}`" in heading for heading in headings()) == 1


def documented() -> dict[str, list[str]]:
    """Return the table of docs/pilots.md: cells by pilot."""
    text = (ROOT / "docs" / "pilots.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.+) \|$", text, re.MULTILINE)
    return {pilot: cells.split(" | ") for pilot, cells in rows}


def test_table_of_the_documentation_has_every_pilot_once():
    assert sorted(documented()) == PILOTS


@pytest.mark.parametrize("pilot", sorted({*PILOTS} - {*BASELINES}))
def test_table_of_the_documentation_says_what_the_pilot_says(pilot):
    regime = pilot_library.load(pilot)
    levels = ("village", "township", "county", "city")
    numbers = (regime.transparency, regime.publicity)
    assert documented()[pilot] == [
        regime.scorer,
        regime.deciding,
        regime.allocation,
        "all" if regime.enrolled is None else f"{regime.enrolled:g}",
        *(f"{number:g}" for number in numbers),
        ", ".join(f"{getattr(regime.discretion, level):g}" for level in levels),
    ]


def test_sources_of_the_documentation_are_listed():
    page, sources = (ROOT / "docs" / n for n in ("pilots.md", "sources.md"))
    used = re.findall(r"\bS[0-9]{1,2}[a-f]?\b", page.read_text(encoding="utf-8"))
    listed = re.findall(r"\*\*(S[0-9]+)[a-f]?\*\*", sources.read_text(encoding="utf-8"))
    assert {number.rstrip("abcdef") for number in used} <= set(listed)


HONEST = {"share": 0.0, "recentring": 0.0}


def example(name: str) -> dict:
    """Return an example campaign as written."""
    return tomllib.loads((ROOT / "examples" / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["pilots.toml", "rongcheng-years.toml"])
def test_example_is_a_campaign(name):
    entries = example(name)["scenario"]
    scenarios = load_campaign(ROOT / "examples" / name).scenarios
    assert [len(s.change) for s in scenarios] == [
        len(e.get("change", [])) for e in entries
    ]


def test_example_has_every_pilot():
    pilots = {entry["pilot"] for entry in example("pilots.toml")["scenario"]}
    assert sorted(pilots) == PILOTS


def test_example_has_every_scored_pilot_honest_and_manipulated():
    entries = example("pilots.toml")["scenario"]
    honest = [e["pilot"] for e in entries if e.get("leaders", {}).get("all") == HONEST]
    bent = [e["pilot"] for e in entries if "all" not in e.get("leaders", {})]
    unscored = {*BASELINES, "fair-rongcheng"}
    assert sorted(bent) == PILOTS
    assert sorted(honest) == sorted({*PILOTS} - unscored)


def test_fair_rongcheng_differs_in_discretion_alone():
    fair, real = pilot_library.load("fair-rongcheng"), pilot_library.load("rongcheng")
    keys = type(real).model_fields
    differing = [key for key in keys if getattr(fair, key) != getattr(real, key)]
    assert differing == ["name", "title", "about", "discretion"]


def test_fair_rongcheng_has_no_discretion():
    discretion = pilot_library.load("fair-rongcheng").discretion
    assert set(discretion.model_dump().values()) == {0.0}


def test_rongcheng_of_2021_differs_from_2019_in_consent_alone():
    late, early = (
        pilot_library.load("rongcheng-2021"),
        pilot_library.load("rongcheng-2019"),
    )
    keys = type(late).model_fields
    differing = [key for key in keys if getattr(late, key) != getattr(early, key)]
    assert differing == ["name", "title", "about", "enrolled", "opt_in"]


def test_rongcheng_of_2019_differs_in_what_a_score_buys_alone():
    late, early = pilot_library.load("rongcheng-2019"), pilot_library.load("rongcheng")
    keys = type(late).model_fields
    differing = {key for key in keys if getattr(late, key) != getattr(early, key)}
    assert differing == {"name", "title", "about", "grades", "acts", "allocation"}
    others = [name for name in early.acts if late.acts[name] != early.acts[name]]
    assert others == ["drunk-driving"]


@pytest.mark.parametrize("pilot", BASELINES)
def test_baseline_allocates_as_it_is_called(pilot):
    regime = pilot_library.load(pilot)
    assert (regime.scorer, regime.allocation) == ("none", pilot)


def test_source_is_the_file_with_its_comments():
    assert pilot_library.source("rongcheng").startswith("# Rongcheng, Shandong")


def test_user_tree_changes_one_key_of_a_table():
    tree = {"extends": "rongcheng", "discretion": {"village": 0.1}}
    regime = pilot_library.load_tree(tree, "my.toml")
    parent = pilot_library.load("rongcheng").discretion
    assert regime.discretion == parent.model_copy(update={"village": 0.1})


def test_sourced_value_replaces_a_table_whole():
    discretion = pilot_library.tree("fair-rongcheng")["discretion"]
    assert set(discretion) == {"value", "choice", "range"}


def test_table_replaces_a_sourced_value_whole():
    tree = {"extends": "fair-rongcheng", "discretion": {"village": 0.1}}
    regime = pilot_library.load_tree(tree, "my.toml")
    assert (regime.discretion.village, regime.discretion.county) == (0.1, 0.0)


def test_bare_number_replaces_a_table():
    regime = pilot_library.load_tree(
        {"extends": "rongcheng", "discretion": 1}, "my.toml"
    )
    assert set(regime.discretion.model_dump().values()) == {1.0}


def test_tree_without_its_sources_is_what_load_gives():
    bare = strip_sources(pilot_library.tree("fair-rongcheng"))
    assert pilot_library.load_tree(bare, "bare") == pilot_library.load("fair-rongcheng")


def refusal(action, *arguments) -> str:
    """Return the message with which a call is refused."""
    with pytest.raises(ConfigError) as caught:
        action(*arguments)
    return str(caught.value)


THERE_ARE = f"there are: {', '.join(PILOTS)}"

REFUSED_TREES = {
    "unknown parent": (
        {"extends": "rongchen"},
        "my.toml: `extends`: no pilot 'rongchen'; "
        f"did you mean 'rongcheng'? {THERE_ARE}",
    ),
    "parent is no name": (
        {"extends": 3},
        "my.toml: `extends` must be the name of a pilot, got 3",
    ),
    "misspelt key": (
        {"extends": "rongcheng", "los": 0.1},
        "my.toml: `los`: unknown key; did you mean `loss`?",
    ),
    "probability above 1": (
        {"extends": "rongcheng", "loss": {"value": 1.2, "choice": "no"}},
        "my.toml: `loss` must be a number in [0, 1], got 1.2",
    ),
    "two faults at once": (
        {"name": "mine", "noise": 0.7, "meeting": {"sen": 1}},
        "my.toml: `meeting.sen`: unknown key; did you mean `seen`?\n"
        "my.toml: `noise` must be a number in [0, 0.5], got 0.7",
    ),
    "no name": (
        {},
        "my.toml: `name`: missing key, must be text of 1 or more characters",
    ),
}


@pytest.mark.parametrize(("tree", "message"), REFUSED_TREES.values(), ids=REFUSED_TREES)
def test_wrong_tree_is_refused(tree, message):
    assert refusal(pilot_library.load_tree, tree, "my.toml") == message


def test_misspelt_pilot_is_refused_with_the_nearest_name():
    message = f"no pilot 'rongchen'; did you mean 'rongcheng'? {THERE_ARE}"
    assert refusal(pilot_library.load, "rongchen") == message


def test_pilot_like_no_other_is_refused_with_the_list():
    assert (
        refusal(pilot_library.source, "../acts") == f"no pilot '../acts'; {THERE_ARE}"
    )


def test_circle_of_pilots_is_refused(monkeypatch):
    texts = {"a": 'extends = "b"', "b": 'extends = "a"'}
    monkeypatch.setattr(pilot_library, "names", lambda: list(texts))
    monkeypatch.setattr(pilot_library, "source", texts.get)
    must = "`extends` must not lead back to a pilot before it"
    assert refusal(pilot_library.tree, "a") == f"pilot 'b': {must}, got a -> b -> a"


def test_library_names_no_pilot():
    code = inspect.getsource(pilot_library)
    assert [pilot for pilot in PILOTS if pilot in code] == []
