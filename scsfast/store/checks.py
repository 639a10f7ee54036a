"""What must be under each key of a store, told by its layout, before zarr sees it.

Metadata of arrays must be as the layout has it. A chunk must be no larger than its values
can make it, unpack to as many bytes as they are, and, from layout 3 on, have the SHA-256
that is kept for it: in the record of its block, or in the root for what a run derives.
"""

import hashlib
import struct

import google_crc32c

from ..errors import StoreError
from . import layout, snapshots, specs
from .documents import LARGEST_ARRAY, Malformed, parsed
from .folder import COMMITS
from .written_chunks import WrittenChunks

GROUP = b'{"zarr_format": 3, "node_type": "group", "attributes": {}}'
ROOM = 2**12  # bytes that a codec may add to values that cannot be packed
CHECKSUM = 4  # bytes at the end of a chunk, CRC-32C, least byte first


class Checks:
    """The checks of one store; see `checked_zarr.NoChecks`.

    Attributes
    ----------
    written : WrittenChunks
        SHA-256 of each chunk that this process has written, by key.
    """

    def __init__(self, store):
        self.store, self.written, self._formats = store, WrittenChunks(), {}
        self.specs = specs.specs(store)
        self.tables = {table.name for table in store.stored_tables()}
        self.labels = store.labels().keys()
        self.snapshots = set(snapshots.names(store.campaign))

    def shows(self, name: str) -> bool:
        """Say whether zarr may see a member of the root."""
        return name == COMMITS or name in self.specs

    def limit(self, key: str) -> int | None:
        """Return the most bytes that a key may have; None: nothing is there for zarr."""
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
        """Note what was written under a key."""
        if key.endswith("/zarr.json"):
            self._formats.pop(key[:-10], None)
        else:
            self.written.add(key, hashlib.sha256(data).hexdigest())

    def written_below(self, folders: tuple[str, ...]) -> dict[str, str]:
        """Return what this process has written below some folders, each with its "/"."""
        return self.written.below(folders)

    def check(self, key: str, data: bytes | None) -> bytes | None:
        """Return what is under a key, or raise StoreError."""
        name, _, rest = key.partition("/")
        if key in ("zarr.json", f"{COMMITS}/zarr.json"):
            return GROUP if data is not None else None
        if rest == "zarr.json":
            if data is not None and (fault := self.metadata_fault(name, data)):
                raise self._odd_metadata(name, fault)
            return data
        return self._chunk(key, name, data)

    def metadata_fault(self, name: str, data: bytes | None) -> str:
        """Return what is wrong with the zarr.json of an array, or nothing."""
        if data is None:
            return "its zarr.json is missing"
        try:
            if name == COMMITS:
                found = parsed(data)
                is_group = isinstance(found, dict) and found.get("node_type") == "group"
                return "" if is_group else "its zarr.json is not that of a group"
            return specs.fault(self.specs[name], parsed(data))
        except Malformed as error:
            return f"its zarr.json {error}"

    def metadata(self, name: str) -> dict:
        """Return the zarr.json of a member, or raise StoreError."""
        data = self.store.place.read(f"{name}/zarr.json", LARGEST_ARRAY)
        if fault := self.metadata_fault(name, data):
            raise self._odd_metadata(name, fault)
        return parsed(data)

    def _format(self, name: str) -> tuple[int, int]:
        """Return the bytes of a value, and of the values of a chunk, of an array."""
        if name not in self._formats:
            self._formats[name] = specs.format_of(self.specs[name], self.metadata(name))
        return self._formats[name]

    def _chunk(self, key: str, name: str, data: bytes | None) -> bytes | None:
        """Return a chunk that is as it must be; None where none is recorded."""
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

    def _recorded(self, key: str, name: str):
        """Return the digest that is kept for a chunk, `ANY` by layout 2, or None."""
        store, is_old = self.store, self.store.version == 2
        if name in self.tables or name in self.snapshots:
            scenario, second = key.split("/")[2:4]
            size = store.attributes["block_size"] if name in self.snapshots else 1
            record = store.journal.records.get(
                f"{int(scenario):04d}-{int(second) // size:06d}"
            )
            if record is None:
                return None
            return ANY if is_old else record.get("chunks", {}).get(key)
        if name in self.labels:
            return ANY  # compared with what it is made of wherever it is read
        return ANY if is_old else store.attributes.get("chunks", {}).get(key)

    def _odd_metadata(self, name: str, fault: str) -> StoreError:
        return StoreError(
            f"{self.store.path}/{name}: is damaged: {fault}; verify the store"
        )

    def _damaged(self, key: str, how: str) -> StoreError:
        return StoreError(
            f"{self.store.path}/{key}: {how}; `scsfast verify --repair "
            f"{self.store.path}` says what else is, and lets the next `run` make it again"
        )


ANY = "any"  # in place of a digest: none is kept, a checksum must do


def unpacking_fault(is_text: bool, itemsize: int, n_bytes: int, data: bytes) -> str:
    """Return why a chunk would not unpack to its values, or nothing.

    Only heads of codecs are read: nothing is unpacked that says it is larger.

    Parameters
    ----------
    is_text : bool
    itemsize, n_bytes : int
        Bytes of a value, and of all of them.
    data : bytes
    """
    if is_text:
        return "" if _zstd_size(data) <= n_bytes else "it unpacks to too much"
    if len(data) < CHECKSUM + 16:
        return "it is cut short"
    body, checksum = data[:-CHECKSUM], data[-CHECKSUM:]
    if google_crc32c.value(body).to_bytes(CHECKSUM, "little") != checksum:
        return "its checksum is another"
    _, _, _, typesize, n_bytes, _, packed = struct.unpack("<4B3I", body[:16])
    as_told = (typesize, n_bytes, packed) == (itemsize, n_bytes, len(body))
    return "" if as_told else "it does not unpack to its values"


def _zstd_size(data: bytes) -> float:
    """Return the bytes that a zstd frame says it unpacks to; infinite if it does not."""
    if data[:4] != b"\x28\xb5\x2f\xfd" or len(data) < 6:
        return float("inf")
    head, at = data[4], 5
    is_single = head >> 5 & 1
    at += (0 if is_single else 1) + (0, 1, 2, 4)[head & 3]
    width = (1 if is_single else 0, 2, 4, 8)[head >> 6]
    if not width or len(data) < at + width:
        return float("inf")
    return int.from_bytes(data[at : at + width], "little") + (256 if width == 2 else 0)
