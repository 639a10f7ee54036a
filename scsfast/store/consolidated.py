"""Metadata that have been checked, as the root of a store gives them to zarr."""

import json

from ..model.parameters import Tree
from .checks import Checks


class WithMetadata:
    """The checks of a store, with a root that has the metadata of its arrays.

    Parameters
    ----------
    checks : Checks
        The checks of the store; see `checked_zarr.KeyChecks`.
    metadata : dict
        The ``zarr.json`` of each array, read and checked.
    """

    def __init__(self, checks: Checks, metadata: Tree) -> None:
        inline = {"kind": "inline", "must_understand": False, "metadata": metadata}
        root = {"zarr_format": 3, "node_type": "group", "attributes": {}}
        self.root = json.dumps({**root, "consolidated_metadata": inline}).encode()
        self.limit, self.wrote, self.shows = checks.limit, checks.wrote, checks.shows
        self.checks = checks

    def check(self, key: str, data: bytes | None) -> bytes | None:
        """Return the bytes under a key if they are right; raise StoreError otherwise."""
        if key == "zarr.json" and data is not None:
            return self.root
        return self.checks.check(key, data)
