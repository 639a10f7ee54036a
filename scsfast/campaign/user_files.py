"""Reading files that users bring: columns of citizens, edges of networks.

Python objects in files are never loaded. What the values mean is checked in
`scsfast.model.user_data` and `scsfast.model.graph`, not here.
"""

import hashlib
import re
import zipfile
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from ..errors import ConfigError

COMMENT = "#"
WHOLE = re.compile(r"\s*[+-]?[0-9]+\s*")


def read_columns(path) -> dict[str, np.ndarray]:
    """Return the columns of a file, one value a citizen.

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


def read_graph(path):
    """Return the graph of a file, as `scsfast.model.graph.edges_from` takes it.

    Parameters
    ----------
    path : path-like
        Two columns of citizens' numbers in .csv or .txt (commas or white space, with or
        without a header; what follows a # does not count), in .parquet or in an array
        in .npy; of further columns none is read. Or a SciPy sparse matrix in .npz.

    Returns
    -------
    ndarray of shape (edges, 2), or scipy.sparse array or matrix

    Raises
    ------
    ConfigError
        If the file is missing, of another kind, or cannot be read.
    """
    return _read(Path(path), GRAPH_READERS)


def file_hash(path) -> str:
    """Return the SHA-256 of the bytes of a file as 64 hex digits; raises ConfigError."""
    with _explained(Path(path)), Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(path: Path, readers: dict[str, Callable]):
    """Return what the reader of a file's suffix makes of it."""
    with _explained(path):
        with path.open("rb"):  # it is there, and no folder
            pass
        if path.suffix.lower() not in readers:
            *most, last = readers
            known = f"{', '.join(most)} or {last}"
            raise ConfigError(f"must end in {known}, got '{path.suffix}'", str(path))
        return readers[path.suffix.lower()](path)


@contextmanager
def _explained(path: Path):
    """Turn what goes wrong while reading a file into a ConfigError."""
    try:
        yield
        return
    except FileNotFoundError:
        fault = "there is no such file"
    except IsADirectoryError:
        fault = "must be a file, got a directory"
    except ConfigError:
        raise
    except Exception as error:  # whatever a library raises on a broken file
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


def _npz(path: Path):
    """Return the sparse matrix of a file."""
    if not zipfile.is_zipfile(path):
        fault = "must be a sparse matrix as scipy.sparse.save_npz writes it"
        raise ConfigError(fault, str(path))
    return sparse.load_npz(path)  # which loads no objects either


def _parquet_columns(path: Path) -> dict[str, np.ndarray]:
    table = _parquet(path)
    return {name: table[name].to_numpy() for name in table.column_names}


def _parquet_graph(path: Path) -> np.ndarray:
    table = _parquet(path)
    if table.num_columns < 2:
        fault = f"must have two columns, got {table.num_columns}"
        raise ConfigError(fault, str(path))
    return np.column_stack([table.column(k).to_numpy() for k in (0, 1)])


def _parquet(path: Path):
    """Return the table of a Parquet file, without columns of its folders' names."""
    try:
        from pyarrow.parquet import ParquetFile
    except ImportError:
        fault = "reading .parquet needs pyarrow: pip install 'scsfast[parquet]'"
        raise ConfigError(fault, str(path)) from None
    with ParquetFile(path) as file:
        return file.read()


def _text_graph(path: Path) -> np.ndarray:
    """Return the edges of a text file."""
    sep, n_skipped = _layout(path)
    options = {
        "sep": sep,
        "header": None,
        "usecols": [0, 1],
        "skiprows": n_skipped,
        "comment": COMMENT,
        "encoding": "utf-8-sig",
    }
    try:
        return pd.read_csv(path, dtype=np.int64, **options).to_numpy()
    except pd.errors.EmptyDataError:
        return np.empty((0, 2), np.int64)
    except (ValueError, OverflowError):
        texts = pd.read_csv(path, dtype=str, keep_default_na=False, **options)
        raise ConfigError(_odd_pair(texts), str(path)) from None


def _layout(path: Path) -> tuple[str, int]:
    """Return what separates the columns, and the lines up to the end of the header."""
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines):
            text = line.partition(COMMENT)[0].strip()
            if not text:
                continue
            sep = "," if "," in text else r"\s+"
            fields = re.split(sep, text)
            if len(fields) < 2:
                fault = "must have two columns, apart by commas or white space"
                raise ConfigError(f"{fault}, got {text[:40]!r}", str(path))
            is_header = not any(map(_is_number, fields[:2]))
            return sep, number + is_header
    return ",", 0


def _is_number(text: str) -> bool:
    try:
        float(text.strip().strip('"'))
    except ValueError:
        return False
    return True


def _odd_pair(texts: pd.DataFrame) -> str:
    """Return what is wrong with the first edge that is not two whole numbers."""
    for row, pair in enumerate(texts.itertuples(index=False)):
        if not all(WHOLE.fullmatch(str(text)) for text in pair):
            shown = ", ".join(map(repr, pair))
            return (
                "must hold two whole numbers a line, got "
                f"{shown} in edge {row} (counted from 0)"
            )
    return "must hold numbers of citizens, got one that is far too large"


COLUMN_READERS = {".npy": _npy_columns, ".parquet": _parquet_columns}
GRAPH_READERS = {
    ".csv": _text_graph,
    ".txt": _text_graph,
    ".npy": _npy,
    ".npz": _npz,
    ".parquet": _parquet_graph,
}
