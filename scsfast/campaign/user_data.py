"""The files of a world: found and checked when a campaign is read, loaded when it runs.

Reading a campaign records the path of each file and its SHA-256, which becomes part of
the campaign's identity. A run loads exactly those bytes: a file that has changed since is
refused. A store can be opened without the files.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import ConfigError, Faults
from ..model.graph import edge_counts, edges_from, matchings
from ..model.parameters import Tree
from ..model.user_data import Given, people_from
from ..model.user_units import sizes_of, with_sizes
from ..model.world import World
from .user_files import file_hash, read_columns, read_graph

FILE_KEYS = ("people_file", "people_sha256", "network_file", "network_sha256")
BOUND_TO_FILES = ("n_citizens", "spans", "sizes", "population.max_degree")


def pinned(world: World, folder: Path) -> World:
    """Return a world with its files checked, their full paths and SHA-256 filled in.

    Parameters
    ----------
    world : World
        The world, with the paths as written. Columns of its table of citizens may say in
        which village, township, ... each lives; they become the world's `sizes`.
    folder : Path
        Folder of relative paths.

    Raises
    ------
    ConfigError
        With the faults of all files.
    """
    changes, faults = {}, Faults()
    for kind, read in READERS.items():
        name = getattr(world.population, f"{kind}_file")
        if name is None:
            continue
        path = Path(folder, name).absolute()
        with faults.at(f"`world.population.{kind}_file` {path}: "):
            changes[f"{kind}_sha256"] = _checked_hash(world, kind, path)
            if kind == "people":
                world = _with_units(path, world)
            read(path, world)
            changes[f"{kind}_file"] = str(path)
    faults.raise_any()
    population = world.population.model_copy(update=changes)
    return world.model_copy(update={"population": population}) if changes else world


def _with_units(path: Path, world: World) -> World:
    """Return a world with the sizes of units that its table of citizens gives, if any."""
    columns = read_columns(path)
    sizes = sizes_of(columns, world.n_citizens, world.n_levels, str(path))
    return with_sizes(world, sizes)


def file_faults(own: Tree, world: World, key: str) -> list[str]:
    """Return a fault per value of a scenario's world that only the campaign may give.

    Parameters
    ----------
    own : dict
        The scenario's `world` table.
    world : World
        The campaign's.
    key : str
        Path of the table in the file, for messages.
    """
    people = own["population"] if isinstance(own.get("population"), dict) else {}
    faults = [
        f"`{key}.population.{name}` must be in the campaign's [world], which all "
        "scenarios share"
        for name in FILE_KEYS
        if name in people
    ]
    if not (world.population.people_file or world.population.network_file):
        if "sizes" in own and world.sizes.by_level:
            faults.append(
                f"`{key}.sizes` must be the campaign's, which all scenarios share"
            )
        return faults
    written = {**own, **{f"population.{name}": people[name] for name in people}}
    return faults + [
        f"`{key}.{name}` must be the campaign's, because its people_file or "
        "network_file serves all scenarios"
        for name in BOUND_TO_FILES
        if name in written
    ]


def load_given(world: World) -> Given | None:
    """Return the data of a world's files, None if it names none.

    Parameters
    ----------
    world : World
        As `pinned` returns it, or as a store holds it.

    Raises
    ------
    ConfigError
        If a file is missing, or has changed since the campaign was checked.
    """
    found: dict[str, Any] = {}
    faults = Faults()
    for kind, read in READERS.items():
        name = getattr(world.population, f"{kind}_file")
        if name is None:
            continue
        with faults.at(f"`world.population.{kind}_file` {name}: "):
            if getattr(world.population, f"{kind}_sha256") is None:
                fault = "must come with its SHA-256; make campaigns from files or dicts"
                raise ConfigError(fault)
            _checked_hash(world, kind, Path(name))
            found[kind] = read(Path(name), world)
    faults.raise_any()
    if not found:
        return None
    partners = None
    if "network" in found:
        degree = world.population.max_degree
        partners = matchings(found["network"], world.n_citizens, degree)
    return Given(found.get("people", {}), partners)


def network_edges(world: World) -> dict[str, int] | None:
    """Count the edges of a world's network file: see `graph.edge_counts`.

    Parameters
    ----------
    world : World
        As `pinned` returns it.

    Returns
    -------
    dict of str to int or None
        None for a world without such a file.
    """
    population = world.population
    if population.network_file is None:
        return None
    edges = _edges(Path(population.network_file), world)
    return edge_counts(edges, world.n_citizens, population.max_degree)


def _checked_hash(world: World, kind: str, path: Path) -> str:
    """Return the SHA-256 of a file; raise ConfigError if the world names another."""
    expected, found = getattr(world.population, f"{kind}_sha256"), file_hash(path)
    if expected is not None and expected.lower() != found:
        raise ConfigError(
            f"must have the SHA-256 {expected} that the campaign names, got "
            f"{found}; restore that file, or run the changed one into another store",
            str(path),
        )
    return found


def _people(path: Path, world: World) -> dict[str, np.ndarray]:
    columns = read_columns(path)
    return people_from(columns, world.units, str(path))


def _edges(path: Path, world: World) -> np.ndarray:
    edges = edges_from(read_graph(path), world.n_citizens, str(path))
    if not len(edges):
        fault = "must have two citizens who meet; for none, set network = []"
        raise ConfigError(fault, str(path))
    return edges


READERS: dict[str, Callable[[Path, World], Any]] = {
    "people": _people,
    "network": _edges,
}
