"""Verifying: reading a whole store back and comparing it with what was recorded.

Blocks are held against the digests of their commit records; labels and the variables
that the end of a run derives, against what they are derived from.
"""

import logging

import numpy as np

from ..atomic_files import is_elsewhere
from ..errors import StoreError
from ..text import many
from . import layout, snapshots
from .coherence import refuse_incoherent
from .digest import replicate_digest
from .documents import LARGEST_ARRAY, LARGEST_ROOT, parsed
from .finalise import batch, named_variables, parts

logger = logging.getLogger("scsfast.store")


def verify(store, progress=None) -> dict[str, str]:
    """Return what is damaged, by name of block or array; {} if all is well.

    Parameters
    ----------
    store : Store
    progress : callable or None
        Called with (blocks read, blocks to read).
    """
    refuse_incoherent(store, of_records=False)
    damaged = metadata_faults(store)
    if damaged:  # what cannot be read for this alone is not damaged itself
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
        _compare(damaged, name, lambda name=name: store.array(name)[...], values)
    if not damaged and store.attributes["finished"]:
        _compare(damaged, "status", lambda: store.array("status")[...], store.status())
        _check_named(store, damaged)
        _read_rest(store, damaged)
    return damaged


def in_words(store, name: str) -> str:
    """Return what a name of `verify` stands for: a block in words, an array as it is."""
    block = {block.name: block for block in store.blocks()}.get(name)
    if block is None:
        return name
    block = _as_recorded(block, store.journal.records.get(name, {}))
    scenario = store.campaign.scenarios[block.scenario].name
    last = block.stop - 1
    which = f"replicates {block.first}-{last}"
    if block.first == last:
        which = f"replicate {last}"
    return f"scenario '{scenario}', {which} ({name})"


def metadata_faults(store) -> dict[str, str]:
    """Return which arrays' ``zarr.json`` is damaged, by name, and how.

    The end of a run writes them all into the root's once more; before it they must be
    there and be JSON.
    """
    root = parsed(store.place.read("zarr.json", LARGEST_ROOT))
    consolidated = root.get("consolidated_metadata")
    copies = consolidated.get("metadata") if isinstance(consolidated, dict) else {}
    copies = copies if isinstance(copies, dict) else {}
    is_finished = store.attributes["finished"]
    faults = {}
    for name in sorted(store.members() - (set() if is_finished else {*store.derived})):
        text = store.place.read(f"{name}/zarr.json", LARGEST_ARRAY)
        fault = store.checks.metadata_fault(name, text)
        if fault:
            faults[name] = fault
            continue
        found, copy = parsed(text), copies.get(name)
        copy = copy if isinstance(copy, dict) else found
        if copies and {k: v for k, v in copy.items() if k in found} != found:
            faults[name] = "its zarr.json is not as the end of the run wrote it"
    return faults


def _lost_records(store) -> dict[str, str]:
    """Return which blocks had a record at the end of the run and have none now."""
    if not store.attributes["finished"]:
        return {}
    try:
        status = store.array("status")[...]
    except Exception as error:  # its own damage is told of where it is compared
        _refuse_if_elsewhere(error)
        return {}
    return {
        block.name: "its commit record is missing"
        for block in store.blocks()
        if block.name not in store.journal.records
        and (status[block.scenario, block.first : block.stop] != layout.PENDING).any()
    }


def _as_recorded(block, record: dict):
    """Return a block with the replicates of its record: they may be fewer."""
    return block._replace(**{k: record[k] for k in ("first", "stop") if k in record})


def _block_fault(store, block, record: dict) -> str:
    """Return what is wrong with a committed block, or nothing."""
    if block is None:
        return "its record belongs to no block of this store"
    block = _as_recorded(block, record)
    try:
        found = [replicate_digest(arrays, store.tables) for arrays in store.read(block)]
    except Exception as error:  # whatever a codec says of damaged bytes
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
    except Exception as error:  # whatever a codec says of damaged bytes
        _refuse_if_elsewhere(error)
        return f"a snapshot cannot be read: {error}"


def _check_named(store, damaged: dict) -> None:
    """Compare the named variables with the tables, a batch at a time."""
    shape = store.status().shape
    for part in parts(shape, batch(shape, store.rules[0])):
        wide = {name: array[part] for name, array in store.arrays.items()}
        for name, variable in named_variables(
            wide, store.rules[0], store.tables
        ).items():
            if name not in damaged:
                _compare(
                    damaged,
                    name,
                    lambda name=name, part=part: store.array(name)[part],
                    variable.values,
                )


def _read_rest(store, damaged: dict) -> None:
    """Read the summaries too: they are compared with nothing but their checksums."""
    for name in store.derived:
        try:
            store.array(name)[...]
        except Exception as error:  # whatever a codec says of damaged bytes
            _refuse_if_elsewhere(error)
            damaged.setdefault(name, f"cannot be read: {error}")


def _compare(damaged: dict, name: str, read, values) -> None:
    """Note an array as damaged if it cannot be read or is not as it should be."""
    try:
        got, wanted = np.asarray(read()), np.asarray(values)
        has_nan = got.dtype.kind == wanted.dtype.kind == "f"  # where nothing applies
        if not np.array_equal(got, wanted, equal_nan=has_nan):
            damaged[name] = "other values than it is derived from"
    except Exception as error:  # whatever a codec says of damaged bytes
        _refuse_if_elsewhere(error)
        damaged[name] = f"cannot be read: {error}"


def _refuse_if_elsewhere(error: Exception) -> None:
    """Raise a StoreError if an error says nothing of the data."""
    if is_elsewhere(error):
        raise StoreError(
            f"the store cannot be read now: {error}; this is no damage, try again"
        ) from error
