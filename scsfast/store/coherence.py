"""Coherence of a store: whether root, campaign, identity and records agree.

The seal of the root detects damage. These checks detect a root that was changed and
sealed again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..campaign.identity import (
    MODEL_VERSION,
    chosen,
    identity_of,
    without_quantiles,
)
from ..campaign.packing import unpacked
from ..errors import StoreError

if TYPE_CHECKING:
    from .store import Store


def refuse_incoherent(store: Store, of_records: bool = True) -> None:
    """Raise StoreError if a value that decides results is not that of the store's creation.

    Parameters
    ----------
    store : Store
        The store.
    of_records : bool
        Whether the commit records must be those that `finalise` saw.
    """
    fault = _fault_of_root(store)
    if fault:
        raise StoreError(
            f"{store.path}/zarr.json: is damaged: {fault}; restore it from a copy of the store"
        )
    if store.attributes["finished"] and of_records and not _has_its_records(store):
        raise StoreError(
            f"{store.path}: its commit records are not those of the end of the run; "
            f"`scsfast verify {store.path}` says which"
        )


def _fault_of_root(store: Store) -> str:
    """Return a fault if the root does not agree with its campaign, "" if it does."""
    world, attributes = store.campaign.scenarios[0].world, store.attributes
    expected = {
        "n_citizens": world.n_citizens,
        "first_measured_tick": world.first_measured_tick,
        "seed": store.campaign.seed,
    }
    for name, value in expected.items():
        if attributes[name] != value:
            return f"`{name}` is {attributes[name]}, in its campaign {value}"
    try:
        tree = unpacked(attributes["deciding"])
        if identity_of(tree) != attributes["identity"]:
            return "`identity` is not that of what decides its results"
        if attributes["scsfast_model"] != MODEL_VERSION or store.version == 2:
            return ""
        if not _holds(chosen(store.campaign), without_quantiles(tree)):
            return "`config` and `deciding` are of two campaigns"
    except (
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        AttributeError,
        RecursionError,
    ):
        return "`deciding` is not what scsfast writes"
    return ""


def _has_its_records(store: Store) -> bool:
    """Return whether the commit records are those that `finalise` saw."""
    attributes = store.attributes
    is_same = store.version == 2 or store.journal.digest() == attributes.get("records")
    return is_same and bool(store.digest() == attributes.get("digest"))


def _holds(tree: Any, part: Any) -> bool:
    """Return whether a tree has all values of another; keys may have been added since."""
    if isinstance(part, dict) and isinstance(tree, dict):
        return all(key in tree and _holds(tree[key], part[key]) for key in part)
    if isinstance(part, list) and isinstance(tree, list) and len(part) == len(tree):
        return all(map(_holds, tree, part))
    return bool(tree == part)
