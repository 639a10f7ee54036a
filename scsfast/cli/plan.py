"""The verbs before a run: an estimate of what it needs, and a job script for a cluster."""

from itertools import count
from pathlib import Path
from typing import Annotated

import typer

from .app import Json, Sets, app, say, write_json

Campaign = Annotated[Path, typer.Argument(help="The campaign, a TOML file.")]
Ranks = Annotated[
    int, typer.Option("--ranks", "-n", min=1, help="MPI ranks on this machine.")
]


@app.command(epilog="Example: scsfast plan examples/first.toml -o first.zarr -j 4")
def plan(
    file: Campaign,
    store: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            help="Where results would go, or already are; by default FILE's name with "
            ".zarr, here.",
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Cores; by default all.")
    ] = None,
    ranks: Ranks = 1,
    reuse: Annotated[
        list[str] | None,
        typer.Option("--reuse", help="A store to take the same work from; repeatable."),
    ] = None,
    sets: Sets = None,
    as_json: Json = False,
) -> None:
    """Estimate memory, disk space, files and time of a run.

    Simulates a small part for a second or two; nothing is left on the disk.
    """
    from ..api import as_campaign
    from ..planning.estimate import estimate
    from ..planning.limits import refuse_unfit
    from .tables_plan import plan_text

    campaign = as_campaign(file, sets or ())
    path = _free_place(campaign, file.stem) if store is None else store
    found = estimate(campaign, path, jobs, ranks, reuse=reuse or ())
    write_json(found.tree()) if as_json else print(plan_text(found, path), end="")
    if campaign.until:
        say(
            f"the plan is for {campaign.replicates} replicates of each scenario, `until` "
            f"may want up to {campaign.until.max}"
        )
    for warning in refuse_unfit(campaign, path, jobs, found, ranks=ranks):
        say(f"warning: {warning}")


def _free_place(campaign, stem: str) -> str:
    """Return the path of the store of a campaign for which the user named none."""
    from ..errors import DifferentCampaignError
    from ..planning.pending_work import store_at

    path = f"{stem}.zarr"
    try:
        store_at(path, campaign)
    except DifferentCampaignError:
        names = (f"{stem}-{k}.zarr" for k in count(2))
        free = next(name for name in names if not Path(name).exists())
        say(f"{path} holds something else; the plan is for a new store, {free}")
        return free
    return path


@app.command(
    epilog="Example: scsfast slurm examples/first.toml -o first.zarr --nodes 4 "
    "--time 2:00:00 > job.sh"
)
def slurm(
    file: Campaign,
    store: Annotated[str, typer.Option("--output", "-o", help="Where results go.")],
    time: Annotated[str, typer.Option(help="Walltime, such as 2:00:00 or 1-12.")],
    nodes: Annotated[int, typer.Option(help="Nodes.")] = 1,
    ntasks_per_node: Annotated[
        int | None, typer.Option(help="Ranks per node; by default as many as fit.")
    ] = None,
    cpus_per_task: Annotated[int | None, typer.Option(help="Cores per rank.")] = None,
    node_cores: Annotated[
        int | None,
        typer.Option(help="Cores per node; by default those of this machine."),
    ] = None,
    mem: Annotated[
        str | None, typer.Option(help="Memory per node, such as 64G.")
    ] = None,
    mpi: Annotated[
        str,
        typer.Option(help="How srun starts ranks: pmi2 (MPICH) or pmix (Open MPI)."),
    ] = "pmi2",
    partition: Annotated[str | None, typer.Option(help="Partition.")] = None,
    account: Annotated[str | None, typer.Option(help="Account.")] = None,
    sets: Sets = None,
) -> None:
    """Print a Slurm job script that runs and resumes a campaign.

    The job stops itself before the walltime. The script is not submitted: write it to a
    file, read it, and pass it to sbatch.
    """
    from ..api import as_campaign
    from ..planning.estimate import estimate
    from ..planning.slurm import Job, check, script

    asked = (ntasks_per_node, cpus_per_task, node_cores, mem, mpi, partition, account)
    job = Job(file, store, nodes, time, *asked, tuple(sets or ()))
    check(job)
    campaign = as_campaign(file, job.sets)
    here = None if "://" in store else store  # a bucket need not be seen from here
    print(script(job, estimate(campaign, here, 1)), end="")
