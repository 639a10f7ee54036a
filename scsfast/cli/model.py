"""The verbs of the model: check it, explain a citizen, calibrate, show the pilots."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from .app import Json, Sets, app, say, write_json

pilots_app = typer.Typer(rich_markup_mode=None)
app.add_typer(pilots_app, name="pilots")

PilotName = Annotated[str, typer.Argument(help="As `scsfast pilots` lists them.")]
Regime = Annotated[str, typer.Argument(help="A pilot, or a regime's TOML file.")]


@app.command(epilog="Example: scsfast check")
def check(as_json: Json = False) -> None:
    """Check that the compiled kernel equals the reference here."""
    from ..engine.check import check_kernel

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
        int, typer.Option("--from", min=0, help="First tick to print.")
    ] = 0,
    stop: Annotated[
        int | None, typer.Option("--to", min=1, help="Tick after the last to print.")
    ] = None,
    sets: Sets = None,
    as_json: Json = False,
) -> None:
    """Print what happens to one citizen each month, and why.

    The kernel advances all citizens. The reference computes each month of the one citizen
    again and must arrive at the same new state.
    """
    from ..analysis.citizen_story import tell
    from ..analysis.narrative import as_text, refuse_months
    from ..api import as_campaign

    campaign = as_campaign(file, sets or ())
    refuse_months(campaign, start, stop)
    story = tell(campaign, citizen, scenario=scenario, replicate=replicate)
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
    """Compare the packaged pilots with published figures.

    The exit code is 1 if a target that is claimed to be matched is missed.
    """
    from ..inference import base_mass as masses
    from ..inference import calibrate as calibration

    made, show = (
        (masses.mass, masses.text)
        if mass
        else (calibration.calibrate, calibration.text)
    )
    rows = made(citizens, replicates, n_threads=jobs, report=say)
    write_json(rows) if as_json else print(show(rows))
    if not (mass or calibration.is_calibrated(rows)):
        raise typer.Exit(1)


@pilots_app.callback(
    invoke_without_command=True, epilog="Example: scsfast pilots show rongcheng"
)
def pilots(context: typer.Context, as_json: Json = False) -> None:
    """List the packaged pilots; show, compare or copy one."""
    if context.invoked_subcommand is None:
        _list(as_json)


@pilots_app.command("list", epilog="Example: scsfast pilots list")
def list_pilots(as_json: Json = False) -> None:
    """List the packaged pilots."""
    _list(as_json)


def _list(as_json: bool) -> None:
    from ..model.pilot_values import listing

    rows = listing()
    if as_json:
        write_json(rows)
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        print(f"{row['name']:{width}}  {row['title']}")


@pilots_app.command("show", epilog="Example: scsfast pilots show rongcheng")
def show_pilot(name: Regime, as_json: Json = False) -> None:
    """Print each value of a regime with its unit and source."""
    from ..model.pilot_values import values
    from .tables_pilots import table_text

    rows = values(name)
    write_json(rows) if as_json else print(table_text(rows), end="")


@pilots_app.command("diff", epilog="Example: scsfast pilots diff rongcheng mine.toml")
def diff_pilots(
    one: Regime,
    other: Annotated[str, typer.Argument(help="Another.")],
    as_json: Json = False,
) -> None:
    """Print each value in which two regimes differ, with its sources."""
    from ..model.pilot_values import difference
    from .tables_pilots import difference_text

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
    """Write a pilot's TOML file; an existing file is never overwritten."""
    from ..model.pilot_values import copy

    print(copy(name, output or Path(f"{name}.toml")))


@app.command(epilog="Example: scsfast schema campaign")
def schema(
    kind: Annotated[
        Literal["campaign", "regime"], typer.Argument(help="campaign or regime.")
    ] = "campaign",
) -> None:
    """Write the JSON Schema of campaign or regime files.

    Editors use it to complete and check TOML files. Taplo and Even Better TOML find it by a
    first line such as "#:schema ./campaign.schema.json".
    """
    from ..campaign.json_schema import schema as of_kind

    write_json(of_kind(kind))


@app.command(epilog="Example: scsfast bench --json")
def bench(
    citizens: Annotated[
        list[int] | None,
        typer.Option("--citizens", min=600, help="Size; may be repeated."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure the speed of each kernel variant on one core.

    The roofline is the rate that random draws (Philox) and memory bandwidth (STREAM),
    measured at the same time, would allow if a tick computed nothing else.
    """
    from ..engine.bench import SIZES
    from ..engine.bench import bench as measured

    def show(row: dict) -> None:
        rate = row["citizen_ticks_per_s"] / 1e6
        print(
            f"{row['variant']:6} {row['citizens']:>9,} citizens "
            f"{rate:6.1f} M citizen-ticks/s, "
            f"{row['share_of_roofline']:5.1%} of the roofline "
            f"({row['philox_blocks_per_s'] / 1e6:,.0f} M Philox blocks/s, "
            f"STREAM {row['stream_bytes_per_s'] / 1e9:.1f} GB/s)",
            flush=True,
        )

    rows = measured(citizens or SIZES, report=None if as_json else show)
    if as_json:
        write_json(rows)
