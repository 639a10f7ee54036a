"""Repairing: withdrawing damaged commits and removing all that `finalise` derived.

Labels and their metadata are written again. The next run computes the damaged blocks
again and derives the rest.
"""

from collections.abc import Iterable

from ..atomic_files import explained
from ..errors import StoreError
from . import layout, snapshots
from .create import create_commits, refuse_old, unfinish
from .folder import COMMITS
from .store import Store
from .verify import metadata_faults


def repair(store: Store, damaged: Iterable[str]) -> None:
    """Withdraw damaged commits, and write damaged labels again.

    Parameters
    ----------
    store : Store
        The store.
    damaged : iterable of str
        Names of blocks and arrays, as `verify` returns them.

    Raises
    ------
    StoreError
        If the metadata of a table or of snapshots are damaged: their blocks may be intact.
    """
    wrong = set(damaged)
    tables = {table.name for table in store.stored_tables()}
    results = tables.union(snapshots.names(store.campaign))
    lost = ", ".join(sorted(results & metadata_faults(store).keys()))
    if lost:
        raise StoreError(
            f"{store.path}: the zarr.json of {lost} cannot be repaired; nothing was "
            "changed, restore it from a copy of the store"
        )
    refuse_old(store.place, store.attributes)
    layout.prepare_zarr()
    lock = store.place.lock()
    lock.acquire()
    try:
        with explained(store.path, "repair the store"):
            unfinish(store)
            for name in wrong & {*store.journal.records, *store.journal.damaged}:
                store.journal.withdraw(name)
            _write_again(store, wrong)
    finally:
        lock.release()


def _write_again(store: Store, damaged: set[str]) -> None:
    """Write the damaged members that follow from the campaign and the records alone."""
    labels = store.labels()
    for name in labels.keys() & damaged:
        layout.put_label(store.zarr, name, labels[name])
    if "status" in damaged:
        layout.put_status(store.zarr, store.status())
    if COMMITS in damaged:  # the group's own file; the records in it stay
        create_commits(store.zarr)
    for name in damaged & {*labels, "status", COMMITS}:
        store.place.settle(name)
