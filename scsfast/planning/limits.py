"""Refuse campaigns that cannot fit, with figures and advice, before anything starts.

Only a campaign that certainly fails is refused. Estimates of memory are at most 15 % above
measured peaks (tests/planning/test_estimate.py), so 85 % of an estimate is certainly needed.
For the disk, the smallest size to which results have ever been compressed counts.
"""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

from ..campaign.user_data import network_edges
from ..errors import DoesNotFitError
from ..machine import ADDRESS_SPACE, Limit, memory_limits, resident_bytes
from ..model.graph import loss
from ..text import many, size
from .estimate import PROCESS_BYTES, Estimate
from .estimate import estimate as look_ahead

if TYPE_CHECKING:
    from ..campaign.campaign import Campaign

SURE = 0.85  # share of an estimate of memory that is certainly needed
CLOSE = 0.8  # share of a limit above which there is a warning


def refuse_unfit(
    campaign: Campaign,
    path: str | PathLike[str] | None,
    jobs: int | None = None,
    estimate: Estimate | None = None,
    *,
    ranks: int = 1,
    limits: list[Limit] | None = None,
) -> list[str]:
    """Refuse a campaign that cannot fit, and return warnings.

    Warnings name resources that may not suffice, edges of the user's network that are not
    used, and what policies add to the time.

    Parameters
    ----------
    campaign : Campaign
    path : path-like or None
        Path of the store.
    jobs : int or None
        Cores of a rank; by default all.
    estimate : Estimate or None
        By default made here without measurements, so that it has bounds only.
    ranks : int
        Processes on this machine.
    limits : list of Limit or None
        Limits of memory, by default those of this process.

    Raises
    ------
    DoesNotFitError
        With all faults.
    """
    found = estimate or look_ahead(campaign, path, jobs, ranks, measure=False)
    limits = memory_limits() if limits is None else limits
    faults = [_memory_fault(found, limit, ranks) for limit in limits]
    faults += [_disk_fault(found), _files_fault(found)]
    if any(faults):
        raise DoesNotFitError(list(filter(None, faults)))
    tight = [_memory_warning(found, limit, ranks) for limit in limits]
    edges = network_edges(campaign.world)
    lost = loss(edges) if edges else None
    return list(filter(None, [*tight, _disk_warning(found), lost, _repeats(campaign)]))


def _repeats(campaign: Campaign) -> str | None:
    """Return a warning on the time of scenarios with a policy; None if there are none."""
    n = sum(scenario.policy is not None for scenario in campaign.scenarios)
    if not n:
        return None
    return (
        f"{many(n, 'scenario')} with a policy: a replicate is computed again from its "
        "beginning after each decision, so estimates of time are for none"
    )


def needed(found: Estimate, limit: Limit, ranks: int) -> int:
    """Return the bytes that will be needed in addition to those of this process now.

    Parameters
    ----------
    found : Estimate
        The estimate of the campaign.
    limit : Limit
    ranks : int
        Processes on this machine.
    """
    if (
        limit.name == ADDRESS_SPACE
    ):  # a limit per process, whose libraries are loaded already
        return int(found.memory["address_space"])
    return int(found.memory["in_all"]) - min(PROCESS_BYTES, resident_bytes())


def _memory_fault(found: Estimate, limit: Limit, ranks: int) -> str | None:
    """Explain why the campaign cannot fit in memory and what would help; None if it may fit."""
    takes = needed(found, limit, ranks)
    if SURE * takes <= limit.n_bytes:
        return None
    one, at_once = found.memory["replicate"], ranks * found.memory["at_once"]
    figures = (
        f"{size(takes)} of memory, and the {limit.name} leaves {size(limit.n_bytes)}"
    )
    if found.memory["finish"] >= ranks * found.memory["running"]:
        return (
            f"`replicates` must be fewer, got {found.replicates} of "
            f"{found.scenarios} scenarios: the end of the run needs {figures}"
        )
    if ranks > 1 and limit.name != ADDRESS_SPACE:
        of_rank = found.memory["in_all"] // ranks
        fitting = (limit.n_bytes + found.memory["in_all"] - takes) // of_rank
        if fitting:
            return (
                f"ranks must be at most {fitting} on a machine, got {ranks}: at "
                f"{size(of_rank)} each they need {figures}"
            )
    rest = takes - ranks * found.memory["running"]  # independent of the number of jobs
    fitting = max(0, limit.n_bytes - rest) // (one * ranks)
    if fitting:
        return (
            f"`jobs` must be at most {fitting}, got {found.memory['at_once']}: "
            f"{at_once} replicates at once, {size(one)} each, need {figures}; "
            f"give -j {fitting}"
        )
    citizens = int(found.citizens * max(0, limit.n_bytes - rest) / one)
    return (
        f"`world.n_citizens` must be at most about {citizens:,}, got "
        f"{found.citizens:,}: one replicate takes {size(one)}, the run {figures}"
    )


def _memory_warning(found: Estimate, limit: Limit, ranks: int) -> str | None:
    takes = needed(found, limit, ranks)
    if takes <= CLOSE * limit.n_bytes:
        return None
    return (
        f"memory will be tight: about {size(takes)} are needed, the {limit.name} "
        f"leaves {size(limit.n_bytes)}"
    )


def _disk_fault(found: Estimate) -> str | None:
    """Explain why the results cannot fit on the disk; None if they may."""
    least, free = found.disk["least"], found.disk.get("free")
    if free is None or least <= free:
        return None
    return (
        f"the store must have room for at least {size(least)}, got {size(free)} free at "
        f"{found.disk['folder']}; take another disk, fewer replicates, fewer snapshots "
        "or a larger `distribution_every`"
    )


def _files_fault(found: Estimate) -> str | None:
    """Return why the file system has too few files left; it counts folders too."""
    files, folders = found.files["in_all"], found.files["folders"]
    free = found.files["free"]
    if not free or files + folders <= free or not found.blocks["pending"]:
        return None
    return (
        f"the store must have room for {files:,} files and {folders:,} folders, got "
        f"{free:,} free at {found.disk['folder']}; take another file system or a larger "
        "`block_size`"
    )


def _disk_warning(found: Estimate) -> str | None:
    expected, free = found.disk["left"], found.disk.get("free")
    most = found.disk["most"] if expected is None else expected
    if free is None or most <= free:
        return None
    how = "at most" if expected is None else "about"
    return (
        f"the disk may become full: {how} {size(most)} are to be written, "
        f"{size(free)} are free at {found.disk['folder']}"
    )
