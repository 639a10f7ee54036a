"""Repairing: taking back damaged commits and all that the end of a run derived.

Labels and what describes them are written anew; the next run computes the damaged blocks
again and derives the rest again.
"""

from ..atomic_files import explained
from ..errors import StoreError
from . import layout, snapshots
from .create import create_commits, refuse_old, unfinish
from .folder import COMMITS
from .verify import metadata_faults


def repair(store, damaged) -> None:
    """Take back what is damaged.

    Parameters
    ----------
    store : Store
    damaged : iterable of str
        Names of blocks and arrays, as `verify` gives them.

    Raises
    ------
    StoreError
        If what describes a table or snapshots is damaged: their blocks may be whole.
    """
    tables = {table.name for table in store.stored_tables()}
    results = tables.union(snapshots.names(store.campaign))
    lost = ", ".join(sorted(results & metadata_faults(store).keys()))
    if lost:
        raise StoreError(
            f"{store.path}: the zarr.json of {lost} cannot be repaired; nothing was "
            "touched, take it from a copy of the store"
        )
    refuse_old(store.place, store.attributes)
    layout.prepare_zarr()
    lock = store.place.lock()
    lock.acquire()
    try:
        with explained(store.path, "repair the store"):
            unfinish(store)
            for name in set(damaged) & {*store.journal.records, *store.journal.damaged}:
                store.journal.withdraw(name)
            _write_anew(store, set(damaged))
    finally:
        lock.release()


def _write_anew(store, damaged: set) -> None:
    """Write what can be told from the campaign alone."""
    labels = store.labels()
    for name in labels.keys() & damaged:
        layout.put_label(store.group, name, labels[name])
    if "status" in damaged:
        layout.put_status(store.group, store.status())
    if COMMITS in damaged:  # the group's own file; the records in it stay
        store.place.remove(f"{COMMITS}/zarr.json")
        create_commits(store.group)
    for name in damaged & {*labels, "status", COMMITS}:
        store.place.settle(name)
