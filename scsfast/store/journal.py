"""The journal of a store: one record per committed block, published by rename.

A block counts as done only if its record is intact, and only for the replicates of which
the record has digests. The records are in a folder of their own beside the arrays.
"""

from collections.abc import Callable

from ..errors import visible
from .blocks import Block
from .documents import (
    LARGEST_RECORD,
    CommitRecord,
    digest_of,
    sealed_record,
    unsealed_record,
)
from .folder import COMMITS
from .place import Place


class Journal:
    """The commit records of a store, read once and kept up to date by its writer.

    Parameters
    ----------
    place : Folder or Bucket
        Where the store is.
    belongs : callable
        Called with the name of a record and the record; returns whether it may be of a
        block of this store. By default all records may.

    Attributes
    ----------
    records : dict of str to CommitRecord
        The records by the name of their block.
    damaged : list of str
        Names of the records that are damaged or of no block of this store.
    """

    def __init__(
        self,
        place: Place,
        belongs: Callable[[str, CommitRecord], bool] = lambda name, record: True,
    ) -> None:
        self.place, self.belongs = place, belongs
        self.records: dict[str, CommitRecord] = {}
        self.damaged: list[str] = []
        self.reload()

    def reload(self) -> None:
        """Read all records again."""
        self.records, self.damaged = {}, []
        for file in self.place.names(COMMITS):
            name, _, kind = file.partition(".")
            if kind != "json" or not name[:1].isdigit():
                continue
            record = unsealed_record(self.place.read(_key(name), LARGEST_RECORD))
            if record is None or not self.belongs(name, record):
                self.damaged.append(name)
            else:
                self.records[name] = record

    def publish(self, name: str, record: CommitRecord) -> None:
        """Commit a block, whose data must be on the disk."""
        self.place.publish(_key(name), lambda file: file.write(sealed_record(record)))
        self.records[name] = record

    def withdraw(self, name: str) -> None:
        """Withdraw a commit; its data may then be overwritten."""
        self.place.remove(_key(name))
        self.records.pop(name, None)

    def digest(self) -> str:
        """Return the SHA-256 over all records; their order does not matter."""
        return digest_of(self.records)

    def is_done(self, block: Block) -> bool:
        """Return whether a block is committed with all its replicates and no failure."""
        record = self.records.get(block.name)
        return (
            record is not None
            and (record["first"], record["stop"]) == (block.first, block.stop)
            and not record["errors"]
        )

    def covers(self, block: Block) -> bool:
        """Return whether a block is committed with at least its replicates, none failed."""
        record = self.records.get(block.name)
        return (
            record is not None
            and record["first"] == block.first
            and record["stop"] >= block.stop
            and not record["errors"]
        )

    def has_failed(self, block: Block) -> bool:
        """Return whether a block is recorded with replicates that failed."""
        record = self.records.get(block.name)
        return record is not None and bool(record["errors"])

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
            (record["scenario"], int(replicate)): visible(text)
            for record in self.records.values()
            for replicate, text in record["errors"].items()
        }


def _key(name: str) -> str:
    return f"{COMMITS}/{name}.json"
