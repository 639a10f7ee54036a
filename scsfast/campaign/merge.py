"""Trees of plain values: writing shorthand out, and saying where two trees differ."""

from ..model.government import LEVELS

ABSENT = "nothing"


def spread_levels(tree, key: str):
    """Return the tree with one number at `key` written out as a table of levels."""
    if not isinstance(tree, dict) or not isinstance(tree.get(key), int | float):
        return tree
    return {**tree, key: dict.fromkeys(LEVELS, tree[key])}


def differences(there, here, path: str = "") -> list[str]:
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


def brief(value, longest: int = 40) -> str:
    """Return a value as text, cut where it is long."""
    text = value if value is ABSENT else repr(value)
    return text if len(text) <= longest else text[: longest - 3] + "..."
