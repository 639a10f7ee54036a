"""Verifying: reading a whole store back and comparing it with what was recorded.

Blocks are compared with the digests of their commit records. Labels and the variables
that `finalise` derives are compared with their sources.
"""

import logging
from collections.abc import Callable
from functools import partial

import numpy as np

from ..atomic_files import is_elsewhere
from ..errors import StoreError
from ..model.parameters import Tree
from ..text import many
from . import layout, snapshots
from .blocks import Block
from .chunks import read_part
from .coherence import refuse_incoherent
from .digest import replicate_digest
from .documents import LARGEST_ROOT, CommitRecord, parsed
from .finalise import Part, batch, named_variables, parts
from .store import Store

logger = logging.getLogger("scsfast.store")


def verify(
    store: Store, progress: Callable[[int, int], object] | None = None
) -> dict[str, str]:
    """Return the fault of each damaged block or array, by its name; {} without damage.

    Parameters
    ----------
    store : Store
        The store.
    progress : callable or None
        Called with (blocks read, blocks to read).
    """
    refuse_incoherent(store, of_records=False)
    damaged = metadata_faults(store)
    if damaged:  # blocks that cannot be read for this reason need not be damaged
        return damaged
    damaged = _lost_records(store)
    damaged |= dict.fromkeys(store.journal.damaged, "its commit record is damaged")
    known = {block.name: block for block in store.blocks()}
    records = store.journal.records
    logger.info("%s: reading %s", store.path, many(len(records), "block"))
    for k, (name, record) in enumerate(sorted(records.items()), 1):
        fault = _block_fault(store, known.get(name), record)
        if fault:
            damaged[name] = fault
        if progress:
            progress(k, len(records))
    for name, values in store.labels().items():
        _compare(damaged, name, partial(_values, store, name), values)
    if not damaged and store.attributes["finished"]:
        status = partial(_values, store, "status")
        _compare(damaged, "status", status, store.status())
        _check_named(store, damaged)
        _read_rest(store, damaged)
    return damaged


def in_words(store: Store, name: str) -> str:
    """Return a name of `verify` for messages: a block in words, an array unchanged."""
    block = {block.name: block for block in store.blocks()}.get(name)
    if block is None:
        return name
    record = store.journal.records.get(name)
    block = block if record is None else _as_recorded(block, record)
    scenario = store.campaign.scenarios[block.scenario].name
    last = block.stop - 1
    which = f"replicates {block.first}-{last}"
    if block.first == last:
        which = f"replicate {last}"
    return f"scenario '{scenario}', {which} ({name})"


def metadata_faults(store: Store) -> dict[str, str]:
    """Return the fault of each damaged ``zarr.json`` of an array, by the array's name.

    In a finished store each must also equal its copy in the root.
    """
    return read_metadata(store)[1]


def read_metadata(store: Store) -> tuple[Tree, dict[str, str]]:
    """Return each intact ``zarr.json`` of a member, and the faults of the others, by name."""
    root = parsed(store.place.read("zarr.json", LARGEST_ROOT) or b"")
    consolidated = root.get("consolidated_metadata")
    copies = consolidated.get("metadata") if isinstance(consolidated, dict) else {}
    copies = copies if isinstance(copies, dict) else {}
    is_finished = store.attributes["finished"]
    intact, faults = {}, {}
    for name in sorted(store.members() - (set() if is_finished else {*store.derived})):
        found, fault = store.checks.read_metadata(name)
        if fault:
            faults[name] = fault
            continue
        copy = copies.get(name)
        copy = copy if isinstance(copy, dict) else found
        if copies and {k: v for k, v in copy.items() if k in found} != found:
            faults[name] = "its zarr.json is not as the end of the run wrote it"
        else:
            intact[name] = found
    return intact, faults


def _lost_records(store: Store) -> dict[str, str]:
    """Return the blocks whose record existed at the end of the run and is missing now."""
    if not store.attributes["finished"]:
        return {}
    try:
        status = _values(store, "status")
    except Exception as error:  # `verify` reports the damage of the status itself
        _refuse_if_elsewhere(error)
        return {}
    return {
        block.name: "its commit record is missing"
        for block in store.blocks()
        if block.name not in store.journal.records
        and (status[block.scenario, block.first : block.stop] != layout.PENDING).any()
    }


def _as_recorded(block: Block, record: CommitRecord) -> Block:
    """Return a block with the replicates of its record, which may be fewer."""
    return block._replace(first=record["first"], stop=record["stop"])


def _block_fault(store: Store, block: Block | None, record: CommitRecord) -> str:
    """Return the fault of a committed block, "" without any."""
    if block is None:
        return "its record belongs to no block of this store"
    block = _as_recorded(block, record)
    try:
        found = [replicate_digest(arrays, store.tables) for arrays in store.read(block)]
    except Exception as error:  # codecs raise many kinds for damaged bytes
        _refuse_if_elsewhere(error)
        return f"cannot be read: {error}"
    wrong = [
        str(block.first + k)
        for k, digest in enumerate(record["digests"])
        if digest is not None and digest != found[k]
    ]
    if wrong:
        return f"other values than recorded in replicates {', '.join(wrong)}"
    try:
        return snapshots.fault(store, record)
    except Exception as error:  # codecs raise many kinds for damaged bytes
        _refuse_if_elsewhere(error)
        return f"a snapshot cannot be read: {error}"


def _check_named(store: Store, damaged: dict[str, str]) -> None:
    """Compare the named variables with the tables, a batch at a time."""
    shape = len(store.campaign.scenarios), store.replicates
    for table in store.stored_tables():
        for part in parts(shape, batch(shape, table, store.extents)):
            wide = read_part(store.arrays[table.name], part)
            for name, variable in named_variables(table, wide).items():
                if name not in damaged:
                    read = partial(_values, store, name, part)
                    _compare(damaged, name, read, variable.values)


def _values(store: Store, name: str, part: Part | None = None) -> np.ndarray:
    """Return the values of an array, or a part of them; of text always all."""
    if store.checks.specs[name].dtype == "string":
        return np.asarray(store.array(name)[...])
    return read_part(store.numbers(name), part or ())


def _read_rest(store: Store, damaged: dict[str, str]) -> None:
    """Read the measures too, which are compared only with their checksums."""
    for name in store.derived:
        try:
            _values(store, name)
        except Exception as error:  # codecs raise many kinds for damaged bytes
            _refuse_if_elsewhere(error)
            damaged.setdefault(name, f"cannot be read: {error}")


def _compare(
    damaged: dict[str, str],
    name: str,
    read: Callable[[], np.ndarray],
    values: layout.Label,
) -> None:
    """Record an array as damaged if it cannot be read or has other values than expected."""
    try:
        got, wanted = read(), np.asarray(values)
        has_nan = got.dtype.kind == wanted.dtype.kind == "f"  # NaN: does not apply
        if not np.array_equal(got, wanted, equal_nan=has_nan):
            damaged[name] = "other values than it is derived from"
    except Exception as error:  # codecs raise many kinds for damaged bytes
        _refuse_if_elsewhere(error)
        damaged[name] = f"cannot be read: {error}"


def _refuse_if_elsewhere(error: Exception) -> None:
    """Raise a StoreError if an error is about the machine or network, not the data."""
    if is_elsewhere(error):
        raise StoreError(
            f"the store cannot be read now: {error}; this is not damage, try again"
        ) from error
