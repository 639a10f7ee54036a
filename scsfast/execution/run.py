"""One campaign from its first block to its finished store, alone or as one of many ranks.

Rounds follow each other while the stopping rule asks for more replicates. Rank 0 creates
and finalises the store and hands out the work; the other ranks follow its orders.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import ConfigError, EndedElsewhere, Interrupted, ScsError

if TYPE_CHECKING:
    from ..campaign.campaign import Campaign
    from ..store.blocks import Block
    from ..store.store import Store
    from .mpi_comm import Communicator
    from .progress import Tally
    from .stopping import Measured, Step, Undecided

logger = logging.getLogger("scsfast.execution")


def meet(
    load: Callable[[], Campaign],
    joined: Callable[[int], object] = lambda rank: None,
    alone: bool = False,
) -> tuple[Campaign, Communicator | None]:
    """Return a campaign, and the communicator that runs it: None for a single process.

    Parameters
    ----------
    load : callable
        Returns the campaign.
    joined : callable
        Called with the rank of this process if it is one of several, before they agree.

    alone : bool
        Whether to run in this process alone, even if there are other ranks.

    Raises
    ------
    ConfigError
        On every rank, if any cannot load it or loads another one.
    LauncherError
        If several processes were started that MPI does not connect.
    """
    from .mpi_comm import find_communicator

    communicator = None if alone else find_communicator()
    if communicator is None:
        return load(), None
    joined(communicator.rank)
    logger.info("%d ranks, %d on this node", communicator.size, communicator.ranks_here)
    with communicator.guard():
        try:
            campaign = load()
        except ScsError as found:
            communicator.agree("", str(found))  # raises on every rank
            raise
        communicator.agree(campaign.identity(), "")
    return campaign, communicator


def run_campaign(
    campaign: Campaign,
    path: str | PathLike[str],
    *,
    jobs: int | None = None,
    report: Callable[[Tally], None] | None = None,
    run_replicate: Callable[..., Any] | None = None,
    say: Callable[[str], Any] = warnings.warn,
    communicator: Communicator | None = None,
    first: int = 0,
    undecided: Undecided | None = None,
    measured: Measured | None = None,
    reuse: Sequence[str | PathLike[str]] = (),
) -> dict[tuple[int, int], str]:
    """Run the pending replicates, finalise the store, and return the failures.

    Parameters
    ----------
    campaign : Campaign
    path : path-like
    jobs : int or None
        Cores of this process.
    report : callable or None
        As for `execute`.
    run_replicate : callable or None
        The engine.
    say : callable
        Called with messages for the user.
    communicator : Communicator or None
        The MPI ranks of which this process is one.
    first : int
        The first replicate of this run.
    undecided, measured : callable or None
        As of `next_step`.
    reuse : sequence of path-like
        Stores whose replicates are taken where they are the same work.

    Returns
    -------
    dict
        From (scenario number, replicate) to the cause of each failure.
    """
    from ..machine import available_cores
    from .progress import silent

    _check(campaign, jobs, first)
    tools: dict[str, Any] = {"run_replicate": run_replicate}
    tools |= {"world": campaign.world, "scenarios": campaign.scenarios}
    rule = _Rule(say, undecided, measured, reuse)
    cores = communicator.cores if communicator else available_cores
    tools["jobs"] = jobs or cores()
    if communicator is None:
        tools["report"] = report or silent
        return _run_rounds(campaign, path, tools, rule, None, first)
    with communicator.guard():
        if communicator.rank:
            return _follow(communicator, campaign, path, tools)
        tools["report"] = report or silent
        with communicator.dismissal():
            return _run_rounds(campaign, path, tools, rule, communicator, first)


class _Rule(NamedTuple):
    """What rounds need beside a campaign: whom to tell, what decides, what to reuse."""

    say: Callable[[str], Any]
    undecided: Undecided | None
    measured: Measured | None
    reuse: Sequence[str | PathLike[str]]


def _check(campaign: Campaign, jobs: int | None, first: int) -> None:
    """Refuse invalid arguments, before anything is changed."""
    if jobs is not None and jobs < 1:
        raise ConfigError(f"`jobs` must be a whole number of at least 1, got {jobs}")
    if not 0 <= first < campaign.replicates:
        raise ConfigError(
            "the first replicate must be below the number of replicates, "
            f"{campaign.replicates}, got {first}"
        )


def _follow(
    communicator: Communicator,
    campaign: Campaign,
    path: str | PathLike[str],
    tools: dict[str, Any],
) -> dict[tuple[int, int], str]:
    """Follow the orders of rank 0, and end with its exit code."""
    from ..store.layout import prepare_zarr
    from ..store.store import Store
    from .mpi_scheduler import Worker, follow
    from .threads import execute

    def work(store: Store, replicates: int, first: int, worker: Worker) -> None:
        execute(store, replicates, scheduler=worker, first=first, **tools)

    prepare_zarr()
    made_by = {**provenance(), "cores": tools["jobs"], "rank": communicator.rank}
    code = follow(communicator, campaign, lambda: Store(path, made_by, campaign), work)
    if code:
        raise EndedElsewhere(code)
    return {}


def _run_rounds(
    campaign: Campaign,
    path: str | PathLike[str],
    tools: dict[str, Any],
    rule: _Rule,
    communicator: Communicator | None,
    first: int,
) -> dict[tuple[int, int], str]:
    """Run as many replicates as are asked for, or as the stopping rule needs."""
    from ..planning.limits import refuse_unfit
    from ..store.create import open_for_writing
    from ..store.finalise import finalise
    from ..store.reuse import sources_of, take
    from .signals import WALLTIME, heard_by
    from .stopping import Step, next_step

    say = rule.say
    ranks = communicator.ranks_here if communicator else 1
    if communicator and communicator.ranks_here > communicator.cores_here:
        say(f"warning: {ranks} ranks on this node have {communicator.cores_here} cores")
    for warning in refuse_unfit(campaign, path, tools["jobs"], ranks=ranks):
        say(f"warning: {warning}")
    sources = sources_of(rule.reuse, path)
    made_by = {**provenance(), "cores": tools["jobs"], "rank": 0}
    now = Step(campaign.replicates, None)
    while True:
        wanted = now.replicates
        grown = campaign.model_copy(update={"replicates": wanted})
        with heard_by(_end, WALLTIME), open_for_writing(path, grown, made_by) as store:
            if store.replicates > wanted and campaign.until is None:
                say(
                    f"{path}: holds {store.replicates} replicates of each scenario, "
                    f"more than the {wanted} asked for; all are shown"
                )
            blocks = _pending(store, campaign, now, first)
            if sources and blocks:
                take(store, blocks, sources, say)
                blocks = _pending(store, campaign, now, first)
            _run_round(store, blocks, wanted, tools, communicator, first)
            step = next_step(path, campaign, now, say, rule.undecided, rule.measured)
            if step is None:
                logger.info("all %d replicates are done", wanted)
                if not store.is_finished:
                    finalise(store)
                failed = store.journal.errors().items()
                return {key: why for key, why in failed if first <= key[1] < wanted}
        now = step


def _end(number: int, _frame: object) -> None:
    """End the work outside of blocks with clean-up, as Ctrl-C does."""
    raise Interrupted(number)


def _pending(store: Store, campaign: Campaign, now: Step, first: int) -> list[Block]:
    """Return the blocks of a round: of the scenarios that are open, in sizes as planned."""
    from ..store.blocks import uncovered

    if campaign.until is None or not campaign.until.is_per_scenario:
        found: list[Block] = store.pending(now.replicates, first)
        return found
    return uncovered(store, now.replicates, first, now.scenarios)


def _run_round(
    store: Store,
    waiting: list[Block],
    wanted: int,
    tools: dict[str, Any],
    communicator: Communicator | None,
    first: int,
) -> None:
    """Run the pending replicates of [first, wanted)."""
    from .mpi_messages import Round
    from .mpi_scheduler import Coordinator
    from .threads import execute

    if not waiting:
        return
    coordinator = Coordinator(communicator) if communicator else None
    if communicator:
        communicator.tell_all(Round(wanted, first))
    try:
        execute(
            store, wanted, scheduler=coordinator, first=first, blocks=waiting, **tools
        )
    finally:
        if coordinator:
            coordinator.read_journal(store)
    if coordinator:
        coordinator.raise_faults()


def provenance() -> dict[str, Any]:
    """Return the provenance of a store: the engine that computes its results."""
    from .. import engine

    return {"kernel": engine.variant(), "build": engine.build_info()}
