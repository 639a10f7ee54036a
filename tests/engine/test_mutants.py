"""Mistakes planted in the model's rules are found: `support/mutated_rules.py` tries more."""

import inspect
from collections import Counter

import pytest
from support.mutants import in_child, mutants
from support.mutants_page import faults, key, listed, row
from support.mutated_rules import Grid, Killer, every_mutant

from scsfast.model.integers import build, fixed_point
from scsfast.model.reference import prizes, scores, world

LEAST = 0.75  # of a sample that may hold mutants that change nothing


def found_share(killer: Killer, chosen) -> float:
    """Return the share of mutants that something kills."""
    return sum(bool(killer.tried(mutant)) for mutant in chosen) / len(chosen)


def test_mutants_of_the_reference_are_found_by_the_kernel():
    """12 of about 1,700; without a mutant nothing differs."""
    killer = Killer("some worlds")
    assert killer.tried(None) == ""
    assert found_share(killer, every_mutant("reference")[:12]) >= LEAST


def test_mutants_of_the_integers_are_found_by_the_pins():
    killer = Killer("integers")
    assert killer.tried(None) == ""
    converts = ("integers.build", "integers.scores")
    chosen = [m for m in every_mutant("integers") if m.module.endswith(converts)]
    assert found_share(killer, chosen[:8]) >= LEAST


def test_only_tries_that_execute_a_mutant_are_tried():
    calls = {"log2": lambda: prizes.log2(5, 16), "clamp": lambda: scores.clamp(5, 7, 9)}
    grid = Grid(
        {name: lambda call=call: str(call())[:0] for name, call in calls.items()}
    )
    grid.trace("reference")
    lines, start = inspect.getsourcelines(prizes.log2)
    for mutant in mutants(prizes.__name__):
        inside = start < mutant.line < start + len(lines)
        assert grid.chosen(mutant) == (["log2"] if inside else [])


def test_mutants_of_what_runs_at_import_are_tried_everywhere():
    grid = Grid({"nothing": str}, {"nothing": set()})
    of_constants = [m for m in mutants(fixed_point.__name__) if m.line < 12]
    assert len(of_constants) > 20
    assert all(grid.chosen(mutant) == ["nothing"] for mutant in of_constants)


def test_mutants_are_of_every_kind():
    words = {m.what.partition(" ")[0] for m in every_mutant("reference")}
    assert {"Lt", "GtE", "Eq", "And", "Add", "not", "min", "0", "1", "True"} <= words


@pytest.mark.parametrize(
    ("home", "what", "calls", "changed"),
    [
        (world, "min -> max", lambda: str(scores.clamp(5, 7, 9)), "9"),
        (fixed_point, "16 -> 17", lambda: str(build.ONE16), str(2**17)),
    ],
)
def test_modules_that_imported_a_name_run_the_mutant(home, what, calls, changed):
    chosen = [m for m in mutants(home.__name__) if m.what == what]
    assert changed in {in_child(m, calls, 9) for m in chosen}
    assert in_child(None, calls, 9) != changed


def test_endless_loops_and_crashes_count_as_found():
    def loops():
        while True:
            pass

    assert in_child(None, loops, 0.2).startswith("signal")
    assert in_child(None, lambda: 1 / 0, 9).startswith("ZeroDivisionError")
    assert in_child(None, lambda: "", 9) == ""


@pytest.mark.parametrize("part", ["reference", "integers"])
def test_mutants_that_the_page_lists_are_of_the_source(part):
    left = listed(part)
    assert left.total() > 20
    assert left - Counter(map(key, every_mutant(part))) == Counter()


def test_table_counts_what_found_mutants_and_names_faults():
    """One is not found; one is found though it is listed as changing nothing."""
    chosen = {key(m): m for m in every_mutant("integers")}
    kept = [chosen["copula", "KEPT = 256", f"256 to {n}"] for n in (255, 257)]
    bits = chosen["strata", "BITS = 32", "32 to 33"]
    shift = chosen["fixed_point", "BELIEF_UNIT = 1 << 16", "16 to 17"]
    findings = {kept[0]: "", kept[1]: "bits: ledger", bits: "", shift: "test_a.py::b"}
    assert row("integers", findings) == "| `integers` | 4 | 1 | 1 | 1 | 1 |"
    wrong = faults("integers", findings)
    assert "not found: strata: BITS = 32: 32 to 33" in wrong
    assert "listed, but found: copula: KEPT = 256: 256 to 257" in wrong
    assert "listed, but found: copula: KEPT = 256: 256 to 255" not in wrong
