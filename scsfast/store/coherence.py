"""Whether what a store says of itself agrees: root, campaign, identity and records.

The seal of the root finds damage; this finds a root that was changed and sealed anew.
"""

from ..campaign.identity import (
    MODEL_VERSION,
    deciding,
    identity_of,
    without_quantiles,
)
from ..campaign.packing import unpacked
from ..errors import StoreError


def refuse_incoherent(store, of_records: bool = True) -> None:
    """Raise StoreError if what decides figures is not what the store was made with.

    Parameters
    ----------
    store : Store
    of_records : bool
        Whether the commit records must be those of the end of the run.
    """
    fault = _fault_of_root(store)
    if fault:
        raise StoreError(
            f"{store.path}/zarr.json: is damaged: {fault}; take it from a copy of the store"
        )
    if store.attributes["finished"] and of_records and not _has_its_records(store):
        raise StoreError(
            f"{store.path}: its commit records are not those of the end of the run; "
            f"`scsfast verify {store.path}` says which"
        )


def _fault_of_root(store) -> str:
    """Return what of the root does not agree with its campaign, or nothing."""
    rules, attributes = store.rules[0], store.attributes
    told = {
        "n_citizens": rules.n_citizens,
        "first_measured_tick": rules.measured_from,
        "seed": store.campaign.seed,
    }
    for name, value in told.items():
        if attributes[name] != value:
            return f"`{name}` is {attributes[name]}, its campaign says {value}"
    try:
        tree = unpacked(attributes["deciding"])
        if identity_of(tree) != attributes["identity"]:
            return "`identity` is not that of what decides its results"
        if attributes["scsfast_model"] != MODEL_VERSION or store.version == 2:
            return ""
        now = without_quantiles(deciding(store.campaign))
        if not _holds(now, without_quantiles(tree)):
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


def _has_its_records(store) -> bool:
    """Say whether the commit records are those that the end of the run saw."""
    attributes = store.attributes
    is_same = store.version == 2 or store.journal.digest() == attributes.get("records")
    return is_same and store.digest() == attributes.get("digest")


def _holds(tree, part) -> bool:
    """Say whether a tree has all that a part has; keys may have been added since."""
    if isinstance(part, dict) and isinstance(tree, dict):
        return all(key in tree and _holds(tree[key], part[key]) for key in part)
    if isinstance(part, list) and isinstance(tree, list) and len(part) == len(tree):
        return all(map(_holds, tree, part))
    return tree == part
