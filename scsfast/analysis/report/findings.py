"""The top of a report: the main results in three sentences and one figure."""

import numpy as np

from ...text import many
from .. import datasets, plots
from ..selection import points_by_base, role
from .page import Section, Text, picture

MOST_BASES = 5  # varied scenarios with a sentence of their own
LOTTERY_TO_BEST = "0: a lottery, 1: a perfect score of quality"


def sections(source) -> list[Section]:
    """Return the first section of the report."""
    sentences = [
        _manipulation(source),
        _allocation(source),
        _fairly(source),
        *_over_points(source),
    ]
    said = Text([sentence for sentence in sentences if sentence], "points")
    return [Section("findings", "In short", [said, *_figure(source)])]


def _figure(source) -> list:
    """Return a figure of skill against capture, if any scenario has both measures."""
    placed = [n for n in source.main if _is_known(source, n, "skill", "capture")]
    is_led = any(role(source.finished, name) == "manipulated" for name in source.main)
    if _points(source) and not is_led:
        ax = plots.points(source.finished)
        return [picture(ax, "findings-0", "Skill against diversion, over points")]
    if not placed:
        return []
    ax = plots.efficiency_and_capture(source.finished, placed[:32], measure="skill")
    return [picture(ax, "findings-0", "Skill against capture")]


def _manipulation(source) -> str:
    """Return a sentence on the prizes that leaders divert and on capture."""
    led = [n for n in source.main if role(source.finished, n) == "manipulated"]
    if not led and _points(source):
        return ""
    if not led:
        return "No scenario has leaders who manipulate and have discretion."
    if len(led) == 1:
        lead = f"Under {led[0]}, whose leaders manipulate,"
    else:
        lead = f"Under {many(len(led), 'regime')} whose leaders manipulate,"
    diverted = _spread(source, led, "diversion", 100, "{:.1f} %")
    capture = _spread(source, led, "capture", 1, "{:.2f} times")
    return (
        f"{lead} {diverted} of the prizes go to citizens whom leaders favour beyond what "
        f"fair scores would give them, and citizens tied to a leader win {capture} as "
        "often as the rest."
    )


def _allocation(source) -> str:
    """Return a sentence on the skill of allocation, compared with the yardsticks."""
    kinds = {name: role(source.finished, name) for name in source.main}
    known = [name for name in source.main if _is_known(source, name, "skill")]
    scored = [name for name in known if kinds[name] != "yardstick"]
    yardsticks = [name for name in known if kinds[name] == "yardstick"]
    if not scored:
        return ""
    beside = ", ".join(
        f"{name} {_spread(source, [name], 'skill', 1, '{:.2f}')}" for name in yardsticks
    )
    return (
        f"The skill of allocation ({LOTTERY_TO_BEST}) is "
        f"{_spread(source, scored, 'skill', 1, '{:.2f}')}"
        + (f"; of the yardsticks: {beside}." if beside else ".")
    )


def _fairly(source) -> str:
    """Return a sentence on the skill that fair scores would reach."""
    led = [n for n in source.main if role(source.finished, n) == "manipulated"]
    led = [n for n in led if _is_known(source, n, "skill", "fair_skill")]
    if not led:
        return ""
    skill = _spread(source, led, "fair_skill", 1, "{:.2f}")
    return f"If fair scores had decided in the same months, the skill would be {skill}."


def _is_known(source, name: str, *measures: str) -> bool:
    row = source.summary.sel(scenario=name, statistic="mean")
    return all(bool(row[measure].notnull()) for measure in measures)


def _spread(source, names, measure: str, factor: float, form: str) -> str:
    """Return one value with its interval, or the least and the greatest of several."""
    table = factor * source.summary[measure]
    means = {n: table.sel(scenario=n, statistic="mean").item() for n in names}
    means = {name: mean for name, mean in means.items() if mean == mean}
    if not means:
        return "an unknown share"
    if len(means) == 1:
        (name,) = means
        low, high = (
            table.sel(scenario=name, statistic=s).item() for s in ("low", "high")
        )
        value = _shown(means[name], form)
        number = form.partition("}")[0] + "}"
        bounds = f" [{_shown(low, number)}, {_shown(high, number)}]"
        return value + (bounds if low == low else "")
    least, most = min(means, key=means.get), max(means, key=means.get)
    if _shown(means[least], form) == _shown(means[most], form):
        return f"{_shown(means[most], form)} in all {len(means)} of them"
    ends = (f"{_shown(means[n], form)} ({n})" for n in (least, most))
    return " to ".join(ends)


def _points(source) -> dict[str, list[str]]:
    """Return the names of the points of designs that have a score, by what is varied."""
    found = {
        base: [n for n in names if role(source.finished, n) != "yardstick"]
        for base, names in points_by_base(source.finished).items()
    }
    return {base: names for base, names in found.items() if names}


def _over_points(source) -> list[str]:
    """Return a sentence on the points of each scenario that a design varied."""
    found = _points(source)
    moved = source.claims.robustness
    if moved.empty:
        parameters = {}
    else:
        rows = moved[moved["measure"] == "diversion"]
        parameters = dict(zip(rows["base"], rows["parameter"], strict=True))
    said = []
    for base, names in list(found.items())[:MOST_BASES]:
        measures = ("diversion", "skill")
        table = datasets.summary(source.finished.sel(scenario=names), measures)
        ends = {}
        for measure in measures:
            means = table[measure].sel(statistic="mean").values
            means = means[np.isfinite(means)]
            ends[measure] = (means.min(), means.max()) if means.size else None
        if ends["diversion"] is None or ends["skill"] is None:
            continue
        (low, high), (least, most) = ends["diversion"], ends["skill"]
        by = parameters.get(base)
        said.append(
            f"Over {many(len(names), 'point')} of {base}, {_shown(100 * low, '{:.1f}')} to "
            f"{_shown(100 * high, '{:.1f} %')} of the prizes go to the favoured beyond "
            f"what fair scores would give them, and the skill of allocation is "
            f"{_shown(least, '{:.2f}')} to {_shown(most, '{:.2f}')}"
            + (f"; diversion follows {by} most." if by else ".")
        )
    rest = len(found) - MOST_BASES
    return [*said, f"{many(rest, 'scenario')} more are varied."] if rest > 0 else said


def _shown(value: float, form: str) -> str:
    """Return a number in a form such as "{:.2f}", without a sign if it rounds to 0."""
    return form.format(value).replace("-0.00", "0.00").replace("-0.0 %", "0.0 %")
