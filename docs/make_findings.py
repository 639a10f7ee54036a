r"""Write docs/findings.csv from stores and searches, and the pages that it fills.

    python docs/make_findings.py claims-*.zarr --headline headline.zarr \
        --levels levels.zarr --flips flips.zarr --large large.zarr \
        --near near-*.zarr --searches searches

Without stores only the pages are written again; without those of the sample, figures of the
sample stay as they are in findings.csv. The templates, ``findings.md.in`` and
``best-rules.md.in``, have a name in double braces wherever a page has a figure, so no figure
can differ from the output; ``tests/docs/test_findings_page.py`` fails where a page is behind,
or has a figure by hand.
"""

import argparse
import csv
import re
from pathlib import Path

DOCS = Path(__file__).parent
FIGURES = DOCS / "findings.csv"
PAGES = ("findings.md", "best-rules.md")
NAME = re.compile(r"\{\{([^}]+)\}\}")


def known() -> dict[str, str]:
    """Return the committed figures by name."""
    with FIGURES.open(encoding="utf-8", newline="") as file:
        return {row["figure"]: row["value"] for row in csv.DictReader(file)}


def template(name: str) -> str:
    """Return the template of a page."""
    return (DOCS / f"{name}.in").read_text(encoding="utf-8")


def write_figures(found: dict[str, str]) -> None:
    """Write figures that the templates use as a table."""
    used = [name for page in PAGES for name in NAME.findall(template(page))]
    with FIGURES.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("figure", "value"))
        rows.writerows((name, found[name]) for name in sorted(set(used)))


def page(name: str, found: dict[str, str]) -> str:
    """Return a page: its template with figures in place of their names."""
    text = template(name)
    missing = sorted({figure for figure in NAME.findall(text) if figure not in found})
    if missing:
        raise SystemExit(f"{name}.in names missing figures: {missing}")
    return NAME.sub(lambda match: found[match.group(1)], text)


def main() -> None:
    """Write the table if stores are given, and the pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stores", nargs="*", help="stores of examples/claims.toml")
    parser.add_argument("--headline", help="store of examples/headline.toml")
    parser.add_argument("--levels", help="store of examples/levels.toml")
    parser.add_argument("--flips", help="store of examples/flips.toml")
    parser.add_argument("--large", help="store of the same points in a larger world")
    parser.add_argument(
        "--near", nargs="*", default=[], help="stores of the second wave"
    )
    parser.add_argument("--searches", help="folder of what searches print with --json")
    parser.add_argument("--all", help="write every figure there is to this file")
    given = parser.parse_args()
    found = known() | _given(given)
    if given.all:
        lines = "".join(f"{name}\t{value}\n" for name, value in found.items())
        Path(given.all).write_text(lines, encoding="utf-8")
    write_figures(found)
    for name in PAGES:
        (DOCS / name).write_text(page(name, known()), encoding="utf-8")


def _given(given: argparse.Namespace) -> dict[str, str]:
    """Return the figures of what the command line names."""
    found: dict[str, str] = {}
    stores = (given.headline, given.levels, given.flips, given.large)
    if given.stores or given.near or any(stores):
        from findings_figures import figures

        found |= figures(given.stores, *stores, given.near)
    if given.searches:
        import search_figures

        found |= search_figures.figures(given.searches)
    return found


if __name__ == "__main__":
    main()
