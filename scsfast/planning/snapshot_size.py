"""The size of snapshots: bytes and files from shapes, compression from a small simulation.

`snapshots` defines how they are written.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from ..engine import state
from ..engine.simulation import Simulation
from ..model.integers.build import build_rules
from ..store import snapshots
from ..store.chunks import pack
from .probe import of_fewer

if TYPE_CHECKING:
    from ..campaign.campaign import Campaign
    from ..campaign.options import Snapshots
    from ..model.integers.rules import Rules
    from ..model.world import Scenario

SECONDS = 2.0  # time to spend on the small simulation
CITIZENS = 20_000
COPIES = 2  # of the snapshots of a tick: taken and coded; more wait on slow disks


def bytes_a_citizen(campaign: Campaign) -> int:
    """Return the bytes of one citizen in all variables, uncompressed."""
    variables = campaign.snapshots.variables if campaign.snapshots else []
    return sum(np.dtype(snapshots.DTYPES[name]).itemsize for name in variables)


def replicate_bytes(campaign: Campaign, rules: Rules) -> int:
    """Return the bytes of one replicate's snapshots, uncompressed."""
    if not campaign.snapshots:
        return 0
    n_bytes = sum(
        np.dtype(snapshots.DTYPES[name]).itemsize
        for name in used(campaign.snapshots, rules)
    )
    return n_bytes * rules.n_citizens * len(campaign.snapshots.ticks)


def replicate_files(campaign: Campaign, rules: Rules) -> int:
    """Return the number of chunks of one replicate's snapshots."""
    if not campaign.snapshots:
        return 0
    chunks = 0
    for name in used(campaign.snapshots, rules):
        largest = snapshots.LARGEST_CHUNK // np.dtype(snapshots.DTYPES[name]).itemsize
        chunks += -(-rules.n_citizens // largest)
    return chunks * len(campaign.snapshots.ticks)


def memory(campaign: Campaign, rules: Rules) -> int:
    """Return the memory of a replicate's snapshots while they wait to be written."""
    return COPIES * bytes_a_citizen(campaign) * rules.n_citizens


def compression(campaign: Campaign, scenarios: list[Scenario]) -> float | None:
    """Return bytes on the disk per byte of snapshots, from simulating few citizens.

    Parameters
    ----------
    campaign : Campaign
    scenarios : list of Scenario
        Scenarios that represent all.
    """
    if not campaign.snapshots:
        return None
    start = time.monotonic()
    found: list[tuple[int, int]] = []
    for scenario in scenarios:
        if not found or time.monotonic() - start < SECONDS:
            found += _shares(campaign.snapshots, scenario)
    before, after = np.sum(found, axis=0)
    return float(after / before) if before else None


def _shares(options: Snapshots, scenario: Scenario) -> list[tuple[int, int]]:
    """Return bytes before and after compression of each snapshot of few citizens."""
    world = of_fewer(scenario.world, CITIZENS)
    rules = build_rules(scenario.model_copy(update={"world": world}))
    simulation, found = Simulation(rules, seed=0), []
    for tick in options.ticks:
        simulation.run(tick - simulation.tick)
        for name in options.variables:
            values = simulation.arrays[name]
            if values.size:
                found.append((values.nbytes, len(pack(values))))
    return found


def used(options: Snapshots, rules: Rules) -> list[str]:
    """Return the variables that a scenario has."""
    regimes = state.phases(rules)
    absent = set()
    if not any(regime.listing for regime in regimes):
        absent |= set(state.LIST_ARRAYS)
    if not any(regime.has_parts for regime in regimes):
        absent |= set(state.PART_ARRAYS)
    return [name for name in options.variables if name not in absent]
