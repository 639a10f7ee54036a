"""A user's own ties to leaders: of the first leaders, and as the share of a placebo."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..user_columns import TIES
from .fixed_point import ONE32
from .rules import Rules


def own_ties(people: Mapping[str, np.ndarray]) -> dict[int, np.ndarray]:
    """Return the user's ties to the first leaders, by number of the level.

    Parameters
    ----------
    people : Mapping of str to ndarray of uint8, shape (n_citizens,)
        As returned by `user_data.people_from`.
    """
    return {level: people[name] for name, level in TIES.items() if name in people}


def with_own_ties(rules: Rules, people: Mapping[str, np.ndarray]) -> Rules:
    """Return rules whose placebo has as many clients on average as the user's ties make.

    Parameters
    ----------
    rules : Rules
        Of the first regime; those of later regimes change likewise.
    people : Mapping of str to ndarray of uint8, shape (n_citizens,)
        As returned by `user_data.people_from`.
    """
    if not (own := own_ties(people)):
        return rules
    shares = list(rules.tie_share)
    for level, tied in own.items():
        shares[level] = int(tied.sum(dtype=np.int64)) * ONE32 // len(tied)
    later = [(tick, with_own_ties(each, people)) for tick, each in rules.later]
    return replace(rules, tie_share=tuple(shares), later=tuple(later))
