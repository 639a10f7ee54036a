"""The evaluations that an `Evaluator` keeps: one file per point and replicate.

A point is named by the SHA-256 of everything that decides its bits, so the same values in
another order, table or program are the same point. Files are written atomically and sealed
with a digest; a replicate whose file is missing or damaged is computed again.
"""

import json
from pathlib import Path
from typing import Any

from ..atomic_files import explained
from ..store.beneath import Beneath
from ..store.documents import digest_of

LARGEST = 2**20  # bytes of a record


class InMemory:
    """Evaluations kept in memory until the process ends."""

    def __init__(self):
        self.known: dict[tuple[str, int], dict[str, Any]] = {}

    def get(self, point: str, replicate: int) -> dict[str, Any] | None:
        """Return the measures of a replicate of a point, None if they are not known."""
        return self.known.get((point, replicate))

    def put(self, point: str, replicate: int, measures: dict[str, Any]) -> None:
        """Keep the measures of a replicate of a point."""
        self.known[point, replicate] = measures


class OnDisk(InMemory):
    """Evaluations kept in a folder, common to all processes that can access it.

    Parameters
    ----------
    folder : path-like
        Created if it does not exist.
    """

    def __init__(self, folder):
        super().__init__()
        self.folder = Path(folder)
        with explained(self.folder, "make the folder of evaluations", "There is none"):
            self.folder.mkdir(parents=True, exist_ok=True)
        self.beneath = Beneath(self.folder.resolve(), self.folder)

    def get(self, point: str, replicate: int) -> dict[str, Any] | None:
        """Return the measures of a replicate of a point, None if they are not known."""
        known = super().get(point, replicate)
        if known is None:
            known = _unsealed(self.beneath.read(_key(point, replicate), LARGEST))
            if known is not None:
                super().put(point, replicate, known)
        return known

    def put(self, point: str, replicate: int, measures: dict[str, Any]) -> None:
        """Keep the measures of a replicate of a point; they are on disk on return."""
        data = json.dumps({"sha256": digest_of(measures), "measures": measures})
        with explained(self.folder, "write an evaluation"):
            self.beneath.publish(
                _key(point, replicate), lambda file: file.write(data.encode())
            )
        super().put(point, replicate, measures)


def _key(point: str, replicate: int) -> str:
    return f"{point[:2]}/{point}/{replicate}.json"


def _unsealed(data: bytes | None) -> dict[str, Any] | None:
    """Return the measures of a file, None if it is missing or its digest does not match."""
    try:
        tree = json.loads(data or b"")
        measures = tree["measures"]
        return measures if digest_of(measures) == tree["sha256"] else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
