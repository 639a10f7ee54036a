"""Opening a store as one labelled xarray Dataset, read lazily.

Each output is a variable of its own with unit and meaning. Only replicates that are
finished in every scenario are included, so that all numbers stay integers and scenarios
can be compared replicate by replicate. `read_all` includes all replicates, with zeros
where `status` is not 1.
"""

from collections.abc import Hashable, Iterable, Mapping
from os import PathLike

import numpy as np
import xarray as xr

from ..campaign.packing import unpacked
from ..errors import ScsError, StoreError
from ..model.descriptions import described
from ..model.measures import REGISTRY
from ..model.output_types import Table
from ..model.parameters import Tree
from . import layout, snapshots
from .checked_zarr import CheckedZarr
from .coherence import refuse_incoherent
from .consolidated import WithMetadata
from .coordinates import about, coordinates_of
from .dataset_attributes import plain_attributes
from .finalise import bin_starts
from .folder import COMMITS
from .store import Store
from .verify import read_metadata


def open(path: str | PathLike[str]) -> xr.Dataset:  # noqa: A001, the public name is scsfast.open
    """Return the results of a store.

    Parameters
    ----------
    path : path-like
        Path or URL of a store, finished or not.

    Returns
    -------
    xarray.Dataset
        The outputs of the registry, int64, dimensions (scenario, replicate, ...). If the
        store is finished, also its measures (`model.measures`), float64, (scenario,
        replicate, ...). ``snapshot_...`` by citizen if the campaign has snapshots.
        `status` (1: done). The coordinates of scenarios, see `store.coordinates`. The
        store's attributes, nested ones as JSON text.
    """
    store = Store(path)
    dataset = _read(store, REGISTRY if store.attributes["finished"] else ())
    finished = (dataset["status"].values == layout.DONE).all(axis=0)
    if finished.all():
        return dataset
    return dataset.isel(replicate=np.flatnonzero(finished))


def read_all(path: str | PathLike[str]) -> xr.Dataset:
    """Return the results of a store, unfinished replicates included."""
    store = Store(path)
    return _read(store, REGISTRY if store.attributes["finished"] else ())


def _read(store: Store, measures: Iterable[str] = ()) -> xr.Dataset:
    """Return the outputs of a store, and those of some measures that it has."""
    metadata, faults = read_metadata(store)
    if faults:
        raise StoreError("\n".join(f"{store.path}/{n}: {f}" for n, f in faults.items()))
    refuse_incoherent(store)
    raw = _opened(store, metadata).variables
    variables = {
        output.name: _variable(store, raw, table, k)
        for table in store.stored_tables()
        for k, output in enumerate(table.outputs)
    }
    variables |= {name: raw[name] for name in snapshots.names(store.campaign)}
    variables |= {name: raw[name] for name in measures if name in raw}
    labels = _labels(store) | _of_scenarios(store)
    labels |= {name: xr.Variable(*each) for name, each in bin_starts(store).items()}
    status = (
        ("scenario", "replicate"),
        store.status(),
        described("status", *layout.ABOUT["status"]),
    )
    attributes = {k: v for k, v in store.attributes.items() if k != "coordinates"}
    attributes |= {key: unpacked(attributes[key]) for key in ("config", "deciding")}
    attributes = plain_attributes(attributes)
    found = xr.Dataset({**variables, "status": status}, coords=labels, attrs=attributes)
    # Files written of it need not have the store's chunks. `drop_encoding` of xarray
    # before 2026 would read all values.
    for variable in found.variables.values():
        variable.encoding = {}
    return found


def _opened(store: Store, metadata: Tree) -> xr.Dataset:
    """Return the arrays of a store, lazily, without its labels.

    xarray would read the labels at once; the store's campaign gives them. It gets the
    metadata that have been checked, so that it does not read a file for each array again.

    Raises
    ------
    StoreError
        If the metadata of an array are damaged.
    """
    left_out = {COMMITS, *store.labels()}
    wanted = {name: tree for name, tree in metadata.items() if name not in left_out}
    checks = WithMetadata(store.checks, wanted)
    try:
        found: xr.Dataset = xr.open_zarr(
            CheckedZarr(store.place, checks, read_only=True),
            consolidated=True,
            chunks=None,
            zarr_format=3,
            decode_cf=False,
        )
        return found
    except (ScsError, MemoryError):
        raise
    except Exception as error:
        cause = str(error).partition("\n")[0]
        raise StoreError(
            f"{store.path}: its arrays cannot be read: {cause}; `scsfast verify --repair "
            f"{store.path}` names the array, and the next `run` writes it again"
        ) from None


def _labels(store: Store) -> dict[str, xr.Variable]:
    """Return the labels of every dimension with their units and meanings."""
    found = {}
    for name, values in layout.coordinates(store.campaign, store.extents).items():
        unit, meaning = layout.about_label(name)
        is_text = isinstance(values[0], str)
        attributes = described(name, None if is_text else unit, meaning)
        found[name] = xr.Variable(name, values, attributes)
    return found


def _of_scenarios(store: Store) -> dict[str, xr.Variable]:
    """Return the coordinates of scenarios with their units and meanings."""
    found = {}
    for name, values in coordinates_of(store.campaign).items():
        unit, meaning = about(name)
        found[name] = xr.Variable("scenario", values, described(name, unit, meaning))
    return found


def _variable(
    store: Store, raw: Mapping[Hashable, xr.Variable], table: Table, k: int
) -> xr.Variable:
    """Return one output, from its own array if the store is finished."""
    output = table.outputs[k]
    name = output.name if store.attributes["finished"] else table.name
    if name not in raw:
        raise StoreError(f"{store.path}/{name}: is missing; verify the store")
    variable = raw[name]
    if not store.attributes["finished"]:
        variable = variable.isel({layout.output_dim(table): k})
    variable.attrs = described(output.name, output.unit, output.meaning)
    return variable
