"""Checks of the data under each key of a store, before zarr sees them.

Metadata of arrays must be those of the layout. A chunk must be no larger than its values
can make it, must unpack to the size of its values, and, from layout 3 on, must have the
recorded SHA-256: in the record of its block, or in the root for what `finalise` writes.
"""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

import google_crc32c

from ..errors import StoreError
from ..model.parameters import Tree
from . import layout, snapshots, specs
from .chunks import CHECKSUM
from .documents import LARGEST_ARRAY, Malformed, parsed
from .folder import COMMITS
from .written_chunks import WrittenChunks

if TYPE_CHECKING:
    from .store import Store

GROUP = b'{"zarr_format": 3, "node_type": "group", "attributes": {}}'
ROOM = 2**12  # bytes that a codec may add to values that cannot be compressed


class Checks:
    """The checks of one store; see `checked_zarr.KeyChecks`.

    Attributes
    ----------
    written : WrittenChunks
        SHA-256 of each chunk that this process has written, by key.
    """

    def __init__(self, store: Store) -> None:
        self.store, self.written = store, WrittenChunks()
        self._formats: dict[str, tuple[int, int]] = {}
        self.specs = specs.specs(store)
        self.tables = {table.name for table in store.stored_tables()}
        self.labels = store.labels().keys()
        self.snapshots = set(snapshots.names(store.campaign))

    def shows(self, name: str) -> bool:
        """Return whether zarr may see a member of the root."""
        return name == COMMITS or name in self.specs

    def limit(self, key: str) -> int | None:
        """Return the largest size of a key, in bytes; None hides the key from zarr."""
        name, _, rest = key.partition("/")
        if key in ("zarr.json", f"{COMMITS}/zarr.json"):
            return layout.LARGEST_CHUNK
        if name not in self.specs:
            return None
        if rest == "zarr.json":
            return LARGEST_ARRAY
        if rest[:1] != "c":
            return None
        n_bytes = self._format(name)[1]
        return n_bytes + n_bytes // 128 + ROOM

    def wrote(self, key: str, data: bytes) -> None:
        """Record the digest of what was written under a key."""
        if key.endswith("/zarr.json"):
            self._formats.pop(key[:-10], None)
        else:
            self.written.add(key, hashlib.sha256(data).hexdigest())

    def written_below(self, folders: tuple[str, ...]) -> dict[str, str]:
        """Return SHA-256 by key of chunks that this process wrote below some folders.

        Parameters
        ----------
        folders : tuple of str
            Keys of folders, each ending with "/".
        """
        return self.written.below(folders)

    def check(self, key: str, data: bytes | None) -> bytes | None:
        """Return the bytes under a key if they are right; raise StoreError otherwise."""
        name, _, rest = key.partition("/")
        if key in ("zarr.json", f"{COMMITS}/zarr.json"):
            return GROUP if data is not None else None
        if rest == "zarr.json":
            if data is not None and (fault := self.metadata_fault(name, data)):
                raise self._odd_metadata(name, fault)
            return data
        return self._chunk(key, name, data)

    def metadata_fault(self, name: str, data: bytes | None) -> str:
        """Return the fault of the zarr.json of a member, "" without any."""
        return self._parsed_metadata(name, data)[1]

    def _parsed_metadata(self, name: str, data: bytes | None) -> tuple[Tree, str]:
        """Return the zarr.json of a member, and its fault."""
        if data is None:
            return {}, "its zarr.json is missing"
        try:
            found = parsed(data)
        except Malformed as error:
            return {}, f"its zarr.json {error}"
        if name == COMMITS:
            is_group = isinstance(found, dict) and found.get("node_type") == "group"
            return found, "" if is_group else "its zarr.json is not that of a group"
        return found, specs.fault(self.specs[name], found)

    def read_metadata(self, name: str) -> tuple[Tree, str]:
        """Return the zarr.json of a member as it is on the disk, and its fault or ""."""
        data = self.store.place.read(f"{name}/zarr.json", LARGEST_ARRAY)
        return self._parsed_metadata(name, data)

    def metadata(self, name: str) -> Tree:
        """Return the zarr.json of a member, or raise StoreError."""
        found, fault = self.read_metadata(name)
        if fault:
            raise self._odd_metadata(name, fault)
        return found

    def _format(self, name: str) -> tuple[int, int]:
        """Return the bytes of a value and of a chunk's values, of an array."""
        if name not in self._formats:
            self._formats[name] = specs.format_of(self.specs[name], self.metadata(name))
        return self._formats[name]

    def _chunk(self, key: str, name: str, data: bytes | None) -> bytes | None:
        """Return a chunk if it is right; None if none is recorded."""
        wanted = self.written.get(key) or self._recorded(key, name)
        if wanted is None:
            return None
        if data is None:
            if wanted is not ANY or name not in self.snapshots:
                raise self._damaged(key, "is missing")
            return None
        if wanted is not ANY and hashlib.sha256(data).hexdigest() != wanted:
            raise self._damaged(key, "is damaged")
        is_text = self.specs[name].dtype == "string"
        if fault := unpacking_fault(is_text, *self._format(name), data):
            raise self._damaged(key, f"is damaged: {fault}")
        return data

    def _recorded(self, key: str, name: str) -> str | None:
        """Return the recorded digest of a chunk, `ANY` in layout 2, None without one."""
        store, is_old = self.store, self.store.version == 2
        if name in self.tables or name in self.snapshots:
            _, scenario, second = key[len(name) + 1 :].replace(".", "/").split("/")[:3]
            size = store.block_size if name in self.snapshots else 1
            record = store.journal.records.get(
                f"{int(scenario):04d}-{int(second) // size:06d}"
            )
            if record is None:
                return None
            return ANY if is_old else record.get("chunks", {}).get(key)
        if name in self.labels:
            return ANY  # readers compare labels with the campaign
        chunks: dict[str, str] = store.attributes.get("chunks", {})
        return ANY if is_old else chunks.get(key)

    def _odd_metadata(self, name: str, fault: str) -> StoreError:
        return StoreError(
            f"{self.store.path}/{name}: is damaged: {fault}; verify the store"
        )

    def _damaged(self, key: str, how: str) -> StoreError:
        return StoreError(
            f"{self.store.path}/{key}: {how}; `scsfast verify --repair "
            f"{self.store.path}` names all damage, and the next `run` repeats what is lost"
        )


ANY = "any"  # in place of a digest: none is recorded, only the checksum is compared


def unpacking_fault(is_text: bool, itemsize: int, n_bytes: int, data: bytes) -> str:
    """Return why a chunk would not unpack to its values, "" if it would.

    Only the headers of codecs are read, so that nothing too large is ever unpacked.

    Parameters
    ----------
    is_text : bool
        Whether the values are text.
    itemsize : int
        Bytes of one value.
    n_bytes : int
        Bytes of all values of the chunk.
    data : bytes
        The chunk.
    """
    if is_text:
        return "" if _zstd_size(data) <= n_bytes else "it unpacks to too much"
    if len(data) < CHECKSUM + 16:
        return "it is cut short"
    body, checksum = data[:-CHECKSUM], data[-CHECKSUM:]
    if google_crc32c.value(body).to_bytes(CHECKSUM, "little") != checksum:
        return "its checksum is another"
    _, _, _, typesize, unpacked, _, packed = struct.unpack("<4B3I", body[:16])
    is_right = (typesize, unpacked, packed) == (itemsize, n_bytes, len(body))
    return "" if is_right else "it does not unpack to its values"


def _zstd_size(data: bytes) -> float:
    """Return the unpacked size that a zstd frame declares, infinite without one."""
    if data[:4] != b"\x28\xb5\x2f\xfd" or len(data) < 6:
        return float("inf")
    head, at = data[4], 5
    is_single = head >> 5 & 1
    at += (0 if is_single else 1) + (0, 1, 2, 4)[head & 3]
    width = (1 if is_single else 0, 2, 4, 8)[head >> 6]
    if not width or len(data) < at + width:
        return float("inf")
    return int.from_bytes(data[at : at + width], "little") + (256 if width == 2 else 0)
