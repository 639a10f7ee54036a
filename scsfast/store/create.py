"""Before a run: creating a store, refusing another campaign's, growing, sweeping.

A store is created beside its place and renamed into it, so it is there whole or not at
all. Everything here is done by one process; after a crash it may be done again.
"""

import logging
import platform
import time
from contextlib import contextmanager

import numpy as np
import zarr

from .. import version
from ..atomic_files import explained
from ..campaign.identity import (
    LAYOUT_VERSION,
    MODEL_VERSION,
    deciding,
    identity_of,
    resolved,
)
from ..campaign.packing import packed, unpacked
from ..campaign.user_data import network_edges
from ..errors import ConfigError, DifferentCampaignError
from ..model.integers.build import build_rules
from ..model.trees import differences
from . import layout, snapshots
from .blocks import choose_block_size
from .checkpoint import remove_stale
from .coordinates import attributes_of
from .documents import MOST_REPLICATES, sealed_attributes
from .folder import CHOOSE, COMMITS, place_of
from .root import read_attributes
from .s3 import CREATING
from .store import Store

logger = logging.getLogger("scsfast.store")

MANY = 5  # differences to name in full


@contextmanager
def open_for_writing(path, campaign, provenance=None, edges=None):
    """Yield the store of a campaign, created or grown as needed, locked, swept.

    Parameters
    ----------
    path : path-like
    campaign : Campaign
    provenance : dict or None
        What computes the results: root attributes of a new store, and in the record
        of every block.
    edges : dict of str to int or None
        What another store of the campaign says of the user's network, whose file may be
        gone; by default the file is read.

    Raises
    ------
    DifferentCampaignError
        If another campaign, or something else, is at the path or above it.
    StoreError
        If another process writes it, or the file system refuses.
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


def create_store(place, campaign, made_by: dict, whole: dict, edges=None) -> None:
    """Create the store of a campaign unless there is something at its place.

    Parameters
    ----------
    place : Folder or Bucket
    campaign : Campaign
    made_by : dict
        Root attributes that say what computes the results.
    whole : dict
        What `identity.deciding` gives for the campaign.
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


def _fill(root, campaign, made_by: dict, whole: dict, edges) -> None:
    """Make all arrays of a new store; that it is one is said last."""
    rules = build_rules(campaign.scenarios[0])  # tables of all are of one shape
    attributes = _attributes(campaign, rules, made_by, whole)
    if edges := edges or network_edges(campaign.world):
        attributes["network_edges"] = edges
    group = zarr.create_group(root, zarr_format=3, attributes={CREATING: True})
    layout.create_arrays(group, campaign, rules, attributes["block_size"])
    snapshots.create_arrays(group, campaign)
    create_commits(group)
    group.attrs.put(sealed_attributes(attributes))


def create_commits(group) -> None:
    """Create the group of the commit records; records that are there stay."""
    group.create_group(COMMITS, attributes={"about": "commit records, one a block"})


def _attributes(campaign, rules, made_by: dict, whole: dict) -> dict:
    """Return the root attributes: enough to know the campaign and to run it again."""
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
        **_asked(campaign),
    }


def _asked(campaign) -> dict:
    """Return the root attributes that a campaign with more replicates brings anew."""
    return {
        "title": campaign.title,
        "replicates": campaign.replicates,
        "config": packed(resolved(campaign)),
        "config_text": campaign.text,
    }


def _versions() -> dict:
    return {
        "scsfast": version.installed(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "zarr": zarr.__version__,
    }


def refuse_other(place, whole: dict) -> None:
    """Raise DifferentCampaignError, naming what differs, if the store is another's.

    Parameters
    ----------
    place : Folder or Bucket
    whole : dict
        What `identity.deciding` gives for the campaign that is asked for.
    """
    attributes = read_attributes(place, CHOOSE)
    refuse_old(place, attributes)
    if attributes["identity"] == identity_of(whole):
        return
    found = differences(unpacked(attributes["deciding"]), whole)
    shown = "; ".join(found[:MANY])
    more = f"; and {len(found) - MANY} more" if len(found) > MANY else ""
    raise DifferentCampaignError(
        f"{place}: holds another campaign: {shown}{more}. Nothing was touched; choose "
        "another path, or give the campaign that it was made for"
    )


def refuse_old(place, attributes: dict) -> None:
    """Raise DifferentCampaignError for a store that is read only."""
    if attributes["scsfast_layout"] != LAYOUT_VERSION:
        raise DifferentCampaignError(
            f"{place}: has store layout {attributes['scsfast_layout']}, which this "
            "scsfast reads but does not write; run the campaign anew into another path"
        )


def grow_store(store: Store, campaign) -> None:
    """Lengthen a store to more replicates; a smaller number leaves it as it is.

    How scenarios were written, one by one or by a design, stays as its coordinates say.
    """
    wanted = max(campaign.replicates, store.replicates)
    length = store.array("status").shape[1]
    arrays = [*store.arrays.values(), *map(store.array, snapshots.names(campaign))]
    whole = all(array.shape[1] == wanted for array in arrays)
    if wanted == length == store.replicates and whole:
        return
    unfinish(store)
    logger.info("%s: grows to %d replicates", store.path, wanted)
    names = snapshots.names(store.campaign)
    layout.grow(store.group, store.rules[0], wanted, names)
    if wanted > store.replicates:
        there = Store(store.path).campaign
        kept = {"origins": there.origins, "designs": there.designs}
        store.update(_asked(campaign.model_copy(update=kept)))
    store.forget()


def unfinish_if_pending(store: Store, replicates: int) -> None:
    """Take back what the end of a run wrote if this one will have more to say."""
    if store.attributes["finished"] and store.pending(replicates):
        unfinish(store)


def unfinish(store: Store) -> None:
    """Take back what the end of a run wrote, and no more: it is about to be stale."""
    store.update({"finished": False})
    for name in store.derived:
        store.place.discard(name)
    store.place.settle("zarr.json")
    store.update({"derived": [], "chunks": {}})
