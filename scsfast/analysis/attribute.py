"""Which level of government manipulates: exact Shapley values over a factorial.

A factorial runs every coalition of players (levels of government and groups of channels)
under the same draws; players outside a coalition are honest. The Shapley value of a player
is what it adds to the players before it, averaged over all orders of players. The values of
all players sum to what all of them change together. Levels act through channels, so other
values separate levels from channels: see `coalition_values`.
"""

import numpy as np
import pandas as pd

from ..campaign.designs.factorial import MOST_PLAYERS
from ..errors import ConfigError
from ..intervals import CONFIDENCE, estimate
from ..model.government import LEVELS
from ..model.measures import MEASURES
from ..store.coordinates import PLAYER
from . import datasets
from .coalition_values import given, interactions, owen, shapley, subsets

TOGETHER = "all together"
NOBODY = "nobody"
KINDS = {
    "shapley": "mean of what a player adds, over all orders of players",
    "owen": "the same over orders that keep levels together, and channels too",
    "given": "of levels alone, with all channels open",
    "interaction": "of pairs: above 0 they need each other, below 0 one replaces the other",
}
GAMES = {
    "diversion": "prizes to the favoured beyond fair scores, as a share of prizes",
    "efficiency_loss": "efficiency of nobody less that of the coalition",
    "prizes_moved_share": "share of winners who would not have won by fair score",
    "capture": "prize rate of those tied to any leader over the rest's",
    "mean_displacement": "mean |score - fair score|, points",
}
COLUMNS = ("base", "measure", "unit", "player", "value", "low", "high", "n", "share")


def attribute(
    source,
    bases=None,
    measures=None,
    confidence: float = CONFIDENCE,
    kind: str = "shapley",
) -> pd.DataFrame:
    """Return what each player of a factorial contributes to their joint effect.

    Parameters
    ----------
    source : path-like or xarray.Dataset
        A store, or the dataset that `scsfast.open` returns, of a campaign with a factorial.
    bases : sequence of str, optional
        Scenarios of the campaign file, by default all that have a factorial.
    measures : sequence of str, or mapping of str to callable, optional
        Names from `GAMES`, measures, or other variables by scenario and replicate; or
        measures of your own, as for `compare`. By default `GAMES`.
    confidence : float
    kind : str
        The kind of value, one of `KINDS`. Bases without levels or without channels have no
        rows of "owen" and "given".

    Returns
    -------
    pandas.DataFrame
        One row per base, measure and player (a pair as "a x b"), and one for `TOGETHER`
        except with interactions: ``base``, ``measure``, ``unit``, ``player``, ``value``
        (mean over replicates), its t-interval ``low`` .. ``high``, ``n`` (replicates in
        which every coalition has a value) and ``share`` of the joint effect of all players
        (NaN where the interval of that effect contains 0, or is missing). Values and shares
        add up by construction.

    Raises
    ------
    ConfigError
        If there is no factorial, or a factorial has holes or more than `MOST_PLAYERS`
        players.
    """
    confidence = datasets.asked_confidence(confidence)
    kind = (datasets.among(list(KINDS), "kind", kind) or ["shapley"])[0]
    dataset = datasets.results(source, datasets.functions_in(measures))
    known = factorial_bases(dataset)
    others = [*MEASURES, *datasets.own_variables(dataset)]
    games = [*GAMES, *(name for name in others if name not in GAMES)]
    games = datasets.among(games, "measure", measures) or list(GAMES)
    wanted = datasets.among(known, "of", bases) or known
    finished = datasets.is_finished(dataset)
    rows = []
    for base in wanted:
        players, coalitions = coalitions_of(dataset, base, finished)
        part = dataset.isel(scenario=list(coalitions.values()))
        values = datasets.values(part, {_measured(game) for game in games})
        for game in games:
            rows += _rows(base, game, kind, players, coalitions, values, confidence)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def factorial_bases(dataset) -> list[str]:
    """Return the scenarios of the campaign file with a factorial in a store."""
    pairs = zip(datasets.bases(dataset), datasets.kinds(dataset), strict=True)
    found = list(dict.fromkeys(base for base, kind in pairs if kind == "factorial"))
    if not found:
        raise ConfigError(
            "there is no factorial in this store; attribution needs a campaign with a "
            "[factorial] over levels"
        )
    return found


def coalitions_of(dataset, base: str, finished) -> tuple[list[str], dict]:
    """Return the players of a base and the place of each coalition's scenario.

    Parameters
    ----------
    dataset : xarray.Dataset
    base : str
    finished : xarray.DataArray of bool
        As `datasets.is_finished` returns it.

    Returns
    -------
    players : list of str
    coalitions : dict of frozenset of str to int

    Raises
    ------
    ConfigError
        If coalitions are missing or have no finished replicate: names all of them.
    """
    of_base = zip(datasets.bases(dataset), datasets.kinds(dataset), strict=True)
    places = [k for k, pair in enumerate(of_base) if pair == (base, "factorial")]
    signs = {
        str(name).removeprefix(PLAYER): dataset.coords[name].values[places]
        for name in dataset.coords
        if str(name).startswith(PLAYER)
    }
    signs = {player: sign for player, sign in signs.items() if (sign >= 0).all()}
    players = list(signs)
    if len(players) > MOST_PLAYERS:
        raise ConfigError(
            f"`players` of '{base}' must be at most {MOST_PLAYERS}, got {len(players)}"
        )
    found = {
        frozenset(p for p in players if signs[p][row] == 1): place
        for row, place in enumerate(places)
    }
    _refuse_holes(base, players, found, finished.values)
    return players, found


def _refuse_holes(base: str, players: list[str], found: dict, finished) -> None:
    """Raise ConfigError if a coalition is missing, or not computed."""
    there = [c for c in subsets(players) if c in found]
    absent = [c for c in subsets(players) if c not in found]
    pending = [c for c in there if not finished[found[c]].any()]
    faults = []
    for what, holes in (("scenario", absent), ("finished replicate", pending)):
        if holes:
            names = datasets.shown(name_of(c, players) for c in holes)
            faults.append(f"the factorial of '{base}' has holes: no {what} of {names}")
    if not faults and not finished[[found[c] for c in there]].all(axis=0).any():
        faults = [
            f"the factorial of '{base}': no replicate is finished in every coalition"
        ]
    if faults:
        raise ConfigError(faults)


def name_of(coalition, players) -> str:
    """Return the name of a coalition, such as "village+city" or "nobody"."""
    return "+".join(p for p in players if p in coalition) or NOBODY


def _valued(kind: str, players, worth) -> dict:
    """Return the values of a kind; empty where the kind does not apply."""
    if kind == "shapley":
        return shapley(players, worth)
    if kind == "interaction":
        pairs = interactions(players, worth)
        return {f"{one} x {other}": value for (one, other), value in pairs.items()}
    levels = [player for player in players if player in LEVELS]
    channels = [player for player in players if player not in LEVELS]
    if not levels or not channels:
        return {}
    is_given = kind == "given"
    return (
        given(levels, worth, channels) if is_given else owen([levels, channels], worth)
    )


def _rows(base, game, kind, players, coalitions, values, confidence) -> list[dict]:
    """Return the rows of one base and measure."""
    worth = _worth(game, coalitions, values)
    found = _valued(kind, players, worth)
    if not found:
        return []
    whole = worth[frozenset(players)] - worth[frozenset()]
    if kind == "given":
        whole = sum(found.values())
    if kind != "interaction":
        found[TOGETHER] = whole
    change = estimate(whole, confidence)
    is_change = change.low > 0 or change.high < 0
    unit = values[_measured(game)].attrs["units"]
    return [
        {
            "base": base,
            "measure": game,
            "unit": unit,
            "player": player,
            "value": value.mean,
            "low": value.low,
            "high": value.high,
            "n": value.n,
            "share": value.mean / change.mean if is_change else float("nan"),
        }
        for player, value in (
            (player, estimate(one, confidence)) for player, one in found.items()
        )
    ]


def _measured(game: str) -> str:
    """Return the variable that a game is computed from."""
    return "efficiency" if game == "efficiency_loss" else game


def _worth(game: str, coalitions: dict, values) -> dict:
    """Return the worth of each coalition, by replicate.

    A replicate that is missing in one coalition is NaN in all, so that the values add up.
    """
    wide = np.array(values[_measured(game)].values)
    wide[:, np.isnan(wide).any(axis=0)] = np.nan
    rows = dict(zip(coalitions, wide, strict=True))
    if game != "efficiency_loss":
        return rows
    honest = rows[frozenset()]
    return {coalition: honest - row for coalition, row in rows.items()}
