"""Trees of plain values: expand shorthand, and describe how two trees differ."""

from typing import Any

from .government import LEVELS
from .parameters import Tree

ABSENT = "nothing"


def spread_levels(tree: Any, key: str) -> Any:
    """Return the tree with one number at `key` written out as a table of levels."""
    if not isinstance(tree, dict) or not isinstance(tree.get(key), int | float):
        return tree
    return {**tree, key: dict.fromkeys(LEVELS, tree[key])}


def differences(there: Any, here: Any, path: str = "") -> list[str]:
    """Return one phrase for each leaf at which two trees differ.

    Parameters
    ----------
    there, here : object
        Trees of dicts, lists and plain values.
    path : str
        Dotted path of the two.

    Returns
    -------
    list of str
        Such as ``"world.n_citizens is 1000 there, 2000 here"``.
    """
    if isinstance(there, list) and isinstance(here, list):
        there, here = dict(enumerate(there)), dict(enumerate(here))
    if isinstance(there, dict) and isinstance(here, dict):
        found = []
        for key in dict.fromkeys([*there, *here]):
            inner = f"{path}.{key}" if path else str(key)
            found += differences(there.get(key, ABSENT), here.get(key, ABSENT), inner)
        return found
    return (
        [] if there == here else [f"{path} is {brief(there)} there, {brief(here)} here"]
    )


def brief(value: object, longest: int = 40) -> str:
    """Return a value as text, shortened if it is long."""
    text = ABSENT if value is ABSENT else repr(value)
    return text if len(text) <= longest else text[: longest - 3] + "..."


def laid_over_world(tree: Tree, own: Tree) -> Tree:
    """Return a world's values updated by those of a scenario.

    This is `merge`, except that a table of another `kind` replaces the world's table,
    because the two have different keys.
    """
    merged = dict(tree)
    for key, value in own.items():
        below = tree.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            is_other = value.get("kind", below.get("kind")) != below.get("kind")
            merged[key] = value if is_other else laid_over_world(below, value)
        else:
            merged[key] = value
    return merged


def differing(there: Tree, here: Tree) -> Tree:
    """Return the values in which a tree differs from another, as an update of the other."""
    found = {}
    for key, value in here.items():
        below = there.get(key)
        if key in there and value == below:
            continue
        found[key] = value
        if not (isinstance(value, dict) and isinstance(below, dict)):
            continue
        if value.get("kind") == below.get("kind"):
            found[key] = differing(below, value)
    return found
