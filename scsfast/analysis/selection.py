"""Which scenarios a figure or a page shows, and which of them belong together.

A campaign may have hundreds of scenarios, most of them points of a design. Figures show the
scenarios that the campaign file names: written by hand, or a factorial's full coalition.
"""

import numpy as np
import xarray as xr

from ..errors import ConfigError
from ..store.dataset_attributes import nested_attribute
from . import datasets
from .yardsticks import is_yardstick

POINTS = ("sample", "sweep", "points")  # designs of points
MOST_POINTS = 12  # shown where every scenario is a point of a design
YARDSTICKS = "yardsticks"


def main_scenarios(dataset: xr.Dataset) -> list[str]:
    """Return the names of the scenarios written in the campaign file.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it.

    Returns
    -------
    list of str
        Scenarios without a design and the full coalition of each factorial; if there are
        none, the first points of the designs.
    """
    names = [str(name) for name in dataset["scenario"].values]
    return written_scenarios(dataset) or names[:MOST_POINTS]


def written_scenarios(dataset: xr.Dataset) -> list[str]:
    """Return the names of the scenarios written in the campaign file, points left out.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it.
    """
    names = [str(name) for name in dataset["scenario"].values]
    return [name for name, own in zip(names, _is_own(dataset), strict=True) if own]


def points_by_base(dataset: xr.Dataset) -> dict[str, list[str]]:
    """Return the points of sweeps and samples, by the scenario that they vary.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it.
    """
    names = (str(name) for name in dataset["scenario"].values)
    bases, kinds = datasets.bases(dataset), datasets.kinds(dataset)
    found: dict[str, list[str]] = {}
    for name, base, kind in zip(names, bases, kinds, strict=True):
        if kind in POINTS:
            found.setdefault(base, []).append(name)
    return found


def is_all_points(dataset: xr.Dataset) -> bool:
    """Return whether every scenario is a point of a sweep or a sample."""
    return all(kind in POINTS for kind in datasets.kinds(dataset))


def _is_own(dataset) -> np.ndarray:
    """Return, per scenario, whether it is as written in the campaign file."""
    if "design" not in dataset.coords:
        return np.ones(dataset.sizes["scenario"], bool)
    design = dataset["design"].values.astype(str)
    return (design == "") | ((design == "factorial") & _is_full(dataset))


def _is_full(dataset) -> np.ndarray:
    """Return, per scenario, whether it is the full coalition of its factorial."""
    players = [dataset[c].values for c in dataset.coords if c.startswith("player_")]
    return np.all([values != 0 for values in players], axis=0)


def chosen(dataset: xr.Dataset, scenarios=None) -> list[str]:
    """Return names of scenarios, by default the main ones; refuse unknown ones.

    Raises
    ------
    ConfigError
        If a name is not in the dataset, or no replicate is finished.
    """
    if not (dataset.sizes["replicate"] and dataset.sizes["scenario"]):
        raise ConfigError("`dataset` must hold a finished replicate, it has none")
    if scenarios is None:
        return main_scenarios(dataset)
    known = [str(name) for name in dataset["scenario"].values]
    names = [scenarios] if isinstance(scenarios, str) else list(scenarios)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ConfigError([datasets.unknown("scenario", n, known) for n in unknown])
    return names


def question(dataset: xr.Dataset, scenario: str) -> dict:
    """Return a scenario's entry in the store's configuration; empty if there is none."""
    scenarios = nested_attribute(dataset, "config", {}).get("scenarios", [])
    return next((s for s in scenarios if s["name"] == scenario), {})


def regime_at(dataset: xr.Dataset, scenario: str, tick: int) -> dict:
    """Return the regime in force at a tick; empty if it is unknown.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it.
    scenario : str
        Name of the scenario.
    tick : int
        Counted from 0.
    """
    asked = question(dataset, scenario)
    later = [c["regime"] for c in asked.get("change", []) if c["tick"] <= tick]
    return later[-1] if later else asked.get("regime", {})


def role(dataset: xr.Dataset, scenario: str) -> str:
    """Return the role of a scenario in a figure.

    Returns
    -------
    str
        "yardstick" if it has neither score nor list, "manipulated" if leaders who manipulate
        have discretion at some level, or may get it from a policy, else "honest".
    """
    asked = question(dataset, scenario)
    if is_yardstick(asked):
        return "yardstick"
    leaders = asked.get("leaders", {})
    shares = {
        k: v["share"] for k, v in leaders.items() if k != "all" and isinstance(v, dict)
    }
    if asked.get("policy"):
        return "manipulated" if any(shares.values()) else "honest"
    regimes = [asked.get("regime", {}), *(c["regime"] for c in asked.get("change", []))]
    discretion = [(regime or {}).get("discretion", {}) for regime in regimes]
    bent = any(shares.get(level, 0) * d[level] for d in discretion for level in d)
    return "manipulated" if bent else "honest"


def families(dataset: xr.Dataset, scenarios=None) -> dict[str, list[str]]:
    """Return scenarios grouped by regime, with yardsticks in a group of their own.

    Parameters
    ----------
    dataset : xarray.Dataset
    scenarios : sequence of str, optional
        By default the main ones.

    Returns
    -------
    dict of str to list of str
        From the name of the regime, or "yardsticks", to names of scenarios.
    """
    found: dict[str, list[str]] = {}
    for name in chosen(dataset, scenarios):
        asked = question(dataset, name)
        regime = asked.get("regime", {}).get("name", name)
        group = YARDSTICKS if is_yardstick(asked) else regime
        found.setdefault(group, []).append(name)
    return found
