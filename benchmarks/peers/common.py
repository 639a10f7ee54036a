"""What the kernel and its peers share: one campaign, its world, its output tables.

The campaign is the first scenario of examples/first.toml, Rongcheng with half of the leaders
manipulating. Each peer simulates every mechanism that this campaign uses, on the draws of
docs/model.md; `rules` refuses a scenario that uses others. The world (citizens, ties,
leaders, matchings) is drawn once, by the kernel, and is not part of the time.
"""

from collections import namedtuple
from pathlib import Path

import numpy as np

from scsfast.campaign.config import load_campaign
from scsfast.engine.partners import partner_indices
from scsfast.engine.simulation import Simulation
from scsfast.model import traits
from scsfast.model.integers.build import build_rules
from scsfast.model.integers.fixed_point import ONE32
from scsfast.model.integers.rules import BY_SCORE, LEDGER, Rules
from scsfast.model.outcomes import TABLES, shape
from scsfast.model.reference.world import exponentials

FIRST = Path(__file__).parents[2] / "examples" / "first.toml"
SEED = 35
REPLICATE = 1  # a replicate whose first county leader manipulates
UNUSED = (  # all 0 in the campaign: the peers do not have these mechanisms
    *("tenure", "audit", "sale_rate", "inflation", "recentring", "tilt", "target"),
    *("career_learning", "orders", "placebo", "clients_know", "told", "misfiled"),
    *("publicity_heard", "opt_rate", "n_cohorts", "appeals", "listing", "sloped"),
    *("later", "begins", "ranks"),
)
N_BINS = 128
MAX_WEALTH = 1 << 30
MOST_GAIN = (1 << 22) - 1
EXP = np.array(exponentials(), np.int64)  # chance of x in steps of 1/256

# Columns of the output tables by name: SUMS.score is a number, also in compiled code.
COLUMNS = {
    table.name: namedtuple(table.name, [output.name for output in table.outputs])(
        *range(len(table.outputs))
    )
    for table in TABLES
}
SUMS, BY_PRIZE, BY_DOMAIN = (COLUMNS[k] for k in ("sums", "by_prize", "by_domain"))
BY_LEVEL, BY_TIE, BY_GROUP = (COLUMNS[k] for k in ("by_level", "by_tie", "by_group"))
BY_STRATUM, BY_GRADE = COLUMNS["by_stratum"], COLUMNS["by_grade"]
ANY, ALL = 6, 7  # rows of by_tie after the six levels

ACT_FIELDS = (
    *("until", "inverse_scale", "scale", "penalty", "price", "due", "social_value"),
    *("only", "defies", "scored", "points", "dealt", "limit", "domain", "human"),
    *("seen", "seen_low"),
)
Acts = namedtuple("Acts", ACT_FIELDS)  # arrays by act
World = namedtuple(
    "World",
    "quality guile means group dissenter aware ties manipulating tercile quality_class",
)


def rules(n_citizens: int, n_ticks: int) -> Rules:
    """Return the integers of the campaign at a size.

    Raises
    ------
    ValueError
        If the scenario uses a mechanism that the peers do not have.
    """
    scenario = load_campaign(FIRST).scenarios[0]
    size = {"n_citizens": n_citizens, "n_ticks": n_ticks, "warmup": n_ticks // 5}
    world = scenario.world.model_copy(update=size)
    found = build_rules(scenario.model_copy(update={"world": world}))
    used = [name for name in UNUSED if np.any(getattr(found, name))]
    (prize,) = found.prizes
    is_known = found.scorer == LEDGER and found.enrolled == ONE32
    if used or not is_known or prize.rule or prize.bins != BY_SCORE or not prize.learns:
        raise ValueError(f"the peers cannot simulate this scenario: {used}")
    return found


def acts(of) -> Acts:
    """Return acts as arrays by field."""
    return Acts(*(np.array([getattr(a, f) for a in of], np.int64) for f in ACT_FIELDS))


def drawn_world(of: Rules) -> tuple[World, np.ndarray, list[np.ndarray]]:
    """Return the citizens and leaders, the first strategies, and partners by slot."""
    simulation = Simulation(of, SEED, REPLICATE)
    arrays, n = simulation.arrays, of.n_citizens
    bits, quality = arrays["traits"], arrays["quality"]
    village = np.arange(n) // of.spans[0]
    manipulating = np.zeros(of.n_units[0], np.uint8)  # levels as bits, by village
    for level, leaders in enumerate(arrays["manipulates"]):
        above = np.arange(of.n_units[0]) * of.spans[0] // of.spans[level]
        manipulating |= leaders[above] << level
    world = World(
        quality=quality.copy(),
        guile=arrays["guile"].copy(),
        means=arrays["means"].copy(),
        group=traits.group(bits).astype(np.uint8),
        dissenter=traits.has(bits, "dissenter"),
        aware=traits.has(bits, "aware"),
        ties=arrays["ties"].copy(),
        manipulating=manipulating[village],
        tercile=arrays["tercile"][quality],
        quality_class=arrays["quality_class"][quality],
    )
    slots = zip(simulation.partners, simulation.slot_levels, strict=True)
    found = [partner_indices(of.units, p, level) for p, level in slots]
    partners = [partner.astype(np.int32) for partner in found]
    return world, arrays["strategy"].astype(np.uint8), partners


def wide(world: World) -> World:
    """Return a world with traits in 64 bits, which NumPy's products need."""
    return World(*(x if x.dtype == bool else x.astype(np.int64) for x in world))


def tables(of: Rules) -> dict[str, np.ndarray]:
    """Return zeroed output tables."""
    return {table.name: np.zeros(shape(table, of), np.int64) for table in TABLES}


def count_constants(of: Rules, world: World, outputs: dict[str, np.ndarray]) -> None:
    """Fill the outputs that no tick changes here: leaders, ties, groups, strata."""
    for level in range(of.n_levels):
        first = np.arange(of.n_units[level]) * of.spans[level]
        leaders = world.manipulating[first] >> level & 1
        outputs["by_level"][:, level, BY_LEVEL.manipulating] = leaders.sum()
    for tie, of_tie in enumerate(tie_masks(of, world.ties)):
        connected = np.bincount(world.tercile[of_tie], minlength=3)
        outputs["by_tie"][:, tie, :, BY_TIE.connected] = connected
    bad = world.quality < of.bad_quality
    group = outputs["by_group"]
    group[:, :, BY_GROUP.group_citizens] = np.bincount(world.group, minlength=4)
    group[:, :, BY_GROUP.group_bad] = np.bincount(world.group[bad], minlength=4)
    stratum = np.bincount(2 * world.group + (world.ties > 0), minlength=8)
    outputs["by_stratum"][:, :, :, BY_STRATUM.stratum_citizens] = stratum.reshape(4, 2)
    sums = outputs["sums"]
    sums[:, SUMS.enrolled] = of.n_citizens
    sums[:, SUMS.enrolled_quality] = world.quality.sum(dtype=np.int64)
    sums[:, SUMS.aware] = world.aware.sum()


def tie_masks(of: Rules, ties: np.ndarray) -> list[np.ndarray]:
    """Return which citizens belong to each tie class: levels, any, all."""
    return [*(ties >> k & 1 > 0 for k in range(6)), ties > 0, np.full(len(ties), True)]


def learn_values(of: Rules, memory: dict, citizens: np.ndarray, wins: np.ndarray):
    """Update the belief in the prize by score bin from one tick's citizens and winners.

    Parameters
    ----------
    of : Rules
    memory : dict of str to ndarray
        ``belief``, ``bin_count`` and ``bin_wins``, int64 by bin, changed in place.
    citizens, wins : ndarray of int64, shape (128,)
    """
    belief, count, won = (memory[k] for k in ("belief", "bin_count", "bin_wins"))
    count += 16 * citizens - count // of.belief_memory
    won += 16 * wins - won // of.belief_memory
    mean = (int(won.sum()) << 20) // int(count.sum())
    filled = np.flatnonzero(count)
    share = ((won[filled] << 20) + of.prior * mean) // (count[filled] + of.prior)
    belief[filled] = (of.prizes[0].value << 8) * share >> 20
    empty = np.flatnonzero(count == 0)
    distance = np.abs(filled[None, :] - empty[:, None])
    belief[empty] = belief[filled[distance.argmin(axis=1)]]  # the lower of two as near


def first_memory(of: Rules) -> dict:
    """Return the belief at the start, and empty counts."""
    empty = {name: np.zeros(N_BINS, np.int64) for name in ("bin_count", "bin_wins")}
    return {"belief": of.belief.astype(np.int64), **empty}


def wealth_bins(wealth: np.ndarray) -> np.ndarray:
    """Return wealth bins: exact below 4, then four per octave."""
    octave = np.frexp(np.maximum(wealth, 4).astype(np.float64))[1].astype(np.int64) - 1
    return np.where(wealth < 4, wealth, 4 * (octave - 1) + (wealth >> octave - 2 & 3))


def distribute(of: Rules, world: World, state, first_grade, now: int, outputs) -> None:
    """Add the histograms and the sums by unit at the end of a tick.

    Parameters
    ----------
    of : Rules
    world : World
    state : object
        Arrays ``score``, ``fair_score``, ``wealth`` and ``prizes`` by citizen.
    first_grade : ndarray of int
        Grades at the start of the first measured tick.
    now : int
        The tick.
    outputs : dict of str to ndarray
        Changed in place.
    """
    row = of.distribution_ticks.index(now)
    for judge, score in enumerate((state.score, state.fair_score)):
        k = np.minimum((score - np.int64(of.floor)) * of.bin_factor >> 32, 127)
        count = np.bincount(16 * k + world.quality_class, minlength=128 * 16)
        outputs["score_histogram"][row, judge, ..., 0] = count.reshape(128, 16)
    wealth, prizes = state.wealth.astype(np.int64), np.minimum(state.prizes, 127)
    bins = wealth_bins(wealth)
    outputs["histograms"][row, :, 0] = np.bincount(bins, minlength=128)
    outputs["histograms"][row, :, 1] = np.bincount(prizes, minlength=128)
    stratum = 128 * (2 * world.group.astype(np.int64) + (world.ties > 0))
    found = (
        np.bincount(stratum + bins, minlength=1024),
        np.bincount(stratum + bins, wealth, minlength=1024),
        np.bincount(stratum + prizes, minlength=1024),
    )
    outputs["stratum_histograms"][row] = np.stack(found, -1).reshape(4, 2, 128, 3)
    if now >= of.measured_from:
        table = outputs["grade_transitions"][row, ..., 0]
        change = len(table) * first_grade + np.digitize(state.score, of.cuts)
        table += np.bincount(change, minlength=table.size).reshape(table.shape)
    if of.mean_span:
        unit = np.arange(of.n_citizens) // of.mean_span
        by_unit = outputs["by_unit"][row]
        by_unit[:, 0] = np.bincount(unit)
        by_unit[:, 1] = np.bincount(unit, state.score)
        by_unit[:, 2] = np.bincount(unit, state.fair_score)
