"""Opening a store as one labelled xarray Dataset, read lazily.

Each output is a variable of its own with unit and meaning. Only replicates that are
finished in every scenario are there, so that all numbers stay whole numbers and
scenarios can be compared replicate by replicate; `read_all` has all of them, zeros where
`status` says that nothing is stored.
"""

import numpy as np
import xarray as xr

from ..campaign.packing import unpacked
from ..errors import ScsError, StoreError
from ..model.descriptions import described
from ..model.measures import REGISTRY
from . import layout, snapshots
from .coherence import refuse_incoherent
from .coordinates import about, coordinates_of
from .dataset_attributes import plain_attributes
from .finalise import bin_starts
from .store import Store
from .verify import metadata_faults


def open(path) -> xr.Dataset:  # noqa: A001, the public name is scsfast.open
    """Return the results of a store.

    Parameters
    ----------
    path : path-like
        Of a store, finished or not.

    Returns
    -------
    xarray.Dataset
        Variables of int64 as the registry lists them, dimensions (scenario, replicate,
        ...); of a store that is finished also its measures (`model.measures`), float64,
        (scenario, replicate, ...); ``snapshot_...`` by citizen where the campaign asks for
        them; `status` (1: done); the coordinates of scenarios, see `campaign.coordinates`;
        the store's attributes, nested ones as JSON text.
    """
    store = Store(path)
    dataset = _read(store, REGISTRY if store.attributes["finished"] else ())
    finished = (dataset["status"].values == layout.DONE).all(axis=0)
    return dataset.isel(replicate=np.flatnonzero(finished))


def read_all(path) -> xr.Dataset:
    """Return the results of a store, unfinished replicates included."""
    store = Store(path)
    return _read(store, REGISTRY if store.attributes["finished"] else ())


def _read(store: Store, measures=()) -> xr.Dataset:
    """Return the outputs of a store, and those measures that it holds."""
    faults = metadata_faults(store)
    if faults:
        raise StoreError("\n".join(f"{store.path}/{n}: {f}" for n, f in faults.items()))
    refuse_incoherent(store)
    source = store.zarr.with_read_only(True)
    raw = _opened(store, source)
    variables = {
        output.name: _variable(store, raw, table, k)
        for table in store.stored_tables()
        for k, output in enumerate(table.outputs)
    }
    variables |= {name: raw[name].variable for name in snapshots.names(store.campaign)}
    variables |= {name: raw[name].variable for name in measures if name in raw}
    labels = _labels(store) | _of_scenarios(store)
    labels |= bin_starts(store)
    status = (
        ("scenario", "replicate"),
        store.status(),
        described("status", *layout.ABOUT["status"]),
    )
    attributes = {k: v for k, v in store.attributes.items() if k != "coordinates"}
    attributes |= {key: unpacked(attributes[key]) for key in ("config", "deciding")}
    attributes = plain_attributes(attributes)
    found = xr.Dataset({**variables, "status": status}, coords=labels, attrs=attributes)
    for (
        variable
    ) in found.variables.values():  # `drop_encoding` of xarray < 2026 reads all
        variable.encoding = {}  # other files need not have the store's chunks
    return found


def _opened(store: Store, source) -> xr.Dataset:
    """Return the arrays of a store, lazily; xarray reads the labels at once.

    Raises
    ------
    StoreError
        If a label is damaged, whatever its codec makes of that.
    """
    try:
        return xr.open_zarr(source, consolidated=False, chunks=None, zarr_format=3)
    except (ScsError, MemoryError):
        raise
    except Exception as error:
        cause = str(error).partition("\n")[0]
        raise StoreError(
            f"{store.path}: its labels cannot be read: {cause}; `scsfast verify --repair "
            f"{store.path}` names the array, and the next `run` writes it again"
        ) from None


def _labels(store: Store) -> dict[str, xr.Variable]:
    """Return the labels of every dimension with their units and meanings."""
    found = {}
    for name, values in layout.coordinates(store.campaign, store.rules[0]).items():
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


def _variable(store: Store, raw: xr.Dataset, table, k: int) -> xr.Variable:
    """Return one output, from its own array if the store is finished."""
    output = table.outputs[k]
    name = output.name if store.attributes["finished"] else table.name
    if name not in raw:
        raise StoreError(f"{store.path}/{name}: is missing; verify the store")
    if store.attributes["finished"]:
        variable = raw[name].variable
    else:
        variable = raw[name].isel({layout.output_dim(table): k}).variable
    variable.attrs = described(output.name, output.unit, output.meaning)
    return variable
