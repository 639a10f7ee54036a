"""Mistakes planted in the model's rules are found: `support/mutated_rules.py` tries more."""

import pytest
from support.mutants import in_child, mutants
from support.mutated_rules import (
    FIRST,
    every_mutant,
    kernel_differs,
    pins_differ,
    tried,
    worlds,
)

from scsfast.model.integers import build, fixed_point
from scsfast.model.reference import scores, world

LEAST = 0.75  # of a sample that may hold mutants that change nothing


def found_share(found) -> float:
    """Return the share of mutants that something kills."""
    return sum(bool(said) for _, said in found) / len(found)


def test_mutants_of_the_reference_are_found_by_the_kernel():
    """12 of about 1,700; without a mutant nothing differs."""
    grid = dict(list(worlds().items())[: len(FIRST)])
    found = list(tried(every_mutant("reference")[:12], lambda: kernel_differs(grid)))
    assert found_share(found) >= LEAST
    assert kernel_differs(dict(list(grid.items())[:1])) == ""


def test_mutants_of_the_integers_are_found_by_the_pins():
    converts = ("integers.build", "integers.scores")
    chosen = [m for m in every_mutant("integers") if m.module.endswith(converts)]
    assert found_share(list(tried(chosen[:8], pins_differ, 4))) >= LEAST
    assert in_child(None, pins_differ, 60) == ""


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
