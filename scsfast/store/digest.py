"""Digests: hashes over the results of a replicate and of a campaign.

They depend on values alone, not on block size, threads, codec or the order of the work.
"""

import hashlib
from collections.abc import Iterable, Mapping

import numpy as np

from ..model import outcomes
from ..model.output_types import Table


def replicate_digest(
    arrays: Mapping[str, np.ndarray], tables: Iterable[Table] = outcomes.TABLES
) -> str:
    """Return the SHA-256 of a replicate's int64 values, little-endian, as 64 hex digits.

    Parameters
    ----------
    arrays : dict of str to ndarray
        One array per table of the registry.
    tables : sequence of Table
        The registry, in whose order the tables are hashed; that of an older model for its
        stores.
    """
    digest = hashlib.sha256()
    for table in tables:
        digest.update(np.ascontiguousarray(arrays[table.name], "<i8").reshape(-1).data)
    return digest.hexdigest()


def campaign_digest(digests: Iterable[str]) -> str:
    """Return the SHA-256 over the digests of replicates, in the order given."""
    whole = hashlib.sha256()
    for digest in digests:
        whole.update(bytes.fromhex(digest))
    return whole.hexdigest()
