"""Packing: thousands of scenarios that differ in a few values, written down once.

A store says all values of all its scenarios. Those that differ little from one before
them are kept as what differs from it (``like``: its number, ``but``: the values), so that
a sample of a thousand points takes no more room than a few scenarios. Nothing is lost:
an entry that this could not give back as it was is kept whole.
"""

from collections.abc import Callable

from ..model.parameters import Tree
from ..model.trees import differing, laid_over_world

LISTS = ("scenarios", "scenario")  # of `identity.resolved` and `identity.deciding`
LIKE, BUT = "like", "but"


def packed(tree: Tree) -> Tree:
    """Return a tree with its list of scenarios packed; see `unpacked`."""
    return _with_lists(tree, _packed)


def unpacked(tree: Tree) -> Tree:
    """Return a tree with all scenarios in full; what is alike is one object.

    Parameters
    ----------
    tree : dict
        As `packed` gives it, or never packed.
    """
    return _with_lists(tree, _unpacked)


def _with_lists(tree: Tree, change: Callable[[list[Tree]], list[Tree]]) -> Tree:
    lists = {key: change(tree[key]) for key in LISTS if key in tree}
    return {**tree, **lists}


def _packed(entries: list[Tree]) -> list[Tree]:
    found: list[Tree] = []
    last = None  # number of the last entry that is kept whole
    for k, entry in enumerate(entries):
        if last is not None and _are_of_a_kind(entries[last], entry):
            own = differing(entries[last], entry)
            if laid_over_world(entries[last], own) == entry:
                found.append({LIKE: last, BUT: own})
                continue
        last = k
        found.append(entry)
    return found


def _are_of_a_kind(there: Tree, here: Tree) -> bool:
    """Say whether two scenarios have regimes of one name, so that little differs."""
    return bool(there["regime"]["name"] == here["regime"]["name"])


def _unpacked(entries: list[Tree]) -> list[Tree]:
    found: list[Tree] = []
    for entry in entries:
        is_packed = LIKE in entry
        found.append(
            laid_over_world(found[entry[LIKE]], entry[BUT]) if is_packed else entry
        )
    return found
