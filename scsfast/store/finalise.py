"""The end of a run: writing named variables, which any zarr reader can open.

The status, each output of the registry as a variable of its own, and measures are
written; then the metadata are consolidated. All of this can be derived again at any time
from the tables, which alone are digested and verified.
"""

import logging
import math
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np

from ..atomic_files import explained
from ..errors import StoreError
from ..model import outcomes
from ..model.descriptions import described
from ..model.integers.extents import extents
from ..model.measures import REGISTRY, about, plain_measures
from ..model.outcomes import Extents
from ..model.output_types import Table
from ..model.parameters import Tree
from ..model.plain_arrays import PlainArray, PlainDataset
from ..model.world import Scenario
from . import layout
from .chunks import NumberArray, Room, read_outputs, write_part
from .coordinates import coordinates_of
from .folder import COMMITS
from .layout import DONE
from .store import Store

Part: TypeAlias = tuple[slice, slice]  # of scenarios and of replicates

logger = logging.getLogger("scsfast.store")


class Variable(NamedTuple):
    """An array with the names of its dimensions; xarray takes it for a variable."""

    dims: tuple[str, ...]
    values: np.ndarray
    attrs: Tree


LARGEST_BATCH = 64 * 2**20  # bytes of a table that are read at a time


def finalise(store: Store) -> None:
    """Write everything that is derived from the tables, and mark the store finished.

    Parameters
    ----------
    store : Store
        The store, open for writing.
    """
    logger.info("%s: writing named variables and digests", store.path)
    with explained(store.path, "finish the store"):
        status, starts_by_name = store.status(), bin_starts(store)
        _claim(store, [*outputs(store.extents), *starts_by_name])
        layout.update_status(store.numbers("status"), status)
        _write_named(store, status)
        for name, starts in starts_by_name.items():
            layout.put(store.zarr, name, *starts)
        store.place.settle_all(["status", *store.derived])
        ended: Tree = {
            "finished": True,
            "digest": store.digest(),
            "records": store.journal.digest(),
            "chunks": _chunks(store),
        }
        store.update(ended, _consolidated(store))
    logger.info("%s: finished, digest %s", store.path, ended["digest"])


def _chunks(store: Store) -> dict[str, str]:
    """Return the SHA-256 of every chunk that `finalise` has written, by key."""
    names = ("status", *store.derived)
    return store.checks.written_below(tuple(f"{name}/" for name in names))


def _consolidated(store: Store) -> Tree:
    """Return the metadata of all members, as zarr keeps them in the root."""
    group: Tree = {"kind": "inline", "must_understand": False, "metadata": {}}
    members = {}
    optional = coordinates_of(store.campaign)  # a store keeps those of its creation
    for name in sorted(store.members()):
        if name not in optional or store.place.holds(name):
            members[name] = store.checks.metadata(name)
    members[COMMITS] = {**members[COMMITS], "consolidated_metadata": group}
    return {**group, "metadata": members}


def _claim(store: Store, names: Collection[str]) -> None:
    """Record names as derived, before anything is written under them.

    Raises
    ------
    StoreError
        If something that scsfast has not written exists under a name.
    """
    new = set(names) - set(store.derived)
    taken = sorted(name for name in new if store.place.holds(name))
    if taken:
        raise StoreError(
            f"{store.path}: holds {', '.join(taken)}, where results are to be written; "
            "move them out of the store, then give the same command again"
        )
    store.update({"derived": sorted({*store.derived, *names})})


def outputs(rules: Extents) -> list[str]:
    """Return the names of all named variables."""
    return [out.name for table in layout.stored_tables(rules) for out in table.outputs]


def named_variables(table: Table, wide: np.ndarray) -> dict[str, Variable]:
    """Return each output of a table as a variable of its own.

    Parameters
    ----------
    table : Table
    wide : ndarray
        Its values, dimensions (scenario, replicate, the table's, output).
    """
    return {
        output.name: Variable(
            layout.dims(table)[:-1],
            wide[..., k],
            described(output.name, output.unit, output.meaning),
        )
        for k, output in enumerate(table.outputs)
    }


def bin_starts(store: Store) -> dict[str, Variable]:
    """Return the lower edges of the histograms' bins, in points and monthly incomes."""
    scores = _score_bin_starts(store)
    meaning = "lowest {} of the bin".format
    return {
        "score_bin_start": Variable(
            ("scenario", "score_bin"),
            np.array(scores),
            described("score_bin_start", "point", meaning("score")),
        ),
        "wealth_bin_start": Variable(
            ("bin",),
            np.array(outcomes.wealth_bin_starts()),
            described("wealth_bin_start", "monthly income", meaning("wealth")),
        ),
    }


def _score_bin_starts(store: Store) -> list[list[float]]:
    """Return the lower edges of each scenario's score bins, each range's once."""
    found: dict[tuple[object, ...], list[float]] = {}
    ranges = [_score_range(scenario) for scenario in store.campaign.scenarios]
    for k, key in enumerate(ranges):
        if key not in found:
            own = extents(store.campaign.scenarios[k])
            found[key] = outcomes.score_bin_starts(own)
    return [found[key] for key in ranges]


def _score_range(scenario: Scenario) -> tuple[object, ...]:
    """Return the values on which the bins of a scenario's scores depend."""
    regimes = [phase.regime for _, phase in scenario.phases()]
    return tuple((r.is_scored, r.floor, r.ceiling, r.scorer) for r in regimes)


def _write_named(store: Store, status: np.ndarray) -> None:
    """Write named variables and measures, a table after the other, in batches of chunks.

    A measure is made of the outputs of one table, so that no two tables are in memory.
    """
    derived: dict[str, Variable] = {}
    coords, rooms = _coordinates(store), (Room(), Room())
    for table in layout.stored_tables(store.extents):
        depth = batch(status.shape, table, store.extents)
        arrays = _create_named(store, table, status.shape, depth)
        of_table = [m.name for m in REGISTRY.values() if {*m.outputs} <= arrays.keys()]
        for part in parts(status.shape, depth):
            by_output = read_outputs(store.arrays[table.name], part, rooms)
            variables = named_variables(table, np.moveaxis(by_output, 0, -1))
            for name, variable in variables.items():
                write_part(arrays[name], part, variable.values)
            found = plain_measures(_dataset(store, variables, coords, part), of_table)
            _keep(derived, found, part, status.shape)
    whole = (slice(None), slice(None))
    missing = [name for name in REGISTRY if name not in derived]
    found = plain_measures(_dataset(store, {}, coords, whole), missing)
    _keep(derived, found, whole, status.shape)
    _write_derived(store, derived, status)


def parts(shape: tuple[int, ...], depth: tuple[int, int]) -> Iterator[Part]:
    """Yield the slices (scenarios, replicates) that cover a shape, chunk by chunk."""
    for s in range(0, shape[0], depth[0]):
        for r in range(0, shape[1], depth[1]):
            yield slice(s, s + depth[0]), slice(r, r + depth[1])


def batch(shape: tuple[int, ...], table: Table, rules: Extents) -> tuple[int, int]:
    """Return the (scenarios, replicates) per chunk of a table's named variables.

    Parameters
    ----------
    shape : tuple of int
        Number of scenarios, and of replicates of each.
    table : Table
    rules : Rules
        Rules of the first scenario.
    """
    each = 8 * math.prod(outcomes.shape(table, rules))
    room, (n_scenarios, replicates) = max(1, LARGEST_BATCH // each), shape
    if replicates > room:
        return 1, -(-replicates // -(-replicates // room))  # chunks of about one size
    return min(n_scenarios, room // replicates), replicates


def _create_named(
    store: Store, table: Table, lead: tuple[int, ...], depth: tuple[int, int]
) -> dict[str, NumberArray]:
    """Create the array of every named variable of a table."""
    shape = outcomes.shape(table, store.extents)[:-1]
    return {
        output.name: layout.create(
            store.zarr,
            output.name,
            (*lead, *shape),
            layout.dims(table)[:-1],
            (*depth, *shape),
            described(output.name, output.unit, output.meaning),
        )
        for output in table.outputs
    }


def _coordinates(store: Store) -> dict[str, np.ndarray]:
    """Return the labels of dimensions, and the coordinates that measures need."""
    found = layout.coordinates(store.campaign, store.extents)
    known = coordinates_of(store.campaign)
    found = {**found, **{name: known[name] for name in ("scorer", "n_citizens")}}
    return {name: np.asarray(values) for name, values in found.items()}


def _dataset(
    store: Store,
    variables: Mapping[str, Variable],
    coords: Mapping[str, np.ndarray],
    part: Part,
) -> PlainDataset:
    """Return a batch of named variables with the coordinates that measures need."""
    dims = {"replicate": "replicate"} | dict.fromkeys(
        ("scenario", "scorer", "n_citizens"), "scenario"
    )
    along = {"scenario": part[0], "replicate": part[1]}
    labels = {
        name: values[along[dims[name]]] if name in dims else values
        for name, values in coords.items()
    }
    outputs = {
        name: PlainArray(each.values, each.dims, labels)
        for name, each in variables.items()
    }
    own = {
        name: PlainArray(values, (dims.get(name, name),))
        for name, values in labels.items()
    }
    return PlainDataset(outputs, own, store.attributes)


def _keep(
    derived: dict[str, Variable],
    found: Mapping[str, PlainArray],
    part: Part,
    lead: tuple[int, ...],
) -> None:
    """Put the measures of some replicates where those of all are collected."""
    for name, measure in found.items():
        if name not in derived:
            empty = np.full((*lead, *measure.values.shape[2:]), np.nan)
            derived[name] = Variable(measure.dims, empty, about(name))
        derived[name].values[part] = measure.values


def _write_derived(
    store: Store, derived: dict[str, Variable], status: np.ndarray
) -> None:
    """Write measures, NaN where a replicate is not done."""
    _claim(store, derived)
    for name, variable in derived.items():
        variable.values[status != DONE] = np.nan
        layout.put(store.zarr, name, *variable)
