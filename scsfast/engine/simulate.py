"""One replicate from its first tick to its last, for campaigns and for `scsfast.simulate`.

The kernel runs a block of ticks per call; between calls progress is reported and the run
can be stopped.
"""

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field

from ..errors import ConfigError, Faults
from ..model import graph, pilot_library
from ..model.extra_acts import with_extra_acts
from ..model.government import Government
from ..model.integers.build import build_rules
from ..model.integers.rules import Rules
from ..model.messages import validated
from ..model.parameters import Count, Parameters, Seed, param
from ..model.regime import Regime
from ..model.user_data import Given, people_from
from ..model.user_units import sizes_of, with_sizes
from ..model.world import Scenario, World
from .finished_run import Run
from .policies import Policed, run_policed, run_with
from .simulation import Simulation

CITIZEN_TICKS_A_BLOCK = 4_000_000  # of a thread: some tenths of a second between checks
MIN_CITIZENS_A_THREAD = 2_000  # with fewer citizens threads are slower than one


def _useful(rules: Rules, n_threads: int) -> int:
    """Return how many of `n_threads` a population of this size can keep busy."""
    return max(1, min(n_threads, rules.n_citizens // MIN_CITIZENS_A_THREAD))


def run_replicate(
    rules: Rules,
    *,
    seed: int,
    replicate: int,
    n_threads: int = 1,
    progress: Callable[[int], None] | None = None,
    given: Given | None = None,
    kept: Mapping | None = None,
    keep: Callable[[dict], None] | None = None,
    snapshots: Mapping[int, Callable[[dict], None]] | None = None,
    policed: Policed | None = None,
) -> dict[str, np.ndarray]:
    """Return the outputs of one replicate from its first tick to its last.

    Parameters
    ----------
    rules : Rules
    seed, replicate : int
        They select the draws; replicate r alone equals replicate r among a thousand.
    n_threads : int
        Threads inside the replicate; changes no bit.
    progress : callable, optional
        Called between blocks of ticks with the ticks done since the last call; an
        exception that it raises ends the run.
    given : Given, optional
        Citizens' traits and partners given by a user.
    kept : mapping, optional
        State from which to resume, as passed to `keep`; the bits are those of an
        uninterrupted run.
    keep : callable, optional
        Called with the state if `progress` ends the run; it must copy the arrays it keeps.
    snapshots : mapping of int to callable, optional
        By number of ticks done: called with the arrays by citizen, to be copied.
    policed : Policed, optional
        The scenario and its policy; such a replicate is neither resumed from a state nor
        has snapshots.

    Returns
    -------
    dict of str to ndarray of int64
        Shapes as in `scsfast.model.outcomes.shape`.
    """
    threads = _useful(rules, n_threads)

    def begin(at: Rules) -> Simulation:
        return Simulation(at, seed, replicate, threads, given=given)

    if policed is not None:
        told = progress or (lambda n_ticks: None)
        return run_policed(policed, rules, begin, told)[1].final_outputs()
    simulation = begin(rules)
    if kept is not None:
        simulation.restore(kept)
    run_through(simulation, progress, snapshots, keep)
    return simulation.final_outputs()


def run_through(
    simulation: Simulation, progress=None, snapshots=None, keep=None
) -> None:
    """Run a simulation to its end, a block of ticks at a time; see `run_replicate`.

    Parameters
    ----------
    simulation : Simulation
    progress : callable or None
        Called with the number of ticks done.
    snapshots : dict or None
        By tick, a function that is called with the state.
    keep : callable or None
        Called with the state of a run that is stopped.
    """
    rules, snapshots = simulation.rules, snapshots or {}
    block = max(1, CITIZEN_TICKS_A_BLOCK * simulation.n_threads // rules.n_citizens)
    while True:
        before = simulation.tick
        if before in snapshots:
            snapshots[before](simulation.arrays)
        if before == rules.n_ticks:
            return
        stops = [tick - before for tick in snapshots if tick > before]
        simulation.run(min([block, *stops]))
        if progress:
            try:
                progress(simulation.tick - before)
            except BaseException:  # the state is whole only between calls of the kernel
                if keep:
                    keep(simulation.saved())
                raise


class _Question(Parameters):
    """The arguments of `simulate` other than the scenario."""

    seed: Seed = param(..., "64-bit seed")
    replicate: Annotated[Seed, Field(le=2**32 - 1)] = param(
        ..., "number of the replicate"
    )
    n_threads: Annotated[Count, Field(ge=1, le=4096)] = param(..., "threads")


def simulate(
    regime: str | Path | dict | Regime,
    *,
    n_citizens: int,
    n_ticks: int = 120,
    seed: int = 35,
    replicate: int = 0,
    n_threads: int = 1,
    leaders: Government | dict | None = None,
    world: World | dict | None = None,
    change: list[dict] | None = None,
    people: Mapping | None = None,
    network=None,
    each_tick: Callable | None = None,
) -> Run:
    """Simulate one replicate of a regime and return its outputs.

    Parameters
    ----------
    regime : str, path, dict or Regime
        Name of a pilot, the path of a regime's TOML file, or a regime of one's own.
    n_citizens, n_ticks : int
        Size of the world and length of the run.
    seed, replicate : int
        They select the draws; with the same pair, all regimes have the same draws.
    n_threads : int
        Threads; results do not depend on it.
    leaders : Government or dict, optional
        How leaders behave; the defaults manipulate moderately.
    world : dict or World, optional
        Further keys of the world (see ``scsfast.model.world.World``).
    change : list of dict, optional
        Regimes that follow: ``{"tick": 60, "regime": ...}``, the regime as above.
    people : mapping of str to array, optional
        Traits of the citizens, shape (n_citizens,), as listed in docs/own-data.md; missing
        traits are drawn.
    network : array of shape (m, 2), SciPy sparse matrix or networkx graph, optional
        Pairs of citizens who meet; each keeps at most ``world.population.max_degree``
        partners.
    each_tick : callable, optional
        A policy: called after every tick with a `scsfast.engine.policies.Tick`, it returns
        None or a regime that holds from the next tick on. The result is that of the same
        `change`, which `Run.scenario` lists.

    Returns
    -------
    Run

    Raises
    ------
    ConfigError
        If a value is invalid; all faults at once.
    """
    asked = {"seed": seed, "replicate": replicate, "n_threads": n_threads}
    question = validated(_Question, _plain(asked), "simulate")
    written = (regime, leaders, world, n_citizens, n_ticks)
    scenario, simulation = _run(question, written, change, people, network, each_tick)
    at = {"seed": question.seed, "replicate": question.replicate}
    return Run(scenario, simulation.first_rules, simulation, **at)


def _run(
    question: _Question, written: tuple, change, people, network, each_tick
) -> tuple[Scenario, Simulation]:
    """Return the scenario, with a policy's decisions, and its simulation at the end."""
    base = _in_units(_scenario(*written, change), people)
    given = _given(base.world, people, network)

    def scenario_with(decided: list[dict]) -> Scenario:
        every = sorted([*(change or []), *decided], key=lambda each: each["tick"])
        return _in_units(_scenario(*written, every), people) if decided else base

    def begin(decided: list[dict]) -> Simulation:
        rules = build_rules(scenario_with(decided))
        threads = _useful(rules, question.n_threads)
        return Simulation(
            rules, question.seed, question.replicate, threads, given=given
        )

    if each_tick is not None:
        decided, simulation = run_with(begin, each_tick)
        return scenario_with(decided), simulation
    simulation = begin([])
    run_through(simulation)
    return base, simulation


def _in_units(scenario: Scenario, people) -> Scenario:
    """Return a scenario in whose world citizens live where the user's columns say."""
    world = scenario.world
    own = {} if people is None else people
    sizes = sizes_of(own, world.n_citizens, world.n_levels, "simulate: people")
    return scenario.model_copy(update={"world": with_sizes(world, sizes)})


def _given(world: World, people, network) -> Given:
    """Return the user's traits and network, checked and as integers."""
    population = world.population
    if population.people_file or population.network_file:
        raise ConfigError(
            "`world.population`: files are for campaigns; give arrays as `people` and a "
            "graph as `network`",
            "simulate",
        )
    n_citizens, partners = world.n_citizens, None
    if network is not None:
        edges = graph.edges_from(network, n_citizens, "simulate: network")
        degree = world.population.max_degree
        if lost := graph.loss(graph.edge_counts(edges, n_citizens, degree)):
            warnings.warn(f"simulate: network: {lost}", stacklevel=4)
        partners = graph.matchings(edges, n_citizens, degree)
    own = {} if people is None else people
    where = "simulate: people"
    return Given(people_from(own, world.units, where), partners)


def _scenario(regime, leaders, world, n_citizens, n_ticks, change) -> Scenario:
    """Return the scenario that the arguments of `simulate` describe."""
    world = {} if world is None else _plain(world)
    if not isinstance(world, dict):
        raise ConfigError(
            f"`world` must be a table of its keys, got {world!r}", "simulate"
        )
    faults = Faults()
    world = with_extra_acts({"world": world}, faults)["world"]
    faults.raise_any("simulate")
    sizes = _plain({"n_citizens": n_citizens, "n_ticks": n_ticks})
    regime = _regime(regime)
    tree = {
        "name": regime.name,
        "world": {**world, **sizes},
        "regime": _plain(regime),
        "leaders": {} if leaders is None else _plain(leaders),
        "change": _changes(change),
    }
    return validated(Scenario, tree, "simulate")


def _changes(change):
    """Return the regimes that follow as a plain tree; a wrong type is left to validation."""
    if not isinstance(change, list | tuple):
        return [] if change is None else change
    entries = [_plain(entry) for entry in change]
    return [
        {**entry, "regime": _plain(_regime(entry["regime"]))}
        if isinstance(entry, dict) and "regime" in entry
        else entry
        for entry in entries
    ]


def _regime(regime) -> Regime:
    """Return a regime from a pilot's name, the path of a file, or its values."""
    if isinstance(regime, Regime):
        return regime
    if isinstance(regime, dict):
        return pilot_library.load_tree(regime, "simulate")
    if str(regime).endswith(".toml"):
        return pilot_library.load_file(Path(regime))
    return pilot_library.load(str(regime))


def _plain(values):
    """Return parameters as a plain tree, and numpy numbers as plain numbers."""
    if isinstance(values, Parameters):
        return values.model_dump(by_alias=True)
    if isinstance(values, dict):
        return {key: _plain(value) for key, value in values.items()}
    return values.item() if isinstance(values, np.generic) else values
