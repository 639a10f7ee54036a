"""Attributes of variables: unit, a short name for axes, a description, meanings of flags.

Names follow the CF conventions, so that xarray labels axes with `long_name` and tools that
read netCDF decode ``flag_values``, ``flag_masks`` and ``flag_meanings``.
"""

from collections.abc import Iterable

from .government import LEVELS
from .parameters import Tree
from .population import GROUPS, STRATEGIES
from .traits import FLAGS, GROUP_MASK

SHORT = {
    "auc": "AUC",
    "wealth_gini": "Gini coefficient of wealth",
    "prize_gini": "Gini coefficient of prizes",
    "n_citizens": "citizens",
}


def described(name: str, unit: str | None, meaning: str) -> Tree:
    """Return the attributes of a variable.

    Parameters
    ----------
    name : str
        Name of the variable; `long_name` is made from it.
    unit : str or None
        None for text, which has no unit.
    meaning : str
        A sentence or more: `description`.

    Returns
    -------
    dict of str to str or list
        ``units``, ``long_name``, ``description``, and the flags of bit fields and codes.
    """
    units = {} if unit is None else {"units": unit}
    return units | {"long_name": short_name(name), "description": meaning} | flags(name)


def short_name(name: str) -> str:
    """Return the short name of a variable for axes."""
    return SHORT.get(name) or name.replace("_", " ")


def flags(name: str) -> Tree:
    """Return the flags of a citizen's variable or its snapshot; empty if it has none."""
    name = name.removeprefix("snapshot_")
    if name == "traits":
        groups, bits = range(len(GROUPS)), FLAGS.values()
        return _flags(
            [*GROUPS, *FLAGS],
            flag_masks=[GROUP_MASK] * len(GROUPS) + [*bits],
            flag_values=[*groups, *bits],
        )
    if name == "ties":
        return _flags(LEVELS, flag_masks=[1 << k for k in range(len(LEVELS))])
    if name == "strategy":
        return _flags(STRATEGIES, flag_values=list(range(len(STRATEGIES))))
    if name == "status":
        return _flags(("pending", "done", "failed"), flag_values=[0, 1, 2])
    return {}


def _flags(meanings: Iterable[str], **numbers: list[int]) -> Tree:
    return {**numbers, "flag_meanings": " ".join(meanings)}
