r"""Write docs/findings.csv from stores, and docs/findings.md from it and its template.

    python docs/make_findings.py claims-*.zarr --headline headline.zarr \
        --levels levels.zarr --flips flips.zarr

Without stores only the page is written again; without those of the sample, figures of the
sample stay as they are in findings.csv. The template, ``findings.md.in``, has a name in
double braces wherever the page has a figure, so no figure can differ from the output;
``tests/docs/test_findings_page.py`` fails where the page is behind, or has a figure by hand.
"""

import argparse
import csv
import re
from pathlib import Path

DOCS = Path(__file__).parent
FIGURES, PAGE = DOCS / "findings.csv", DOCS / "findings.md"
TEMPLATE = DOCS / "findings.md.in"
NAME = re.compile(r"\{\{([^}]+)\}\}")


def known() -> dict[str, str]:
    """Return the committed figures by name."""
    with FIGURES.open(encoding="utf-8", newline="") as file:
        return {row["figure"]: row["value"] for row in csv.DictReader(file)}


def write_figures(found: dict[str, str]) -> None:
    """Write figures that the template uses as a table."""
    used = NAME.findall(TEMPLATE.read_text(encoding="utf-8"))
    with FIGURES.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("figure", "value"))
        rows.writerows((name, found[name]) for name in sorted(set(used)))


def page(found: dict[str, str]) -> str:
    """Return the page: the template with figures in place of their names."""
    text = TEMPLATE.read_text(encoding="utf-8")
    missing = sorted({name for name in NAME.findall(text) if name not in found})
    if missing:
        raise SystemExit(f"findings.md.in names figures that are not there: {missing}")
    return NAME.sub(lambda match: found[match.group(1)], text)


def main() -> None:
    """Write the table if stores are given, and the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stores", nargs="*", help="stores of examples/claims.toml")
    parser.add_argument("--headline", help="store of examples/headline.toml")
    parser.add_argument("--levels", help="store of examples/levels.toml")
    parser.add_argument("--flips", help="store of examples/flips.toml")
    parser.add_argument("--all", help="write every figure there is to this file")
    given = parser.parse_args()
    others = (given.headline, given.levels, given.flips)
    if given.stores or any(others):
        from findings_figures import figures

        found = known() | figures(given.stores, *others)
        if given.all:
            lines = "".join(f"{name}\t{value}\n" for name, value in found.items())
            Path(given.all).write_text(lines, encoding="utf-8")
        if TEMPLATE.exists():
            write_figures(found)
    if TEMPLATE.exists():
        PAGE.write_text(page(known()), encoding="utf-8")


if __name__ == "__main__":
    main()
