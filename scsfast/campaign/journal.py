"""The journal of a store: one record a committed block, published by rename.

A block counts as done only if its record is whole, and only for the replicates that the
record has digests for. The records sit in a folder of their own beside the arrays.
"""

from pathlib import Path

from .files import fsync_path, publish_record, read_record

FOLDER = "commits"


class Journal:
    """The commit records of a store, read once and kept up to date by its writer."""

    def __init__(self, store: Path):
        self.folder = store / FOLDER
        self.records: dict[str, dict] = {}
        self.damaged: list[str] = []
        self.reload()

    def reload(self) -> None:
        """Read all records from the disk."""
        self.records, self.damaged = {}, []
        for path in sorted(self.folder.glob("[0-9]*.json")):
            record = read_record(path)
            if record is None:
                self.damaged.append(path.stem)
            else:
                self.records[path.stem] = record

    def publish(self, name: str, record: dict) -> None:
        """Commit a block; its data must be on the disk."""
        publish_record(self._path(name), record)
        self.records[name] = record

    def withdraw(self, name: str) -> None:
        """Take a commit back; its data may then be written over."""
        if self._path(name).exists():
            self._path(name).unlink()
            fsync_path(self.folder)
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

    def sweep(self) -> None:
        """Remove drafts that killed writers left."""
        for draft in self.folder.glob(".*.tmp"):
            draft.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"
