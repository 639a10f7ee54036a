"""The verb that writes a report of a store as one HTML file."""

from pathlib import Path
from typing import Annotated

import typer

from .app import Constrained, StorePath, TargetsFile, app, matched, say


@app.command(epilog="Example: scsfast report first.zarr -o report.html")
def report(
    store: StorePath,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="The file, .html or .htm; replaced if it exists."
        ),
    ],
    baseline: Annotated[
        str | None,
        typer.Option("--baseline", help="Scenario to compare all others with."),
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", help="By default the campaign's.")
    ] = None,
    constrained: Constrained = False,
    targets: TargetsFile = None,
) -> None:
    """Write the results of a campaign as one HTML file.

    The page needs no network. It holds tables, figures, verdicts with intervals, facts of the
    run, and a paragraph on methods.
    """
    from ..analysis.report.document import report as write

    left = matched(store, constrained, targets)
    html = write(store, output, baseline=baseline, title=title, constrained=left)
    say(f"{output}: {len(html.encode()) / 2**20:.1f} MiB, opens in any browser")
