"""Values of the players of a cooperative game: what each player and each pair adds.

A game gives the worth of every coalition of players. Levels of government need channels to
act through, so the Shapley value gives a level and its channel half each of their joint
effect. Values that take the channels as given, and pairwise interactions, separate the two.

Sources: Shapley 1953; Owen 1977, Values of games with a priori unions; Grabisch and Roubens
1999, Int. J. Game Theory 28, 547-565 (interaction index).
"""

from itertools import combinations
from math import factorial


def subsets(players) -> list[frozenset]:
    """Return every coalition, the empty one first."""
    return [
        frozenset(c) for k in range(len(players) + 1) for c in combinations(players, k)
    ]


def shapley(players, worth) -> dict:
    """Return the Shapley value of every player.

    Parameters
    ----------
    players : sequence of str
    worth : mapping of frozenset of str to float or ndarray
        Worth of each coalition, the empty one included.

    Returns
    -------
    dict of str to float or ndarray
        They sum to the worth of all players minus that of the empty coalition.
    """
    values = {}
    for player in players:
        rest = [other for other in players if other != player]
        values[player] = sum(
            _weight(len(before), len(players))
            * (worth[before | {player}] - worth[before])
            for before in subsets(rest)
        )
    return values


def given(players, worth, always) -> dict:
    """Return the Shapley values of players while others are in every coalition.

    Parameters
    ----------
    players : sequence of str
    worth : mapping of frozenset of str to float or ndarray
    always : iterable of str
        Players in every coalition: channels that are open.
    """
    always = frozenset(always)
    return shapley(players, {c: worth[c | always] for c in subsets(players)})


def owen(unions, worth) -> dict:
    """Return the Owen value of every player of a game with a priori unions.

    Parameters
    ----------
    unions : sequence of sequences of str
        Groups of players that stay together: in each order, all players of a union come
        before those of the next one.
    worth : mapping of frozenset of str to float or ndarray

    Returns
    -------
    dict of str to float or ndarray
        They sum to the joint effect of all players; those of a union sum to the Shapley
        value of the union in the game between unions.
    """
    values = {}
    for number, union in enumerate(unions):
        others = [other for k, other in enumerate(unions) if k != number]
        for player in union:
            rest = [other for other in union if other != player]
            values[player] = sum(
                _weight(len(came), len(unions))
                * _weight(len(before), len(union))
                * _gain(player, before.union(*came), worth)
                for k in range(len(others) + 1)
                for came in combinations(others, k)
                for before in subsets(rest)
            )
    return values


def interactions(players, worth) -> dict:
    """Return the Shapley interaction index of every pair of players.

    Above 0: the two need each other (complements); below 0: either can replace the other
    (substitutes).
    """
    n, values = len(players), {}
    for one, other in combinations(players, 2):
        rest = [player for player in players if player not in (one, other)]
        values[one, other] = sum(
            _weight(len(before), n - 1)
            * (_gain(one, before | {other}, worth) - _gain(one, before, worth))
            for before in subsets(rest)
        )
    return values


def _gain(player, before: frozenset, worth):
    return worth[before | {player}] - worth[before]


def _weight(n_before: int, n: int) -> float:
    """Return the share of orders of n players in which exactly a given set precedes one."""
    return factorial(n_before) * factorial(n - n_before - 1) / factorial(n)
