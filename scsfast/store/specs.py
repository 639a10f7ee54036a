"""What the zarr.json of every array of a store must say, told by its campaign alone."""

import math
from typing import NamedTuple

import numpy as np

from ..model import outcomes
from ..model.measures import GROUP_MEASURES, REGISTRY
from ..model.population import GROUPS
from . import layout, snapshots
from .documents import MOST_REPLICATES

KEYS = {"name": "default", "configuration": {"separator": "/"}}
NUMBERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "float64")
NUMBER_CODECS, TEXT_CODECS = ["bytes", "blosc", "crc32c"], ["vlen-utf8", "zstd"]


class Spec(NamedTuple):
    """What the zarr.json of an array must say.

    Attributes
    ----------
    shape, chunks : tuple of int or None
        None where the store may choose: chunks of what a run derives.
    dtype : str
        As zarr names it.
    dims : tuple of str
    attributes : dict or None
        Units, by which its figures are read; its other attributes decide nothing.
    n_bytes : int
        Of text, unpacked; 0 for numbers.
    grows : bool
        Whether a run that was stopped may have lengthened it.
    """

    shape: tuple
    chunks: tuple | None
    dtype: str
    dims: tuple
    attributes: dict | None
    n_bytes: int
    grows: bool


def specs(store) -> dict[str, Spec]:
    """Return what every array of a store must be, by name."""
    campaign, rules, block = (
        store.campaign,
        store.rules[0],
        store.attributes["block_size"],
    )
    lead = (len(campaign.scenarios), campaign.replicates)
    grows = not store.attributes["finished"]
    found = {"status": _spec((*lead,), None, "uint8", ("scenario", "replicate"), grows)}
    for table in store.stored_tables():
        shape = outcomes.shape(table, rules)
        chunks, about = layout.table_chunks(shape, block), layout.output_units(table)
        found[table.name] = _spec(
            (*lead, *shape), chunks, "int64", layout.dims(table), grows, about
        )
        for out in table.outputs:
            about = {"units": out.unit}
            named = (*lead, *shape[:-1])
            found[out.name] = _spec(
                named, None, "int64", layout.dims(table)[:-1], False, about
            )
    for name in REGISTRY:
        shape, own = lead, ("scenario", "replicate")
        if name in GROUP_MEASURES:
            shape, own = (*lead, len(GROUPS)), (*own, "group")
        found[name] = _spec(shape, None, "float64", own, False)
    bins = {"score_bin_start": (len(campaign.scenarios), outcomes.SCORE_BINS)}
    for name, shape in (bins | {"wealth_bin_start": (outcomes.BINS,)}).items():
        own = ("scenario", "score_bin") if len(shape) == 2 else ("bin",)
        found[name] = _spec(shape, None, None, own, False)
    for name, values in store.labels().items():
        found[name] = _label_spec(name, values, grows and name == "replicate")
    return found | snapshot_specs(campaign, grows)


def snapshot_specs(campaign, grows: bool) -> dict[str, Spec]:
    """Return what the arrays of snapshots must be, by name."""
    if not campaign.snapshots:
        return {}
    n_ticks, n_citizens = snapshots.shape(campaign)
    shape = (len(campaign.scenarios), campaign.replicates, n_ticks, n_citizens)
    found = {}
    for variable in campaign.snapshots.variables:
        dtype = np.dtype(snapshots.DTYPES[variable])
        chunks = (1, 1, 1, min(n_citizens, snapshots.LARGEST_CHUNK // dtype.itemsize))
        names = ("scenario", "replicate", snapshots.DIM, "citizen")
        name = snapshots.array_name(variable)
        found[name] = _spec(shape, chunks, dtype.name, names, grows)
    return found


def _spec(shape, chunks, dtype, names, grows, about=None) -> Spec:
    return Spec(tuple(shape), chunks, dtype, tuple(names), about, 0, grows)


def _label_spec(name: str, values, grows: bool) -> Spec:
    """Return what the array of a label must be."""
    shape, names = (len(values),), (layout.label_dim(name),)
    if isinstance(values[0], str):
        n_bytes = 4 + sum(4 + len(value.encode()) for value in values)
        return Spec(shape, shape, "string", names, None, n_bytes, grows)
    dtype = np.asarray(values).dtype
    return Spec(shape, None if grows else shape, dtype.name, names, None, 0, grows)


def format_of(spec: Spec, found: dict) -> tuple[int, int]:
    """Return bytes of a value and of the values of a chunk, from a right zarr.json."""
    if spec.dtype == "string":
        return 1, spec.n_bytes
    itemsize = np.dtype(found["data_type"]).itemsize
    chunks = found["chunk_grid"]["configuration"]["chunk_shape"]
    return itemsize, itemsize * math.prod(chunks)


def fault(spec: Spec, found) -> str:
    """Return what the zarr.json of an array says that it must not, or nothing."""
    if not isinstance(found, dict):
        return "its zarr.json is no table"
    shape = found.get("shape")
    if not isinstance(shape, list) or not all(type(n) is int for n in shape):
        return "its zarr.json has no shape"
    longer = spec.grows and len(shape) == len(spec.shape)
    axis = 1 if len(spec.shape) > 1 else 0
    if longer and spec.shape[axis] <= shape[axis] <= MOST_REPLICATES:
        shape = [*shape[:axis], spec.shape[axis], *shape[axis + 1 :]]
    named = {"node_type": "array", "zarr_format": 3, "shape": list(spec.shape)}
    named["dimension_names"] = list(spec.dims)
    named["chunk_key_encoding"] = KEYS
    named["data_type"] = spec.dtype or found.get("data_type")
    told = found.get("attributes")
    told = told if isinstance(told, dict) else {}
    if any(told.get(key) != value for key, value in (spec.attributes or {}).items()):
        return "its zarr.json is not as it was written: attributes"
    for key, wanted in named.items():
        if (shape if key == "shape" else found.get(key)) != wanted:
            return f"its zarr.json is not as it was written: {key}"
    if found.get("data_type") not in (*NUMBERS, *([spec.dtype] if spec.dtype else [])):
        return "its zarr.json is not as it was written: data_type"
    if found.get("storage_transformers"):
        return "its zarr.json is not as it was written: storage_transformers"
    if found.get("fill_value") not in (0, 0.0, "NaN", ""):
        return "its zarr.json is not as it was written: fill_value"
    return _codec_fault(spec, found) or _chunk_fault(spec, found)


def _codec_fault(spec: Spec, found: dict) -> str:
    """Return whether the codecs of an array are other than scsfast's."""
    wanted = TEXT_CODECS if spec.dtype == "string" else NUMBER_CODECS
    codecs = found.get("codecs")
    codecs = codecs if isinstance(codecs, list) else []
    names = [c.get("name") if isinstance(c, dict) else None for c in codecs]
    if names != wanted:
        return "its zarr.json is not as it was written: codecs"
    settings = [codec.get("configuration", {}) for codec in codecs]
    if not all(isinstance(setting, dict) for setting in settings):
        return "its zarr.json is not as it was written: codecs"
    if spec.dtype != "string":
        size = np.dtype(found["data_type"]).itemsize
        packed = (settings[1].get("cname"), settings[1].get("shuffle"))
        packed += (settings[1].get("typesize"), settings[0].get("endian", "little"))
        packing = tuple(layout.COMPRESSION[key] for key in ("cname", "shuffle"))
        if packed != (*packing, size, "little"):
            return "its zarr.json is not as it was written: codecs"
    return ""


def _chunk_fault(spec: Spec, found: dict) -> str:
    """Return whether the chunks of an array are larger or other than they may be."""
    grid = found.get("chunk_grid")
    is_regular = isinstance(grid, dict) and grid.get("name") == "regular"
    setting = grid.get("configuration") if is_regular else None
    chunks = setting.get("chunk_shape") if isinstance(setting, dict) else None
    whole = isinstance(chunks, list) and all(type(n) is int and n > 0 for n in chunks)
    if not whole or len(chunks) != len(spec.shape):
        return "its zarr.json is not as it was written: chunk_grid"
    right = spec.chunks is None or tuple(chunks) == tuple(spec.chunks)
    most = math.prod(found["shape"]) if spec.chunks is None else layout.LARGEST_CHUNK
    if not right or not math.prod(chunks) <= max(1, min(most, layout.LARGEST_CHUNK)):
        return "its zarr.json is not as it was written: chunk_grid"
    return ""
