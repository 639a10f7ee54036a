"""The journal of a store: one record a committed block, published by rename.

A block counts as done only if its record is whole, and only for the replicates that the
record has digests for. The records sit in a folder of their own beside the arrays.
"""

import json
import zlib

from .folder import COMMITS


class Journal:
    """The commit records of a store, read once and kept up to date by its writer."""

    def __init__(self, place):
        self.place = place
        self.records: dict[str, dict] = {}
        self.damaged: list[str] = []
        self.reload()

    def reload(self) -> None:
        """Read all records from the disk."""
        self.records, self.damaged = {}, []
        for file in self.place.names(COMMITS):
            name, _, kind = file.partition(".")
            if kind != "json" or not name[:1].isdigit():
                continue
            record = unsealed(self.place.read(_key(name)))
            if record is None:
                self.damaged.append(name)
            else:
                self.records[name] = record

    def publish(self, name: str, record: dict) -> None:
        """Commit a block; its data must be on the disk."""
        self.place.publish(_key(name), lambda file: file.write(sealed(record)))
        self.records[name] = record

    def withdraw(self, name: str) -> None:
        """Take a commit back; its data may then be written over."""
        self.place.remove(_key(name))
        self.records.pop(name, None)

    def is_done(self, block) -> bool:
        """Say whether a block is committed with all its replicates and no failure."""
        record = self.records.get(block.name)
        return (
            record is not None
            and (record["first"], record["stop"]) == (block.first, block.stop)
            and not record["errors"]
        )

    def has_failed(self, block) -> bool:
        """Say whether a block is recorded with replicates that failed."""
        return bool(self.records.get(block.name, {}).get("errors"))

    def digests(self) -> dict[tuple[int, int], str]:
        """Return the digest of each finished (scenario number, replicate)."""
        return {
            (record["scenario"], record["first"] + k): digest
            for record in self.records.values()
            for k, digest in enumerate(record["digests"])
            if digest is not None
        }

    def errors(self) -> dict[tuple[int, int], str]:
        """Return the cause of each failed (scenario number, replicate)."""
        return {
            (record["scenario"], int(replicate)): text
            for record in self.records.values()
            for replicate, text in record["errors"].items()
        }


def _key(name: str) -> str:
    return f"{COMMITS}/{name}.json"


def sealed(record: dict) -> bytes:
    """Return a record as JSON with its checksum."""
    crc = zlib.crc32(_canonical(record))
    return (json.dumps({"crc32": crc, "record": record}, indent=1) + "\n").encode()


def unsealed(data: bytes | None) -> dict | None:
    """Return a record, or None if it is not what was sealed."""
    try:
        found = json.loads(data or b"")
        whole = zlib.crc32(_canonical(found["record"])) == found["crc32"]
        return found["record"] if whole else None
    except (ValueError, KeyError, TypeError):
        return None


def _canonical(record: dict) -> bytes:
    return json.dumps(record, sort_keys=True).encode()
