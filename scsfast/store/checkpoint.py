"""Checkpoints: the progress of long blocks, from which a stopped run resumes.

A checkpoint holds the finished replicates of a block, the state of the running one, and
later replicates that were taken from another store. It is one file beside the commit
records, removed once the block is committed. A checkpoint that is damaged or of another
block is ignored, and the block starts from its beginning.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, TypeAlias

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ..campaign.identity import MODEL_VERSION
from ..engine import saved_state
from ..errors import StoreError
from ..model import outcomes
from . import snapshots
from .blocks import Block
from .documents import Sha, SnapshotDigests
from .folder import COMMITS
from .results import Arrays

if TYPE_CHECKING:
    from .store import Store

Shape: TypeAlias = tuple[tuple[int, ...], np.dtype]  # shape and type of an array

AFTER_SECONDS = 30.0  # work that took less than this is repeated instead
DIGEST = 32  # bytes after the .npz: SHA-256
LARGEST_HEAD = 2**12  # bytes that a .npz takes per array beside its values
LARGEST_ABOUT = 2**24  # bytes of a checkpoint's description of itself
# What zipfile, numpy and pydantic raise for files that are damaged.
BROKEN: tuple[type[Exception], ...] = (
    *(ValueError, KeyError, EOFError, RecursionError, zipfile.BadZipFile),
    *(NotImplementedError, zlib.error, struct.error, OverflowError, SyntaxError),
)
UNUSABLE: tuple[type[Exception], ...] = (OSError, StoreError, *BROKEN)


class _About(BaseModel):
    """A checkpoint's description of itself."""

    model_config = ConfigDict(strict=True, extra="forbid")
    block: list[str | int]
    results: int = Field(ge=0)
    later: list[int] = Field(default_factory=list)
    snapshots: dict[str, dict[str, Sha]]
    chunks: dict[str, Sha]
    seconds: float = Field(ge=0, allow_inf_nan=False)


class Progress(NamedTuple):
    """The progress of a block.

    Attributes
    ----------
    results : list of dict
        Arrays by table of each of the first replicates, which are finished.
    state : dict or None
        State of the running replicate, as ``Simulation.saved`` returns it.
    snapshots : dict
        Digests of the snapshots that are in the store, as in the commit record.
    seconds : float
        Time spent on the block.
    later : dict
        Arrays by table of replicates behind the running one, by position in the block.
    """

    results: Sequence[Mapping[str, np.ndarray]]
    state: Arrays | None
    snapshots: SnapshotDigests
    seconds: float
    later: Mapping[int, Mapping[str, np.ndarray]] = MappingProxyType({})

    @property
    def finished(self) -> dict[int, Mapping[str, np.ndarray]]:
        """Every finished replicate, by position in the block."""
        return {**dict(enumerate(self.results)), **self.later}


NOTHING = Progress((), None, {}, 0.0)


def save(store: Store, block: Block, progress: Progress) -> None:
    """Write the checkpoint of a block, replacing an older one.

    Parameters
    ----------
    store : Store
        The store of the block.
    block : Block
        The block.
    progress : Progress
        The progress of the block.
    """
    about = {
        "block": _name(store, block),
        "results": len(progress.results),
        "later": sorted(progress.later),
        "snapshots": progress.snapshots,
        "chunks": _snapshot_chunks(store, block),
        "seconds": progress.seconds,
    }
    arrays = {f"state.{name}": a for name, a in (progress.state or {}).items()}
    for k, result in progress.finished.items():
        arrays |= {f"result.{k}.{name}": array for name, array in result.items()}
    arrays = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), "u1")
    store.place.publish(_key(block), lambda file: write_sealed(file, arrays))


def write_sealed(file: BinaryIO, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays as an .npz file, followed by the SHA-256 of the file."""
    hashing = _Hashing(file)
    np.savez(hashing, **arrays)  # type: ignore[arg-type]  # no array is allow_pickle
    file.write(hashing.sha256.digest())


class _Hashing:
    """A file that is only written to, from its beginning to its end, and digested."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.sha256 = file, hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Write some bytes, and add them to the digest."""
        self.sha256.update(data)
        return self.file.write(data)

    def flush(self) -> None:
        """Flush the file."""
        self.file.flush()

    read = None  # numpy takes an object without this attribute for a path


def load(store: Store, block: Block) -> Progress:
    """Return the progress of a block; `NOTHING` if no checkpoint can be used."""
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
    except UNUSABLE:
        return NOTHING


def _is_there(store: Store, block: Block) -> bool:
    """Return whether a checkpoint may exist; `load` decides whether it can be used."""
    try:
        return store.place.holds(_key(block))
    except UNUSABLE:
        return True


def _loaded(
    store: Store, block: Block, file: BinaryIO, shapes: dict[str, Shape]
) -> Progress:
    """Return the progress in an open file; raise one of `BROKEN` for any fault."""
    _check_seal(file)
    with zipfile.ZipFile(file) as kept:
        about = json.loads(_read(kept, "about", LARGEST_ABOUT))
        reached = _About.model_validate(about)
        if reached.block != _name(store, block):
            return NOTHING
        n_done, rules = reached.results, store.rules[block.scenario]
        finished = {*range(n_done), *reached.later}
        if len(finished) < n_done + len(reached.later) or not finished <= {
            *range(len(block.replicates))
        }:
            raise ValueError("holds other replicates than those of its block")
        wanted = {
            name: each
            for name, each in shapes.items()
            if not name.startswith("result.") or int(name.split(".")[1]) in finished
        }
        names = {name.removesuffix(".npy") for name in kept.namelist()} - {"about"}
        if not any(name.startswith("state.") for name in names):
            wanted = {n: s for n, s in wanted.items() if not n.startswith("state.")}
        if names != wanted.keys():
            raise ValueError("holds other arrays than those of its block")
        arrays = {name: _array(kept, name, each) for name, each in wanted.items()}
    state = _below("state.", arrays)
    if state and (odd := saved_state.fault(rules, state)):
        raise ValueError(odd)
    found = {k: _below(f"result.{k}.", arrays) for k in sorted(finished)}
    results, later = [found[k] for k in range(n_done)], reached.later
    store.checks.written.update(reached.chunks)
    return Progress(
        results,
        state or None,
        reached.snapshots,
        reached.seconds,
        {k: found[k] for k in later},
    )


def _snapshot_chunks(store: Store, block: Block) -> dict[str, str]:
    """Return the SHA-256 of each chunk of a block's snapshots that is written."""
    own = tuple(
        f"{k}/" for k in snapshots.keys(store, block.scenario, block.replicates)
    )
    return store.checks.written_below(own)


def _below(start: str, arrays: Arrays) -> Arrays:
    """Return the arrays whose names begin with `start`, named without it."""
    return {n.removeprefix(start): a for n, a in arrays.items() if n.startswith(start)}


def _check_seal(file: BinaryIO) -> None:
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


def _read(
    kept: zipfile.ZipFile, name: str, most: int, expected: Shape | None = None
) -> bytes:
    """Return the values of an array of an .npz file as bytes.

    Parameters
    ----------
    kept : ZipFile
        The .npz file.
    name : str
        Name of the array.
    most : int
        Largest size of its values, in bytes.
    expected : (tuple of int, numpy.dtype), optional
        Shape and type that it must have; by default any.

    Raises
    ------
    ValueError
        If the array is larger or of another shape or type.
    """
    about = kept.getinfo(f"{name}.npy")
    is_plain = about.compress_type == zipfile.ZIP_STORED
    if not is_plain or about.file_size > most + LARGEST_HEAD:
        raise ValueError(f"{name} has more bytes than it may")
    with kept.open(about) as file:
        version = np.lib.format.read_magic(file)
        if version != (1, 0):
            raise ValueError(f"{name} is of another version")
        shape, by_column, dtype = np.lib.format.read_array_header_1_0(file)
        is_other = expected is not None and (shape, dtype) != expected
        if is_other or (expected and by_column and len(shape) > 1):
            raise ValueError(f"{name} is of another shape or type")
        return file.read(most)


def _array(kept: zipfile.ZipFile, name: str, expected: Shape) -> np.ndarray:
    """Return an array of an .npz file; raise ValueError if it is not as expected."""
    shape, dtype = expected
    most = _size(shape, dtype)
    data = _read(kept, name, most, expected)
    return np.frombuffer(data, dtype, most // dtype.itemsize).reshape(shape)


def _shapes(store: Store, block: Block) -> dict[str, Shape]:
    """Return shape and type of every array that the checkpoint of a block may hold."""
    rules = store.rules[block.scenario]
    found: dict[str, Shape] = {
        f"state.{n}": each for n, each in saved_state.expected(rules).items()
    }
    for k in range(len(block.replicates)):
        for table in outcomes.TABLES:
            shape = outcomes.shape(table, rules)
            found[f"result.{k}.{table.name}"] = shape, np.dtype(np.int64)
    return found


def _size(shape: tuple[int, ...], dtype: np.dtype) -> int:
    """Return the bytes of an array."""
    return math.prod(shape) * dtype.itemsize


def remove(store: Store, block: Block) -> None:
    """Remove the checkpoint of a block, if it exists."""
    store.place.remove(_key(block))


def remove_stale(store: Store) -> None:
    """Remove the checkpoints of blocks that are committed or no longer exist."""
    wanted = {_key(block) for block in store.pending()}
    for name in store.place.names(COMMITS):
        key = f"{COMMITS}/{name}"
        if name.startswith("checkpoint-") and key not in wanted:
            store.place.remove(key)


def _key(block: Block) -> str:
    return f"{COMMITS}/checkpoint-{block.name}.npz"


def _name(store: Store, block: Block) -> list[str | int]:
    """Return what identifies the block of a checkpoint."""
    identity = store.attributes["identity"]
    return [identity, MODEL_VERSION, block.scenario, block.first, block.stop]
