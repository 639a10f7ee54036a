"""The verbs before a run: what it will take, and a job script for a cluster."""

from pathlib import Path
from typing import Annotated

import typer

from .terminal import Json, app, say, write_json

Campaign = Annotated[Path, typer.Argument(help="The campaign, a TOML file.")]
Ranks = Annotated[
    int, typer.Option("--ranks", "-n", min=1, help="MPI ranks on this machine.")
]


@app.command(epilog="Example: scsfast plan examples/first.toml -o first.zarr -j 4")
def plan(
    file: Campaign,
    store: Annotated[
        str | None,
        typer.Option("--output", "-o", help="Where results would go, or are already."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Cores; by default all.")
    ] = None,
    ranks: Ranks = 1,
    as_json: Json = False,
) -> None:
    """Say what a run will take: memory, disk, files and time.

    Plays a small piece for a second or two; nothing is left on the disk.
    """
    from .analysis.summary import summarise
    from .campaign.estimate import estimate
    from .campaign.refuse import refuse_unfit
    from .face import as_campaign
    from .planned import plan_text

    campaign, path = as_campaign(file), store or f"{file.stem}.zarr"
    found = estimate(campaign, path, jobs, ranks, derive=summarise)
    write_json(found.tree()) if as_json else print(plan_text(found, path), end="")
    for warning in refuse_unfit(campaign, path, jobs, found, ranks=ranks):
        say(f"warning: {warning}")
