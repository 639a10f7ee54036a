"""Calibration: outputs of the packaged pilots compared with the few published figures.

`targets.toml` lists the figures. Each is compared with the outputs of runs of the pilots
as packaged, or of an experiment with them (`VARIANTS`); nothing is read off parameters.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from ..engine.simulate import Run, simulate
from ..intervals import interval
from ..model import pilot_library
from ..model.acts import default_catalogue
from ..model.outcomes import TIES
from ..model.regime import Regime

N_TICKS = 120
YEAR = 12  # ticks of the default world, as packaged pilots are run here
SCALES = {"1": 1, "%": 100, "pp": 100, "per 1,000": 1000, "year": 1}
ENROLLED, AWARE = 8, 16  # bits of citizens' traits
POINT = 256
CLAIMS = ("matched", "pattern", "open")


class Target(NamedTuple):
    """A published figure: `value` and `tolerance` in `unit`, and its source."""

    name: str
    pilot: str
    measure: str
    unit: str
    value: float
    tolerance: tuple[float, float]
    source: str
    mark: str
    claim: str
    variant: str = "as packaged"


@cache
def targets() -> tuple[Target, ...]:
    """Return the targets of ``targets.toml``."""
    text = (files("scsfast.inference") / "targets.toml").read_text("utf-8")
    entries = tomllib.loads(text)["target"]
    return tuple(Target(**{**e, "tolerance": tuple(e["tolerance"])}) for e in entries)


# Experiments: the arguments of `simulate` for a regime.


def _offences(regime: Regime, channel: str | None = None) -> list[str]:
    """Return the offences that a regime scores, all or those of one channel."""
    return [
        act.name
        for act in default_catalogue()
        if act.sign == "negative"
        and act.name in regime.acts
        and channel in (None, regime.acts[act.name].channel)
    ]


def _alone(regime: Regime, names, **scoring) -> dict:
    """Return arguments for the named acts only: all enrolled, meetings not recorded."""
    acts = [act.model_dump() for act in default_catalogue() if act.name in names]
    scored = {
        name: rule.model_copy(update=scoring)
        for name, rule in regime.acts.items()
        if name in names
    }
    unseen = regime.meeting.model_copy(update={"seen": 0.0})
    update = {"acts": scored, "meeting": unseen, "enrolled": 1.0}
    changed = regime.model_copy(update=update)
    return {"regime": changed, "world": {"acts": acts}}


def _of_clients(regime: Regime, names) -> dict:
    """Return arguments for the named acts, all citizens clients of manipulating leaders."""
    asked = _alone(regime, names)
    asked["world"]["population"] = {"ties": [1.0, 0.0, 0.0, 0.0]}
    return {**asked, "leaders": {"all": {"share": 1.0}}}


def _by_people(regime: Regime, **scoring) -> dict:
    return _alone(regime, _offences(regime, "human"), **scoring)


VARIANTS = {
    "as packaged": lambda regime: {"regime": regime},
    "records by people": _by_people,
    "the same, automatic": lambda regime: _by_people(regime, channel="automatic"),
    "clients, records by people": lambda regime: _of_clients(
        regime, _offences(regime, "human")
    ),
    "clients, all records": lambda regime: _of_clients(regime, _offences(regime)),
    "blood alone": lambda regime: _alone(regime, ["blood-donation"]),
}


class Lab:
    """The runs of one replicate; each experiment is simulated only once."""

    def __init__(self, n_citizens, replicate=0, seed=35, n_threads=1, n_ticks=N_TICKS):
        self.size = {"n_citizens": n_citizens, "n_ticks": n_ticks}
        self.luck = {"seed": seed, "replicate": replicate, "n_threads": n_threads}
        self.runs: dict[tuple[str, str], Run] = {}

    def run(self, pilot: str, variant: str = "as packaged") -> Run:
        """Return the run of a pilot in an experiment."""
        key = pilot, variant
        if key not in self.runs:
            asked = VARIANTS[variant](pilot_library.load(pilot))
            self.runs[key] = simulate(**asked, **self.size, **self.luck)
        return self.runs[key]


# Measures: of a lab and a target, in units of 1. All ticks after warm-up count. The list
# takes longer to fill (two to three years), so its measures skip the first two fifths.


def _sum(run: Run, name: str, first: int | None = None) -> float:
    """Return an output summed over measured ticks and everything else."""
    start = run.scenario.world.first_measured_tick if first is None else first
    return float(run[name][start:].sum())


def _ratio(above: float, below: float) -> float:
    return above / below if below else float("nan")


def _grades(run: Run) -> tuple[np.ndarray, int]:
    """Return enrolled citizens x measured ticks by grade, and the base's grade.

    Citizens who are not enrolled stay at the base and are subtracted there.
    """
    world, regime = run.scenario.world, run.scenario.regime
    counts = run["grade_citizens"][world.first_measured_tick :]
    of_base = sum(grade.start <= regime.base for grade in regime.grades[1:])
    people = counts.sum(axis=0).astype(float)
    people[of_base] -= len(counts) * (world.n_citizens - _flagged(run, ENROLLED).sum())
    return people, of_base


def _flagged(run: Run, bit: int) -> np.ndarray:
    return (run.citizens["traits"] & bit) > 0


def _outside_base_grade(run: Run) -> float:
    people, base = _grades(run)
    return _ratio(people.sum() - people[base], people.sum())


def _good_per_bad(run: Run) -> float:
    people, base = _grades(run)
    return _ratio(people[base + 1 :].sum(), people[:base].sum())


def _extremely_bad(run: Run) -> float:
    """Return the share two grades or more below that of the base."""
    people, base = _grades(run)
    return _ratio(people[: max(0, base - 1)].sum(), people.sum())


def _below_base(run: Run) -> float:
    """Return the share a point or more below the base at the end."""
    base = round(POINT * run.scenario.regime.base)
    return float((run.citizens["score"] <= base - POINT).mean())


def _late(run: Run) -> int:
    return 2 * run.scenario.world.n_ticks // 5


def _list_stock(run: Run) -> float:
    n_ticks = run.scenario.world.n_ticks - _late(run)
    people = run.scenario.world.n_citizens * n_ticks
    return _ratio(_sum(run, "group_listed", _late(run)), people)


def _list_stay(run: Run) -> float:
    """Return the mean stay in years, by Little's law."""
    stock = _sum(run, "group_listed", _late(run))
    return _ratio(stock / YEAR, _sum(run, "listings", _late(run)))


def _list_performed(run: Run) -> float:
    flows = (_sum(run, name, _late(run)) for name in ("performed", "listings"))
    return _ratio(*flows)


def _list_inflow(run: Run) -> float:
    return _ratio(_list_stock(run), _list_stay(run))


def _leniency(run: Run) -> float:
    """Return the share of clients' observed offences that are suppressed."""
    names = ("violations_suppressed", "violations_observed")
    return _ratio(*(_sum(run, name) for name in names))


def _automation_gain(lab: Lab, target: Target) -> float:
    """Return the relative gain in arriving records if records by people were automatic.

    Clerks and leaders hold back records independently, by separate draws.
    """
    arrived = []
    for variant in ("the same, automatic", "records by people"):
        run = lab.run(target.pilot, variant)
        observed = _sum(run, "violations_observed")
        spoilt = _sum(run, "records_lost") + _sum(run, "records_reversed")
        let_through = 1 - _ratio(_sum(run, "violations_suppressed"), observed)
        arrived.append((observed - spoilt) * let_through)
    return _ratio(*arrived) - 1


def _capture_points(run: Run) -> float:
    """Return prizes per citizen and year of citizens tied to any leader, minus the rest."""
    first = run.scenario.world.first_measured_tick
    people, prizes = (
        run[name][first:].sum(axis=(0, -1))
        for name in ("connected", "connected_prizes")
    )
    tied, everyone = TIES.index("any"), TIES.index("all")
    rest = prizes[everyone] - prizes[tied], people[everyone] - people[tied]
    return YEAR * (_ratio(prizes[tied], people[tied]) - _ratio(*rest))


def _value_lost(run: Run) -> float:
    """Return the share of winners' need x quality lost, compared with fair scores."""
    return 1 - _ratio(_sum(run, "prize_value"), _sum(run, "fair_prize_value"))


def _income_gini(run: Run) -> float:
    incomes = np.sort(run.citizens["means"] + 0.5)
    ranks = 2 * np.arange(1, incomes.size + 1) - incomes.size - 1
    return float((ranks * incomes).sum() / (incomes.size * incomes.sum()))


def _deeds(run: Run) -> float:
    world = run.scenario.world
    years = (world.n_ticks - world.first_measured_tick) / YEAR
    return _sum(run, "deeds") / (world.n_citizens * years)


OF_RUNS = {
    "outside_base_grade": _outside_base_grade,
    "good_per_bad": _good_per_bad,
    "extremely_bad": _extremely_bad,
    "below_base": _below_base,
    "list_stock": _list_stock,
    "list_stay": _list_stay,
    "list_performed": _list_performed,
    "list_inflow": _list_inflow,
    "leniency": _leniency,
    "capture_points": _capture_points,
    "value_lost": _value_lost,
    "income_gini": _income_gini,
    "deeds": _deeds,
    "aware": lambda run: float(_flagged(run, AWARE).mean()),
    "enrolled": lambda run: float(_flagged(run, ENROLLED).mean()),
}
OF_LABS = {"automation_gain": _automation_gain}


def measure(lab: Lab, target: Target) -> float:
    """Return the simulated value of a target in one replicate, in the target's unit."""
    if target.measure in OF_LABS:
        value = OF_LABS[target.measure](lab, target)
    else:
        value = OF_RUNS[target.measure](lab.run(target.pilot, target.variant))
    return SCALES[target.unit] * value


def silent(_text: str) -> None:
    """Report nothing."""


def calibrate(
    n_citizens: int = 100_000, replicates: int = 5, wanted=None, report=silent, **luck
) -> list[dict]:
    """Return the published and the simulated value of every target.

    Parameters
    ----------
    n_citizens, replicates : int
    wanted : sequence of Target, optional
        By default those of ``targets.toml``.
    report : callable, optional
        Called with a line of text after each replicate.
    **luck
        ``seed``, ``n_threads``, ``n_ticks``, as in `Lab`.

    Returns
    -------
    list of dict
        The fields of the target and ``got`` (mean over replicates), ``half`` (half its
        95 % t-interval, missing with one replicate), ``n`` and ``met``: whether the
        mean is within the tolerance.
    """
    wanted = targets() if wanted is None else wanted
    values = []
    for replicate in range(replicates):
        lab = Lab(n_citizens, replicate, **luck)
        values.append([measure(lab, target) for target in wanted])
        report(f"replicate {replicate + 1} of {replicates} done")
    rows = []
    for target, found in zip(wanted, np.transpose(values), strict=True):
        got, half = interval(found)
        low, high = target.tolerance
        made = {"got": got, "half": half, "n": replicates, "met": low <= got <= high}
        rows.append({**target._asdict(), **made})
    return rows


def is_calibrated(rows: list[dict]) -> bool:
    """Return whether all targets that are claimed to be matched are met."""
    return all(row["met"] for row in rows if row["claim"] == "matched")


def text(rows: list[dict]) -> str:
    """Return the rows of `calibrate` as a table in Markdown."""
    heads = ("target", "pilot", "source", "wanted", "tolerance", "got", "met", "claim")
    return markdown(heads, [_cells(row) for row in rows])


def _cells(row: dict) -> list[str]:
    unit = "" if row["unit"] == "1" else f" {row['unit']}"
    low, high = row["tolerance"]
    return [
        row["name"],
        f"`{row['pilot']}`",
        f"{row['source']}, {row['mark']}",
        f"{row['value']:g}{unit}",
        f"{low:g} .. {high:g}",
        spread(row["got"], row["half"]),
        "yes" if row["met"] else "no",
        row["claim"],
    ]


def spread(mean: float, half: float) -> str:
    """Return a mean with half its interval; "-" if it is missing."""
    if np.isnan(mean):
        return "-"
    decimals = 1 if abs(mean) >= 10 else 2 if abs(mean) >= 1 else 3
    tail = "" if np.isnan(half) else f" ±{half:.{decimals}f}"
    return f"{mean:.{decimals}f}{tail}"


def markdown(heads, rows) -> str:
    """Return a table in Markdown with columns as wide as their widest cell."""
    table = [list(heads), *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in table
    ]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in lines)
