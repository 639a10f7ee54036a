"""The verbs of a campaign: run it, print its state, verify and merge its stores."""

from pathlib import Path
from typing import Annotated

import typer

from .app import (
    Json,
    Sets,
    StorePath,
    Verbose,
    app,
    counted,
    quiet_all_but_first,
    say,
    show_phases,
    write_json,
)


@app.command(
    epilog="Example: scsfast run examples/first.toml -o first.zarr -j 4; with what another "
    "store has: scsfast run more.toml -o more.zarr --reuse first.zarr"
)
def run(
    file: Annotated[Path, typer.Argument(help="The campaign, a TOML file.")],
    store: Annotated[
        str,
        typer.Option("--output", "-o", help="Where results go: a folder, or s3://..."),
    ],
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", "-j", min=1, help="Cores per process; by default an equal share."
        ),
    ] = None,
    first: Annotated[
        int,
        typer.Option(
            "--from", min=0, help="First replicate; other runs compute those before it."
        ),
    ] = 0,
    reuse: Annotated[
        list[str] | None,
        typer.Option("--reuse", help="A store to take the same work from; repeatable."),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print errors only, no progress.")
    ] = False,
    verbose: Verbose = 0,
    sets: Sets = None,
    as_json: Json = False,
) -> None:
    """Run a campaign into a store, or resume it.

    The same command resumes. If the file now asks for more replicates, they are added. With
    --reuse, results that another store has are not computed again, so a file may add
    scenarios or points. Under mpiexec or srun all ranks compute: mpiexec -n 4 scsfast run
    FILE -o STORE. Exit codes: 0 success, 1 replicates failed, 2 the campaign or the command
    is wrong; 130, 138 and 143: stopped by Ctrl-C, SIGUSR1 and SIGTERM.
    """
    from ..api import as_campaign, judges, raise_failures
    from ..execution.progress import for_stderr, silent
    from ..execution.run import meet, run_campaign

    show_phases(verbose, quiet)
    campaign, communicator = meet(
        lambda: as_campaign(file, sets or ()), quiet_all_but_first
    )
    failures = run_campaign(
        campaign,
        store,
        jobs=jobs,
        report=silent if quiet else for_stderr(),
        say=say,
        communicator=communicator,
        first=first,
        reuse=reuse or (),
        **judges(campaign),
    )
    if communicator and communicator.rank:
        return
    _show_results(store, as_json)
    raise_failures(campaign, failures)


def _show_results(path: str, as_json: bool) -> None:
    """Write the summary of a store to stdout."""
    from ..model.measures import summary_table
    from ..store.open import open as open_results
    from ..store.store import Store
    from .tables import shown_of, status_rows, summary_rows, summary_text

    store = Store(path)
    until = store.campaign.until
    if until is not None and until.is_per_scenario:
        table = _summary_of_each(path)
    else:
        table = summary_table(open_results(path))
    if as_json:
        write_json({"status": status_rows(store), "summary": summary_rows(table)})
        return
    names = table["scenario"].values.tolist()
    shown, rest = shown_of(names, table["design"].values.tolist())
    print(summary_text(summary_rows(table.sel(scenario=shown))) + rest)


def _summary_of_each(path: str):
    """Return the summary of a store over all replicates that each scenario has."""
    from ..analysis.datasets import summary
    from ..model.measures import MEASURES
    from ..store.open import read_all

    return summary(read_all(path), list(MEASURES))


@app.command(epilog="Example: scsfast status first.zarr --json")
def status(store: StorePath, as_json: Json = False) -> None:
    """Print how much of a store is done, failed and pending.

    Replicates and blocks are counted; failures are listed with their causes.
    """
    from ..store.store import Store
    from .tables import status_rows, status_text

    rows = status_rows(Store(store))
    write_json(rows) if as_json else print(status_text(rows))


@app.command(epilog="Example: scsfast verify first.zarr")
def verify(
    store: StorePath,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Let the next run compute damaged blocks anew."),
    ] = False,
    verbose: Verbose = 0,
    as_json: Json = False,
) -> None:
    """Read a whole store and compare it with its digests."""
    from ..store.repair import repair as mend
    from ..store.store import Store
    from ..store.verify import in_words
    from ..store.verify import verify as damage

    show_phases(verbose)
    opened = Store(store)
    damaged = damage(opened, counted("verify"))
    if as_json:
        write_json({"store": str(store), "ok": not damaged, "damaged": damaged})
    else:
        for name, fault in damaged.items():
            print(f"{in_words(opened, name)}: {fault}")
        print(f"{len(damaged)} damaged" if damaged else "all as recorded")
    if damaged and repair:
        mend(opened, damaged)
        say("repaired as far as possible: now `scsfast run` again, then `verify`")
    if damaged:
        raise typer.Exit(1)


@app.command(epilog="Example: scsfast merge one.zarr other.zarr -o both.zarr")
def merge(
    stores: Annotated[list[str], typer.Argument(help="Finished stores.")],
    output: Annotated[str, typer.Option("--output", "-o", help="The new store.")],
    verbose: Verbose = 0,
    as_json: Json = False,
) -> None:
    """Merge finished stores of one campaign into a new one.

    They may hold different replicates, as `run --from` computes them. Replicates that several
    stores hold must be the same in all.
    """
    from ..api import merge as join
    from .tables import status_rows, status_text

    show_phases(verbose)
    rows = status_rows(join(stores, output, progress=counted("merge")))
    write_json(rows) if as_json else print(status_text(rows))
    if not rows["complete"]:
        missing = rows["replicates"]["planned"] - rows["replicates"]["done"]
        say(
            f"warning: {missing} replicates are in none of the stores, or in blocks that "
            "none has whole: `scsfast run` computes them, then the store is finished"
        )
