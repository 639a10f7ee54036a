"""Every value of a pilot has a source, and equals the row of the catalogue that it names."""

import csv
import re
from importlib.resources import files

import pytest
from support.pilot_sources import BASELINES, PILOTS

from scsfast.model import pilot_library
from scsfast.model.parameters import MARKS, sourced_leaves

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
    72: "what a score buys: `fuzhou-fares`",
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
    leaves = sourced_leaves(pilot_library.tree(pilot))
    return [(".".join(path), rec) for path, rec in leaves if path[-1] not in WORDS]


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


@pytest.mark.parametrize("pilot", ROWS_OF)
def test_every_priced_row_is_used_or_has_a_reason_not_to_be(pilot):
    rows = rows_of(pilot)
    used = {row for _, row, _, _ in references(pilot)} & set(priced(rows))
    assert used == set(priced(rows)) - set(UNUSED_ROWS)


@pytest.mark.parametrize("pilot", sorted(set(PILOTS) - set(BASELINES)))
def test_rows_are_the_pilot_s_own(pilot):
    parent = next((name for name in ROWS_OF if name in pilot), pilot)
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


def test_rows_on_rewards_of_a_score_are_benefits():
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
