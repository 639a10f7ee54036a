"""Check that the kernel gives the same bits as the reference on this machine."""

from collections.abc import Iterator

import numpy as np

from ..model import outcomes, pilot_library, traits
from ..model.government import Government
from ..model.integers.build import build_rules
from ..model.reference.reference import Reference
from ..model.world import Scenario, World
from . import available_variants, load_kernel
from .partners import partner_indices
from .simulation import Simulation
from .state import FOREVER

STATE = ("strategy", "first_grade", "score", "fair_score", "wealth", "payoff", "prizes")
LIST_STATE = ("listed", "fair_listed")
PART_STATE = ("history", "fair_history", "circle", "fair_circle")
BORN = ("quality", "guile", "means")


def birth_differences(simulation: Simulation, twin: Reference) -> list[str]:
    """Return the names of the initial traits and networks in which two worlds differ."""
    world, arrays = twin.world, simulation.arrays
    born = {name: getattr(world, name) for name in BORN} | {"traits": _traits(world)}
    unlike = [name for name, values in born.items() if not _same(arrays[name], values)]
    slots = zip(
        simulation.partners, simulation.slot_levels, world.partners, strict=True
    )
    for slot, (ours, level, theirs) in enumerate(slots):
        if not _same(partner_indices(twin.rules.units, ours, level), theirs):
            unlike.append(f"partners of slot {slot}")
    return unlike + leader_differences(simulation, twin)


def _traits(world) -> np.ndarray:
    """Return group and flags of citizens as the kernel stores them."""
    names = ("group", *traits.FLAGS)
    return traits.packed({name: getattr(world, name) for name in names}, world.bought)


def leader_differences(simulation: Simulation, twin: Reference) -> list[str]:
    """Return the differences in the leaders in office and in the ties to them."""
    world, arrays = twin.world, simulation.arrays
    ties = [sum(tied << level for level, tied in enumerate(row)) for row in world.tied]
    unlike = [] if _same(arrays["ties"], ties) else ["ties"]
    ends = [[FOREVER if end is None else end for end in of] for of in world.ends]
    for name, theirs in (
        ("manipulates", world.manipulating),
        ("serial", world.serial),
        ("ends", ends),
    ):
        for level, of_level in enumerate(theirs):
            if not _same(arrays[name][level], of_level):
                unlike.append(f"{name} of level {level}")
    return unlike


def differences(simulation: Simulation, twin: Reference) -> list[str]:
    """Return the differences after a tick: names of state arrays and outputs."""
    rules, arrays = simulation.rules, simulation.arrays
    checked = (
        *STATE,
        *(LIST_STATE if rules.listing else ()),
        *(PART_STATE if rules.has_parts else ()),
        "belief",
        "outside",
    )
    names = [name for name in checked if not _same(arrays[name], getattr(twin, name))]
    fits = [[constant, *weights] for constant, weights in twin.fits]
    names += [] if _same(arrays["fits"], fits) else ["fits"]
    for cohorts in ("cohorts", "fair_cohorts", "remedy_points", "remedy_marks"):
        theirs = getattr(twin, cohorts)
        pairs = zip(arrays[cohorts][: len(theirs)], theirs, strict=True)
        names += [cohorts] if not all(_same(a, b) for a, b in pairs) else []
    names += misfiled_differences(arrays, twin)
    names += [] if _same(arrays["traits"], _traits(twin.world)) else ["traits"]
    names += leader_differences(simulation, twin)
    for level, of_level in enumerate(twin.hush):
        if not _same(arrays["hush"][level], of_level):
            names.append(f"hush of level {level}")
    outputs = simulation.outputs()
    for table in outcomes.TABLES:
        unlike = outputs[table.name] != twin.outputs.arrays[table.name]
        columns = np.flatnonzero(unlike.reshape(-1, unlike.shape[-1]).any(axis=0))
        names += [f"{table.name}: {table.outputs[k].name}" for k in columns]
    return names


def misfiled_differences(arrays: dict, twin: Reference) -> list[str]:
    """Return the differences in the records that wait for namesakes."""
    names = []
    for judge, ways in (("", twin.misfiled), ("fair_", twin.fair_misfiled)):
        for k, waiting in enumerate(ways):
            for part, name in enumerate(("misfiled_points", "misfiled_marks")):
                ours = arrays[judge + name][k]
                theirs = [waiting.get(i, (0, 0))[part] for i in range(len(ours))]
                names += [] if _same(ours, theirs) else [judge + name]
    return names


def _same(ours, theirs) -> bool:
    return np.array_equal(np.asarray(ours, np.int64), np.asarray(theirs, np.int64))


def first_difference(simulations: dict, twin: Reference, n_ticks: int) -> str:
    """Run all side by side; return the first difference to the reference, or ''.

    Parameters
    ----------
    simulations : list of Simulation
    twin : Reference
        The reference, of the same scenario and draws.
    n_ticks : int
    """
    for label, simulation in simulations.items():
        unlike = birth_differences(simulation, twin)
        if unlike:
            return f"{label}: at birth: {', '.join(unlike)}"
    for tick in range(n_ticks):
        twin.run(1)
        for label, simulation in simulations.items():
            simulation.run(1)
            unlike = differences(simulation, twin)
            if unlike:
                return f"{label}: after tick {tick}: {', '.join(unlike)}"
    return ""


BUSY = {  # leaders who use every channel
    "share": 0.6,
    "credit_rate": 1.0,
    "frame_rate": 1.0,
    "sale_rate": 1.0,
    "ambition": 0.5,
    "recentring": 0.1,
    "audit_rate": 1.0,
    "tenure": 0.4,
    "tilt": 10.0,
    "orders": 0.3,
}


def check_kernel(
    n_citizens: int = 1100, n_ticks: int = 8
) -> Iterator[tuple[str, bool, str]]:
    """Yield (name, whether it is equal, detail) for every pilot.

    Each is run by every kernel variant that this processor can run, on 1 and 2 threads,
    and by the reference, under leaders who use every channel, a black box refitted every
    third tick; state and outputs are compared after every tick.
    """
    world = World(n_citizens=n_citizens, n_ticks=n_ticks, spans=[60, 240, 480, 960])
    leaders = Government(all=BUSY)
    for pilot in pilot_library.names():
        regime = pilot_library.load(pilot)
        often = regime.model.model_copy(update={"refit": 3})
        regime = regime.model_copy(update={"model": often})
        scenario = Scenario(name=pilot, world=world, regime=regime, leaders=leaders)
        rules = build_rules(scenario)
        simulations = {
            f"{variant}, {n_threads} thread{'s' * (n_threads > 1)}": Simulation(
                rules, 35, 1, n_threads, load_kernel(variant)
            )
            for variant in available_variants()
            for n_threads in (1, 2)
        }
        found = first_difference(simulations, Reference(rules, 35, 1), n_ticks)
        equal = f"{n_citizens} citizens, {n_ticks} ticks, {len(simulations)} kernels"
        yield pilot, not found, found or equal
