"""Mutants of the model's rules, and the tests that should fail for each.

``python -m support.mutated_rules PART KILLER FROM TO`` tries mutants FROM .. TO - 1 of a
shuffled list and prints what kills each. PART is ``reference`` or ``integers``; KILLER is

- ``kernel``: the kernel differs from the mutated reference in a grid of small worlds;
- ``pins``: the pinned bits, the pinned integers of the grid, the tests of the module itself;
- ``answers``: the known answers, in their quick form.
"""

import os
import random
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest

import scsfast
from scsfast.engine.check import first_difference
from scsfast.engine.simulation import Simulation
from scsfast.model.reference.reference import Reference
from support.busy_parts import BUSY
from support.busy_worlds import CASES, CHANGES
from support.mutants import Mutant, in_child, mutants
from support.small_scenarios import merged, rules

SEED, TESTS = 20261129, Path(__file__).parent.parent
FIRST = (  # cases of many mechanisms: they kill nearly all
    "busy leaders on six levels",
    "busy leaders: index and list",
    "citizens: four kinds of prize",
    "appeals against busy leaders: black box and list",
    "leaders learn: ledger",
    "judged by mean: list",
    "busy leaders: cohorts",
    "records of namesakes: ledger and list",
    "placebo: ledger",
    "citizens: ledger",
    "villages of unequal size: ledger",
)


def every_mutant(part: str) -> list[Mutant]:
    """Return the mutants of the reference or of the integers, in a shuffled order."""
    folder = Path(scsfast.__file__).parent / "model" / part
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    found = [m for name in names for m in mutants(f"scsfast.model.{part}.{name}")]
    random.Random(SEED).shuffle(found)
    return found


def worlds(n_citizens: int = 120) -> dict:
    """Return the rules of the grid in small, cases of many mechanisms first."""
    small = {"world": {"n_citizens": n_citizens}}
    named = {name: merged(small, CASES[name]) for name in (*FIRST, *CASES)}
    named |= {
        name: {**small, "change": change, "leaders": {"all": BUSY}}
        for name, change in CHANGES.items()
    }
    return {name: rules(**case) for name, case in named.items()}


def kernel_differs(grid: dict) -> str:
    """Return the first world in which kernel and reference differ."""
    for name, asked in grid.items():
        twin = Reference(asked, 35, 2)
        unlike = first_difference({"": Simulation(asked, 35, 2)}, twin, 6)
        if unlike:
            return f"{name}{unlike}"
    return ""


def pins_differ(module: str = "") -> str:
    """Return which pinned bits or integers are not found, or that a module's tests fail."""
    from engine import test_bits, test_pinned_integers

    for scorer in test_bits.REGIMES:
        try:
            test_bits.test_bits_are_those_of_the_model_version(scorer)
        except Exception as error:
            return f"bits: {scorer}: {type(error).__name__}"
    unlike = test_pinned_integers.unlike()
    if unlike:
        return f"integers: {unlike[0]}"
    own = TESTS / "model" / f"test_{module}.py"
    return own_tests(own) if own.exists() else ""


def own_tests(path: Path) -> str:
    """Run a file of tests here; return that one fails."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    code = pytest.main(["-x", "-q", "-n0", "-p", "no:cacheprovider", str(path)])
    return f"{path.name} fails" if code else ""


def answers_differ() -> str:
    """Return the first known answer that fails."""
    import verification

    for name, case in verification.CASES.items():
        try:
            wrong = [check.what for check in case.run() if not check.passes]
        except Exception as error:
            return f"{name}: {type(error).__name__}"
        if wrong:
            return f"{name}: {wrong[0]}"
    return ""


def killer(name: str) -> Callable[[], str]:
    """Return a killer by name; what all its calls need is made now."""
    if name == "kernel":
        return partial(kernel_differs, worlds())
    if name == "answers":
        import_module("verification")  # once, not by each child
    return {"pins": pins_differ, "answers": answers_differ}[name]


def tried(
    chosen: list[Mutant], kill: Callable[[], str], seconds: float = 120
) -> Iterator[tuple[Mutant, str]]:
    """Yield each mutant with what kills it, '' if it survives."""
    for mutant in chosen:
        own = mutant.module.rpartition(".")[2]
        asked = partial(kill, own) if kill is pins_differ else kill
        yield mutant, in_child(mutant, asked, seconds)


def main(part: str, name: str, start: str, stop: str) -> int:
    """Try mutants; return how many survive."""
    kill, n, survivors = killer(name), 0, 0
    for mutant, said in tried(every_mutant(part)[int(start) : int(stop)], kill):
        n, survivors = n + 1, survivors + (not said)
        print(f"{'killed' if said else 'SURVIVES'}  {mutant}  {said[:90]}", flush=True)
    print(f"{n - survivors} of {n} killed")
    return survivors


if __name__ == "__main__":
    sys.exit(bool(main(*sys.argv[1:])))
