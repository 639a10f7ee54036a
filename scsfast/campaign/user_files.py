"""Reading the files of users: columns of citizens, edges of networks.

Python objects in files are never loaded. The values are checked in
`scsfast.model.user_data` and `scsfast.model.graph`, not here.
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np

from ..errors import ConfigError
from ..model.edge_columns import end_columns
from ..optional import optional
from .edge_lists import text_graph

FilePath: TypeAlias = str | PathLike[str]
Read = TypeVar("Read")


def read_columns(path: FilePath) -> dict[str, np.ndarray]:
    """Return the columns of a file, one value per citizen.

    Parameters
    ----------
    path : path-like
        A structured array in .npy, or .parquet.

    Raises
    ------
    ConfigError
        If the file is missing, of another kind, or cannot be read.
    """
    return _read(Path(path), COLUMN_READERS)


def read_graph(path: FilePath) -> Any:
    """Return the graph of a file, in a form that `scsfast.model.graph.edges_from` accepts.

    Parameters
    ----------
    path : path-like
        Two columns of citizens' numbers: in .csv or .txt (see `edge_lists.text_graph`), in
        .parquet or a structured array in .npy, where the names of the columns decide which
        two are read; or an array of shape (edges, 2) in .npy; or a SciPy sparse matrix in
        .npz.

    Returns
    -------
    ndarray of shape (edges, 2), or scipy.sparse array or matrix

    Raises
    ------
    ConfigError
        If the file is missing, of another kind, or cannot be read.
    """
    return _read(Path(path), GRAPH_READERS)


def file_hash(path: FilePath) -> str:
    """Return the SHA-256 of the bytes of a file as 64 hex digits; raises ConfigError."""
    with _explained(Path(path)), Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(path: Path, readers: Mapping[str, Callable[[Path], Read]]) -> Read:
    """Return the data of a file, read by the reader for its suffix."""
    with _explained(path):
        with path.open("rb"):  # raises for a missing file and for a folder
            pass
        if path.suffix.lower() not in readers:
            *most, last = readers
            known = f"{', '.join(most)} or {last}"
            raise ConfigError(f"must end in {known}, got '{path.suffix}'", str(path))
        return readers[path.suffix.lower()](path)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn any error of reading a file into a ConfigError."""
    try:
        yield
        return
    except FileNotFoundError:
        fault = "there is no such file"
    except IsADirectoryError:
        fault = "must be a file, got a directory"
    except ConfigError:
        raise
    except Exception as error:  # libraries raise many kinds for broken files
        text = getattr(error, "strerror", None) or str(error) or type(error).__name__
        fault = f"cannot be read as {path.suffix}: {' '.join(text.split())}"
    raise ConfigError(fault, str(path))


def _npy(path: Path) -> np.ndarray:
    with path.open("rb") as file:
        return np.lib.format.read_array(file, allow_pickle=False)


def _npy_columns(path: Path) -> dict[str, np.ndarray]:
    array = _npy(path)
    if not array.dtype.names:
        fault = f"must be a structured array with named fields, got {array.dtype}"
        raise ConfigError(fault, str(path))
    return {name: array[name] for name in array.dtype.names}


def _npz(path: Path) -> Any:
    """Return the sparse matrix of a file."""
    if not zipfile.is_zipfile(path):
        fault = "must be a sparse matrix as scipy.sparse.save_npz writes it"
        raise ConfigError(fault, str(path))
    from scipy import sparse

    return sparse.load_npz(path)  # load_npz loads no objects


def _parquet_columns(path: Path) -> dict[str, np.ndarray]:
    table = _parquet(path)
    return {name: table[name].to_numpy() for name in table.column_names}


def _parquet_graph(path: Path) -> np.ndarray:
    table = _parquet(path)
    ends = _named_ends(path, table.column_names)
    return np.column_stack([table.column(k).to_numpy() for k in ends])


def _npy_graph(path: Path) -> np.ndarray:
    array = _npy(path)
    if not array.dtype.names:
        return array
    names = array.dtype.names
    return np.column_stack([array[names[k]] for k in _named_ends(path, names)])


def _named_ends(path: Path, names: Sequence[str]) -> tuple[int, int]:
    """Return the positions of the columns of an edge; raises ConfigError."""
    if len(names) < 2:
        raise ConfigError(f"must have two columns, got {len(names)}", str(path))
    try:
        return end_columns(names)
    except ValueError as error:
        raise ConfigError(str(error), str(path)) from None


def _parquet(path: Path) -> Any:
    """Return the table of a Parquet file, without columns made of its folders' names."""
    parquet = optional("pyarrow.parquet", ".parquet files", "parquet", str(path))
    with parquet.ParquetFile(path) as file:
        return file.read()


COLUMN_READERS = {".npy": _npy_columns, ".parquet": _parquet_columns}
GRAPH_READERS: dict[str, Callable[[Path], Any]] = {
    ".csv": text_graph,
    ".txt": text_graph,
    ".npy": _npy_graph,
    ".npz": _npz,
    ".parquet": _parquet_graph,
}
