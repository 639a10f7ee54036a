"""The draw plan: which purpose owns which bits of which random block.

A block is Philox 4x32-10 with key = the 64-bit seed and counter = (who, when, replicate,
block): 128 bits in four words. `who` is a citizen, the lower index of a pair, or a unit;
`when` is the tick, or the leader's serial number. The scenario is not in the counter, so
all scenarios of a world have the same draws. No two purposes share a bit: a test checks
this table. The kernel's headers ``csrc/scs_blocks.h`` and ``csrc/scs_draws.h`` are written
from it by ``csrc/make_draws.py``; a test checks that they agree.
"""

from typing import NamedTuple


class Draw(NamedTuple):
    """Bits [shift, shift + bits) of one word of one block."""

    block: int
    word: int
    shift: int
    bits: int
    who: str
    when: str


# Blocks of a tick that are drawn for every citizen: only these two.
CITIZEN, PAIR = 0, 1
# Blocks of a tick for the few citizens who need them: those who may have an offer, whose
# meeting is observed, whom a leader favours or opposes, who may buy or mutate, who apply,
# who are on the list. The kernel draws such a block for a list of citizens (`draw_few` in
# tile.pxd). A new mechanism gets a block of its own, 11 .. 14 or from 85 on, which is drawn
# only if the mechanism is on.
TEMPTED, FREE_TIME, JUDGED, LEADERSHIP, SALES, MUTATION, LOTS, LISTED = range(2, 10)
CONSENT = 10  # learning of the regime, joining and leaving; if on, drawn for all
SLOT = 15
AUDITS = 56  # AUDITS + l belongs to level l
# Blocks of the world, drawn once. MATCHING + k // 4, word k % 4 belongs to slot k;
# TIES + l and LEADERS + l to level l. Word k of LOTS belongs to kind k of prize.
TRAITS, STATUS, MATCHING, TIES, LEADERS = 16, 17, 18, 40, 48
# Blocks of a tick under a placebo: word l of the first two belongs to level l.
PLACEBO = 64
IN_BATCHES = (PLACEBO, PLACEBO + 1)  # drawn into arrays of their own, no rows of a tile
ORDERS, APPEALS, APPEAL_TIES, APPEAL_BODIES, HUSH = 80, 81, 82, 83, 84
CLERKS = 91
LEARNING = 85  # LEARNING + l belongs to level l; `who` is the group of siblings
STRATA = 72  # once per campaign: replicate is 0, `who` a level
COPULA = 73  # only where traits are correlated
LOTTERY = 74  # each tick; word k belongs to kind k of prize
BLOCKS = {
    "CITIZEN": CITIZEN,
    "PAIR": PAIR,
    "TEMPTED": TEMPTED,
    "FREE_TIME": FREE_TIME,
    "JUDGED": JUDGED,
    "LEADERSHIP": LEADERSHIP,
    "SALES": SALES,
    "MUTATION": MUTATION,
    "LOTS": LOTS,
    "LISTED": LISTED,
    "SLOT": SLOT,
    "AUDITS": AUDITS,
    "TRAITS": TRAITS,
    "STATUS": STATUS,
    "MATCHING": MATCHING,
    "TIES": TIES,
    "LEADERS": LEADERS,
    "ORDERS": ORDERS,
    "APPEALS": APPEALS,
    "APPEAL_TIES": APPEAL_TIES,
    "APPEAL_BODIES": APPEAL_BODIES,
    "CONSENT": CONSENT,
    "HUSH": HUSH,
    "CLERKS": CLERKS,
    "PLACEBO": PLACEBO,
    "STRATA": STRATA,
    "COPULA": COPULA,
    "LOTTERY": LOTTERY,
    "LEARNING": LEARNING,
}
MAX_SLOTS = 4 * (TIES - MATCHING)
MAX_KINDS = 4


def _citizen(block: int, word: int, shift: int, bits: int) -> Draw:
    return Draw(block, word, shift, bits, "citizen", "tick")


def _pair(word: int, shift: int, bits: int) -> Draw:
    return Draw(PAIR, word, shift, bits, "pair", "tick")


def _born(block: int, word: int, shift: int, bits: int) -> Draw:
    return Draw(block, word, shift, bits, "citizen", "world")


PLAN: dict[str, Draw] = {
    # The offered act and mutation: 32 bits in two halves, of which the lower is drawn only
    # if the upper does not decide.
    "temptation_high": _citizen(CITIZEN, 0, 0, 16),
    "occasion_high": _citizen(CITIZEN, 0, 16, 16),
    "help": _citizen(CITIZEN, 1, 0, 16),
    "meeting_seen": _citizen(CITIZEN, 1, 16, 16),
    "mutate_high": _citizen(CITIZEN, 2, 0, 16),
    # Needs of the selection that begins the next tick.
    **{f"need_{k}": _citizen(CITIZEN, 3, 8 * k, 8) for k in range(MAX_KINDS)},
    "temptation_low": _citizen(TEMPTED, 0, 0, 16),
    "commit": _citizen(TEMPTED, 0, 16, 16),
    "offence_seen": _citizen(TEMPTED, 1, 0, 16),
    "suppress": _citizen(TEMPTED, 1, 16, 16),
    "offence_clerk": _citizen(TEMPTED, 2, 0, 16),
    "retaliate": _citizen(TEMPTED, 2, 16, 16),
    "occasion_low": _citizen(FREE_TIME, 0, 0, 16),
    "do": _citizen(FREE_TIME, 0, 16, 16),
    "deed_seen": _citizen(FREE_TIME, 1, 0, 16),
    "fake": _citizen(FREE_TIME, 1, 16, 16),
    "deed_clerk": _citizen(FREE_TIME, 2, 0, 16),
    "meeting_suppress": _citizen(JUDGED, 0, 0, 16),
    "meeting_clerk": _citizen(JUDGED, 0, 16, 16),
    "credit": _citizen(LEADERSHIP, 0, 0, 32),
    "frame": _citizen(LEADERSHIP, 1, 0, 32),
    "sale": _citizen(SALES, 0, 0, 32),
    "mutate_low": _citizen(MUTATION, 0, 0, 16),
    "mutant": _citizen(MUTATION, 0, 16, 16),
    **{f"lot_{k}": _citizen(LOTS, k, 0, 16) for k in range(MAX_KINDS)},
    "perform": _citizen(LISTED, 0, 0, 16),
    "orders": _citizen(ORDERS, 0, 0, 16),
    "hush_offence": _citizen(HUSH, 0, 0, 16),
    "hush_meeting": _citizen(HUSH, 0, 16, 16),
    "appeal_offence": _citizen(APPEALS, 0, 0, 16),
    "appeal_meeting": _citizen(APPEALS, 0, 16, 16),
    "appeal_credited": _citizen(APPEALS, 1, 0, 16),
    "appeal_framed": _citizen(APPEALS, 1, 16, 16),
    "appeal_retaliated": _citizen(APPEALS, 2, 0, 16),
    "misfiled_offence": _citizen(CLERKS, 0, 0, 16),
    "misfiled_deed": _citizen(CLERKS, 0, 16, 16),
    "namesake": Draw(SLOT, 1, 0, 32, "0", "tick"),
    "publicity_heard": _citizen(CONSENT, 0, 0, 32),
    "reconsider": _citizen(CONSENT, 1, 0, 32),
    "told": _citizen(CONSENT, 2, 0, 16),
    "opt": _citizen(CONSENT, 2, 16, 16),
    **{
        f"placebo_client_{level}": _citizen(PLACEBO + level // 4, level % 4, 0, 32)
        for level in range(6)
    },
    "placebo_dissenter": _citizen(PLACEBO + 1, 2, 0, 32),
    **{f"weighted_{k}": _citizen(LOTTERY, k, 0, 32) for k in range(MAX_KINDS)},
    "lower_keeps": _pair(0, 0, 16),
    "upper_keeps": _pair(0, 16, 16),
    "lower_knows": _pair(1, 0, 16),
    "upper_knows": _pair(1, 16, 16),
    "learner": _pair(2, 0, 1),
    "learn": _pair(2, 16, 16),
    "slot": Draw(SLOT, 0, 0, 32, "0", "tick"),
    "quality": _born(TRAITS, 0, 0, 8),
    "guile": _born(TRAITS, 0, 8, 8),
    "means": _born(TRAITS, 0, 16, 8),
    "group": _born(TRAITS, 1, 0, 32),
    "dissenter": _born(TRAITS, 2, 0, 32),
    "aware": _born(TRAITS, 3, 0, 32),
    "enrolled": _born(STATUS, 0, 0, 32),
    "strategy": _born(STATUS, 1, 0, 32),
    "appeal_tie": _born(APPEAL_TIES, 0, 0, 32),
    "appeal_body": Draw(APPEAL_BODIES, 0, 0, 32, "unit", "world"),
    **{
        f"matching_{k}": _born(MATCHING + k // 4, k % 4, 0, 32)
        for k in range(MAX_SLOTS)
    },
    **{
        f"tie_{level}": Draw(TIES + level, 0, 0, 32, "citizen", "serial")
        for level in range(6)
    },
    **{
        f"leader_{level}": Draw(LEADERS + level, 0, 0, 32, "unit", "serial")
        for level in range(6)
    },
    "means_rank": _born(COPULA, 0, 0, 16),
    "guile_rank": _born(COPULA, 0, 16, 16),
    "guile_rest": _born(COPULA, 1, 0, 8),
    "stratum": Draw(STRATA, 0, 0, 32, "level", "campaign"),
    **{
        f"clock_{level}": Draw(LEADERS + level, 1, 0, 32, "unit", "serial")
        for level in range(6)
    },
    **{
        f"{purpose}_{level}": Draw(LEARNING + level, word, 0, bits, "unit", "tick")
        for word, (purpose, bits) in enumerate(
            {"considers": 32, "pupil": 32, "example": 32, "copies": 16}.items()
        )
        for level in range(6)
    },
    **{
        f"audit_{level}": Draw(AUDITS + level, 0, 0, 32, "unit", "tick")
        for level in range(6)
    },
}
