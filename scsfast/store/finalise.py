"""The end of a run: writing named variables, which any zarr reader can open.

The status, each output of the registry as a variable of its own, and measures are
written; then the metadata are consolidated. All of this can be derived again at any time
from the tables, which alone are digested and verified.
"""

import logging
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from ..atomic_files import explained
from ..errors import StoreError
from ..model import outcomes
from ..model.descriptions import described
from ..model.integers.rules import Rules
from ..model.measures import about, plain_measures
from ..model.outcomes import Extents
from ..model.output_types import Table
from ..model.parameters import Tree
from ..model.plain_arrays import PlainArray, PlainDataset
from ..model.world import Scenario
from . import layout
from .chunks import read_part, write_part
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


LARGEST_VARIABLE_CHUNK = 64 * 2**20  # bytes, of the largest variable


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
        _claim(store, [*outputs(store.rules[0]), *starts_by_name])
        layout.update_status(store.group, status)
        _write_named(store, status)
        for name, starts in starts_by_name.items():
            layout.put(store.group, name, *starts)
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


def named_variables(
    wide: Mapping[str, np.ndarray],
    rules: Extents,
    tables: Sequence[Table] | None = None,
) -> dict[str, Variable]:
    """Return each output as a variable of its own.

    Parameters
    ----------
    wide : dict of str to array
        Arrays by table, dimensions (scenario, replicate, the table's, output).
    rules : Rules
        Rules of the first scenario.
    tables : sequence of Table, optional
        Tables of the store; by default those of the rules' registry.
    """
    return {
        output.name: Variable(
            layout.dims(table)[:-1],
            wide[table.name][..., k],
            described(output.name, output.unit, output.meaning),
        )
        for table in layout.stored_tables(rules, tables)
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
    """Return the lower edges of each scenario's score bins; rules are built once per range."""
    found: dict[tuple[object, ...], list[float]] = {}
    ranges = [_score_range(scenario) for scenario in store.campaign.scenarios]
    for k, key in enumerate(ranges):
        if key not in found:
            found[key] = outcomes.score_bin_starts(store.rules[k])
    return [found[key] for key in ranges]


def _score_range(scenario: Scenario) -> tuple[object, ...]:
    """Return the values on which the bins of a scenario's scores depend."""
    regimes = [phase.regime for _, phase in scenario.phases()]
    return tuple((r.is_scored, r.floor, r.ceiling, r.scorer) for r in regimes)


def _write_named(store: Store, status: np.ndarray) -> None:
    """Write named variables and measures, a batch of chunks at a time."""
    rules, (n_scenarios, replicates) = store.rules[0], status.shape
    depth = batch((n_scenarios, replicates), rules)
    arrays = _create_named(store, rules, depth)
    derived: dict[str, Variable] = {}
    for part in parts((n_scenarios, replicates), depth):
        wide = {name: read_part(a, part) for name, a in store.arrays.items()}
        variables = named_variables(wide, rules)
        for name, variable in variables.items():
            write_part(arrays[name], part, variable.values)
        for name, found in plain_measures(_dataset(store, variables, part)).items():
            if name not in derived:
                shape = (*status.shape, *found.values.shape[2:])
                empty = np.full(shape, np.nan)
                derived[name] = Variable(found.dims, empty, about(name))
            derived[name].values[part] = found.values
    _write_derived(store, derived, status)


def parts(shape: tuple[int, int], depth: tuple[int, int]) -> Iterator[Part]:
    """Yield the slices (scenarios, replicates) that cover a shape, chunk by chunk."""
    for s in range(0, shape[0], depth[0]):
        for r in range(0, shape[1], depth[1]):
            yield slice(s, s + depth[0]), slice(r, r + depth[1])


def batch(shape: tuple[int, int], rules: Extents) -> tuple[int, int]:
    """Return the numbers of (scenarios, replicates) per chunk of a named variable."""
    tables = layout.stored_tables(rules)
    each = max(8 * math.prod(outcomes.shape(table, rules)[:-1]) for table in tables)
    room, (n_scenarios, replicates) = max(1, LARGEST_VARIABLE_CHUNK // each), shape
    if replicates > room:
        return 1, room
    return min(n_scenarios, room // replicates), replicates


def _create_named(
    store: Store, rules: Rules, depth: tuple[int, int]
) -> dict[str, layout.ZarrArray]:
    """Create the array of every named variable."""
    lead = store.status().shape
    arrays = {}
    for table in layout.stored_tables(rules):
        shape = outcomes.shape(table, rules)[:-1]
        for output in table.outputs:
            arrays[output.name] = layout.create(
                store.group,
                output.name,
                (*lead, *shape),
                layout.dims(table)[:-1],
                (*depth, *shape),
                described(output.name, output.unit, output.meaning),
            )
    return arrays


def _dataset(store: Store, variables: dict[str, Variable], part: Part) -> PlainDataset:
    """Return a batch of named variables with the coordinates that measures need."""
    found = layout.coordinates(store.campaign, store.rules[0])
    labels = {name: np.asarray(values) for name, values in found.items()}
    labels["scenario"] = labels["scenario"][part[0]]
    labels["replicate"] = labels["replicate"][part[1]]
    coords = {name: PlainArray(values, (name,)) for name, values in labels.items()}
    known = coordinates_of(store.campaign)
    for name in ("scorer", "n_citizens"):
        coords[name] = PlainArray(np.asarray(known[name][part[0]]), ("scenario",))
    outputs = {
        name: PlainArray(each.values, each.dims, labels)
        for name, each in variables.items()
    }
    return PlainDataset(outputs, coords, store.attributes)


def _write_derived(
    store: Store, derived: dict[str, Variable], status: np.ndarray
) -> None:
    """Write measures, NaN where a replicate is not done."""
    _claim(store, derived)
    for name, variable in derived.items():
        variable.values[status != DONE] = np.nan
        layout.put(store.group, name, *variable)
