"""Observers, awareness and consent in integers."""

from math import comb

from ..citizens import Observers, OptIn
from ..parameters import Tree
from ..world import Scenario
from .fixed_point import MONEY, ONE16, ONE32, money, points, threshold


def citizens_side(scenario: Scenario) -> Tree:
    """Return the members of `Rules` on observers of meetings, awareness and consent."""
    regime, year = scenario.regime, scenario.world.ticks_per_year
    seen = regime.meeting.seen if regime.has_records else 0.0
    rightly, judged = verdicts(threshold(seen, ONE16), regime.observers)
    return {
        "meeting_seen": judged,
        "meeting_right": rightly,
        "told": threshold(regime.awareness.word, ONE16),
        "publicity_heard": threshold(regime.awareness.publicity_rate / year, ONE32),
        **_consent(regime.opt_in, year),
    }


def _consent(opt_in: OptIn | None, year: int) -> Tree:
    """Return the members of `Rules` on joining and leaving; all 0 without consent."""
    if opt_in is None:
        return dict.fromkeys(("opt_rate", "opt_inverse", "opt_cost", "outlook"), 0)
    return {
        "opt_rate": threshold(opt_in.review_rate / year, ONE32),
        "opt_inverse": round(ONE16 * 256 / max(1, round(opt_in.scale * MONEY))),
        "opt_cost": money(opt_in.cost),
        "outlook": points(opt_in.outlook),
    }


def reported(seen: int, observers: Observers) -> int:
    """Return the chance that at least a quorum of observers report an act.

    Parameters
    ----------
    seen : int
        Chance that one observer sees it, 0 .. 65536.
    observers : Observers

    Returns
    -------
    int
        The tail of the binomial distribution, nearest 1/65536.
    """
    yes = seen * (ONE16 - threshold(observers.error, ONE16))
    n, quorum = observers.number, observers.quorum
    ways = (
        comb(n, k) * yes**k * (ONE32 - yes) ** (n - k) for k in range(quorum, n + 1)
    )
    return _nearest(sum(ways), n)


def verdicts(seen: int, observers: Observers) -> tuple[int, int]:
    """Return the chances that a meeting is judged rightly, and that it is judged at all.

    A judgement counts if at least a quorum of observers report it, and more than report the
    opposite.

    Parameters
    ----------
    seen : int
        Chance that one observer sees it, 0 .. 65536.
    observers : Observers

    Returns
    -------
    rightly, judged : int
        In 1/65536, nearest; judged is at least rightly.
    """
    error, n = threshold(observers.error, ONE16), observers.number
    right, wrong = seen * (ONE16 - error), seen * error
    rightly = wrongly = 0
    for k in range(observers.quorum, n + 1):
        for other in range(min(k - 1, n - k) + 1):
            ways = comb(n, k) * comb(n - k, other)
            ways *= (ONE32 - right - wrong) ** (n - k - other)
            rightly += ways * right**k * wrong**other
            wrongly += ways * wrong**k * right**other
    return _nearest(rightly, n), _nearest(rightly + wrongly, n)


def _nearest(ways: int, n: int) -> int:
    """Return a chance in units of 2^(-32 n) as the nearest 1/65536."""
    shift = 32 * n - 16
    return (ways + (1 << shift - 1)) >> shift
