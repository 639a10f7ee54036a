"""A job script for Slurm: ranks that fit a node, a signal before the walltime, a restart.

The script is written, never submitted. The number of ranks per node follows from the plan:
one per core where memory allows, otherwise fewer with several replicates each, so that
Python and its libraries are in memory less often.
"""

import re
import shlex
import sys
from importlib import resources
from pathlib import Path
from string import Template
from typing import NamedTuple

from ..errors import ConfigError, DoesNotFitError
from ..machine import available_cores, memory_available
from ..text import duration, many, size
from .estimate import Estimate

LEAD_SECONDS = 120  # from the signal to the walltime, at least
CHECKPOINT_RATE = 100e6  # bytes per second and node that a slow file system takes
SHORTEST = 2  # times the lead: a shorter walltime would leave no time to compute
ROOM = 1.15  # requested memory over planned memory
RESTARTS = 50
MPI_KINDS = ("pmi2", "pmix")
PARTS = ((3600, 60, 1), (60, 1), (60,))  # seconds in h:m:s, m:s, m
AFTER_DAYS = ((3600, 60, 1), (3600, 60), (3600,))  # in h:m:s, h:m, h
MEMORY = {"": 1e6, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


class Job(NamedTuple):
    """The requests of a job script; None for the cluster's default or an own choice."""

    file: Path
    store: str
    nodes: int
    time: str
    ntasks_per_node: int | None = None
    cpus_per_task: int | None = None
    node_cores: int | None = None
    mem: str | None = None
    mpi: str = "pmi2"
    partition: str | None = None
    account: str | None = None
    sets: tuple[str, ...] = ()


class Shape(NamedTuple):
    """Ranks per node, cores per rank, and the reason."""

    tasks: int
    cpus: int
    why: str


def script(job: Job, plan: Estimate, prefix: str | None = None) -> str:
    """Return a job script.

    Parameters
    ----------
    job : Job
    plan : Estimate
        Estimate of the campaign with one job, measured or not.
    prefix : str or None
        The virtual environment to activate, by default this process's, if any.

    Raises
    ------
    ConfigError
        If Slurm would refuse a request; all faults at once.
    DoesNotFitError
        If not even one replicate fits a node.
    """
    seconds = check(job)
    shape = fit(job, plan)
    memory = node_bytes(plan, shape.tasks, shape.cpus)
    lead = LEAD_SECONDS + round(max(0, memory) / CHECKPOINT_RATE)
    if seconds < SHORTEST * lead:
        raise ConfigError(
            f"`time` must be at least {duration(SHORTEST * lead)}, as the run is told to "
            f"stop {lead} s before the end, got {job.time}"
        )
    name = re.sub(r"[^\w.-]+", "-", f"scsfast-{Path(job.file).stem}")
    return _template().substitute(
        directives="\n".join(_directives(job, shape, memory, name)),
        name=name,
        lead=lead,
        remarks="\n".join(_remarks(job, plan, shape, seconds)),
        activation=_activation(prefix),
        mpi=job.mpi,
        cpus=shape.cpus,
        file=shlex.quote(str(Path(job.file).absolute())),
        sets="".join(f" --set {shlex.quote(each)}" for each in job.sets),
        store=shlex.quote(_place(job.store)),
        jobs=shape.cpus,
        restarts=RESTARTS,
    )


def check(job: Job) -> int:
    """Return the walltime in seconds; refuse requests that Slurm would refuse."""
    faults, seconds = [], 0
    try:
        seconds = walltime(job.time)
    except ValueError:
        faults.append(
            "`time` must be minutes, minutes:seconds, hours:minutes:seconds, days-hours, "
            f"days-hours:minutes or days-hours:minutes:seconds, got {job.time!r}"
        )
    for name in ("nodes", "ntasks_per_node", "cpus_per_task", "node_cores"):
        value = getattr(job, name)
        if value is not None and value < 1:
            key = name.replace("_", "-")
            faults.append(f"`{key}` must be a whole number of at least 1, got {value}")
    if job.mpi not in MPI_KINDS:
        faults.append(f"`mpi` must be one of {', '.join(MPI_KINDS)}, got {job.mpi!r}")
    for name in ("partition", "account"):
        value = getattr(job, name)
        if value is not None and not re.fullmatch(r"[\w.,@+-]+", value):
            faults.append(f"`{name}` must be a name without spaces, got {value!r}")
    if job.mem is not None and _bytes(job.mem) is None:
        faults.append(
            f"`mem` must be a size per node such as 64G or 64000M, got {job.mem!r}"
        )
    if faults:
        raise ConfigError(faults)
    return seconds


def walltime(text: str) -> int:
    """Return a walltime in Slurm's format as seconds.

    Raises
    ------
    ValueError
        If it is invalid: a part is no number, minutes or seconds are above 59, all is 0.
    """
    days, dash, rest = text.rpartition("-")
    parts = rest.split(":")
    if not all(re.fullmatch(r"\d{1,6}", part) for part in (*parts, days or "0")):
        raise ValueError(text)
    if dash and not days or len(parts) > 3:
        raise ValueError(text)
    factors = (AFTER_DAYS if dash else PARTS)[3 - len(parts)]
    numbers = [int(part) for part in parts]
    if any(number > 59 for number in numbers[1:]) or (dash and numbers[0] > 23):
        raise ValueError(text)
    of_days = 86400 * int(days or 0)
    seconds = of_days + sum(n * f for n, f in zip(numbers, factors, strict=True))
    if not seconds:
        raise ValueError(text)
    return seconds


def fit(job: Job, plan: Estimate) -> Shape:
    """Return the number of ranks per node and of cores per rank.

    Raises
    ------
    DoesNotFitError
        If the request does not fit into a node's memory.
    """
    cores = job.node_cores or available_cores()
    asked = _bytes(job.mem) if job.mem else None
    room = asked or memory_available().n_bytes / ROOM
    tasks, cpus = job.ntasks_per_node, job.cpus_per_task
    if tasks or cpus:
        tasks = tasks or max(1, cores // (cpus or 1))
        cpus = cpus or max(1, cores // tasks)
        shape = Shape(tasks, cpus, "as asked for")
    else:
        wanted = max(1, -(-plan.blocks["pending"] // job.nodes))
        shape = choose(min(cores, wanted), cores, room, plan)
    takes = node_bytes(plan, shape.tasks, shape.cpus)
    if takes > room:
        raise DoesNotFitError(
            f"a node must have {size(takes)} of memory for "
            f"{many(shape.tasks, 'rank')} of {many(shape.cpus, 'core')}, got "
            f"{size(room)}; give a larger --mem, fewer --ntasks-per-node, or fewer citizens"
        )
    return shape


def choose(wanted: int, cores: int, room: float, plan: Estimate) -> Shape:
    """Return the ranks that keep most cores busy within a memory; of those, most ranks.

    Parameters
    ----------
    wanted : int
        Replicates that a node can run at once: its cores, or fewer if the campaign has
        fewer blocks.
    cores : int
        Cores of a node.
    room : float
        Memory of a node, in bytes.
    plan : Estimate
    """
    best = Shape(1, 1, "")
    for cpus in range(1, wanted + 1):
        tasks = wanted // cpus
        while tasks and node_bytes(plan, tasks, cpus) > room:
            tasks -= 1
        if tasks * cpus > best.tasks * best.cpus:
            best = Shape(tasks, cpus, "")
    busy = best.tasks * best.cpus
    one = f"{size(plan.memory['replicate'])} per replicate"
    if busy < wanted:
        why = (
            f"memory for {busy} at once at {one}; {cores - busy} of {cores} cores idle"
        )
    elif wanted < cores:
        why = f"only {many(wanted, 'block')} per node to compute"
        spare = cores // best.tasks
        best = best._replace(cpus=max(best.cpus, spare))
    elif best.cpus == 1:
        why = f"one rank per core, as memory allows at {one}"
    else:
        why = f"fewer ranks than cores, so that Python is loaded less often, at {one}"
    return best._replace(why=why)


def node_bytes(plan: Estimate, tasks: int, cpus: int) -> int:
    """Return the memory of a node's ranks, each with one replicate per core.

    Parameters
    ----------
    plan : Estimate
    tasks : int
        Ranks per node.
    cpus : int
        Cores per rank.
    """
    at_once = min(tasks * cpus, max(1, int(plan.blocks["pending"])))
    memory = {key: int(plan.memory[key]) for key in ("process", "replicate", "finish")}
    beside = max(at_once * memory["replicate"], memory["finish"])
    return tasks * memory["process"] + beside


def _directives(job: Job, shape: Shape, memory: int, name: str) -> list[str]:
    asked = {
        "job-name": name,
        "nodes": job.nodes,
        "ntasks-per-node": shape.tasks,
        "cpus-per-task": shape.cpus,
        "mem": job.mem or f"{round(ROOM * memory / 2**20)}M",
        "time": job.time,
        "partition": job.partition,
        "account": job.account,
    }
    return [f"#SBATCH --{key}={value}" for key, value in asked.items() if value]


def _remarks(job: Job, plan: Estimate, shape: Shape, seconds: int) -> list[str]:
    """Return the comments of the script on its shape."""
    ranks = job.nodes * shape.tasks
    lines = [
        f"# {many(plan.blocks['replicates'], 'replicate')} to compute, in "
        f"{many(plan.blocks['pending'], 'block')}.",
        f"# {many(shape.tasks, 'rank')} per node, {many(shape.cpus, 'core')} each: "
        f"{shape.why}.",
    ]
    if not job.node_cores and not job.ntasks_per_node:
        lines.append(
            f"# Nodes are taken to have the {available_cores()} cores of the machine that "
            "wrote this; --node-cores says otherwise."
        )
    computing = plan.seconds["computing"]
    if computing is not None:
        busy = min(ranks * shape.cpus, max(1, plan.blocks["pending"]))
        whole = computing / busy + plan.seconds["finishing"]
        jobs = -(-whole // seconds)
        lines.append(
            f"# About {duration(whole)} if cores are like those here"
            + (f": some {jobs:.0f} jobs in turn." if jobs > 1 else ".")
        )
    return lines


def _activation(prefix: str | None) -> str:
    """Return the lines that make `scsfast` and MPI known in the job."""
    if prefix is None and sys.prefix != sys.base_prefix:
        prefix = sys.prefix
    hint = "# The modules that scsfast was installed with, if any: module load ..."
    if prefix is None:
        return f"{hint}\n# source PATH_OF_THE_ENVIRONMENT/bin/activate"
    return f"{hint}\nsource {shlex.quote(str(Path(prefix, 'bin', 'activate')))}"


def _place(store: str) -> str:
    """Return the absolute path of a store, so that the job may start in any folder."""
    return store if "://" in store else str(Path(store).absolute())


def _bytes(text: str) -> float | None:
    """Return a size in Slurm's format as bytes, None if it is invalid or 0."""
    found = re.fullmatch(r"(\d+)([KMGT]?)", text)
    return int(found[1]) * MEMORY[found[2]] or None if found else None


def _template() -> Template:
    text = resources.files(__package__).joinpath("slurm_job.sh")
    return Template(text.read_text(encoding="utf-8"))
