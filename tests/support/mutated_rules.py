"""Mutants of the model's rules, and the tests that should fail for each.

``python -m support.mutated_rules PART KILLER FROM TO [FILE]`` tries mutants FROM .. TO - 1
of a shuffled list and prints what kills each; what FILE already names is not tried again, and
the rest is added to it. At the end it prints the row of docs/mutants.md. If all mutants were
tried, it also prints those that nothing finds and the page does not list, and those that the
page lists as changing nothing although something finds them. PART is ``reference`` or
``integers``; KILLER is

- ``kernel``: the mutated reference differs from the kernel in a grid of small worlds, or
  tests of its parts fail;
- ``some worlds``: the same in the first worlds alone;
- ``integers``: the pinned integers of the grid change;
- ``pins``: these, the pinned bits, or the tests that see them;
- ``answers``: the known answers, in their quick form.
"""

import gc
import json
import random
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path

import scsfast
from scsfast.model.integers.build import build_rules
from support.edges import edge_worlds
from support.ended import SECONDS, limited, tests_find
from support.executed_lines import Line, executed, forget_cached, lines_of
from support.mutants import Mutant, in_child, mutants
from support.mutants_page import faults, key, listed, row
from support.recorded_worlds import FIRST, difference, recorded, small_worlds
from support.small_scenarios import scenario

SEED, TESTS = 20261129, Path(__file__).parent.parent
MODEL = Path(scsfast.__file__).parent / "model"
FEW, MOST_IF_LISTED = 10, 40  # worlds before tests; of one that changes nothing
MEMORY = 4 << 30
SEE_REFERENCE = [
    TESTS / f"engine/test_reference_{name}.py" for name in ("draws", "parts")
]
DENSE_TEST = (
    "engine/test_dense_worlds.py::test_kernel_equals_reference_where_much_happens"
)
SEE_INTEGERS = (
    *("model/test_build.py", "model/test_leaders.py", "model/test_outcomes.py"),
    *("engine/test_policies.py", "engine/test_extremes.py"),
    *("engine/test_pinned_integers.py", f"{DENSE_TEST}[dense: black box]"),
    "engine/test_reference_given.py::test_a_placebo_has_as_many_clients_as_the_users_ties",
)
GAP = "no world executes it"


def every_mutant(part: str) -> list[Mutant]:
    """Return the mutants of the reference or of the integers, in a shuffled order."""
    found = [
        m for name in modules(part) for m in mutants(f"scsfast.model.{part}.{name}")
    ]
    random.Random(SEED).shuffle(found)
    return found


def modules(part: str) -> list[str]:
    """Return the names of the modules of the reference or of the integers."""
    return sorted(p.stem for p in (MODEL / part).glob("*.py") if p.stem != "__init__")


@dataclass
class Grid:
    """Tries by name, the lines that each executes, and how many mutants each has killed.

    Those that killed most are tried first. Without lines all are tried.
    """

    tries: dict[str, Callable[[], str]]
    lines: dict[str, set[Line]] = field(default_factory=dict)
    kills: Counter = field(default_factory=Counter)

    def trace(self, part: str) -> None:
        """Note the lines of a part that each try executes; without a mutant none finds any."""
        for name, call in self.tries.items():
            forget_cached(f"scsfast.model.{part}")
            self.lines[name] = executed(
                partial(assert_silent, name, call), MODEL / part
            )

    def chosen(self, mutant: Mutant | None) -> list[str]:
        """Return the tries that execute a mutant."""
        own = lines_of(mutant) if mutant else set()
        order = sorted(self.tries, key=lambda name: -self.kills[name])
        if not own or not self.lines:
            return order
        return [name for name in order if self.lines[name] & own]

    def killer(self, names: Iterable[str]) -> str:
        """Return the first try that shows a mutant, already put in, and what it shows."""
        for name in names:
            said = limited(self.tries[name])
            if said:
                return f"{name}{said}"
        return ""

    def note_kill(self, found: str) -> None:
        """Count a kill for the try that made it."""
        self.kills.update(name for name in self.tries if found.startswith(f"{name}:"))


def assert_silent(name: str, call: Callable[[], str]) -> None:
    """Make a call that should not find anything."""
    said = call()
    assert not said, f"{name}{said} without a mutant"


def worlds_differ(only_first: bool) -> Grid:
    """Return one try per small world: whether the reference differs from the kernel."""
    worlds = small_worlds()
    first = {name: worlds[name] for name in FIRST}
    worlds = first if only_first else first | edge_worlds() | worlds
    kernels = {name: recorded(world) for name, world in worlds.items()}
    tries = {n: partial(difference, worlds[n], kernels[n]) for n in worlds}
    return Grid(tries)


def integers_differ() -> Grid:
    """Return one try per pinned case: whether its integers change."""
    from engine import test_pinned_integers as pinned

    assert pinned.unlike() == []
    pins = json.loads(pinned.PINS.read_text(encoding="utf-8"))
    cases, members = pinned.plain_cases(), pins["members"].keys()

    def integers(name: str) -> dict:
        found = pinned.members(build_rules(scenario(**cases[name])))
        return {key: value for key, value in found.items() if key in members}

    before = {name: integers(name) for name in pins["cases"]}

    def differ(name: str) -> str:
        found = integers(name)
        unlike = [key for key in before[name] if found.get(key) != before[name][key]]
        return f": {unlike[0]}" if unlike else ""

    return Grid({name: partial(differ, name) for name in pins["cases"]})


def bits_differ() -> str:
    """Return the first scorer whose pinned bits change."""
    from engine import test_bits

    for scorer in test_bits.REGIMES:
        try:
            test_bits.test_bits_are_those_of_the_model_version(scorer)
        except Exception as error:
            return f"bits: {scorer}: {type(error).__name__}"
    return ""


def tests_of(module: str) -> list[Path]:
    """Return the tests that see a module's integers, its own first."""
    own = (f"model/test_{module}.py", *SEE_INTEGERS)
    files = {name: TESTS / name.partition("::")[0] for name in own}
    return [TESTS / name for name, path in files.items() if path.exists()]


def tests_of_all(part: str) -> set[Path]:
    """Return the tests that see the integers of any module."""
    return {path for module in modules(part) for path in tests_of(module)}


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


class Killer:
    """What tells that a mutant changes something; what all mutants need is made at once.

    Parameters
    ----------
    name : str
        ``kernel``, ``some worlds``, ``integers``, ``pins`` or ``answers``.
    """

    def __init__(self, name: str) -> None:
        self.name, self.grid, self.listed = name, Grid({}), Counter()
        if name in ("kernel", "some worlds"):
            self.grid = worlds_differ(name == "some worlds")
        elif name in ("integers", "pins"):
            self.grid = integers_differ()
        else:
            import_module("verification")  # once, not by each child

    def prepare(self, part: str) -> None:
        """Note which lines each try executes, and which mutants the page lists.

        Without a mutant nothing differs, and no test fails.
        """
        self.grid.trace(part)
        self.listed = listed(part)
        gc.freeze()  # children share what is made so far
        tests = {"kernel": set(SEE_REFERENCE), "pins": tests_of_all(part)}
        if self.name in tests:
            said = in_child(None, partial(tests_find, tests[self.name]), 60 * SECONDS)
            assert not said, f"{said} without a mutant"

    def __call__(self, mutant: Mutant | None) -> str:
        """Return what kills a mutant that is put in, or ''; what takes long comes last."""
        if self.name == "answers":
            return limited(answers_differ, 60 * SECONDS)
        tries = self.grid.chosen(mutant)
        if self.name in ("some worlds", "integers"):
            return self.grid.killer(tries)
        if self.name == "kernel":
            return (
                self.grid.killer(tries[:FEW])
                or tests_find(SEE_REFERENCE)
                or self.grid.killer(tries[FEW : self.most_worlds(mutant)])
            )
        module = mutant.module.rpartition(".")[2] if mutant else ""
        return (
            self.grid.killer(tries)
            or limited(bits_differ, 4 * SECONDS)
            or tests_find(tests_of(module))
        )

    def most_worlds(self, mutant: Mutant | None) -> int | None:
        """Return how many worlds are tried: None, all, if a mutant should change something."""
        return MOST_IF_LISTED if mutant and self.listed[key(mutant)] else None

    def tried(self, mutant: Mutant | None) -> str:
        """Put a mutant into a process of its own; return what kills it, or ''."""

        def kill() -> str:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))
            resource.setrlimit(resource.RLIMIT_CPU, (60 * SECONDS, 60 * SECONDS))
            return self(mutant)

        found = in_child(mutant, kill, 60 * SECONDS)
        self.grid.note_kill(found)
        if not found and self.grid.lines and not self.grid.chosen(mutant):
            print(f"{mutant}: {GAP}", flush=True)
        return found


def named(path: Path | None) -> dict[str, str]:
    """Return the mutants that a file names, with what finds each."""
    if not path or not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {label: said for _, label, said in (line.split("  ", 2) for line in lines)}


def main(part: str, name: str, start: str, stop: str, file: str = "") -> int:
    """Try mutants; return how many survive, or how many faults the whole list shows."""
    path, everything, findings = Path(file) if file else None, every_mutant(part), {}
    done, killer = named(path), Killer(name)
    killer.prepare(part)
    for k, mutant in enumerate(everything[int(start) : int(stop)], int(start)):
        label = f"{k} {mutant}"
        if label in done:
            findings[mutant] = done[label]
            continue
        said = findings[mutant] = " ".join(killer.tried(mutant).split())[:90]
        line = f"{'killed' if said else 'SURVIVES'}  {label}  {said}"
        print(line, flush=True)
        if path:
            with path.open("a", encoding="utf-8") as out:
                out.write(line + "\n")
    print(row(part, findings))
    if len(findings) < len(everything):
        return sum(not said for said in findings.values())
    wrong = faults(part, findings)
    for fault in wrong:
        print(fault)
    return len(wrong)


if __name__ == "__main__":
    sys.exit(bool(main(*sys.argv[1:])))
