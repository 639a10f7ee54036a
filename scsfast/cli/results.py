"""The verbs of results: compare, attribute, sensitivity, claims, export."""

from pathlib import Path
from typing import Annotated

import typer

from .app import (
    Bases,
    Confidence,
    Constrained,
    Json,
    StorePath,
    TargetsFile,
    app,
    matched,
    say,
    write_json,
)

Variables = Annotated[
    list[str] | None,
    typer.Option("--variable", "-v", help="By default all measures; may be repeated."),
]


@app.command(epilog="Example: scsfast compare first.zarr --baseline fair-rongcheng")
def compare(
    store: StorePath,
    baseline: Annotated[str, typer.Option("--baseline", "-b", help="A scenario.")],
    variable: Variables = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option("--scenario", "-s", help="By default all; may be repeated."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", help="One row per group, level or grade."),
    ] = None,
    confidence: Confidence = 0.95,
    as_json: Json = False,
) -> None:
    """Compare every scenario with a baseline by replicate."""
    from ..analysis.compare import compare as differences
    from .tables_results import compare_text, records

    table = differences(store, baseline, variable, confidence, scenario, by)
    if as_json:
        write_json({"baseline": baseline, "differences": records(table)})
    else:
        print(compare_text(table, baseline, by))


@app.command(epilog="Example: scsfast attribute levels.zarr --of rongcheng")
def attribute(
    store: StorePath,
    of: Bases = None,
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", "-m", help="By default all; may be repeated."),
    ] = None,
    confidence: Confidence = 0.95,
    as_json: Json = False,
) -> None:
    """Attribute manipulation to levels, from a factorial.

    Prints Shapley values, Shapley values of levels with all channels open, Owen values
    (levels and channels as unions) and interactions of pairs.
    """
    import pandas as pd

    from ..analysis.attribute import KINDS
    from ..analysis.attribute import attribute as values
    from ..analysis.datasets import results
    from .tables_results import attribute_text, records

    dataset = results(store)
    tables = [
        values(dataset, of, measure, confidence, kind).assign(kind=kind)
        for kind in KINDS
    ]
    table = pd.concat([own for own in tables if len(own)], ignore_index=True)
    write_json(records(table)) if as_json else print(attribute_text(table))


@app.command(
    epilog="Example: scsfast sensitivity sample.zarr --variable skill --method pawn"
)
def sensitivity(
    store: StorePath,
    of: Bases = None,
    variable: Variables = None,
    method: Annotated[
        str | None,
        typer.Option(
            "--method", help="pawn or delta; by default as the sample allows."
        ),
    ] = None,
    confidence: Confidence = 0.95,
    as_json: Json = False,
) -> None:
    """Print how strongly each parameter moves each measure.

    pawn and delta compare whole distributions, from any sample but morris, and print
    dummies (permuted parameters) as a floor.
    """
    from ..analysis.sensitivity import sensitivity as indices
    from .tables_results import records, sensitivity_text

    table = indices(store, of, variable, confidence, method)
    write_json(records(table)) if as_json else print(sensitivity_text(table))


@app.command(
    epilog="Example: scsfast claims sample.zarr --constrained --threshold moved=0.02"
)
def claims(
    store: StorePath,
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            "--threshold", help="NAME=VALUE, where verdicts change; repeatable."
        ),
    ] = None,
    confidence: Confidence = 0.95,
    constrained: Constrained = False,
    targets: TargetsFile = None,
    as_json: Json = False,
) -> None:
    """Evaluate the talk's two claims on a store.

    C1: leaders can manipulate the regime. C2: it hardly allocates better than a lottery. The
    thresholds of the verdicts are printed with them. With --constrained, verdicts over the
    points of a sample are over those that published figures do not rule out.
    """
    from ..analysis.claims import claims as answers
    from ..analysis.datasets import results
    from ..analysis.verdict import thresholds_of
    from .tables_claims import claims_text, claims_tree

    dataset = results(store)
    left = matched(dataset, constrained, targets)
    found = answers(dataset, thresholds_of(threshold or []), confidence, left)
    write_json(claims_tree(found)) if as_json else print(claims_text(found))


@app.command(
    epilog="Example: scsfast export first.zarr -o first.parquet --table by_group"
)
def export(
    store: StorePath,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Ends with .parquet, .csv or .nc.")
    ],
    table: Annotated[
        str,
        typer.Option("--table", help="summary, sums, by_level, by_group, ..."),
    ] = "summary",
    force: Annotated[
        bool, typer.Option("--force", help="Replace an existing file.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write a tidy table, or everything as netCDF."""
    from ..analysis.export import export as write

    path = write(store, output, table, force)
    size = path.stat().st_size
    if as_json:
        write_json({"path": str(path), "table": table, "bytes": size})
    else:
        say(f"{path}: {size:,} bytes")
