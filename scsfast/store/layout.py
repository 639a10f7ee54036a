"""How a store is laid out: the zarr arrays, their chunks, labels and codecs.

There is one wide int64 array per table of the registry, with dimensions (scenario,
replicate, the table's own, its outputs). Each array has one chunk per block, except that
very long runs are also cut along time. Labels are arrays of their own. Every chunk has a
checksum.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias, cast

import numcodecs.blosc
import numpy as np
import zarr
from numpy.typing import DTypeLike

from ..campaign.campaign import Campaign
from ..model import outcomes, registries
from ..model.descriptions import described
from ..model.measures import REGISTRY as MEASURES
from ..model.outcomes import Extents
from ..model.output_types import Table
from ..model.parameters import Tree
from . import coordinates as of_scenarios
from .array_metadata import in_bytes, number_metadata, text_metadata
from .checked_zarr import CheckedZarr
from .chunks import (
    FLAT,
    IN_FOLDERS,
    ChunkForm,
    NumberArray,
    chunk_key,
    pack_text,
    write_part,
)

ZarrArray: TypeAlias = "zarr.Array[Any]"  # with metadata of any version
Label: TypeAlias = Sequence[str] | Sequence[int] | np.ndarray  # one value per entry
PENDING, DONE, FAILED = 0, 1, 2
LARGEST_CHUNK = 256 * 2**20  # bytes; blosc takes less than 2 GiB
OUTPUT = "_output"  # suffix of the name of a table's last dimension
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


DIMENSIONS = {*OWN_DIMENSIONS, *outcomes.DIMENSIONS}
ABOUT = {
    "scenario": ("1", "scenario"),
    "replicate": ("1", "replicate"),
    "tick": ("tick", "tick, counted from 0"),
    "distribution_tick": ("tick", "tick at whose end distributions were taken"),
    "snapshot_tick": ("tick", "ticks done before a snapshot was taken"),
    "status": ("1", "0 pending, 1 done, 2 failed"),
}


def chunk_form(version: int, is_table: bool = False) -> ChunkForm:
    """Return how chunks of tables, or of other arrays but snapshots, are kept.

    Parameters
    ----------
    version : int
        Version of the layout.
    is_table : bool
        Whether the array is a table, whose outputs are its last axis.
    """
    return ChunkForm(FLAT, is_table) if version >= 4 else IN_FOLDERS


def prepare_zarr() -> None:
    """Limit the threads of zarr and blosc, and have chunks of zeros written too."""
    zarr.config.set(
        {
            "array.write_empty_chunks": True,
            "threading.max_workers": 2,
            "async.concurrency": 4,
        }
    )
    numcodecs.blosc.set_nthreads(1)


def stored_tables(rules: Extents, tables: Sequence[Table] | None = None) -> list[Table]:
    """Return the tables that are not empty, by default of the rules' registry."""
    known = registries.tables(rules.registry) if tables is None else tables
    return [table for table in known if math.prod(outcomes.shape(table, rules))]


def derivable(rules: Extents, tables: Sequence[Table] | None = None) -> list[str]:
    """Return the names of all arrays that `finalise` may write."""
    stored = stored_tables(rules, tables)
    outputs = [out.name for table in stored for out in table.outputs]
    return [*outputs, *BIN_STARTS, *MEASURES]


def output_dim(table: Table) -> str:
    """Return the name of a table's last dimension; tables differ in their outputs."""
    return table.name + OUTPUT


def dims(table: Table) -> tuple[str, ...]:
    """Return the names of all dimensions of a table's array."""
    return ("scenario", "replicate", *table.dims, output_dim(table))


def output_units(table: Table) -> Tree:
    """Return the attributes of a table's array."""
    return {"output_units": {output.name: output.unit for output in table.outputs}}


def create_arrays(
    root: CheckedZarr, campaign: Campaign, rules: Extents, block_size: int
) -> None:
    """Create every array of a campaign, empty, and its labels.

    Parameters
    ----------
    root : CheckedZarr
        The store.
    campaign : Campaign
        The campaign.
    rules : Rules
        Rules of the first scenario; tables of all scenarios have the same shape.
    block_size : int
        Replicates per block.
    """
    n_scenarios, replicates = len(campaign.scenarios), campaign.replicates
    for table in stored_tables(rules):
        shape = outcomes.shape(table, rules)
        create(
            root,
            table.name,
            (n_scenarios, replicates, *shape),
            dims(table),
            table_chunks(shape, block_size),
            output_units(table),
            form=chunk_form(root.version, is_table=True),
        )
    for name, values in labels(campaign, rules).items():
        put_label(root, name, values)
    put_status(root, np.zeros((n_scenarios, replicates), "u1"))


def create(
    root: CheckedZarr,
    name: str,
    shape: tuple[int, ...],
    names: Sequence[str],
    chunks: tuple[int, ...],
    attributes: Tree,
    dtype: DTypeLike = "<i8",
    form: ChunkForm | None = None,
) -> NumberArray:
    """Create one array of numbers: shuffled, compressed by zstd, with a checksum.

    Parameters
    ----------
    root : CheckedZarr
        The store.
    name : str
        Name of the array; an array of that name is replaced.
    shape : tuple of int
        Shape of the array.
    names : list of str
        Names of its dimensions.
    chunks : tuple of int
        Shape of a chunk.
    attributes : dict
        Unit and meaning.
    dtype : numpy.dtype
        Type of the numbers.
    form : ChunkForm, optional
        How its chunks are kept; without it, as those of all arrays but tables are.
    """
    form = form or chunk_form(root.version)
    metadata = number_metadata(shape, names, chunks, attributes, np.dtype(dtype), form)
    _replace(root, name, metadata)
    return NumberArray.of(root, name, metadata)


def _replace(root: CheckedZarr, name: str, metadata: Tree) -> None:
    """Create an array without values; an array of that name is removed."""
    root.discard(name)
    root.write(f"{name}/zarr.json", in_bytes(metadata))


def put(
    root: CheckedZarr,
    name: str,
    names: Sequence[str],
    values: np.ndarray,
    attributes: Tree | None = None,
) -> None:
    """Write one array of numbers in a single chunk, replacing an earlier one.

    Parameters
    ----------
    root : CheckedZarr
        The store.
    name : str
        Name of the array.
    names : list of str
        Names of its dimensions.
    values : ndarray
        Its values.
    attributes : dict, optional
        Attributes beside unit and meaning, or in place of them.
    """
    units, meaning = ABOUT.get(name, ("1", name.replace("_", " ")))
    about = described(name, units, meaning) | (attributes or {})
    array = create(root, name, values.shape, names, values.shape, about, values.dtype)
    write_part(array, (), values)


def put_status(root: CheckedZarr, status: np.ndarray) -> None:
    """Create the array of every replicate's status, replacing an earlier one."""
    put(root, "status", ("scenario", "replicate"), status)


def update_status(array: NumberArray, status: np.ndarray) -> None:
    """Write the status of every replicate, into the existing array if it fits.

    An array that is replaced is missing for a moment, and a killed run would leave it so.
    """
    if array.shape == array.chunks == status.shape:
        write_part(array, (), status)
    else:
        put_status(array.store, status)


def array_of(group: zarr.Group, name: str) -> ZarrArray:
    """Return an array of a group.

    Raises
    ------
    KeyError
        If there is no such member.
    """
    return cast("ZarrArray", group[name])


def put_label(root: CheckedZarr, name: str, values: Label) -> None:
    """Write the labels of a dimension, or a coordinate of scenarios: numbers or text.

    Parameters
    ----------
    root : CheckedZarr
        The store.
    name : str
        Name of the label.
    values : list of str or ndarray
        One value per entry of the dimension.
    """
    dim, (units, meaning) = label_dim(name), about_label(name)
    if not isinstance(values[0], str):
        about = described(name, units, meaning)
        put(root, name, (dim,), np.asarray(values), about)
        return
    about = described(name, None, meaning)
    separator = chunk_form(root.version).separator
    _replace(root, name, text_metadata(len(values), dim, about, separator))
    key = chunk_key(name, separator, (0,))
    root.write(key, pack_text([str(value) for value in values]))


def label_dim(name: str) -> str:
    """Return the dimension of a label: that of its name, or that of scenarios."""
    is_own = name in DIMENSIONS or name.endswith(OUTPUT)
    return name if is_own else "scenario"


def about_label(name: str) -> tuple[str, str]:
    """Return the unit and the meaning of a label."""
    if label_dim(name) == name:
        return ABOUT.get(name, ("1", name.replace("_", " ")))
    return of_scenarios.about(name)


def grow(
    group: zarr.Group, rules: Extents, replicates: int, others: Iterable[str] = ()
) -> None:
    """Lengthen tables, and `others`, to a number of replicates; may be repeated.

    Parameters
    ----------
    group : zarr.Group
        The root of the store.
    rules : Rules
        Rules of the first scenario.
    replicates : int
        Replicates per scenario.
    others : list of str
        Names of arrays beside the tables.
    """
    for name in [*(table.name for table in stored_tables(rules)), *others]:
        array = array_of(group, name)
        array.resize((array.shape[0], replicates, *array.shape[2:]))
    status = array_of(group, "status")
    status.resize((status.shape[0], replicates))


def table_chunks(shape: tuple[int, ...], block_size: int) -> tuple[int, ...]:
    """Return the shape of a table's chunk: one block, cut along time if too large."""
    one_row = 8 * block_size * math.prod(shape[1:])
    return (1, block_size, min(shape[0], max(1, LARGEST_CHUNK // one_row)), *shape[1:])


def n_chunks(rules: Extents, block_size: int) -> int:
    """Return the number of chunks of a block in all tables."""
    shapes = [outcomes.shape(table, rules) for table in stored_tables(rules)]
    return sum(-(-s[0] // table_chunks(s, block_size)[2]) for s in shapes)


def labels(
    campaign: Campaign, rules: Extents, tables: Sequence[Table] | None = None
) -> dict[str, Label]:
    """Return all labels: of dimensions in use, of outputs of tables, of scenarios.

    Parameters
    ----------
    campaign : Campaign
        The campaign.
    rules : Rules
        Rules of the first scenario.
    tables : sequence of Table or None
        The tables; by default those of the rules' registry.
    """
    outputs: Mapping[str, Label] = {
        output_dim(table): [output.name for output in table.outputs]
        for table in stored_tables(rules, tables)
    }
    own = of_scenarios.coordinates_of(campaign)
    return {**coordinates(campaign, rules), **outputs, **own}


def coordinates(campaign: Campaign, rules: Extents) -> dict[str, Label]:
    """Return the labels of every dimension of named variables."""
    snapshots = campaign.snapshots
    return {
        "scenario": [scenario.name for scenario in campaign.scenarios],
        "replicate": range(campaign.replicates),
        **outcomes.labels(rules),
        **({"snapshot_tick": snapshots.ticks} if snapshots else {}),
    }
