"""Repairing: taking back damaged commits, and writing labels anew.

The next run then computes the damaged blocks again and derives the rest again.
"""

from ..errors import StoreError
from . import layout
from .files import explained
from .prepare import unfinish
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
        If what describes an array is damaged: its blocks may be whole.
    """
    lost = ", ".join(metadata_faults(store))
    if lost:
        raise StoreError(
            f"{store.path}: the zarr.json of {lost} cannot be repaired; nothing was "
            "touched, take it from a copy of the store"
        )
    layout.prepare_zarr()
    lock = store.place.lock()
    lock.acquire()
    try:
        with explained(store.path, "repair the store"):
            unfinish(store)
            for name in set(damaged) & {*store.journal.records, *store.journal.damaged}:
                store.journal.withdraw(name)
            labels = layout.labels(store.campaign, store.rules[0])
            for name in labels.keys() & set(damaged):
                layout.put_label(store.group, name, labels[name])
    finally:
        lock.release()
