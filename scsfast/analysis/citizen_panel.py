"""Snapshots as a panel: one row per citizen and tick, with columns in units and words."""

import numpy as np
import pandas as pd

from ..errors import ConfigError
from ..model.citizen_columns import citizen_columns
from ..model.trees import laid_over_world
from ..model.world import World
from ..store.dataset_attributes import nested_attribute
from . import datasets

CITIZENS, PREFIX, DIM = "citizens", "snapshot_", "snapshot_tick"
MOST_ROWS = 200_000_000  # in the panel


def citizen_panel(dataset) -> pd.DataFrame:
    """Return the snapshots of a store as one table.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it, of a campaign with ``[output.snapshots]``.

    Returns
    -------
    pandas.DataFrame
        One row per scenario, replicate, tick and citizen, finished replicates only:
        ``scenario``, ``replicate``, ``tick`` (ticks completed), and the columns of
        `scsfast.model.citizen_columns.citizen_columns` that the snapshots have.

    Raises
    ------
    ConfigError
        If there are no snapshots, or more than `MOST_ROWS` rows.
    """
    names = [str(n) for n in dataset.data_vars if str(n).startswith(PREFIX)]
    if not names:
        raise ConfigError(
            "`table` citizens: these results have no snapshots; add a table "
            "[output.snapshots] with `ticks` and `variables` to the campaign"
        )
    finished = datasets.is_finished(dataset).values
    rows = int(finished.sum()) * dataset[names[0]][0, 0].size
    if rows > MOST_ROWS:
        raise ConfigError(
            f"`table` citizens: would have {rows:,} rows, more than {MOST_ROWS:,}; select "
            "a part of the store with scsfast.open"
        )
    worlds, frames = _worlds(dataset), []
    for place, name in enumerate(map(str, dataset["scenario"].values)):
        for replicate in np.flatnonzero(finished[place]):
            part = dataset[names].isel(scenario=place, replicate=replicate)
            frames += _frames(part, worlds[name], name)
    return pd.concat(frames, ignore_index=True)


def _frames(part, world: World, scenario: str) -> list[pd.DataFrame]:
    """Return the panel of one replicate, a frame per tick."""
    frames = []
    for k, tick in enumerate(part[DIM].values):
        arrays = part.isel({DIM: k, "citizen": slice(0, world.n_citizens)})
        state = {str(n).removeprefix(PREFIX): v.values for n, v in arrays.items()}
        frame = pd.DataFrame(citizen_columns(state, world))
        about = {"scenario": scenario, "replicate": int(part["replicate"])}
        for place, (name, value) in enumerate({**about, "tick": int(tick)}.items()):
            frame.insert(place, name, value)
        frames.append(frame)
    return frames


def _worlds(dataset) -> dict[str, World]:
    """Return the world of every scenario."""
    config = nested_attribute(dataset, "config", {})
    return {
        entry["name"]: World.model_validate(
            laid_over_world(config["world"], entry.get("world") or {})
        )
        for entry in config["scenarios"]
    }
