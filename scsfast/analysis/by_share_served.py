"""C2 by the share of applicants who are served: where prizes are scarce, and where not.

Whether a score allocates better than a lottery depends on the share of applicants who can
get a prize. Each scenario with records gets one row: scenarios as written, and the points
of a sweep.
"""

import pandas as pd

from . import verdict
from .claim_estimates import Evidence
from .scenario_pairs import Case, companion

COLUMNS = (
    "base", "scenario", "served", "c2", "skill", "low", "high", "efficiency",
    "than_market", "than_queue", "n",
)  # fmt: skip
KINDS = ("", "sweep")


def by_share_served(
    known: list[Case], evidence: Evidence, limits, left=None
) -> pd.DataFrame:
    """Return the verdict on C2 of each scenario, in order of the share served.

    Parameters
    ----------
    known : list of Case
    evidence : Evidence
    limits : Thresholds
    left : set of str, optional
        Names of the points of sweeps that count; by default all.

    Returns
    -------
    pandas.DataFrame
        One row per scenario, without yardsticks and placebos: its ``base``, ``served``
        (share of applicants who get a prize), the verdict ``c2``, ``skill`` with its
        interval, ``efficiency``, and whether it is more skilful than a market of the same
        world and than need alone.
    """
    wanted = [
        case
        for case in known
        if case.kind in KINDS and evidence.has_any(case)
        if not case.is_yardstick and not case.is_placebo
        if not case.kind or left is None or case.name in left
    ]
    rows = [_row(case, known, evidence, limits) for case in wanted]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = {base: k for k, base in enumerate(dict.fromkeys(table["base"]))}
    table = table.assign(_order=table["base"].map(order))
    table = table.sort_values(["_order", "served"], kind="stable")
    return table.drop(columns="_order").reset_index(drop=True)


def _row(case: Case, known: list[Case], evidence: Evidence, limits) -> dict:
    market = companion(case, known, lambda other: other.yardstick == "market")
    skill = evidence.of(case, "skill")
    row = (
        case.base,
        case.name,
        evidence.of(case, "served").mean,
        verdict.serving(skill, limits),
        *skill[:3],
        evidence.of(case, "efficiency").mean,
        verdict.against(evidence.difference(case, market, "skill")),
        verdict.against(evidence.of(case, "less_queue")),
        skill.n,
    )
    return dict(zip(COLUMNS, row, strict=True))
