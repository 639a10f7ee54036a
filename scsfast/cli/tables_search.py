"""How a search looks in a terminal; nothing is computed."""

from ..inference.search import FRESH, Found
from .tables_results import figure, grid, records

MOST_ROWS = 12
NOTE = (
    "Searched: mean and standard error over {replicates} replicates, of {trials} distinct "
    "candidates; the best of\nmany is partly luck. Fresh: the same over {fresh} replicates "
    "that the search has not seen. Rows are in\nthe order of the fresh figures, those that "
    "meet the bounds first.{against}"
)


def search_text(found: Found) -> str:
    """Return the front with searched and fresh figures, and the best."""
    question, front = found.question, found.front
    shown = front.head(MOST_ROWS)
    heads = [""]
    for name in question.measures:
        heads += [f"{name} searched", "fresh"]
    rows = [
        [f"{number}{'' if row[FRESH + 'meets'] else ' (out)'}", *_cells(row, question)]
        for number, (_, row) in enumerate(shown.iterrows(), 1)
    ]
    values = [
        [str(number), *(_shown(row[path]) for path in question.over)]
        for number, (_, row) in enumerate(shown.iterrows(), 1)
    ]
    parts = [
        grid(f"Front of {len(front)} candidates", heads, rows, narrowest=8),
        grid("Their values", ["", *question.over], values, narrowest=4),
        _note(found),
        _best(found),
    ]
    return "\n".join(parts)


def search_tree(found: Found) -> dict:
    """Return a search as plain values."""
    return {
        "objective": found.question.objective,
        "maximise": found.question.sign > 0,
        "subject_to": {k: str(bound) for k, bound in found.question.subject_to.items()},
        "best": found.best,
        "front": records(found.front),
        "trials": records(found.trials),
    }


def _cells(row, question) -> list[str]:
    cells = []
    for name in question.measures:
        for start in ("", FRESH):
            value, error = row[start + name], row[f"{start}{name}_error"]
            cells.append(f"{figure(value)} ± {figure(error)}")
    return cells


def _note(found: Found) -> str:
    question = found.question
    against = (
        f"\nFigures are those at the worst of {question.against_points} points of "
        f"{', '.join(question.against)}."
        if question.against
        else ""
    )
    return NOTE.format(
        replicates=question.replicates,
        fresh=question.fresh,
        trials=len(found.trials),
        against=against,
    )


def _best(found: Found) -> str:
    if found.best is None:
        return "No candidate meets the bounds on fresh replicates."
    values = ", ".join(f"{path} = {_shown(v)}" for path, v in found.best.items())
    return f"Best on fresh replicates: {values}"


def _shown(value) -> str:
    return figure(float(value)) if isinstance(value, float | int) else str(value)
