"""Packing: thousands of scenarios that differ in a few values, stored compactly.

A store holds all values of all its scenarios. A scenario that differs little from an
earlier one is stored as the difference (``like``: number of the earlier one, ``but``: the
values that differ), so that a sample of a thousand points takes little more space than a
few scenarios. An entry that could not be restored exactly is stored in full.
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
    """Return a tree with all scenarios in full; equal parts are the same object.

    Parameters
    ----------
    tree : dict
        As `packed` returns it, or a tree that was never packed.
    """
    return _with_lists(tree, _unpacked)


def _with_lists(tree: Tree, change: Callable[[list[Tree]], list[Tree]]) -> Tree:
    lists = {key: change(tree[key]) for key in LISTS if key in tree}
    return {**tree, **lists}


def _packed(entries: list[Tree]) -> list[Tree]:
    found: list[Tree] = []
    last = None  # number of the last entry that is stored in full
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
    """Return whether two scenarios have regimes of one name, so that little differs."""
    return bool(there["regime"]["name"] == here["regime"]["name"])


def _unpacked(entries: list[Tree]) -> list[Tree]:
    found: list[Tree] = []
    for entry in entries:
        is_packed = LIKE in entry
        found.append(
            laid_over_world(found[entry[LIKE]], entry[BUT]) if is_packed else entry
        )
    return found
