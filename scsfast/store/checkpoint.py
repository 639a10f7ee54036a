"""Checkpoints: what a stopped run keeps of blocks that took long, to go on from later.

A checkpoint holds the finished replicates of a block and the state of the one that was
running. It is one file beside the commit records, gone once the block is committed; one
that is damaged, or of another block, is as good as none: the block starts anew.
"""

import hashlib
import json
import math
import struct
import zipfile
import zlib
from typing import NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ..campaign.identity import MODEL_VERSION
from ..engine import saved_state
from ..errors import StoreError
from ..model import outcomes
from . import snapshots
from .documents import Sha
from .folder import COMMITS

AFTER_SECONDS = 30.0  # work that is cheaper than this is done again instead
DIGEST = 32  # bytes behind the .npz: SHA-256
LARGEST_HEAD = 2**12  # bytes of what a .npz says of an array beside its values
LARGEST_ABOUT = 2**24  # bytes of what a checkpoint says of itself
BROKEN = (ValueError, KeyError, EOFError, RecursionError, zipfile.BadZipFile)
BROKEN += (NotImplementedError, zlib.error, struct.error, OverflowError, SyntaxError)


class _About(BaseModel):
    """What a checkpoint says of itself."""

    model_config = ConfigDict(strict=True, extra="forbid")
    block: list[str | int]
    results: int = Field(ge=0)
    snapshots: dict[str, dict[str, Sha]]
    chunks: dict[str, Sha]
    seconds: float = Field(ge=0, allow_inf_nan=False)


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
    """Write the checkpoint of a block, over an older one.

    Parameters
    ----------
    store : Store
    block : Block
    progress : Progress
        How far the block is.
    """
    about = {
        "block": _name(store, block),
        "results": len(progress.results),
        "snapshots": progress.snapshots,
        "chunks": _snapshot_chunks(store, block),
        "seconds": progress.seconds,
    }
    arrays = {f"state.{name}": a for name, a in (progress.state or {}).items()}
    for k, result in enumerate(progress.results):
        arrays |= {f"result.{k}.{name}": array for name, array in result.items()}
    arrays = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), "u1")
    store.place.publish(_key(block), lambda file: write_sealed(file, arrays))


def write_sealed(file, arrays: dict) -> None:
    """Write arrays as an .npz file, and the SHA-256 of all of it behind."""
    hashing = _Hashing(file)
    np.savez(hashing, **arrays)
    file.write(hashing.sha256.digest())


class _Hashing:
    """A file that is only written to, from its beginning to its end, and digested."""

    def __init__(self, file):
        self.file, self.sha256 = file, hashlib.sha256()

    def write(self, data) -> int:
        """Write, and digest what is written."""
        self.sha256.update(data)
        return self.file.write(data)

    def flush(self) -> None:
        """Let the file do so."""
        self.file.flush()

    def read(self, *_size):
        """Only have this method: numpy takes what has it for a file."""
        raise OSError("is only written to")


def load(store, block) -> Progress:
    """Return how far a block is; `NOTHING` where no checkpoint can be used."""
    if not _is_there(store, block):
        return NOTHING
    shapes = _shapes(store, block)
    limit = 2 * LARGEST_ABOUT + sum(_size(*each) for each in shapes.values())
    try:
        file = store.place.open(_key(block), limit + len(shapes) * LARGEST_HEAD)
        if file is None:
            return NOTHING
        with file:
            return _loaded(store, block, file, shapes)
    except (OSError, StoreError, *BROKEN):
        return NOTHING


def _is_there(store, block) -> bool:
    """Say whether there may be a checkpoint; `load` finds out whether it can be used."""
    try:
        return store.place.holds(_key(block))
    except (OSError, StoreError, *BROKEN):
        return True


def _loaded(store, block, file, shapes: dict) -> Progress:
    """Return the checkpoint of an open file; whatever is odd in it raises."""
    _check_seal(file)
    with zipfile.ZipFile(file) as kept:
        about = json.loads(_read(kept, "about", None))
        reached = _About.model_validate(about)
        if reached.block != _name(store, block):
            return NOTHING
        n_done, rules = reached.results, store.rules[block.scenario]
        wanted = {
            name: each
            for name, each in shapes.items()
            if not name.startswith("result.") or int(name.split(".")[1]) < n_done
        }
        names = {name.removesuffix(".npy") for name in kept.namelist()} - {"about"}
        if not any(name.startswith("state.") for name in names):
            wanted = {n: s for n, s in wanted.items() if not n.startswith("state.")}
        if names != wanted.keys():
            raise ValueError("holds other arrays than those of its block")
        arrays = {name: _read(kept, name, each) for name, each in wanted.items()}
    state = _below("state.", arrays)
    if state and (odd := saved_state.fault(rules, state)):
        raise ValueError(odd)
    results = [_below(f"result.{k}.", arrays) for k in range(n_done)]
    store.checks.written.update(reached.chunks)
    return Progress(results, state or None, reached.snapshots, reached.seconds)


def _snapshot_chunks(store, block) -> dict[str, str]:
    """Return the SHA-256 of each chunk of a block's snapshots that is written."""
    own = tuple(
        f"{k}/" for k in snapshots.keys(store, block.scenario, block.replicates)
    )
    return store.checks.written_below(own)


def _below(start: str, arrays: dict) -> dict:
    """Return the arrays whose names begin so, without it."""
    return {n.removeprefix(start): a for n, a in arrays.items() if n.startswith(start)}


def _check_seal(file) -> None:
    """Raise ValueError unless the end of a file is the digest of the rest."""
    size = file.seek(0, 2) - DIGEST
    file.seek(0)
    sha256 = hashlib.sha256()
    while size > 0 and (data := file.read(min(size, 2**20))):
        sha256.update(data)
        size -= len(data)
    if size or file.read() != sha256.digest():
        raise ValueError("is not as it was written")
    file.seek(0)


def _read(kept: zipfile.ZipFile, name: str, expected):
    """Return an array of an .npz file; `expected` is its shape and type, None: bytes."""
    about = kept.getinfo(f"{name}.npy")
    most = LARGEST_ABOUT if expected is None else _size(*expected)
    is_plain = about.compress_type == zipfile.ZIP_STORED
    if not is_plain or about.file_size > most + LARGEST_HEAD:
        raise ValueError(f"{name} has more bytes than it may")
    with kept.open(about) as file:
        version = np.lib.format.read_magic(file)
        read_head = np.lib.format.read_array_header_1_0
        if version != (1, 0):
            raise ValueError(f"{name} is of another version")
        shape, by_column, dtype = read_head(file)
        if expected is None:
            return file.read(most)
        if (shape, dtype) != expected or (by_column and len(shape) > 1):
            raise ValueError(f"{name} is of another shape or type")
        data = file.read(most)
    return np.frombuffer(data, dtype, most // dtype.itemsize).reshape(shape)


def _shapes(store, block) -> dict:
    """Return shape and type of every array that the checkpoint of a block may hold."""
    rules = store.rules[block.scenario]
    found = {f"state.{n}": each for n, each in saved_state.expected(rules).items()}
    for k in range(len(block.replicates)):
        for table in outcomes.TABLES:
            shape = outcomes.shape(table, rules)
            found[f"result.{k}.{table.name}"] = shape, np.dtype(np.int64)
    return found


def _size(shape, dtype) -> int:
    """Return the bytes of an array."""
    return math.prod(shape) * dtype.itemsize


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
