"""The struct of arrays: all memory of one replicate, contiguous, allocated once.

State that a scenario does not use is not allocated: where two rules rank citizens alike
they share one array. `bytes_per_citizen` says what it comes to.
"""

from dataclasses import asdict

import numpy as np

from ..model.outcomes import (
    QUALITY_CLASSES,
    SCORE_BINS,
    TABLES,
    TERCILES,
    TIES,
    shape,
)
from ..model.population import GROUPS
from ..model.regime import ALLOCATIONS, MAX_GRADES
from ..model.rules import Rules

NEAR = 1 << 16  # units up to this size keep partners as 16-bit offsets

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
    "oracle_rank": np.uint16,
    "lot": np.uint16,
}


def kernel_rules(rules: Rules) -> dict:
    """Return the members of the kernel's ``scs_rules_t`` by name."""
    cuts = (*rules.cuts, *[0] * (MAX_GRADES - 1 - len(rules.cuts)))
    return {
        **vars(rules),
        "cuts": cuts,
        "n_cuts": len(rules.cuts),
        "n_slots": len(rules.slot_spans),
        "n_offences": len(rules.offences),
        "n_deeds": len(rules.deeds),
    }


def kernel_acts(acts) -> list[dict]:
    """Return the members of the kernel's ``scs_act_t`` for each act."""
    return [asdict(act) for act in acts]


def allocate(rules: Rules, n_threads: int = 1) -> dict[str, np.ndarray]:
    """Return zeroed state arrays by citizen, and the tables the kernel reads."""
    n = rules.n_citizens
    arrays = {name: np.zeros(n, dtype) for name, dtype in CITIZEN_ARRAYS.items()}
    rule = ALLOCATIONS[rules.allocation]
    by_score = rule == "score" and rules.scored
    own = np.zeros(n, np.uint16) if rule != "oracle" else arrays["oracle_rank"]
    pool = min(n, rules.pool_span)
    arrays["applicant_keys"] = np.zeros((n_threads, pool), np.uint32)
    arrays["rank"] = own
    arrays["fair_rank"] = np.zeros(n, np.uint16) if by_score else own
    for level, n_units in enumerate(rules.n_units):
        arrays[f"bends_{level}"] = np.zeros(n_units, np.uint8)
    return arrays | _tables(rules)


def _tables(rules: Rules) -> dict[str, np.ndarray]:
    return {
        "tercile": np.zeros(256, np.uint8),
        "quality_class": np.zeros(256, np.uint8),
        "wealth_target": rules.wealth_target.astype(np.int32),
        "need": rules.need_table.astype(np.int32),
        "belief": rules.belief.astype(np.int64),
        "connected": np.zeros((len(TIES), len(TERCILES)), np.int64),
        "group_citizens": np.zeros(len(GROUPS), np.int64),
        "bin_count": np.zeros(SCORE_BINS, np.int64),
        "bin_wins": np.zeros(SCORE_BINS, np.int64),
    }


def allocate_partners(rules: Rules) -> list[np.ndarray]:
    """Return one partner array a slot: 16-bit offsets in small units, else indices."""
    return [
        np.zeros(rules.n_citizens, np.uint16 if span <= NEAR else np.uint32)
        for span in rules.slot_spans
    ]


def allocate_outputs(rules: Rules, n_threads: int) -> dict[str, np.ndarray]:
    """Return zeroed tables, int64, with a leading axis over threads."""
    return {
        table.name: np.zeros((n_threads, *shape(table, rules)), np.int64)
        for table in TABLES
    }


def partner_indices(rules: Rules, partners: list[np.ndarray], slot: int) -> np.ndarray:
    """Return the partner of each citizen in a slot as an index, int64."""
    partner = partners[slot].astype(np.int64)
    if partners[slot].dtype == np.uint16:
        citizens = np.arange(rules.n_citizens)
        partner += citizens - citizens % rules.slot_spans[slot]
    return partner


def classify_quality(arrays: dict[str, np.ndarray]) -> None:
    """Fill the tables of terciles and classes by quality from the citizens drawn."""
    counts = np.bincount(arrays["quality"], minlength=256)
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
    names = (*CITIZEN_ARRAYS, "rank", "fair_rank", "applicant_keys")
    owned = {id(arrays[name]): arrays[name].nbytes for name in names}
    partners = sum(partner.nbytes for partner in allocate_partners(rules))
    return (sum(owned.values()) + partners) / rules.n_citizens
