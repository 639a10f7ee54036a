"""Before a run: creating a store, refusing that of another campaign, growing, sweeping.

A store is created beside its place and renamed into it, so that it exists completely or
not at all. One process does all of this, and may repeat it after a crash.
"""

import logging
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from typing import TypeAlias

import numpy as np
import zarr

from .. import version
from ..atomic_files import explained
from ..campaign.campaign import Campaign
from ..campaign.identity import (
    LAYOUT_VERSION,
    MODEL_VERSION,
    OLDEST_WRITTEN,
    deciding,
    identity_of,
    resolved,
)
from ..campaign.packing import packed, unpacked
from ..campaign.user_data import network_edges
from ..errors import ConfigError, DifferentCampaignError
from ..model.integers.build import build_rules
from ..model.integers.rules import Rules
from ..model.parameters import Tree
from ..model.trees import differences
from . import layout, snapshots
from .array_metadata import group_metadata, in_bytes
from .blocks import choose_block_size
from .checked_zarr import CheckedZarr
from .checkpoint import remove_stale
from .coordinates import attributes_of
from .documents import MOST_REPLICATES, sealed_attributes
from .folder import CHOOSE, COMMITS, place_of
from .place import Place
from .root import read_attributes
from .s3 import CREATING
from .store import Store

logger = logging.getLogger("scsfast.store")

Edges: TypeAlias = dict[str, int]  # numbers of edges; see `graph.edge_counts`

MANY = 5  # differences that a message names


@contextmanager
def open_for_writing(
    path: str | PathLike[str],
    campaign: Campaign,
    provenance: Tree | None = None,
    edges: Edges | None = None,
) -> Iterator[Store]:
    """Yield the store of a campaign, created or grown as needed, locked and swept.

    Parameters
    ----------
    path : path-like
        A folder, or an ``s3://`` URL.
    campaign : Campaign
        The campaign.
    provenance : dict or None
        Software and machine that compute the results, for the root attributes of a new
        store and for the record of every block.
    edges : dict of str to int or None
        Numbers of edges of the user's network, from another store of the campaign; by
        default they are counted in the network file.

    Raises
    ------
    DifferentCampaignError
        If another campaign, or something else, is at the path or above it.
    StoreError
        If another process writes the store, or the file system refuses.
    """
    layout.prepare_zarr()
    place = place_of(path)
    made_by = {"versions": _versions(), **(provenance or {})}
    whole = deciding(campaign)
    with explained(place, "create the store", "There is none yet"):
        create_store(place, campaign, made_by, whole, edges)
    refuse_other(place, whole)
    lock = place.lock()
    lock.acquire()
    try:
        with explained(place, "prepare the store"):
            store = Store(path, made_by, campaign)
            place.sweep(store.members())
            grow_store(store, campaign)
            unfinish_if_pending(store, campaign.replicates)
            remove_stale(store)
        yield store
    finally:
        lock.release()


def create_store(
    place: Place,
    campaign: Campaign,
    made_by: Tree,
    whole: Tree,
    edges: Edges | None = None,
) -> None:
    """Create the store of a campaign unless something exists at its place.

    Parameters
    ----------
    place : Folder or Bucket
        Where the store is created.
    campaign : Campaign
        The campaign.
    made_by : dict
        Root attributes: software and machine that compute the results.
    whole : dict
        The result of `identity.deciding` for the campaign.
    edges : dict of str to int or None
        See `open_for_writing`.
    """
    if len(campaign.scenarios) * campaign.replicates > MOST_REPLICATES:
        raise ConfigError(
            f"`replicates` of all scenarios together must be at most {MOST_REPLICATES}, "
            f"got {len(campaign.scenarios) * campaign.replicates}"
        )
    if not place.is_taken():
        place.create(lambda root: _fill(root, campaign, made_by, whole, edges))
        logger.info("%s: created", place)


def _fill(
    root: CheckedZarr,
    campaign: Campaign,
    made_by: Tree,
    whole: Tree,
    edges: Edges | None,
) -> None:
    """Create all arrays of a new store; its root attributes are written last."""
    rules = build_rules(campaign.scenarios[0])  # all scenarios have tables of one shape
    attributes = _attributes(campaign, rules, made_by, whole)
    if edges := edges or network_edges(campaign.world):
        attributes["network_edges"] = edges
    root.version = attributes["scsfast_layout"]
    root.write("zarr.json", in_bytes(group_metadata({CREATING: True})))
    layout.create_arrays(root, campaign, rules, attributes["block_size"])
    snapshots.create_arrays(root, campaign)
    create_commits(root)
    root.write("zarr.json", in_bytes(group_metadata(sealed_attributes(attributes))))


def create_commits(root: CheckedZarr) -> None:
    """Create the group of the commit records; existing records stay."""
    about = group_metadata({"about": "commit records, one per block"})
    root.write(f"{COMMITS}/zarr.json", in_bytes(about))


def _attributes(campaign: Campaign, rules: Rules, made_by: Tree, whole: Tree) -> Tree:
    """Return the root attributes: enough to identify the campaign and to repeat it."""
    return {
        "scsfast_layout": LAYOUT_VERSION,
        "scsfast_model": MODEL_VERSION,
        "seed": campaign.seed,
        "identity": identity_of(whole),
        "block_size": choose_block_size(campaign),
        "n_citizens": rules.n_citizens,
        "first_measured_tick": rules.measured_from,
        "finished": False,
        "derived": [],
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        **made_by,
        **attributes_of(campaign),
        "deciding": packed(whole),
        **_replaceable(campaign),
    }


def _replaceable(campaign: Campaign) -> Tree:
    """Return the root attributes that change when a campaign gets more replicates."""
    return {
        "title": campaign.title,
        "replicates": campaign.replicates,
        "config": packed(resolved(campaign)),
        "config_text": campaign.text,
    }


def _versions() -> dict[str, str]:
    return {
        "scsfast": version.installed(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "zarr": zarr.__version__,
    }


def refuse_other(place: Place, whole: Tree) -> None:
    """Raise DifferentCampaignError, naming the differences, for another campaign's store.

    Parameters
    ----------
    place : Folder or Bucket
        Where the store is.
    whole : dict
        The result of `identity.deciding` for the campaign to run.
    """
    attributes = read_attributes(place, CHOOSE)
    refuse_old(place, attributes)
    if attributes["identity"] == identity_of(whole):
        return
    found = differences(unpacked(attributes["deciding"]), whole)
    shown = "; ".join(found[:MANY])
    more = f"; and {len(found) - MANY} more" if len(found) > MANY else ""
    raise DifferentCampaignError(
        f"{place}: holds another campaign: {shown}{more}. Nothing was changed; choose "
        f"another path (`--reuse {place}` takes its replicates that are the same), or give "
        "the campaign of this store"
    )


def refuse_old(place: Place, attributes: Tree) -> None:
    """Raise DifferentCampaignError for a store of an older layout, which is only read."""
    if attributes["scsfast_layout"] < OLDEST_WRITTEN:
        raise DifferentCampaignError(
            f"{place}: has store layout {attributes['scsfast_layout']}, which this "
            "scsfast reads but does not write; run the campaign again into another path"
        )


def grow_store(store: Store, campaign: Campaign) -> None:
    """Lengthen a store to more replicates; a smaller number leaves it unchanged.

    Origins and designs of the scenarios stay those of the store's coordinates.
    """
    wanted = max(campaign.replicates, store.replicates)
    length = store.numbers("status").shape[1]
    arrays = [*store.arrays.values(), *map(store.numbers, snapshots.names(campaign))]
    whole = all(array.shape[1] == wanted for array in arrays)
    if wanted == length == store.replicates and whole:
        return
    unfinish(store)
    logger.info("%s: grows to %d replicates", store.path, wanted)
    names = snapshots.names(store.campaign)
    layout.grow(store.group, store.extents, wanted, names)
    layout.put_label(store.zarr, "replicate", range(wanted))
    if wanted > store.replicates:
        there = Store(store.path).campaign
        kept = {"origins": there.origins, "designs": there.designs}
        store.update(_replaceable(campaign.model_copy(update=kept)))
    store.forget()


def unfinish_if_pending(store: Store, replicates: int) -> None:
    """Remove what `finalise` wrote if replicates are pending, which make it stale."""
    if store.attributes["finished"] and store.pending(replicates):
        unfinish(store)


def unfinish(store: Store) -> None:
    """Remove what `finalise` wrote, and nothing else, because it is about to be stale."""
    store.update({"finished": False})
    for name in store.derived:
        store.place.discard(name)
    store.place.settle("zarr.json")
    store.update({"derived": [], "chunks": {}})
