"""The integers of a model version do not change: pinned digests of every member of `Rules`.

`test_bits.py` pins what the kernel makes of a few scenarios; this pins what every mechanism
of the grid is converted to, which the kernel and the reference share. Where a change is
meant, raise `MODEL_VERSION` if results change, and run this file to pin the new digests.
"""

import hashlib
import json
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

from engine.test_bits import PLAIN
from support.busy_parts import BUSY
from support.busy_worlds import CASES, CHANGES
from support.small_scenarios import merged, rules

PINS = Path(__file__).parent.parent / "data" / "pinned-integers.json"
POPULATION = {"world": {"population": PLAIN["population"]}}


def plain_cases() -> dict[str, dict]:
    """Return the cases of the grid without quantiles that come from a library."""
    changed = {
        name: {"change": change, "leaders": {"all": BUSY}}
        for name, change in CHANGES.items()
    }
    kept = {
        name: case
        for name, case in {**CASES, **changed}.items()
        if "correlations" not in case.get("world", {}).get("population", {})
    }
    return {name: merged(case, POPULATION) for name, case in kept.items()}


def members(rule, path="") -> dict[str, list]:
    """Return the integers of a rule by the path of their member, those of tuples in turn."""
    found: dict[str, list] = {}
    for field in fields(rule):
        value, at = getattr(rule, field.name), f"{path}{field.name}"
        parts = value if isinstance(value, tuple) else (value,)
        parts = [part[1] if field.name == "later" else part for part in parts]
        nested = [members(part, f"{at}.") for part in parts if is_dataclass(part)]
        for each in nested:
            for name, values in each.items():
                found.setdefault(name, []).extend(values)
        if not nested:
            found[at] = [value.tolist() if hasattr(value, "tolist") else _plain(value)]
    return found


def _plain(value):
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.tolist() if hasattr(value, "tolist") else value


@cache
def digests(names: tuple[str, ...]) -> dict[str, str]:
    """Return the digest of each member over some cases."""
    cases, hashes = plain_cases(), {}
    for case in names:
        for name, values in members(rules(**cases[case])).items():
            text = json.dumps([case, values]).encode()
            hashes.setdefault(name, hashlib.sha256()).update(text)
    return {name: found.hexdigest()[:16] for name, found in hashes.items()}


def unlike() -> list[str]:
    """Return the members that are not as pinned; members of later mechanisms have no pin."""
    pinned = json.loads(PINS.read_text(encoding="utf-8"))
    found = digests(tuple(pinned["cases"]))
    return [name for name, pin in pinned["members"].items() if found.get(name) != pin]


def test_integers_are_those_that_are_pinned():
    assert unlike() == [], f"if this is meant, run python {Path(__file__).name}"


def test_price_of_all_sold_points_is_at_most_a_million_incomes():
    dear = {"sale_price": 16_384.0, "sale_points": 30_000.0}
    assert set(rules(leaders={"all": dear}).sale_price[:4]) == {256 * 1_000_000}


if __name__ == "__main__":
    names = sorted(plain_cases())
    pins = {"cases": names, "members": digests(tuple(names))}
    PINS.write_text(json.dumps(pins, indent=1) + "\n", encoding="utf-8")
