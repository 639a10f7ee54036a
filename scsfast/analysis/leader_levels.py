"""Which levels of government manipulate a regime: contributions, acts and gains.

If a store has a factorial of a scenario, Shapley values are the contribution of each level
(and group of channels). Counts of the acts of each level's leaders, and the capture by
citizens tied to them, are always available; an act need not have an effect.
"""

import pandas as pd

from ..errors import ConfigError
from ..intervals import estimate
from ..model.measures import capture, measured
from . import datasets
from .attribute import TOGETHER, attribute
from .labels import DONE, FACTORIAL, TIED
from .scenario_pairs import Case

LEVELS = (
    "scenario", "source", "measure", "level", "unit", "value", "low", "high", "n",
)  # fmt: skip
ACTS = (
    "suppressed", "credited", "framed", "retaliated", "bent", "weighted", "sold",
    "tilted", "inflated", "desk_lifted",
)  # fmt: skip
TIES = ("connected", "connected_prizes", "connected_fair_prizes")  # of `capture`
DECISIVE = ("diversion", "capture")  # measures that show which levels manipulate


def levels_of(dataset, cases: list[tuple[Case, Case | None]], confidence: float):
    """Return each level's part in the manipulation of some scenarios.

    Parameters
    ----------
    dataset : xarray.Dataset
    cases : list of (Case, Case or None)
        A scenario, and the same scenario as the full coalition of a factorial.
    confidence : float

    Returns
    -------
    table : pandas.DataFrame
        One row per scenario, source, measure and level. Source "factorial": Shapley values
        (``level`` may be a group of channels); "acts": acts over the measured ticks;
        "ties": ``capture_excess``, how much the capture by citizens tied to leaders of the
        level exceeds their capture under fair scores.
    notes : list of str
        Why a factorial in the store could not be used.
    """
    rows, notes = [], []
    lean = datasets.with_variables(dataset, [*ACTS, *TIES])
    for case, whole in cases:
        if not case.manipulates:
            continue
        if whole is not None:
            try:
                rows += _attributed(dataset, case, whole, confidence)
            except ConfigError as error:
                notes += error.faults
        part = datasets.finished_part(lean, case.place)
        rows += _counted(part, case, confidence)
        rows += _tied(part, case, confidence)
    return pd.DataFrame(rows, columns=list(LEVELS)), list(dict.fromkeys(notes))


def source_of(own: pd.DataFrame) -> str:
    """Return the source from which the acting levels of one scenario are known."""
    sources = set(own["source"])
    return next((s for s in (FACTORIAL, DONE) if s in sources), "")


def acting_levels(own: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the levels (and channels) that manipulate, from the rows of one scenario.

    Parameters
    ----------
    own : pandas.DataFrame

    Returns
    -------
    by_factorial : list of str
        Players whose whole interval of the Shapley value of diversion or capture is above
        0.
    by_acts : list of str
        Levels that are not players and whose leaders acted at all.
    """
    values, acts = (own[own["source"] == source] for source in (FACTORIAL, DONE))
    is_above = (values["low"] > 0) & values["measure"].isin(DECISIVE)
    is_asked = acts["level"].isin(set(values["level"]))
    acted = acts["level"][(acts["value"] > 0) & ~is_asked]
    return _in_order(values, values["level"][is_above]), _in_order(acts, acted)


def _in_order(rows: pd.DataFrame, names) -> list[str]:
    """Return the named levels in the order of the rows, each once."""
    return [level for level in dict.fromkeys(rows["level"]) if level in set(names)]


def _attributed(dataset, case: Case, whole: Case, confidence: float) -> list[dict]:
    table = attribute(dataset, [whole.base], confidence=confidence)
    table = table[table["player"] != TOGETHER].rename(columns={"player": "level"})
    table = table.assign(scenario=case.name, source=FACTORIAL)
    return table[list(LEVELS)].to_dict("records")


def _counted(part, case: Case, confidence: float) -> list[dict]:
    """Return counts of leaders' acts over the measured ticks, by level."""
    ticks = measured(part["tick"], part)
    rows = []
    for name in ACTS:
        acts = part[name].isel(tick=ticks, level=slice(case.n_levels))
        counts = acts.sum("tick").transpose("level", "replicate").values
        for level, count in zip(acts["level"].values, counts, strict=True):
            found = estimate(count, confidence)
            about = (case.name, DONE, name, str(level), acts.attrs["units"], *found)
            rows.append(dict(zip(LEVELS, about, strict=True)))
    return rows


def _tied(part, case: Case, confidence: float) -> list[dict]:
    """Return the rise of capture by citizens tied to the leaders of each level."""
    levels = part["level"].values[: case.n_levels]
    actual = capture(part, tie=levels)
    excess = actual - capture(part, "connected_fair_prizes", tie=levels)
    by_level = excess.transpose("tie", "replicate").values
    rows = []
    for level, values in zip(levels, by_level, strict=True):
        found = estimate(values, confidence)
        about = (case.name, TIED, "capture_excess", str(level), "1", *found)
        rows.append(dict(zip(LEVELS, about, strict=True)))
    return rows
