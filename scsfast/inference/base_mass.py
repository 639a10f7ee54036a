"""The mass of scores at their base, varied: how well a score allocates depends on it.

Scores massed at their base cannot distinguish people, so how well they allocate depends
on how many people a pilot leaves at the base. Only one weak published figure exists for
that number. `mass` varies the free choices that decide it and shows the consequences,
with the same draws in every row.
"""

from itertools import product
from typing import NamedTuple

import numpy as np
import xarray as xr

from ..engine.simulate import Run, simulate
from ..model import pilot_library
from ..model.acts import catalogue_source, default_catalogue
from ..model.measures import summarise
from ..model.outcomes import DIMENSIONS, TABLES, distribution_ticks
from .calibrate import N_TICKS, OF_RUNS, POINT, interval, markdown, silent, spread

NEAR = 5  # points from the base that count as at the base
REGIMES = ("rongcheng", "fair-rongcheng")
ALLOCATIONS = ("score", "grade")


class Setting(NamedTuple):
    """Values of the free choices that move scores off their base."""

    name: str
    rates: float = 1.0  # factor on the packaged rates of all acts, within their ranges
    memory_years: float | None = None  # None: as packaged
    aware: float | None = None
    gifts: int | None = None  # rate of large donations: 0 lowest, 1 highest plausible


SETTINGS = (
    Setting("act rates x 0.2", rates=0.2),
    Setting("act rates x 0.5", rates=0.5),
    Setting("as packaged"),
    Setting("act rates x 2", rates=2.0),
    Setting("act rates x 4", rates=4.0),
    Setting("memory 1 year", memory_years=1.0),
    Setting("memory 5 years", memory_years=5.0),
    Setting("memory 5 years, rates x 4", rates=4.0, memory_years=5.0),
    Setting("hardly any large gifts", gifts=0),
    Setting("many large gifts", gifts=1),
    Setting("one in twenty is aware", aware=0.05),
    Setting("half are aware", aware=0.5),
    Setting("all are aware", aware=1.0),
)


def asked(setting: Setting, pilot: str, allocation: str) -> dict:
    """Return the arguments of `simulate` for a pilot under a setting.

    Parameters
    ----------
    setting : str
    pilot : str
        Name of a packaged pilot.
    allocation : str
        How prizes are allocated.
    """
    update = {"allocation": allocation}
    if setting.memory_years is not None:
        update["memory_years"] = setting.memory_years
    world = {"acts": _acts(setting)}
    if setting.aware is not None:
        world["population"] = {"aware": setting.aware}
    return {
        "regime": pilot_library.load(pilot).model_copy(update=update),
        "world": world,
    }


def _acts(setting: Setting) -> list[dict]:
    """Return the packaged acts, offered more or less often."""
    acts = []
    for act, source in zip(default_catalogue(), catalogue_source()["act"], strict=True):
        low, high = source["rate"]["range"]
        rate = min(max(setting.rates * act.rate, low), high)
        if setting.gifts is not None and act.name == "large-donation":
            rate = (low, high)[setting.gifts]
        acts.append({**act.model_dump(), "rate": rate})
    return acts


def measures(run: Run) -> dict[str, float]:
    """Return measures of one run: the mass of its scores, and how well they allocate."""
    summary = summarise(_dataset(run))
    base = POINT * run.scenario.regime.base
    distance = np.abs(run.citizens["score"] - base)
    return {
        "outside": 100 * OF_RUNS["outside_base_grade"](run),
        "near": 100 * float((distance <= POINT * NEAR).mean()),
        **{
            name: float(summary[name][0, 0])
            for name in ("auc", "efficiency", "capture")
        },
    }


def _dataset(run: Run) -> xr.Dataset:
    """Return a run's outputs, labelled as those of a store of one replicate."""
    world = run.scenario.world
    variables = {
        output.name: (
            ("scenario", "replicate", *table.dims),
            run[output.name][None, None],
        )
        for table in TABLES
        for output in table.outputs
    }
    used = {dim for table in TABLES for dim in table.dims}
    labels = {dim: list(DIMENSIONS[dim]) for dim in used & set(DIMENSIONS)}
    ticks = distribution_ticks(world.n_ticks, world.distribution_every)
    labels |= {
        "tick": np.arange(world.n_ticks),
        "distribution_tick": ticks,
        "scorer": ("scenario", [run.scenario.regime.scorer]),
    }
    attributes = {
        "first_measured_tick": world.first_measured_tick,
        "n_citizens": world.n_citizens,
    }
    return xr.Dataset(variables, coords=labels, attrs=attributes)


def mass(
    n_citizens: int = 100_000,
    replicates: int = 5,
    settings=SETTINGS,
    n_ticks: int = N_TICKS,
    report=silent,
    **luck,
) -> list[dict]:
    """Return the mass at the base, and how well scores then allocate, for every setting.

    Parameters
    ----------
    n_citizens, replicates : int
    settings : sequence of Setting
    n_ticks : int
    report : callable, optional
        Called with a line of text after each setting.
    **luck
        ``seed``, ``n_threads``, as in `simulate`; the same draws for every setting.

    Returns
    -------
    list of dict
        ``setting``, ``pilot``, ``allocation``; the mean of each of `measures`, and half
        its 95 % t-interval as ``..._half``. "outside" and "near" are in per cent.
    """
    rows, size = [], {"n_citizens": n_citizens, "n_ticks": n_ticks}
    for k, setting in enumerate(settings, start=1):
        for pilot, allocation in product(REGIMES, ALLOCATIONS):
            question = {**asked(setting, pilot, allocation), **size, **luck}
            found = [
                measures(simulate(**question, replicate=replicate))
                for replicate in range(replicates)
            ]
            row = {"setting": setting.name, "pilot": pilot, "allocation": allocation}
            for name in found[0]:
                mean, half = interval([values[name] for values in found])
                row |= {name: mean, f"{name}_half": half}
            rows.append(row)
        report(f"setting {k} of {len(settings)} done: {setting.name}")
    return rows


def text(rows: list[dict]) -> str:
    """Return the rows of `mass` as a table in Markdown, one line per setting."""
    heads = (
        "setting",
        "outside base grade, %",
        f"within {NEAR} points of base, %",
        "AUC: fair",
        "efficiency by score: fair",
        "led",
        "by grade: fair",
        "led",
        "capture by score",
        "by grade",
    )
    columns = (
        ("rongcheng", "score", "outside"),
        ("rongcheng", "score", "near"),
        ("fair-rongcheng", "score", "auc"),
        ("fair-rongcheng", "score", "efficiency"),
        ("rongcheng", "score", "efficiency"),
        ("fair-rongcheng", "grade", "efficiency"),
        ("rongcheng", "grade", "efficiency"),
        ("rongcheng", "score", "capture"),
        ("rongcheng", "grade", "capture"),
    )
    found = {(row["setting"], row["pilot"], row["allocation"]): row for row in rows}
    lines = []
    for setting in dict.fromkeys(row["setting"] for row in rows):
        line = [setting]
        for pilot, by, name in columns:
            row = found[setting, pilot, by]
            line.append(spread(row[name], row[f"{name}_half"]))
        lines.append(line)
    return markdown(heads, lines)
