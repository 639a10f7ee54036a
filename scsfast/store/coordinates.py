"""Coordinates of scenarios: the origin of each, and the values that a design varied.

Every store has them from its creation, under these names on the dimension `scenario`, so
that results can be selected by the value of a parameter, and designs analysed.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..campaign.campaign import Campaign
from ..model import schema
from ..model.parameters import Tree
from ..model.paths import shown

PLAYER = "player_"
ABOUT = {
    "base": "name of the campaign file's scenario",
    "design": "table of the file that made the scenario of its base, '' without",
    "point": "number of the point within its base, -1 without a design",
    "n_citizens": "number of citizens",
    "scorer": "how scores are computed, by the first regime that has scores",
}


def coordinates_of(campaign: Campaign) -> dict[str, list[str] | np.ndarray]:
    """Return every coordinate of a campaign's scenarios.

    Parameters
    ----------
    campaign : Campaign
        The campaign.

    Returns
    -------
    dict
        Coordinates by name. Text is a list; ``point`` and ``n_citizens`` are int64. Each
        varied parameter has a coordinate under its path: float64, NaN where it does not
        apply; int8 for true and false, -1 where it does not apply; text otherwise.
        ``player_<name>`` is int8: 1 in the coalition, 0 not in it, -1 without the player.
    """
    scenarios, origins = campaign.scenarios, campaign.origins
    return {
        "base": [origin.base for origin in origins] or [s.name for s in scenarios],
        "design": [origin.design for origin in origins] or [""] * len(scenarios),
        "point": np.array([o.point for o in origins] or [-1] * len(scenarios), "i8"),
        "n_citizens": np.array([s.world.n_citizens for s in scenarios], "i8"),
        "scorer": [scenario.first_scorer for scenario in scenarios],
        **{
            coordinate_name(path): _column([o.values.get(path) for o in origins])
            for path in _keys(origin.values for origin in origins)
        },
        **{
            PLAYER + name: np.array([o.players.get(name, -1) for o in origins], "i1")
            for name in _keys(origin.players for origin in origins)
        },
    }


def attributes_of(campaign: Campaign) -> Tree:
    """Return the root attributes that go with the coordinates.

    Returns
    -------
    dict
        ``designs``: what was varied and how, see `design.Design`. ``coordinates``: the
        names, from which xarray recognises coordinates.
    """
    return {
        "designs": [design.about() for design in campaign.designs],
        "coordinates": " ".join(coordinates_of(campaign)),
    }


def about(name: str) -> tuple[str, str]:
    """Return the unit and the meaning of a coordinate."""
    if name.startswith(PLAYER):
        return "1", f"{name.removeprefix(PLAYER)}: 1 in the coalition, 0 out, -1 none"
    return ("1", ABOUT[name]) if name in ABOUT else schema.about(name)


def coordinate_name(path: str) -> str:
    """Return the name of a parameter's coordinate: its path, without white space."""
    return re.sub(r"[\s/]", "_", path)


def _keys(tables: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the keys of some tables, each once, in the order met."""
    return list(dict.fromkeys(key for table in tables for key in table))


def _column(values: list[Any]) -> list[str] | np.ndarray:
    """Return one varied parameter in all scenarios; None where it does not apply."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {bool}:
        return np.array([-1 if value is None else value for value in values], "i1")
    if kinds <= {int, float}:
        return np.array([np.nan if v is None else v for v in values], "f8")
    return ["" if value is None else shown(value) for value in values]
