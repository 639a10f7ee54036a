"""Reading chunks that must be there and as they were written, or not at all.

To zarr a chunk that is absent means zeros, and one that is damaged an error without a
name. Of a store this would be a result that nobody computed, so both are refused here.
"""

import google_crc32c
from zarr.storage import WrapperStore

from ..errors import StoreError
from .checked_zarr import CheckedZarr, Members

CHECKSUM = 4  # bytes at the end of a chunk, CRC-32C, least byte first


class Whole(WrapperStore):
    """A store of zarr's in which no chunk of some arrays may be absent or damaged.

    Parameters
    ----------
    store : zarr.abc.store.Store
    path : path-like or str
        What messages call it.
    checked : frozenset of str
        Arrays whose chunks end with a checksum.
    complete : frozenset of str
        Those of them of which all chunks have been written.
    """

    def __init__(self, store, path="", checked=frozenset(), complete=frozenset()):
        super().__init__(store)
        self.path, self.checked, self.complete = path, checked, complete

    def _with_store(self, store):
        return type(self)(store, self.path, self.checked, self.complete)

    async def get(self, key, prototype, byte_range=None):
        """Return what is under a key, or raise StoreError."""
        found = await super().get(key, prototype, byte_range)
        name, _, chunk = key.partition("/c/")
        if not chunk or name not in self.checked or byte_range is not None:
            return found
        if found is None:
            if name in self.complete:
                raise self._damaged(key, "is missing")
            return None
        data = found.as_numpy_array()  # no copy: a chunk may be large
        sum_of_rest = google_crc32c.value(data[:-CHECKSUM])
        if sum_of_rest.to_bytes(CHECKSUM, "little") != data[-CHECKSUM:].tobytes():
            raise self._damaged(key, "is damaged")
        return found

    def _damaged(self, key: str, how: str) -> StoreError:
        return StoreError(
            f"{self.path}/{key}: {how}; `scsfast verify --repair {self.path}` says what "
            "else is, and lets the next `run` make it again"
        )


def whole(place, checked, complete) -> Whole:
    """Return what zarr opens at a place, with chunks checked as they are read."""
    inner = CheckedZarr(place, Members(checked), read_only=True)
    return Whole(inner, place.path, frozenset(checked), frozenset(complete))
