"""Campaigns broken in their structure: refused in words, or taken with what is written.

The JSON Schema of campaigns knows keys, types and bounds. It says where values may be put,
and is the law: the program refuses whatever the schema refuses, so that no key and no value
is replaced by a default without a word.
"""

import copy
import datetime
import signal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scsfast.campaign.config import campaign_from_dict
from scsfast.campaign.json_schema import campaign_schema
from scsfast.errors import ScsError

EXAMPLES = Path(__file__).parents[2] / "examples"
SCHEMA = campaign_schema()
VALID = jsonschema.Draft202012Validator(SCHEMA)
LONGEST = 20  # seconds of a processor for one campaign
SMALL = {
    "world": {"n_citizens": 600, "n_ticks": 6, "spans": [20, 100, 300, 600]},
    "leaders": {"all": {"share": 0.5}},
    "scenario": [
        {"pilot": "rongcheng"},
        {"pilot": "rongcheng", "name": "lossy", "regime": {"loss": 0.1}},
        {"pilot": "lottery"},
    ],
}
DESIGNS = {
    "plain": {},
    "swept": {"sweep": {"regime.loss": [0.0, 0.1], "of": ["lossy"]}},
    "derived": {
        "sweep": {
            "regime.loss": [0.0, 0.1],
            "derive": {"regime.publicity": "2 * regime.loss"},
        }
    },
    "sampled": {
        "sample": {
            "method": "sobol",
            "n": 4,
            "over": {"regime.loss": [0.0, 0.2]},
            "of": ["lossy"],
        }
    },
    "factorial": {"factorial": {"of": ["lossy"], "levels": ["village", "county"]}},
    "points": {"points": {"rows": [{"regime.loss": 0.1}], "of": ["lossy"]}},
}
BASES = [SMALL | design for design in DESIGNS.values()]

numbers = st.one_of(
    st.sampled_from([float("nan"), float("inf"), -float("inf"), 1e308, -1, 0, 2**70]),
    st.sampled_from([-0.0, 5e-324, 1.5, 2**63, -(2**63) - 1, 10**400, 1_000_001]),
    st.integers(),
    st.floats(),
)
scalars = st.one_of(
    numbers,
    st.booleans(),
    st.text(max_size=8),
    st.sampled_from(["\0", "a" * 5_000, "../x", "rongcheng", "village", "policy.py:f"]),
    st.just(datetime.date(2026, 11, 29)),
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=5), inner, max_size=3),
    ),
    max_leaves=6,
)
strangers = st.one_of(
    st.sampled_from(
        ["", "a.b", "__class__", "n_citizen", "Share", "scenario", "\u0000"]
    ),
    st.text(max_size=6),
)


def resolved(node) -> list[dict]:
    """Return what a node of the schema may be, without references and unions."""
    if node is True:  # anything
        return [{}]
    if "$ref" in node:
        return resolved(SCHEMA["$defs"][node["$ref"].rpartition("/")[2]])
    inner = node.get("anyOf") or node.get("oneOf")
    return [each for one in inner for each in resolved(one)] if inner else [node]


def put(draw, tree, node: dict) -> None:
    """Put a value somewhere below a table, where the schema knows a key."""
    for _ in range(8):
        known = {
            k: v for one in resolved(node) for k, v in one.get("properties", {}).items()
        }
        if isinstance(tree, list) and tree:
            entry = draw(st.integers(0, len(tree) - 1))
            items = [one["items"] for one in resolved(node) if "items" in one]
            if isinstance(tree[entry], dict) and items:
                tree, node = tree[entry], items[0]
                continue
            tree[entry] = draw(anything)
            return
        if not isinstance(tree, dict) or not known:
            return
        key = draw(st.sampled_from(sorted(known)))
        is_table = any(
            "properties" in one or "items" in one for one in resolved(known[key])
        )
        if is_table and draw(st.integers(0, 3)):
            fresh = (
                {} if any("properties" in one for one in resolved(known[key])) else []
            )
            tree, node = tree.setdefault(key, fresh), known[key]
            continue
        tree[key] = draw(anything)
        return


def tables(node):
    """Yield every table and list of a tree."""
    if isinstance(node, dict | list):
        yield node
        for inner in list(node.values() if isinstance(node, dict) else node):
            yield from tables(inner)


def add_unknown(draw, tree) -> None:
    """Add a key that is likely unknown."""
    place = draw(st.sampled_from([t for t in tables(tree) if isinstance(t, dict)]))
    place[draw(strangers)] = draw(anything)


def repeat(draw, tree) -> None:
    """Repeat an entry of a list, under its name."""
    lists = [t for t in tables(tree) if isinstance(t, list) and t]
    if lists:
        place = draw(st.sampled_from(lists))
        place.append(copy.deepcopy(draw(st.sampled_from(place))))


def move(draw, tree) -> None:
    """Move a part to another table."""
    places = [t for t in tables(tree) if isinstance(t, dict) and t]
    if not places:
        return
    start = draw(st.sampled_from(places))
    key = draw(st.sampled_from(sorted(start, key=str)))
    part = start.pop(key)
    rest = [t for t in tables(tree) if isinstance(t, dict)]
    draw(st.sampled_from(rest))[key] = part


def tie(draw, tree) -> None:
    """Let formulas depend on themselves or on each other."""
    path, other = "regime.publicity", "regime.transparency"
    formulas = draw(
        st.sampled_from(
            [
                {path: path},
                {path: other, other: path},
                {path: "regime.loss ** regime.loss ** 99999"},
                {path: "(" * 300 + "regime.loss" + ")" * 300},
                {path: "regime.loss / 0"},
            ]
        )
    )
    tree.setdefault("sweep", {"regime.loss": [0.1]})
    if isinstance(tree["sweep"], dict):
        tree["sweep"]["derive"] = formulas


@st.composite
def broken(draw):
    """Return a small campaign with one to three changes of its structure."""
    tree = copy.deepcopy(draw(st.sampled_from(BASES)))
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from([put, put, put, add_unknown, repeat, move, tie]))
        kind(draw, tree, SCHEMA) if kind is put else kind(draw, tree)
    return tree


def is_refused(tree: dict) -> bool:
    """Return whether a campaign is refused in words; fail if it takes too long."""
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        campaign_from_dict(copy.deepcopy(tree))
    except ScsError as error:
        assert str(error).strip() and "\0" not in str(error)
        return True
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return False


@pytest.fixture(autouse=True)
def limited():
    """Turn the end of the time of a campaign into a failure."""

    def too_long(*_):
        raise TimeoutError(f"more than {LONGEST} s")

    before = signal.signal(signal.SIGPROF, too_long)
    yield
    signal.signal(signal.SIGPROF, before)


def obeys(tree: dict) -> None:
    """Fail unless a campaign that the schema refuses is refused."""
    if not is_refused(tree):
        fault = next(VALID.iter_errors(tree), None)
        assert fault is None, f"{list(fault.absolute_path)}: {fault.message[:300]}"


@pytest.mark.parametrize("tree", BASES, ids=DESIGNS)
def test_unbroken_campaigns_are_taken(tree):
    assert not is_refused(tree)


def test_schema_has_no_table_that_takes_unknown_keys():
    objects = [SCHEMA, *SCHEMA["$defs"].values()]
    of_keys = [node for node in objects if "properties" in node]
    assert len(of_keys) > 20
    assert all(node["additionalProperties"] is False for node in of_keys)


SEARCH = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=120, **SEARCH)
@given(tree=broken())
def test_broken_campaigns_are_refused_in_words(tree):
    obeys(tree)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@settings(max_examples=10_000, **SEARCH)
@given(tree=broken())
def test_10_000_broken_campaigns_are_refused_in_words(tree):
    obeys(tree)
