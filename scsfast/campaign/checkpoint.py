"""Checkpoints: what a stopped run keeps of blocks that took long, to go on from later.

A checkpoint holds the finished replicates of a block and the state of the one that was
running. It is one file beside the commit records, gone once the block is committed; one
that is damaged, or of another block, is as good as none: the block starts anew.
"""

import json
import zipfile
from contextlib import suppress
from typing import NamedTuple

import numpy as np

from ..model import outcomes
from .identity import MODEL_VERSION
from .place import COMMITS

AFTER_SECONDS = 30.0  # work that is cheaper than this is done again instead


class Progress(NamedTuple):
    """How far a block is.

    Attributes
    ----------
    results : list of dict
        Arrays by table of each finished replicate.
    state : dict or None
        Of the replicate that was running, as ``Simulation.saved`` gives it.
    snapshots : dict
        Digests of the snapshots that are in the store, as the commit record has them.
    seconds : float
        What it took so far.
    """

    results: tuple | list
    state: dict | None
    snapshots: dict
    seconds: float


NOTHING = Progress((), None, {}, 0.0)


def save(store, block, progress: Progress) -> None:
    """Write the checkpoint of a block, over an older one."""
    about = {
        "block": _name(store, block),
        "results": len(progress.results),
        "snapshots": progress.snapshots,
        "seconds": progress.seconds,
    }
    arrays = {f"state.{name}": a for name, a in (progress.state or {}).items()}
    for k, result in enumerate(progress.results):
        arrays |= {f"result.{k}.{name}": array for name, array in result.items()}
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), "u1")
    store.place.publish(_key(block), lambda file: np.savez(file, **arrays))


def load(store, block) -> Progress:
    """Return how far a block is; `NOTHING` where no checkpoint can be used."""
    if not store.place.holds(_key(block)):
        return NOTHING
    broken = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
    with (
        suppress(*broken),
        store.place.open(_key(block)) as file,
        np.load(file) as kept,
    ):
        about = json.loads(bytes(kept["about"]))
        if about["block"] == _name(store, block):
            return _progress(kept, about)
    return NOTHING


def _progress(kept, about: dict) -> Progress:
    """Return the parts of a checkpoint; every array is read, and its checksum held."""
    state = {
        name.removeprefix("state."): kept[name]
        for name in kept.files
        if name.startswith("state.")
    }
    results = [
        {table.name: kept[f"result.{k}.{table.name}"] for table in outcomes.TABLES}
        for k in range(about["results"])
    ]
    return Progress(results, state or None, about["snapshots"], about["seconds"])


def remove(store, block) -> None:
    """Remove the checkpoint of a block, if there is one."""
    store.place.remove(_key(block))


def remove_stale(store) -> None:
    """Remove the checkpoints of blocks that are committed, or that are no more."""
    wanted = {_key(block) for block in store.pending()}
    for name in store.place.names(COMMITS):
        key = f"{COMMITS}/{name}"
        if name.startswith("checkpoint-") and key not in wanted:
            store.place.remove(key)


def _key(block) -> str:
    return f"{COMMITS}/checkpoint-{block.name}.npz"


def _name(store, block) -> list:
    """Return what a checkpoint must be of to be used."""
    identity = store.attributes["identity"]
    return [identity, MODEL_VERSION, block.scenario, block.first, block.stop]
