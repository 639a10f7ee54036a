"""How a store is laid out: the zarr arrays, their chunks, labels and codecs.

One wide int64 array a table of the registry, with dimensions (scenario, replicate, the
table's own, its outputs); one chunk per block and array, except that very long runs are cut
along time too. Labels are arrays of their own. Every chunk carries a checksum.
"""

import math

import numcodecs.blosc
import numpy as np
import zarr
from zarr.codecs import BloscCodec, Crc32cCodec, ZstdCodec

from ..model import outcomes, registries
from ..model.descriptions import described
from ..model.measures import REGISTRY as MEASURES
from . import coordinates as of_scenarios

PENDING, DONE, FAILED = 0, 1, 2
LARGEST_CHUNK = 256 * 2**20  # bytes; blosc takes less than 2 GiB
OUTPUT = "_output"  # ends the name of a table's last dimension
BIN_STARTS = ("score_bin_start", "wealth_bin_start")
OWN_DIMENSIONS = (
    "scenario",
    "replicate",
    "tick",
    "distribution_tick",
    "unit",
    "prize_kind",
    "snapshot_tick",
)
COMPRESSION = {"cname": "zstd", "clevel": 3, "shuffle": "shuffle"}  # of all numbers
DIMENSIONS = {*OWN_DIMENSIONS, *outcomes.DIMENSIONS}
ABOUT = {
    "scenario": ("1", "scenario"),
    "replicate": ("1", "replicate"),
    "tick": ("tick", "tick, counted from 0"),
    "distribution_tick": ("tick", "tick at whose end distributions were taken"),
    "snapshot_tick": ("tick", "ticks done before a snapshot was taken"),
    "status": ("1", "0 pending, 1 done, 2 failed"),
}


def prepare_zarr() -> None:
    """Keep zarr's and blosc's own threads few, and write chunks of zeros too."""
    zarr.config.set(
        {
            "array.write_empty_chunks": True,
            "threading.max_workers": 2,
            "async.concurrency": 4,
        }
    )
    numcodecs.blosc.set_nthreads(1)


def compressed_bytes(values: np.ndarray) -> int:
    """Return the bytes that an array takes under the store's compression."""
    name, level = COMPRESSION["cname"], COMPRESSION["clevel"]
    shuffle = numcodecs.blosc.Blosc.SHUFFLE
    codec = numcodecs.blosc.Blosc(name, level, shuffle, typesize=values.itemsize)
    return len(codec.encode(values))


def stored_tables(rules, tables=None) -> list[outcomes.Table]:
    """Return the tables, by default all of the rules' registry, that hold anything."""
    known = registries.tables(rules.registry) if tables is None else tables
    return [table for table in known if math.prod(outcomes.shape(table, rules))]


def derivable(rules, tables=None) -> list[str]:
    """Return the names of all arrays that the end of a run may write."""
    stored = stored_tables(rules, tables)
    outputs = [out.name for table in stored for out in table.outputs]
    return [*outputs, *BIN_STARTS, *MEASURES]


def output_dim(table) -> str:
    """Return the name of a table's last dimension; tables differ in their outputs."""
    return table.name + OUTPUT


def dims(table) -> tuple[str, ...]:
    """Return the names of all dimensions of a table's array."""
    return ("scenario", "replicate", *table.dims, output_dim(table))


def output_units(table) -> dict:
    """Return the attributes of a table's array."""
    return {"output_units": {output.name: output.unit for output in table.outputs}}


def create_arrays(group, campaign, rules, block_size: int) -> None:
    """Create every array of a campaign, empty, and its labels.

    Parameters
    ----------
    group : zarr.Group
        Of the store.
    campaign : Campaign
    rules : Rules
    block_size : int
        Replicates of a block.
    """
    n_scenarios, replicates = len(campaign.scenarios), campaign.replicates
    for table in stored_tables(rules):
        shape = outcomes.shape(table, rules)
        create(
            group,
            table.name,
            (n_scenarios, replicates, *shape),
            dims(table),
            table_chunks(shape, block_size),
            output_units(table),
        )
    for name, values in labels(campaign, rules).items():
        put_label(group, name, values)
    put_status(group, np.zeros((n_scenarios, replicates), "u1"))


def create(group, name: str, shape, names, chunks, attributes, dtype="<i8"):
    """Create one array of numbers: zstd after shuffling, and a checksum last.

    Parameters
    ----------
    group : zarr.Group
        Of the store.
    name : str
    shape : tuple of int
    names : list of str
    chunks : tuple of int
        Shape of a chunk.
    attributes : dict
    dtype : numpy.dtype
    """
    codec = BloscCodec(typesize=np.dtype(dtype).itemsize, **COMPRESSION)
    return group.create_array(
        name,
        shape=shape,
        chunks=chunks,
        dtype=dtype,
        compressors=[codec, Crc32cCodec()],
        fill_value=np.nan if np.dtype(dtype).kind == "f" else 0,
        dimension_names=names,
        attributes=attributes,
        overwrite=True,
    )


def put(group, name: str, names, values, attributes=None) -> None:
    """Write one array of numbers in a single chunk, over what was there.

    Parameters
    ----------
    group : zarr.Group
        Of the store.
    name : str
    names : list of str
    values : ndarray
    attributes : dict
    """
    units, meaning = ABOUT.get(name, ("1", name.replace("_", " ")))
    about = described(name, units, meaning) | (attributes or {})
    array = create(group, name, values.shape, names, values.shape, about, values.dtype)
    array[...] = values


def put_status(group, status) -> None:
    """Create the status of every replicate, over what was there."""
    put(group, "status", ("scenario", "replicate"), status)


def update_status(group, status) -> None:
    """Write the status of every replicate, into the array that is there if it fits.

    An array that is made anew is gone for a moment, and a killed run would leave it so.
    """
    there = group["status"]
    if there.shape == there.chunks == status.shape:
        there[...] = status
    else:
        put_status(group, status)


def put_label(group, name: str, values) -> None:
    """Write the labels of a dimension, or a coordinate of scenarios: numbers or text.

    Parameters
    ----------
    group : zarr.Group
        Of the store.
    name : str
    values : list of str or ndarray
        One per scenario.
    """
    dim, (units, meaning) = label_dim(name), about_label(name)
    if not isinstance(values[0], str):
        about = described(name, units, meaning)
        put(group, name, (dim,), np.asarray(values), about)
        return
    array = group.create_array(
        name,
        shape=(len(values),),
        chunks=(len(values),),
        dtype=str,
        compressors=[ZstdCodec(level=3, checksum=True)],
        dimension_names=(dim,),
        attributes=described(name, None, meaning),
        overwrite=True,
    )
    array[...] = np.array(values, dtype=object)


def label_dim(name: str) -> str:
    """Return the dimension of a label: its own, or that of scenarios."""
    is_own = name in DIMENSIONS or name.endswith(OUTPUT)
    return name if is_own else "scenario"


def about_label(name: str) -> tuple[str, str]:
    """Return the unit and the meaning of a label."""
    if label_dim(name) == name:
        return ABOUT.get(name, ("1", name.replace("_", " ")))
    return of_scenarios.about(name)


def grow(group, rules, replicates: int, others=()) -> None:
    """Lengthen tables, and `others`, to a number of replicates; may be done again.

    Parameters
    ----------
    group : zarr.Group
        Of the store.
    rules : Rules
    replicates : int or sequence of int
    others : list of str
        Names of arrays beside the tables.
    """
    for name in [*(table.name for table in stored_tables(rules)), *others]:
        array = group[name]
        array.resize((array.shape[0], replicates, *array.shape[2:]))
    group["status"].resize((group["status"].shape[0], replicates))
    put_label(group, "replicate", range(replicates))


def table_chunks(shape: tuple[int, ...], block_size: int) -> tuple[int, ...]:
    """Return the chunk of a table: a block, cut along time where it is too large."""
    one_row = 8 * block_size * math.prod(shape[1:])
    return (1, block_size, min(shape[0], max(1, LARGEST_CHUNK // one_row)), *shape[1:])


def n_chunks(rules, block_size: int) -> int:
    """Return how many chunks a block has in all tables."""
    shapes = [outcomes.shape(table, rules) for table in stored_tables(rules)]
    return sum(-(-s[0] // table_chunks(s, block_size)[2]) for s in shapes)


def labels(campaign, rules, tables=None) -> dict:
    """Return all labels: of dimensions in use, of outputs of tables, of scenarios.

    Parameters
    ----------
    campaign : Campaign
    rules : Rules
    tables : sequence of Table or None
        By default all of the rules' registry.
    """
    outputs = {
        output_dim(table): [output.name for output in table.outputs]
        for table in stored_tables(rules, tables)
    }
    own = of_scenarios.coordinates_of(campaign)
    return coordinates(campaign, rules) | outputs | own


def coordinates(campaign, rules) -> dict:
    """Return the labels of every dimension of named variables."""
    snapshots = campaign.snapshots
    return {
        "scenario": [scenario.name for scenario in campaign.scenarios],
        "replicate": range(campaign.replicates),
        **outcomes.labels(rules),
        **({"snapshot_tick": snapshots.ticks} if snapshots else {}),
    }
