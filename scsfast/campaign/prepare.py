"""Before a run: creating a store, refusing another campaign's, growing, sweeping.

A store is created beside its place and renamed into it, so it is there whole or not at
all. Everything here is done by one process; after a crash it may be done again.
"""

import glob
import os
import platform
import time
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import numpy as np
import zarr

from ..errors import DifferentCampaignError
from ..model.integers import build_rules
from . import layout
from .files import HOST, explained, fsync_path, fsync_tree, is_alive, remove_tree
from .identity import LAYOUT_VERSION, MODEL_VERSION, deciding, identity, resolved
from .journal import FOLDER
from .lock import Lock
from .merge import differences
from .plan import choose_block_size
from .store import Store, read_attributes, scsfast_version

MANY = 5  # differences to name in full
CHOOSE = "; nothing was touched, choose another path"


@contextmanager
def open_for_writing(path, campaign, provenance=None):
    """Yield the store of a campaign, created or grown as needed, locked, swept.

    Parameters
    ----------
    path : path-like
    campaign : Campaign
    provenance : dict or None
        What computes the results: root attributes of a new store, and in the record
        of every block.

    Raises
    ------
    DifferentCampaignError
        If another campaign, or something else, is at the path or above it.
    StoreError
        If another process writes it, or the file system refuses.
    """
    layout.prepare_zarr()
    path = Path(path)
    made_by = {"versions": _versions(), **(provenance or {})}
    with explained(path, "create the store", "There is none yet"):
        create_store(path, campaign, made_by)
    refuse_other(path, campaign)
    lock = Lock(path / FOLDER / "lock")
    lock.acquire()
    try:
        with explained(path, "prepare the store"):
            sweep(Store(path))
            grow_store(Store(path), campaign)
            unfinish_if_pending(Store(path), campaign.replicates)
        yield Store(path, made_by)
    finally:
        lock.release()


def create_store(path: Path, campaign, made_by: dict) -> None:
    """Create the store of a campaign unless there is something at its path."""
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        return
    _refuse_inside(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep_drafts(path)
    draft = path.with_name(f".{path.name}.{HOST}.{os.getpid()}.creating")
    try:
        _create(draft, campaign, made_by)
        fsync_tree(draft)
        _move(draft, path)
    finally:
        remove_tree(draft)


def _refuse_inside(path: Path) -> None:
    """Raise DifferentCampaignError if a path lies inside another store."""
    for folder in path.resolve().parents:
        if (folder / "zarr.json").exists():
            raise DifferentCampaignError(
                f"{path}: is inside the store {folder}{CHOOSE}"
            )


def _create(draft: Path, campaign, made_by: dict) -> None:
    rules = [build_rules(scenario) for scenario in campaign.scenarios]
    if len({tuple(layout.sizes(each).items()) for each in rules}) > 1:
        raise AssertionError("scenarios of one world have tables of one shape")
    attributes = _attributes(campaign, rules[0], made_by)
    group = zarr.create_group(
        draft, zarr_format=3, attributes=attributes, overwrite=True
    )
    layout.create_arrays(group, campaign, rules[0], attributes["block_size"])
    group.create_group(FOLDER, attributes={"about": "commit records, one a block"})


def _move(draft: Path, path: Path) -> None:
    """Rename the draft into place, unless another process was faster."""
    try:
        draft.rename(path)
    except OSError:
        if not (path / "zarr.json").exists():
            raise
    fsync_path(path.parent)


def _attributes(campaign, rules, made_by: dict) -> dict:
    """Return the root attributes: enough to know the campaign and to run it again."""
    return {
        "scsfast_layout": LAYOUT_VERSION,
        "scsfast_model": MODEL_VERSION,
        "seed": campaign.seed,
        "identity": identity(campaign),
        "block_size": choose_block_size(campaign),
        "n_citizens": rules.n_citizens,
        "first_measured_tick": rules.measured_from,
        "finished": False,
        "derived": [],
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        **made_by,
        "deciding": deciding(campaign),
        **_asked(campaign),
    }


def _asked(campaign) -> dict:
    """Return the root attributes that a campaign with more replicates brings anew."""
    return {
        "title": campaign.title,
        "replicates": campaign.replicates,
        "config": resolved(campaign),
        "config_text": campaign.text,
    }


def _versions() -> dict:
    return {
        "scsfast": scsfast_version(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "zarr": zarr.__version__,
    }


def refuse_other(path: Path, campaign) -> None:
    """Raise DifferentCampaignError, naming what differs, if the store is another's."""
    attributes = read_attributes(path, CHOOSE)
    if attributes["identity"] == identity(campaign):
        return
    found = differences(attributes["deciding"], deciding(campaign))
    shown = "; ".join(found[:MANY])
    more = f"; and {len(found) - MANY} more" if len(found) > MANY else ""
    raise DifferentCampaignError(
        f"{path}: holds another campaign: {shown}{more}. Nothing was touched; choose "
        "another path, or give the campaign that it was made for"
    )


def grow_store(store: Store, campaign) -> None:
    """Lengthen a store to more replicates; a smaller number leaves it as it is."""
    wanted = max(campaign.replicates, store.replicates)
    length = store.group["status"].shape[1]
    whole = all(array.shape[1] == wanted for array in store.arrays.values())
    if wanted == length == store.replicates and whole:
        return
    unfinish(store)
    layout.grow(store.group, store.rules[0], wanted)
    if wanted > store.replicates:
        store.update(_asked(campaign))


def unfinish_if_pending(store: Store, replicates: int) -> None:
    """Take back what the end of a run wrote if this one will have more to say."""
    if store.attributes["finished"] and store.pending(replicates):
        unfinish(store)


def unfinish(store: Store) -> None:
    """Take back what the end of a run wrote, and no more: it is about to be stale."""
    store.update({"finished": False})
    for folder in list(store.path.iterdir()):
        if folder.name in store.derived:
            remove_tree(folder)
    fsync_path(store.path)
    store.update({"derived": []})


def sweep(store: Store) -> None:
    """Remove what killed writers left half written."""
    store.journal.sweep()
    left = [store.path.glob("zarr.*.partial")]
    left += [(store.path / name).rglob("*.partial") for name in store.members()]
    for partial in chain.from_iterable(left):
        partial.unlink(missing_ok=True)


def _sweep_drafts(path: Path) -> None:
    """Remove drafts of stores whose creators on this host are dead."""
    for draft in path.parent.glob(f".{glob.escape(path.name)}.{HOST}.*.creating"):
        pid = draft.name.split(".")[-2]
        if pid.isdigit() and not is_alive(int(pid)):
            remove_tree(draft)
