"""Verification: the model compared with closed forms.

``python tests/verification.py`` runs every case on large samples (minutes) and prints a
table; ``--quick`` is the form that the tests run. Each case is a campaign, written with
the keys of its TOML file, with all mechanisms off but those that the known answer is about
(``answers/``). Sources, such as K1 or 7.5, are explained in docs/verification.md.

A tolerance is z standard errors of the sampling error, plus a bound on the error of
integer arithmetic where there is one; both are derived, none is fitted. z is chosen so
that all statistical checks of a case together raise a false alarm with a chance of at
most `lab.FALSE_ALARM`, by the normal approximation. Checks without either are exact.
"""

import argparse
import json
import os
import sys
import time
from importlib import import_module
from pathlib import Path

from answers.lab import CASES, FALSE_ALARM, SEED, Case, Check

THEMES = (
    "records",
    "meetings",
    "prizes",
    "measures",
    "conduct",
    "leaders",
    "scorers",
    "appeals",
    "citizens",
    "targets",
    "choices",
    "dependence",
    "access",
    "careers",
    "nulls",
)
for theme in THEMES:
    import_module(f"answers.{theme}")  # registers its cases

MISSING = (  # source, known answer, mechanism that the model does not have
    (
        "K2",
        "private stern judging goes to 1/2 good",
        "opinions of one's own: everyone reads the same published score",
    ),
    (
        "K3",
        "mean 990, variance 950 of two kinds of record with a validity each",
        "validity by kind of record: a regime has one memory for all",
    ),
    (
        "K9",
        "inspection rate g/F, violation rate c/d; raising F moves inspection only",
        "an inspector who chooses: the chance to be seen is a parameter (`suspicion` makes "
        "it depend on standing, not on what inspection pays). `deterrence` is the citizens' "
        "half",
    ),
    (
        "K12",
        "contraction at eps beta/gamma in general; Gaussian mean estimation",
        "learners other than ridge regression, outcomes other than recorded violations. "
        "`retraining-feeds-back` is the map of one feature",
    ),
    (
        "K13",
        "selected borrowers repay or default, and their scores follow",
        "an outcome of a prize for its winner. `delayed-impact` takes kept and broken words "
        "for success and failure, and chooses the selected on reading",
    ),
    (
        "K15",
        "at most ceil(-1/2 + 1/2 sqrt(1 + 2/b)) messages of a biased reporter",
        "reports as messages: leaders act at fixed rates, and nobody infers from what they "
        "report",
    ),
    (
        "K16",
        "a jury with a common leader stays at .6",
        "observers who influence each other: each sees and errs independently",
    ),
    (
        "K18",
        "fixation of one mutant among N = 100, asynchronous",
        "one update at a time: all pairs of a tick may learn. The same formula holds here "
        "(`fixation-in-villages`, N = 6, where it takes fewer ticks)",
    ),
    (
        "K19",
        "a lasting corrupt phase, then a sudden fall of corruption",
        "leaders who meet, report, and learn from others' fate: they manipulate or not as "
        "drawn, and audits catch them at a fixed rate (`audits`)",
    ),
    (
        "D3 (S49)",
        "capture of at most 8 points at a welfare cost below 1 %",
        "nothing: it is a target for parameters and no known answer",
    ),
)

DOCS = Path(__file__).parent.parent / "docs" / "verification.md"
HEADS = ("case", "source", "check", "expected", "got", "tolerance", "sample", "verdict")
WIDTHS = (29, 13, 47, 12, 12, 9, 24, 7)


def cells(which: Case, check: Check) -> tuple[str, ...]:
    """Return the row of a check in the table of results."""
    tolerance = f"{check.tolerance:.2g}" if check.tolerance else "exact"
    verdict = "pass" if check.passes else "FAIL"
    numbers = f"{check.expected:.6g}", f"{check.got:.6g}", tolerance
    return (which.name, which.source, check.what, *numbers, check.sample, verdict)


def false_alarm(checks: list[Check]) -> float:
    """Return the largest chance that a case fails though model and theory agree."""
    return FALSE_ALARM if any(check.error > 0 for check in checks) else 0.0


def markdown(heads, rows) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    escaped = [[str(cell).replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in escaped)


def list_of_cases() -> str:
    """Return the table of cases with their statements."""
    rows = [
        (f"`{c.name}`", c.source, c.about, f"{c.quick:,}", f"{c.full:,}")
        for c in CASES.values()
    ]
    heads = ("case", "source", "known answer", "citizens, quick", "full")
    return markdown(heads, rows)


def list_of_missing() -> str:
    """Return the table of known answers that cannot be asked for."""
    return markdown(("source", "known answer", "what is missing"), MISSING)


def list_of_results(results: dict[str, list[Check]]) -> str:
    """Return the table of results."""
    rows = [cells(CASES[name], c) for name, checks in results.items() for c in checks]
    short = [(f"`{name}`", *rest) for name, _, *rest in rows]
    return markdown((HEADS[0], *HEADS[2:]), short)


def filled(text: str, name: str, table: str) -> str:
    """Return a text with the table between its markers replaced."""
    begin, end = f"<!-- begin:{name} -->", f"<!-- end:{name} -->"
    before, _, rest = text.partition(begin)
    old, _, after = rest.partition(end)
    if not old:
        raise SystemExit(f"{DOCS.name} must have {begin} .. {end}")
    return f"{before}{begin}\n\n{table}\n\n{end}{after}"


def documented(text: str) -> str:
    """Return the page with its lists of cases made anew."""
    return filled(filled(text, "cases", list_of_cases()), "missing", list_of_missing())


def write_docs(results: dict[str, list[Check]]) -> None:
    """Write the tables of docs/verification.md; cases that did not run keep their rows."""
    text = documented(DOCS.read_text(encoding="utf-8"))
    new = rows_by_case(list_of_results(results))
    rows = rows_by_case(between(text, "results")) | new
    lines = [row for name in CASES for row in rows.get(name, [])]
    table = "\n".join([*list_of_results({}).splitlines(), *lines])
    DOCS.write_text(filled(text, "results", table), encoding="utf-8")


def between(text: str, name: str) -> str:
    """Return the text between the markers of a table."""
    begin, end = f"<!-- begin:{name} -->", f"<!-- end:{name} -->"
    return text.partition(begin)[2].partition(end)[0].strip()


def rows_by_case(table: str) -> dict[str, list[str]]:
    """Return the rows of a table of results by the name of their case."""
    rows = {}
    for line in table.splitlines()[2:]:
        rows.setdefault(line.split("`")[1], []).append(line)
    return rows


def show(row) -> None:
    """Print a row."""
    print(
        "  ".join(f"{cell:{w}}" for cell, w in zip(row, WIDTHS, strict=True)).rstrip()
    )


def as_plain(which: Case, checks: list[Check], seconds: float) -> dict:
    """Return a case's results as plain values."""
    fields = (
        "what",
        "expected",
        "got",
        "tolerance",
        "error",
        "bound",
        "n",
        "of",
        "passes",
    )
    found = [{field: getattr(check, field) for field in fields} for check in checks]
    head = {"case": which.name, "source": which.source, "about": which.about}
    cost = {"false_alarm": false_alarm(checks), "seconds": round(seconds, 2)}
    return {**head, **cost, "checks": found}


def arguments(argv):
    """Return the arguments of the program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    say, cores = parser.add_argument, len(os.sched_getaffinity(0))
    say("--quick", action="store_true", help="small samples, well under a minute")
    say("--times", type=int, default=1, help="times the citizens of --quick")
    say("--only", metavar="NAME", action="append", choices=list(CASES), help="one case")
    say("--json", action="store_true", help="print JSON instead of a table")
    say("--write", action="store_true", help=f"write results to {DOCS.name}")
    say("--threads", type=int, default=cores, help="threads, by default all cores")
    return parser.parse_args(argv)


def main(argv=None) -> int:
    """Run the cases; return 1 if one fails."""
    asked, results, plain = arguments(argv), {}, []
    if not asked.json:
        print(
            f"Seed {SEED}. False alarm of a case: {FALSE_ALARM:g}, 0 if all is exact.\n"
        )
        show(HEADS)
    for which in (CASES[name] for name in asked.only or CASES):
        began = time.perf_counter()
        checks = results[which.name] = which.run(
            asked.quick, asked.threads, asked.times
        )
        seconds = time.perf_counter() - began
        plain.append(as_plain(which, checks, seconds))
        if not asked.json:
            for check in checks:
                show(cells(which, check))
            print(
                f"    false alarm {false_alarm(checks):g}, {seconds:.1f} s", flush=True
            )
    failed = [
        name for name, checks in results.items() if not all(c.passes for c in checks)
    ]
    if asked.json:
        json.dump(plain, sys.stdout, indent=1, default=lambda number: number.item())
    else:
        print(f"\n{len(results) - len(failed)} of {len(results)} cases pass.", *failed)
        print("\nNot expressible:")
        for source, answer, missing in MISSING:
            print(f"  {source}: {answer}\n      missing: {missing}")
    if asked.write:
        write_docs(results)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
