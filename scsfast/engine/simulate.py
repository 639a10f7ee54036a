"""One replicate: its world, its ticks in blocks, its outputs.

Threads inside a replicate call the kernel on ranges of villages; they change no bit. The
kernel runs a block of ticks a call, so that progress and a stop are honoured in between.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from ..errors import ConfigError
from ..model import library
from ..model.faults import validated
from ..model.government import Government
from ..model.integers import build_rules
from ..model.outcomes import TABLES, named
from ..model.parameters import Count, Parameters, Seed, limited, param
from ..model.regime import Regime
from ..model.rules import Rules
from ..model.world import Scenario, World
from . import _world, load_kernel, state

CITIZEN_TICKS_A_BLOCK = 4_000_000  # a fraction of a second between looks at the clock
MIN_CITIZENS_A_THREAD = 2_000  # below this threads cost more than they bring


class Simulation:
    """One replicate of one scenario, advanced by `run`.

    Parameters
    ----------
    rules : Rules
    seed : int
        64-bit seed of the campaign.
    replicate : int
        Number of the replicate, below 2^32.
    n_threads : int
        Threads inside the replicate; changes no bit.
    kernel : module or None
        A kernel variant; the best by default.

    Attributes
    ----------
    arrays : dict of str to ndarray
        State by citizen, shape (n_citizens,): see ``state.CITIZEN_ARRAYS``; score in
        1/256 point, wealth and payoff in 1/256 monthly income.
    partners : list of ndarray
        Network slots; `partner_indices` decodes them.
    tick : int
        Ticks simulated so far.
    """

    def __init__(
        self,
        rules: Rules,
        seed: int,
        replicate: int = 0,
        n_threads: int = 1,
        kernel=None,
    ):
        self.rules, self.tick = rules, 0
        kernel = kernel or load_kernel()
        self.n_threads = n_threads
        self.arrays = state.allocate(rules, n_threads)
        self.partners = state.allocate_partners(rules)
        self._outputs = state.allocate_outputs(rules, self.n_threads)
        self._bend_leaders(kernel, seed, replicate)
        self._replicate = kernel.Replicate(
            state.kernel_rules(rules),
            state.kernel_acts(rules.offences),
            state.kernel_acts(rules.deeds),
            self.arrays,
            self.partners,
            self._outputs,
            rules.distribution_ticks,
            seed,
            replicate,
            self.n_threads,
        )
        self._bear(seed, replicate)
        state.classify_quality(self.arrays)
        self._replicate.prepare()

    def _bear(self, seed: int, replicate: int) -> None:
        """Draw citizens and network, and set everyone's first score and wealth."""
        rules, arrays = self.rules, self.arrays
        _world.bear(
            state.kernel_rules(rules),
            rules.quality_table,
            rules.guile_table,
            rules.means_table,
            *(arrays[name] for name in state.BORN),
            seed,
            replicate,
        )
        arrays["score"][:] = arrays["fair_score"][:] = rules.base
        np.take(arrays["wealth_target"], arrays["means"], out=arrays["wealth"])
        widest = min(rules.n_citizens, max(rules.slot_spans, default=1))
        keys = np.empty(2 * widest, np.uint64)
        for slot, span in enumerate(rules.slot_spans):
            partner = self.partners[slot]
            near, far = (partner, None) if span <= state.NEAR else (None, partner)
            _world.pair(slot, span, near, far, keys, rules.n_citizens, seed, replicate)

    def _bend_leaders(self, kernel, seed: int, replicate: int) -> None:
        """Mark the leaders who manipulate: lowest draws first, then lowest unit."""
        leaders = kernel.block_numbers()["LEADERS"]
        for level, n_units in enumerate(self.rules.n_units):
            units = np.arange(n_units, dtype=np.uint32)
            lots = kernel.philox(units, 0, replicate, leaders + level, seed)[0]
            first = np.argsort(lots, kind="stable")[: self.rules.manipulators[level]]
            self.arrays[f"bends_{level}"][first] = 1

    def run(self, n_ticks: int) -> None:
        """Simulate the next `n_ticks` ticks (at most up to the end)."""
        n_ticks = min(n_ticks, self.rules.n_ticks - self.tick)
        if self.n_threads == 1:
            self._replicate.run(self.tick, n_ticks, 0)
        else:
            self._run_threads(n_ticks)
        self.tick += n_ticks

    def _run_threads(self, n_ticks: int) -> None:
        """Let all threads into the kernel, or none: inside they wait for each other."""
        door = threading.Barrier(self.n_threads)

        def work(thread: int) -> None:
            door.wait()
            self._replicate.run(self.tick, n_ticks, thread)

        with ThreadPoolExecutor(self.n_threads) as pool:
            try:
                calls = [pool.submit(work, k) for k in range(self.n_threads)]
            except BaseException:
                door.abort()
                raise
        for call in calls:
            call.result()

    def outputs(self) -> dict[str, np.ndarray]:
        """Return the wide tables so far: by table name, int64, outputs on the last axis."""
        return {table.name: self._outputs[table.name].sum(axis=0) for table in TABLES}


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
) -> dict[str, np.ndarray]:
    """Return the outputs of one replicate from its first tick to its last.

    Parameters
    ----------
    rules : Rules
    seed, replicate : int
        Which draws; replicate r alone equals replicate r among a thousand.
    n_threads : int
        Threads inside the replicate; changes no bit.
    progress : callable, optional
        Called between blocks of ticks with the ticks done since the last call; what it
        raises ends the run.

    Returns
    -------
    dict of str to ndarray of int64
        Shapes as `scsfast.model.outcomes.shape` says.
    """
    simulation = Simulation(rules, seed, replicate, _useful(rules, n_threads))
    run_through(simulation, progress)
    return simulation.outputs()


def run_through(simulation: Simulation, progress=None) -> None:
    """Run a simulation to its end, a block of ticks at a time; see `run_replicate`."""
    rules = simulation.rules
    block = max(1, CITIZEN_TICKS_A_BLOCK // rules.n_citizens)
    while simulation.tick < rules.n_ticks:
        before = simulation.tick
        simulation.run(block)
        if progress:
            progress(simulation.tick - before)


class Run:
    """What `simulate` returns: outputs by name, and the citizens at the end.

    Attributes
    ----------
    scenario : Scenario
    outputs : dict of str to ndarray of int64
        By output name, shape (n_ticks, ...) without the scenario and replicate axes.
    citizens : dict of str to ndarray
        State of every citizen after the last tick, shape (n_citizens,).
    """

    def __init__(self, scenario: Scenario, simulation: Simulation):
        self.scenario = scenario
        self.outputs = named(simulation.outputs())
        self.citizens = {name: simulation.arrays[name] for name in state.CITIZEN_ARRAYS}

    def __getitem__(self, name: str) -> np.ndarray:
        return self.outputs[name]

    def __repr__(self) -> str:
        world = self.scenario.world
        return (
            f"<scsfast run of '{self.scenario.name}': {world.n_citizens:,} citizens, "
            f"{world.n_ticks} ticks, {len(self.outputs)} outputs>"
        )


class _Question(Parameters):
    """What `simulate` is asked, but for the scenario."""

    seed: Seed = param(..., "64-bit seed")
    replicate: limited(Seed, le=2**32 - 1) = param(..., "number of the replicate")
    n_threads: limited(Count, ge=1, le=4096) = param(..., "threads")


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
) -> Run:
    """Simulate one replicate of a regime and return its outputs.

    Parameters
    ----------
    regime : str, path, dict or Regime
        Name of a pilot, the path of a regime's TOML file, or a regime of one's own.
    n_citizens, n_ticks : int
        Size of the world and length of the run.
    seed, replicate : int
        Which draws; all regimes meet the same luck under the same pair.
    n_threads : int
        Threads; changes no bit.
    leaders : Government or dict, optional
        How leaders behave; the defaults manipulate moderately.
    world : dict or World, optional
        Further keys of the world (see ``scsfast.model.world.World``).

    Returns
    -------
    Run

    Raises
    ------
    ConfigError
        If a value cannot be; all faults at once.
    """
    asked = {"seed": seed, "replicate": replicate, "n_threads": n_threads}
    question = validated(_Question, _plain(asked), "simulate")
    scenario = _scenario(regime, leaders, world, n_citizens, n_ticks)
    rules = build_rules(scenario)
    n_threads = _useful(rules, question.n_threads)
    simulation = Simulation(rules, question.seed, question.replicate, n_threads)
    run_through(simulation)
    return Run(scenario, simulation)


def _scenario(regime, leaders, world, n_citizens, n_ticks) -> Scenario:
    """Return the scenario that the arguments of `simulate` describe."""
    world = {} if world is None else _plain(world)
    if not isinstance(world, dict):
        raise ConfigError(
            f"`world` must be a table of its keys, got {world!r}", "simulate"
        )
    sizes = _plain({"n_citizens": n_citizens, "n_ticks": n_ticks})
    regime = _regime(regime)
    tree = {
        "name": regime.name,
        "world": {**world, **sizes},
        "regime": _plain(regime),
        "leaders": {} if leaders is None else _plain(leaders),
    }
    return validated(Scenario, tree, "simulate")


def _regime(regime) -> Regime:
    """Return a regime from a pilot's name, the path of a file, or its values."""
    if isinstance(regime, Regime):
        return regime
    if isinstance(regime, dict):
        return library.load_tree(regime, "simulate")
    if str(regime).endswith(".toml"):
        return library.load_file(Path(regime))
    return library.load(str(regime))


def _plain(values):
    """Return parameters as a plain tree, and numpy numbers as plain numbers."""
    if isinstance(values, Parameters):
        return values.model_dump(by_alias=True)
    if isinstance(values, dict):
        return {key: _plain(value) for key, value in values.items()}
    return values.item() if isinstance(values, np.generic) else values
