"""The struct of arrays: all memory of one replicate, contiguous, allocated once.

State that no regime of a scenario uses is not allocated: its arrays are empty. Rules that
rank citizens equally share one array. `bytes_per_citizen` returns the total.
"""

import re
from collections.abc import Iterable

import numpy as np

from ..model import traits
from ..model.integers.ridge import n_sums
from ..model.integers.rules import BY_COUNT, MODEL, PrizeRule, Rules
from ..model.outcomes import QUALITY_CLASSES, SCORE_BINS, TABLES, TERCILES, TIES, shape
from ..model.regime import ALLOCATIONS, MAX_GRADES
from ..model.scorers import FEATURES
from .memory import PAGE, one_piece, zeros_to_place
from .partners import allocate_partners
from .tiles import n_tiles, tile_starts

FOREVER = -1  # last tick in office of a leader without tenure
BY_SCORES = ("score", "grade", "threshold", "proportional")
MOST_SALE_CUTS = 12
ASKED = {  # of applicants
    "applicant": np.uint16,
    "asked_need": np.uint8,
    "asked_quality": np.uint8,
    "treatment": np.uint8,
}
BY_THREAD = ("feature_sums", "connected")  # sums over threads are the state
LEAST_WIDE = 1 << 14  # citizens of a pool whose selection is worth several threads
# Computed again for every tick: by thread, by unit, or by applicant, tile by tile.
SCRATCH = re.compile(
    rf"applicant_keys|renewed|((fair_|oracle_)?rank|lot|applied|{'|'.join(ASKED)})_\d"
)

BORN = ("quality", "guile", "means", "traits", "strategy", "ties")
CITIZEN_ARRAYS = {
    "quality": np.uint8,
    "guile": np.uint8,
    "means": np.uint8,
    "ties": np.uint8,
    "traits": np.uint8,
    "strategy": np.uint8,
    "first_grade": np.uint8,
    "score": np.int32,
    "fair_score": np.int32,
    "wealth": np.int32,
    "payoff": np.int32,
    "prizes": np.uint16,
    "published_even": np.uint32,
    "published_odd": np.uint32,
}
LIST_ARRAYS = {"listed": np.uint8, "fair_listed": np.uint8}
MISFILED = (
    *("misfiled_points", "fair_misfiled_points"),
    *("misfiled_marks", "fair_misfiled_marks"),
)
PART_ARRAYS = {
    "history": np.uint16,
    "fair_history": np.uint16,
    "circle": np.uint16,
    "fair_circle": np.uint16,
    "shown_even": np.uint16,
    "shown_odd": np.uint16,
}


def phases(rules: Rules) -> list[Rules]:
    """Return the rules of every regime of a scenario in turn."""
    return [rules, *(later for _, later in rules.later)]


def kernel_rules(rules: Rules) -> dict:
    """Return the members of the kernel's ``scs_rules_t`` by name, acts and prizes."""
    cuts = (*rules.cuts, *[0] * (MAX_GRADES - 1 - len(rules.cuts)))
    sale_cuts = (*rules.sale_cuts, *[0] * (MOST_SALE_CUTS - len(rules.sale_cuts)))
    return {
        **vars(rules),
        "has_parts": rules.has_parts,
        "cuts": cuts,
        "n_cuts": len(rules.cuts),
        "sale_cuts": sale_cuts,
        "n_sale_cuts": len(rules.sale_cuts),
        "n_slots": len(rules.slot_spans),
        "n_offences": len(rules.offences),
        "n_deeds": len(rules.deeds),
        "n_prizes": len(rules.prizes),
        "sells": any(rules.sale_rate),
        "retaliates": any(rules.retaliate),
        "competes": any((*rules.inflation, *rules.recentring, *rules.target)),
        "hushes": BY_COUNT in rules.target,
        "tilts": any(rules.tilt),
        "reviews": any(rules.tenure) or any(rules.audit),
        "commands": any(rules.orders),
        "learns": any(rules.career_learning),
        "offences": [vars(act) for act in rules.offences],
        "deeds": [vars(act) for act in rules.deeds],
        "prizes": [vars(prize) for prize in rules.prizes],
        "ranks": [rank_arrays(rules, k) for k in range(len(rules.prizes))],
    }


def rank_arrays(rules: Rules, kind: int) -> tuple[str, str, str]:
    """Return the arrays of the actual, fair and oracle ranks of a kind of prize."""
    own, fair, oracle = f"rank_{kind}", f"fair_rank_{kind}", f"oracle_rank_{kind}"
    if ALLOCATIONS[rules.prizes[kind].rule] == "oracle":
        return oracle, oracle, oracle
    return own, fair if _has_fair_rank(rules, rules.prizes[kind]) else own, oracle


def _has_fair_rank(rules: Rules, prize: PrizeRule) -> bool:
    rule = ALLOCATIONS[prize.rule]
    return rule == "exclusion" or (rule in BY_SCORES and bool(rules.scored))


def allocate(rules: Rules, n_threads: int = 1) -> dict:
    """Return zeroed state arrays by citizen and by unit, and the kernel's tables."""
    arrays = _allocate(rules, n_threads)
    wide = {k: a for k, a in arrays.items() if getattr(a, "nbytes", 0) > PAGE}
    pieces = dict(zip(wide, one_piece(wide.values()), strict=True))
    return arrays | pieces | {"tie": rules.tie.copy()}


def _allocate(rules: Rules, n_threads: int) -> dict:
    regimes, n = phases(rules), rules.n_citizens
    room = key_room(n, pool_sizes(rules), n_threads)
    return {
        **_by_citizen(CITIZEN_ARRAYS, n, True),
        **_by_citizen(LIST_ARRAYS, n, any(regime.listing for regime in regimes)),
        **_by_citizen(PART_ARRAYS, n, any(regime.has_parts for regime in regimes)),
        **_ranks(regimes),
        **_cohorts(regimes),
        **_remedies(regimes),
        **_misfiled(regimes),
        **_units(rules),
        **_tables(rules),
        "applicant_keys": zeros_to_place((n_threads, room), np.uint32),
        "feature_sums": np.zeros((n_threads, 2, n_sums(len(FEATURES))), np.int64),
        "connected": np.zeros((n_threads, len(TIES), len(TERCILES)), np.int64),
    }


def pool_sizes(rules: Rules) -> tuple[int, ...]:
    """Return the citizens of the largest pool by kind of prize, as `key_room` takes them.

    Where pools differ in size, small ones are to be selected from by one thread each.
    """
    most = tuple(prize.pool_span for prize in rules.prizes)
    if not rules.units.starts:
        return most
    return (*most, *(min(size, LEAST_WIDE - 1) for size in most))


def key_room(n_citizens: int, pool_spans: Iterable[int], n_threads: int) -> int:
    """Return the citizens of the largest pool that one thread selects from.

    The kernel takes larger pools for wide: all threads select from them together, without
    scratch. A pool is wide if it has at least `LEAST_WIDE` citizens and there are too few
    pools to keep threads busy.

    Parameters
    ----------
    n_citizens : int
    pool_spans : iterable of int
        Citizens of a pool, by kind of prize.
    n_threads : int
    """
    own = [
        min(n_citizens, span)
        for span in pool_spans
        if n_threads == 1
        or min(n_citizens, span) < LEAST_WIDE
        or -(-n_citizens // span) >= 2 * n_threads
    ]
    return max(own, default=0)


def _by_citizen(dtypes: dict, n: int, is_used: bool) -> dict[str, np.ndarray]:
    """Return arrays by citizen, empty if unused."""
    return {name: zeros_to_place(n * is_used, dtype) for name, dtype in dtypes.items()}


def _ranks(regimes: list[Rules]) -> dict[str, np.ndarray]:
    """Return ranks and lots of every kind of prize."""
    n, kinds = regimes[0].n_citizens, range(len(regimes[0].prizes))
    used = {name for rules in regimes for k in kinds for name in rank_arrays(rules, k)}
    used |= {f"{name}_{k}" for k in kinds for name in ("oracle_rank", "lot")}
    tiles = n_tiles(regimes[0].units)
    return {
        **{name: zeros_to_place(n, np.uint16) for name in sorted(used)},
        **{
            f"{name}_{k}": zeros_to_place(n, of)
            for name, of in ASKED.items()
            for k in kinds
        },
        **{f"applied_{k}": zeros_to_place(tiles, np.uint16) for k in kinds},
    }


def by_citizen(rules: Rules, arrays: dict, name: str) -> np.ndarray:
    """Return ranks or lots of the next selection by citizen; 0 for those who do not apply.

    Parameters
    ----------
    rules : Rules
        The rules in force.
    arrays : dict
        As returned by `allocate`.
    name : str
        `lot_0`, `rank_0`, `fair_rank_0`, `oracle_rank_0`, or the same of another kind.

    Returns
    -------
    ndarray of uint16, shape (n_citizens,)
    """
    kind = name.rpartition("_")[2]
    applied = arrays[f"applied_{kind}"]
    starts = np.repeat(tile_starts(rules.units), applied)
    ends = np.repeat(np.cumsum(applied, dtype=np.int64), applied)
    place = starts + np.arange(len(starts)) - ends + np.repeat(applied, applied)
    values = np.zeros(rules.n_citizens, np.uint16)
    values[starts + arrays[f"applicant_{kind}"][place]] = arrays[name][place]
    return values


def _cohorts(regimes: list[Rules]) -> dict[str, list[np.ndarray]]:
    """Return the points of each calendar year, actual and fair, by citizen."""
    n, years = regimes[0].n_citizens, max(rules.n_cohorts for rules in regimes)
    return {
        name: [np.zeros(n, np.int32) for _ in range(years)]
        for name in ("cohorts", "fair_cohorts")
    }


def _remedies(regimes: list[Rules]) -> dict[str, list[np.ndarray]]:
    """Return arrays of changes by granted appeals, by tick modulo the delay and citizen."""
    n, delay = regimes[0].n_citizens, max(rules.appeal_delay for rules in regimes)
    return {
        "remedy_points": [np.zeros(n, np.int32) for _ in range(delay)],
        "remedy_marks": [np.zeros(n, np.uint8) for _ in range(delay)],
    }


def _misfiled(regimes: list[Rules]) -> dict[str, list[np.ndarray]]:
    """Return arrays of waiting records of namesakes, written in even and odd ticks."""
    n = regimes[0].n_citizens * any(rules.misfiled for rules in regimes)
    found = {name: [np.zeros(n, np.int32) for _ in range(2)] for name in MISFILED[:2]}
    return found | {
        name: [np.zeros(n, np.uint8) for _ in range(2)] for name in MISFILED[2:]
    }


def _units(rules: Rules) -> dict[str, list[np.ndarray]]:
    """Return the arrays of leaders in office, and of units for the review, by level."""
    names = ("serial", "ends", "unit_sum", "fair_unit_sum", "unit_violated")
    names += ("unit_points", "hush")
    arrays = {name: [np.zeros(n, np.int64) for n in rules.n_units] for name in names}
    bodies = np.zeros(rules.n_units[0], np.uint8)
    learns = any(any(regime.career_learning) for regime in phases(rules))
    n_villages = max(1, rules.n_units[0] * learns)
    for name in ("favours_done", "bribes"):
        arrays[name] = [np.zeros(n_villages, np.int64) for _ in rules.n_units]
    return arrays | {
        "manipulates": [np.zeros(n, np.uint8) for n in rules.n_units],
        "renewed": [np.zeros(n, np.uint8) for n in rules.n_units],
        "bodies": bodies,
    }


def _tables(rules: Rules) -> dict:
    n_prizes = len(rules.prizes)
    belief = np.zeros((n_prizes, SCORE_BINS), np.int64)
    belief[0] = rules.belief
    return {
        "tercile": np.zeros(256, np.uint8),
        "quality_class": np.zeros(256, np.uint8),
        "wealth_target": rules.wealth_target.astype(np.int32),
        "capacity": rules.capacity_table.astype(np.int32),
        "need": [prize.need_table.astype(np.int32) for prize in rules.prizes],
        "belief": belief,
        "bin_count": np.zeros((n_prizes, SCORE_BINS), np.int64),
        "bin_wins": np.zeros((n_prizes, SCORE_BINS), np.int64),
        "outside": np.zeros((n_prizes, 3), np.int64),
        "fits": np.zeros((2, 1 + len(FEATURES)), np.int64),
    }


def begin(rules: Rules, arrays: dict) -> None:
    """Set the initial state of a regime other than scores: parts, beliefs, fits."""
    for name in ("history", "fair_history", "circle", "fair_circle"):
        arrays[name][:] = rules.history_start
    for name in ("bin_count", "bin_wins", "belief", "outside", "fits", "feature_sums"):
        arrays[name][:] = 0
    arrays["belief"][0] = rules.belief
    arrays["capacity"][:] = rules.capacity_table
    for name in (
        "unit_points",
        "unit_violated",
        "hush",
        "favours_done",
        "bribes",
        "remedy_points",
        "remedy_marks",
        *MISFILED,
    ):
        for array in arrays[name]:
            array[:] = 0


def change(rules: Rules, arrays: dict, tick: int) -> None:
    """Carry scores and list over to another regime; see docs/model.md, 7.10.

    Parameters
    ----------
    rules : Rules
    arrays : dict of str to ndarray
        The state.
    tick : int
        Counted from 0.
    """
    begin(rules, arrays)
    enrolled = traits.has(arrays["traits"], "enrolled")
    for name in ("score", "fair_score"):
        kept = np.clip(arrays[name], rules.floor, rules.ceiling)
        arrays[name][:] = np.where(enrolled & bool(rules.scored), kept, rules.base)
    for name, score in (("cohorts", "score"), ("fair_cohorts", "fair_score")):
        for cohort in arrays[name]:
            cohort[:] = 0
        if rules.n_cohorts:
            year = tick // rules.ticks_per_year % rules.n_cohorts
            arrays[name][year][:] = arrays[score] - rules.base
    if not rules.listing:
        arrays["listed"][:] = arrays["fair_listed"][:] = 0


def needs_fit(rules: Rules, tick: int) -> bool:
    """Return whether the black box is refitted at the end of the tick before `tick`."""
    return rules.scorer == MODEL and tick % rules.refit == 0


def allocate_outputs(rules: Rules, n_threads: int) -> dict[str, np.ndarray]:
    """Return zeroed tables, int64, with a leading axis over threads."""
    return {
        table.name: np.zeros((n_threads, *shape(table, rules)), np.int64)
        for table in TABLES
    }


def classify_quality(arrays: dict[str, np.ndarray], counts: np.ndarray) -> None:
    """Fill the tables of terciles and classes by quality.

    Parameters
    ----------
    arrays : dict of str to ndarray
        As returned by `allocate`.
    counts : ndarray of int64, shape (256,)
        Citizens by quality.
    """
    below = np.concatenate([[0], np.cumsum(counts)[:-1]])
    n = len(arrays["quality"])
    for name, classes in (
        ("tercile", len(TERCILES)),
        ("quality_class", QUALITY_CLASSES),
    ):
        arrays[name][:] = np.minimum(classes - 1, classes * below // n)


def bytes_per_citizen(rules: Rules) -> float:
    """Return the bytes that one citizen takes on one thread, partners included."""
    arrays = allocate(rules)
    names = (*CITIZEN_ARRAYS, *LIST_ARRAYS, *PART_ARRAYS, "applicant_keys")
    owned = [arrays[name] for name in (*names, *_ranks(phases(rules)))]
    for name in ("cohorts", "fair_cohorts", "remedy_points", "remedy_marks"):
        owned += arrays[name]
    owned += allocate_partners(rules)
    return sum(array.nbytes for array in owned) / rules.n_citizens
