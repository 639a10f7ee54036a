"""Users' citizens and networks in files of every kind."""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

N = 600  # citizens of the small campaign


EDGES = np.array([[0, 1], [1, 2], [5, 3]])


PEOPLE = pd.DataFrame(
    {
        "quality": np.linspace(0, 1, N),
        "group": ["rural", "urban"] * (N // 2),
        "aware": [True, False] * (N // 2),
        "unit": np.arange(N) // 500,
    }
)


def save_people(path: Path, people=PEOPLE) -> Path:
    """Write a table in the format of the suffix."""
    if path.suffix == ".npy":
        text = {"group": "U8"} if "group" in people else {}
        np.save(
            path, people.to_records(index=False, column_dtypes=text).view(np.ndarray)
        )
    else:
        people.to_parquet(path)
    return path


def save_edges(path: Path, edges=EDGES) -> Path:
    """Write edges in the format of the suffix."""
    table = pd.DataFrame(edges, columns=["one", "other"])
    if path.suffix == ".npy":
        np.save(path, edges)
    elif path.suffix == ".npz":
        entries = (np.ones(len(edges)), tuple(edges.T))
        sparse.save_npz(path, sparse.coo_array(entries, shape=(N, N)))
    elif path.suffix == ".parquet":
        table.to_parquet(path)
    else:
        table.to_csv(path, index=False, sep="," if path.suffix == ".csv" else " ")
    return path
