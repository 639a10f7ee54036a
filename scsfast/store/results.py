"""Results of the replicates of a block, and the commit record that is made of them."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from ..atomic_files import HOST
from ..model.parameters import Tree
from .blocks import Block
from .digest import replicate_digest
from .documents import CommitRecord

Arrays: TypeAlias = dict[str, np.ndarray]  # of one replicate, by table
Result: TypeAlias = Mapping[str, np.ndarray] | Exception  # its arrays, or why it failed


class Failure(Exception):
    """The cause of a replicate's failure as text; the error itself would keep its memory."""


def in_words(error: Exception) -> str:
    """Return an error as text for a record."""
    name = "" if isinstance(error, Failure) else f"{type(error).__name__}: "
    return f"{name}{error}"


def stacked(results: Sequence[Result], name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Return a table of some replicates, 0 where one failed.

    Each output lies in one piece, as chunks keep it.

    Parameters
    ----------
    results : list of dict or Exception
        One per replicate.
    name : str
        Name of the table.
    shape : tuple of int
        Its shape for one replicate.
    """
    *lead, n_outputs = shape
    found = np.empty((n_outputs, len(results), *lead), "<i8")
    for k, result in enumerate(results):
        if isinstance(result, Exception):
            found[:, k] = 0
        else:
            assert result[name].shape == shape, name
            found[:, k] = np.moveaxis(result[name], -1, 0)
    return np.moveaxis(found, 0, -1)


def record_of(
    block: Block, results: Sequence[Result], seconds: float, made_by: Tree
) -> CommitRecord:
    """Return the commit record of a block, without the digests of its chunks.

    Parameters
    ----------
    block : Block
        The block.
    results : list of dict or Exception
        One per replicate: its arrays by table, or the cause of its failure.
    seconds : float
        Time that the block took.
    made_by : dict
        Software and machine that computed the block.
    """
    return {
        "scenario": block.scenario,
        "first": block.first,
        "stop": block.stop,
        "digests": [
            None if isinstance(result, Exception) else replicate_digest(result)
            for result in results
        ],
        "errors": {
            str(block.first + k): in_words(result)
            for k, result in enumerate(results)
            if isinstance(result, Exception)
        },
        "seconds": round(seconds, 3),
        "host": HOST,
        "made_by": made_by,
    }
