"""Tidy tables of a store for other programs: one row per observation, labels as columns.

A Parquet or CSV file holds one table: the summary, with one row per scenario and replicate,
or a table of the registry, with one row per combination of its dimensions. A netCDF file
holds the whole dataset. Files are written whole or not at all.
"""

import importlib.util
import json
import math
import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd

from ..atomic_files import explained, fsync_path
from ..errors import ConfigError
from ..model.measures import MEASURES
from ..model.outcomes import TABLE
from . import datasets
from .citizen_panel import CITIZENS, citizen_panel

SUMMARY = "summary"
SUFFIXES = (".parquet", ".csv", ".nc")
NEEDED = {".parquet": ("pyarrow", "parquet"), ".nc": ("h5netcdf", "netcdf")}
PACKED = {"zlib": True, "complevel": 1, "shuffle": True}
MOST_ROWS = 200_000_000  # in a table: a DataFrame that fits in 64 GB of memory


def export(
    source, path, table: str = SUMMARY, force: bool = False, measures=None
) -> Path:
    """Write results to a file for other programs, in the format of the path's suffix.

    Parameters
    ----------
    source : path-like or xarray.Dataset
        A store, or the dataset that `scsfast.open` returns.
    path : path-like
        Ends with .parquet or .csv (one table), or .nc (the whole dataset, netCDF-4).
    table : str
        "summary" (every measure by scenario and replicate), "citizens" (snapshots,
        decoded), or a table of the registry, such as "sums" or "by_group". Not for .nc.
    force : bool
        Whether to replace an existing file.
    measures : mapping of str to callable, optional
        Measures of your own, as for `compare`; they become columns of "summary".

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    ConfigError
        If nothing is finished, the suffix or the table is unknown, a library is missing,
        the path exists, or the table would have more than `MOST_ROWS` rows.
    StoreError
        If the file cannot be written.
    """
    path = Path(path)
    _refuse(path, table, force)
    dataset = datasets.results(source, measures)
    temporary = path.with_name(f".{path.name}.{os.getpid()}{path.suffix}")
    try:
        with explained(path, "write the results", "Existing files are untouched"):
            _write(dataset, temporary, table)
            _publish(temporary, path, force)
    finally:
        with suppress(OSError):  # an earlier error matters more than this one
            temporary.unlink(missing_ok=True)
    return path


def _write(dataset, temporary: Path, table: str) -> None:
    """Write a file in the format of its suffix, and flush it to disk."""
    if temporary.suffix == ".nc":
        whole = _for_netcdf(dataset)
        packed = {n: PACKED for n, v in whole.data_vars.items() if v.ndim}
        whole.to_netcdf(temporary, engine="h5netcdf", encoding=packed)
    else:
        frame = tidy(dataset, table)
        write = frame.to_csv if temporary.suffix == ".csv" else frame.to_parquet
        write(temporary, index=False)
    fsync_path(temporary)


def _publish(temporary: Path, path: Path, force: bool) -> None:
    """Give a finished file its final name; without `force`, never replace a file."""
    if force:
        temporary.replace(path)
        return
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise ConfigError(_taken(path)) from None
    except OSError:  # a file system without hard links
        temporary.replace(path)


def _refuse(path: Path, table: str, force: bool) -> None:
    """Raise ConfigError with every fault of the arguments."""
    faults = []
    if path.suffix not in SUFFIXES:
        shown = ", ".join(SUFFIXES)
        faults.append(f"`output` must end with one of {shown}, got '{path.name}'")
    module, extra = NEEDED.get(path.suffix, ("", ""))
    if module and importlib.util.find_spec(module) is None:
        faults.append(
            f"`output` {path.name}: {path.suffix} files need {module}; install it with "
            f"`pip install 'scsfast[{extra}]'`, or ask for .csv"
        )
    known = [SUMMARY, CITIZENS, *TABLE]
    if table not in known:
        faults.append(datasets.unknown("table", table, known))
    elif path.suffix == ".nc" and table != SUMMARY:
        faults.append("`table` must not be given for .nc, which holds all tables")
    if path.is_dir():
        faults.append(f"`output` must be a file, got the folder {path}")
    elif path.exists() and not force:
        faults.append(_taken(path))
    if not path.parent.is_dir():
        faults.append(f"`output` must be in a folder that exists, got {path.parent}")
    if faults:
        raise ConfigError(faults)


def _taken(path: Path) -> str:
    return f"`output` {path}: exists; --force replaces it"


def tidy(source, table: str = SUMMARY) -> pd.DataFrame:
    """Return one table as a DataFrame, finished replicates only.

    Parameters
    ----------
    source : path-like or xarray.Dataset
    table : str
        As for `export`.

    Returns
    -------
    pandas.DataFrame
        Columns: the coordinates of the scenario (``scenario``, then ``base``, ``design``,
        ``point``, ``n_citizens``, ``scorer``, swept and sampled parameters, players), the
        other dimensions (``replicate``, ``tick``, ...), then the outputs or measures. Rows
        are in the order of the dimensions.
    """
    dataset = datasets.results(source)
    if table == CITIZENS:
        return citizen_panel(dataset)
    if table == SUMMARY:
        found = datasets.values(dataset, datasets.asked_variables(dataset))
    else:
        names = [out.name for out in TABLE[table].outputs if out.name in dataset]
        if not names:
            raise ConfigError(f"`table` {table}: this store has no outputs in it")
        found = dataset[names]
        _refuse_too_long(found, table)
    return _rows(found, dataset)


def _refuse_too_long(found, table: str) -> None:
    n_rows = math.prod(found.sizes.values())
    if n_rows > MOST_ROWS:
        raise ConfigError(
            f"`table` {table}: would have {n_rows:,} rows, more than {MOST_ROWS:,}; "
            "read the store with scsfast.open and select the part you need"
        )


def _rows(found, dataset) -> pd.DataFrame:
    """Return variables as rows, with the coordinates of scenarios as columns."""
    finished = datasets.is_finished(dataset).values
    dims = ["scenario", "replicate"]
    dims += [d for d in next(iter(found.data_vars.values())).dims if d not in dims]
    about = {
        str(name): found.coords[name].values
        for name in found.coords
        if found.coords[name].dims == ("scenario",) and name != "scenario"
    }
    plain = found.drop_vars([name for name in found.coords if name not in dims])
    frames = []
    for k in range(found.sizes["scenario"]):
        part = plain.isel(scenario=[k], replicate=np.flatnonzero(finished[k]))
        frame = part.to_dataframe(dim_order=dims).reset_index()
        for place, (name, values) in enumerate(about.items(), start=1):
            frame.insert(place, name, values[k])
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _for_netcdf(dataset):
    """Return a dataset fit for netCDF: finished replicates, attributes as text."""
    finished = datasets.is_finished(dataset).values.all(axis=0)
    if not finished.any():
        raise ConfigError(
            "`output`: no replicate is finished in every scenario, as .nc needs; ask for "
            ".csv or .parquet"
        )
    whole = dataset.isel(replicate=np.flatnonzero(finished))
    whole = whole.assign(datasets.values(whole, list(MEASURES)).data_vars)
    attributes = {
        str(name): value if isinstance(value, str) else json.dumps(value)
        for name, value in dataset.attrs.items()
    }
    return whole.drop_encoding().assign_attrs(attributes)
