"""A picture of a search: its best values, and the same values on fresh replicates."""

import numpy as np

from ..analysis.plots.style import COLOURS, GREY, new_figure
from .search import FRESH, Found


def draw(found: Found):
    """Return a figure: the objective against the first bounded measure.

    Without bounds, the objective is drawn against the number of the candidate. Lines join
    the searched value of a candidate with its value on fresh replicates.
    """
    question, trials, front = found.question, found.trials, found.front
    other = next(iter(question.bounds), None)
    figure = new_figure()
    ax = figure.add_subplot()
    across = trials[other] if other else np.arange(len(trials))
    label = f"searched, {question.replicates} replicates"
    ax.plot(across, trials[question.objective], "o", color=GREY, ms=3, label=label)
    if other:
        limit = question.bounds[other]
        ax.axvline(limit.limit, color=GREY, ls=":", label=f"{other} {limit}")
        ax.set_xlabel(other)
        starts, ends = front[other], front[FRESH + other]
    else:
        ax.set_xlabel("candidates, best first")
        starts = ends = np.arange(len(front))
    values = front[question.objective], front[FRESH + question.objective]
    ax.plot([starts, ends], values, "-", color=COLOURS[1], lw=0.8)
    label = f"fresh, {question.fresh} replicates"
    ax.errorbar(
        ends,
        values[1],
        1.96 * front[f"{FRESH}{question.objective}_error"],
        fmt="D",
        color=COLOURS[1],
        ms=4,
        label=label,
    )
    ax.set_ylabel(question.objective)
    ax.legend(frameon=False)
    return figure
