"""The required metadata of every array of a store, derived from its campaign alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..campaign.campaign import Campaign
from ..model import outcomes
from ..model.measures import GROUP_MEASURES, REGISTRY
from ..model.parameters import Tree
from ..model.population import GROUPS
from . import layout, snapshots
from .array_metadata import key_encoding, transposition
from .chunks import COMPRESSION, IN_FOLDERS, ChunkForm
from .documents import MOST_REPLICATES

if TYPE_CHECKING:
    from .store import Store

NUMBERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "float64")
NUMBER_CODECS, TEXT_CODECS = ["bytes", "blosc", "crc32c"], ["vlen-utf8", "zstd"]


class Spec(NamedTuple):
    """The required zarr.json of an array.

    Attributes
    ----------
    shape : tuple of int
        Shape of the array.
    chunks : tuple of int or None
        Shape of a chunk; None for arrays that `finalise` writes, which chooses it.
    dtype : str or None
        Zarr's name of the type; None for any type of numbers.
    dims : tuple of str
        Names of the dimensions.
    attributes : dict or None
        Units, on which the meaning of the values depends; other attributes are free.
    n_bytes : int
        Size of text after unpacking, in bytes; 0 for numbers.
    grows : bool
        Whether a run that was stopped may have lengthened the array.
    form : ChunkForm
        How its chunks are kept.
    """

    shape: tuple[int, ...]
    chunks: tuple[int, ...] | None
    dtype: str | None
    dims: tuple[str, ...]
    attributes: Tree | None
    n_bytes: int
    grows: bool
    form: ChunkForm = IN_FOLDERS


def specs(store: Store) -> dict[str, Spec]:
    """Return the required metadata of every array of a store, by name."""
    campaign, extents, block = (
        store.campaign,
        store.extents,
        store.attributes["block_size"],
    )
    lead = (len(campaign.scenarios), campaign.replicates)
    grows = not store.attributes["finished"]
    found = {"status": _spec((*lead,), None, "uint8", ("scenario", "replicate"), grows)}
    for table in store.stored_tables():
        shape = outcomes.shape(table, extents)
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
        is_by_group = name in GROUP_MEASURES
        of_groups, group = ([len(GROUPS)], ["group"]) if is_by_group else ([], [])
        own = ("scenario", "replicate", *group)
        found[name] = _spec((*lead, *of_groups), None, "float64", own, False)
    score_bins = (len(campaign.scenarios), outcomes.SCORE_BINS)
    own = ("scenario", "score_bin")
    found["score_bin_start"] = _spec(score_bins, None, None, own, False)
    found["wealth_bin_start"] = _spec((outcomes.BINS,), None, None, ("bin",), False)
    for name, values in store.labels().items():
        found[name] = _label_spec(name, values, grows and name == "replicate")
    tables = {table.name for table in store.stored_tables()}
    found = {
        name: spec._replace(form=layout.chunk_form(store.version, name in tables))
        for name, spec in found.items()
    }
    return found | snapshot_specs(campaign, grows)


def snapshot_specs(campaign: Campaign, grows: bool) -> dict[str, Spec]:
    """Return the required metadata of the arrays of snapshots, by name."""
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


def _spec(
    shape: tuple[int, ...],
    chunks: tuple[int, ...] | None,
    dtype: str | None,
    names: tuple[str, ...],
    grows: bool,
    about: Tree | None = None,
) -> Spec:
    """Return the required metadata of an array of numbers."""
    return Spec(shape, chunks, dtype, names, about, 0, grows)


def _label_spec(name: str, values: layout.Label, grows: bool) -> Spec:
    """Return the required metadata of the array of a label."""
    shape, names = (len(values),), (layout.label_dim(name),)
    if isinstance(values[0], str):
        n_bytes = 4 + sum(4 + len(str(value).encode()) for value in values)
        return Spec(shape, shape, "string", names, None, n_bytes, grows)
    dtype = np.asarray(values).dtype
    return Spec(shape, None if grows else shape, dtype.name, names, None, 0, grows)


def format_of(spec: Spec, found: Tree) -> tuple[int, int]:
    """Return the bytes of a value and of a chunk's values, from a checked zarr.json."""
    if spec.dtype == "string":
        return 1, spec.n_bytes
    itemsize = np.dtype(found["data_type"]).itemsize
    chunks = found["chunk_grid"]["configuration"]["chunk_shape"]
    return itemsize, itemsize * math.prod(chunks)


def fault(spec: Spec, found: object) -> str:
    """Return the first fault of the zarr.json of an array, "" without any."""
    if not isinstance(found, dict):
        return "its zarr.json is not a table"
    shape = found.get("shape")
    if not isinstance(shape, list) or not all(type(n) is int for n in shape):
        return "its zarr.json has no shape"
    longer = spec.grows and len(shape) == len(spec.shape)
    axis = 1 if len(spec.shape) > 1 else 0
    if longer and spec.shape[axis] <= shape[axis] <= MOST_REPLICATES:
        shape = [*shape[:axis], spec.shape[axis], *shape[axis + 1 :]]
    required: Tree = {
        "node_type": "array",
        "zarr_format": 3,
        "shape": list(spec.shape),
        "dimension_names": list(spec.dims),
        "chunk_key_encoding": key_encoding(spec.form.separator),
        "data_type": spec.dtype or found.get("data_type"),
    }
    written = found.get("attributes")
    written = written if isinstance(written, dict) else {}
    units = spec.attributes or {}
    if any(written.get(key) != value for key, value in units.items()):
        return "its zarr.json is not as it was written: attributes"
    for key, wanted in required.items():
        if (shape if key == "shape" else found.get(key)) != wanted:
            return f"its zarr.json is not as it was written: {key}"
    if found.get("data_type") not in (*NUMBERS, *([spec.dtype] if spec.dtype else [])):
        return "its zarr.json is not as it was written: data_type"
    if found.get("storage_transformers"):
        return "its zarr.json is not as it was written: storage_transformers"
    if found.get("fill_value") not in (0, 0.0, "NaN", ""):
        return "its zarr.json is not as it was written: fill_value"
    return _codec_fault(spec, found) or _chunk_fault(spec, found)


def _codec_fault(spec: Spec, found: Tree) -> str:
    """Return a fault if the codecs of an array are not those that scsfast writes."""
    wanted = TEXT_CODECS if spec.dtype == "string" else NUMBER_CODECS
    codecs = found.get("codecs")
    codecs = codecs if isinstance(codecs, list) else []
    if spec.form.last_axis_first:
        if codecs[:1] != [transposition(len(spec.shape))]:
            return "its zarr.json is not as it was written: codecs"
        codecs = codecs[1:]
    names = [c.get("name") if isinstance(c, dict) else None for c in codecs]
    if names != wanted:
        return "its zarr.json is not as it was written: codecs"
    settings = [codec.get("configuration", {}) for codec in codecs]
    if not all(isinstance(setting, dict) for setting in settings):
        return "its zarr.json is not as it was written: codecs"
    if spec.dtype != "string":
        size = np.dtype(found["data_type"]).itemsize
        found_settings = (
            settings[1].get("cname"),
            settings[1].get("shuffle"),
            settings[1].get("typesize"),
            settings[0].get("endian", "little"),
        )
        cname, shuffle = COMPRESSION["cname"], COMPRESSION["shuffle"]
        if found_settings != (cname, shuffle, size, "little"):
            return "its zarr.json is not as it was written: codecs"
    return ""


def _chunk_fault(spec: Spec, found: Tree) -> str:
    """Return a fault if the chunks of an array are too large or of another shape."""
    chunks = _chunk_shape(found)
    if chunks is None or len(chunks) != len(spec.shape):
        return "its zarr.json is not as it was written: chunk_grid"
    right = spec.chunks is None or tuple(chunks) == spec.chunks
    most = math.prod(found["shape"]) if spec.chunks is None else layout.LARGEST_CHUNK
    if not right or not math.prod(chunks) <= max(1, min(most, layout.LARGEST_CHUNK)):
        return "its zarr.json is not as it was written: chunk_grid"
    return ""


def _chunk_shape(found: Tree) -> list[int] | None:
    """Return the shape of a chunk that a zarr.json gives, None if it is none."""
    grid = found.get("chunk_grid")
    if not isinstance(grid, dict) or grid.get("name") != "regular":
        return None
    setting = grid.get("configuration")
    chunks = setting.get("chunk_shape") if isinstance(setting, dict) else None
    if not isinstance(chunks, list):
        return None
    return chunks if all(type(n) is int and n > 0 for n in chunks) else None
