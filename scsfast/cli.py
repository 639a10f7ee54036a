"""The command line: verbs, their options, and exit codes.

stdout is for results, stderr for talk. Exit codes: 0 all well, 1 a run or a check failed,
2 the question is wrong, 130 and 143 stopped by Ctrl-C and SIGTERM. Heavy modules are
imported only by the verb that needs them, so that --help is quick.
"""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from .errors import ScsError

app = typer.Typer(
    name="scsfast",
    help="Simulate social credit pilots: what scores achieve, and for whom.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
pilots_app = typer.Typer(rich_markup_mode=None)
app.add_typer(pilots_app, name="pilots")

Json = Annotated[bool, typer.Option("--json", help="Write JSON to stdout.")]
StorePath = Annotated[Path, typer.Argument(help="A store that `run` made.")]
PilotName = Annotated[str, typer.Argument(help="As `scsfast pilots` lists them.")]


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    try:
        app(args=arguments, prog_name="scsfast")
    except ScsError as error:
        fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        fail("stopped by SIGINT; the same command resumes", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


def fail(message: str, exit_code: int) -> None:
    """Say on stderr what is wrong and end the process."""
    for line in message.splitlines():
        print(f"scsfast: error: {line}", file=sys.stderr)
    sys.exit(exit_code)


def write_json(tree) -> None:
    """Write a tree to stdout as JSON, missing numbers as null."""
    from .tables import for_json

    print(json.dumps(for_json(tree), indent=2, ensure_ascii=False))


def _show_version(wanted: bool) -> None:
    if wanted:
        from . import __version__

        print(f"scsfast {__version__}")
        raise typer.Exit


@app.callback(epilog="Example: scsfast run examples/first.toml -o first.zarr")
def _top(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version.", callback=_show_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass


@app.command(epilog="Example: scsfast run examples/first.toml -o first.zarr -j 4")
def run(
    file: Annotated[Path, typer.Argument(help="The campaign, a TOML file.")],
    store: Annotated[Path, typer.Option("--output", "-o", help="Where results go.")],
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Cores; by default all.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
    as_json: Json = False,
) -> None:
    """Run a campaign into a store, or go on where it was stopped.

    The same command resumes; a file with more replicates adds them.
    """
    from .campaign.progress import for_stderr, silent
    from .face import as_campaign, raise_failures, run_campaign

    campaign = as_campaign(file)
    report = silent if quiet else for_stderr()
    failures = run_campaign(campaign, store, jobs=jobs, report=report)
    _show_results(store, as_json)
    raise_failures(campaign, failures)


def _show_results(path: Path, as_json: bool) -> None:
    """Write the summary of a store to stdout."""
    from .analysis.open import open as open_results
    from .analysis.summary import summary_table
    from .campaign.store import Store
    from .tables import status_rows, summary_rows, summary_text

    rows = summary_rows(summary_table(open_results(path)))
    if as_json:
        write_json({"status": status_rows(Store(path)), "summary": rows})
    else:
        print(summary_text(rows))


@app.command(epilog="Example: scsfast status first.zarr --json")
def status(store: StorePath, as_json: Json = False) -> None:
    """Say what of a store is done, failed and pending."""
    from .campaign.store import Store
    from .tables import status_rows, status_text

    rows = status_rows(Store(store))
    write_json(rows) if as_json else print(status_text(rows))


@app.command(epilog="Example: scsfast verify first.zarr")
def verify(
    store: StorePath,
    repair: Annotated[
        bool, typer.Option("--repair", help="Let the next run redo damaged blocks.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read a store back and compare it with what was recorded."""
    from .campaign.repair import repair as mend
    from .campaign.store import Store
    from .campaign.verify import verify as damage

    opened = Store(store)
    damaged = damage(opened)
    if as_json:
        write_json({"store": str(store), "ok": not damaged, "damaged": damaged})
    else:
        for name, fault in damaged.items():
            print(f"{name}: {fault}")
        print(f"{len(damaged)} damaged" if damaged else "all as recorded")
    if damaged and repair:
        mend(opened, damaged)
        print("repaired as far as can be: now `scsfast run` again", file=sys.stderr)
    if damaged:
        raise typer.Exit(1)


@app.command(epilog="Example: scsfast check")
def check(as_json: Json = False) -> None:
    """Check that the compiled kernel equals the reference on this machine."""
    from .engine.check import check_kernel

    results = []
    for name, is_same, detail in check_kernel():
        results.append({"name": name, "ok": is_same, "detail": detail})
        if not as_json:
            mark = "same   " if is_same else "DIFFERS"
            print(f"{mark}  {name}  {detail}".rstrip(), flush=True)
    if as_json:
        write_json(results)
    if not all(result["ok"] for result in results):
        raise typer.Exit(1)


@app.command(
    epilog="Example: scsfast explain examples/pilots.toml --scenario rongcheng --citizen 7"
)
def explain(
    file: Annotated[Path, typer.Argument(help="The campaign, a TOML file.")],
    citizen: Annotated[int, typer.Option("--citizen", help="Its number, from 0.")],
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="By default the first.")
    ] = None,
    replicate: Annotated[
        int, typer.Option("--replicate", min=0, help="Number of the replicate.")
    ] = 0,
    start: Annotated[
        int, typer.Option("--from", min=0, help="First tick to tell of.")
    ] = 0,
    stop: Annotated[
        int | None, typer.Option("--to", min=1, help="Tick before which to end.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell one citizen's months, from the reference.

    The kernel advances everybody; each month of the one citizen is lived by the reference
    too, and must come to the same new state.
    """
    from .story import as_text, tell

    story = tell(file, citizen, scenario=scenario, replicate=replicate)
    if as_json:
        write_json({**story, "months": story["months"][start:stop]})
    else:
        print(as_text(story, start, stop))


@app.command(epilog="Example: scsfast calibrate --replicates 2")
def calibrate(
    citizens: Annotated[
        int, typer.Option("--citizens", min=1, help="Size of each world.")
    ] = 100_000,
    replicates: Annotated[
        int, typer.Option("--replicates", min=1, help="Runs of each experiment.")
    ] = 5,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Threads.")] = 1,
    mass: Annotated[
        bool, typer.Option("--mass", help="Vary the mass of scores at their base.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Hold the packaged pilots against the figures that exist.

    Ends with 1 if a target that is claimed to be matched is not.
    """
    from .analysis import calibration
    from .analysis import mass as masses

    def report(line: str) -> None:
        print(f"scsfast: {line}", file=sys.stderr)

    made, show = (
        (masses.mass, masses.text)
        if mass
        else (calibration.calibrate, calibration.text)
    )
    rows = made(citizens, replicates, n_threads=jobs, report=report)
    write_json(rows) if as_json else print(show(rows))
    if not (mass or calibration.is_calibrated(rows)):
        raise typer.Exit(1)


@pilots_app.callback(
    invoke_without_command=True, epilog="Example: scsfast pilots show rongcheng"
)
def pilots(context: typer.Context, as_json: Json = False) -> None:
    """List the packaged pilots, show one with its sources, compare or copy them."""
    if context.invoked_subcommand is None:
        _list(as_json)


@pilots_app.command("list", epilog="Example: scsfast pilots list")
def list_pilots(as_json: Json = False) -> None:
    """List the packaged pilots."""
    _list(as_json)


def _list(as_json: bool) -> None:
    from .pilots import listing

    rows = listing()
    if as_json:
        write_json(rows)
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        print(f"{row['name']:{width}}  {row['title']}")


@pilots_app.command("show", epilog="Example: scsfast pilots show rongcheng")
def show_pilot(name: PilotName, as_json: Json = False) -> None:
    """Print each value of a pilot with its unit and source."""
    from .pilots import table_text, values

    rows = values(name)
    write_json(rows) if as_json else print(table_text(rows), end="")


@pilots_app.command("diff", epilog="Example: scsfast pilots diff rongcheng mine.toml")
def diff_pilots(
    one: Annotated[str, typer.Argument(help="A pilot, or a regime's TOML file.")],
    other: Annotated[str, typer.Argument(help="Another.")],
    as_json: Json = False,
) -> None:
    """Print each value in which two regimes differ, with its sources."""
    from .pilots import difference, difference_text

    rows = difference(one, other)
    if as_json:
        write_json({"regimes": [one, other], "differences": rows})
    else:
        print(difference_text(rows, one, other), end="")


@pilots_app.command(
    "copy", epilog="Example: scsfast pilots copy rongcheng -o mine.toml"
)
def copy_pilot(
    name: PilotName,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="By default NAME.toml.")
    ] = None,
) -> None:
    """Write a pilot's TOML file; refuses to overwrite one."""
    from .pilots import copy

    print(copy(name, output or Path(f"{name}.toml")))
