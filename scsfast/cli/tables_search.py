"""How a search looks in a terminal; nothing is computed."""

from ..inference.flip import Flipped
from ..inference.search import FRESH, Found
from .tables_results import figure, grid, records

MOST_ROWS = 12
NOTE = (
    "Searched: mean and standard error over {replicates} replicates, of {trials} distinct "
    "candidates; the best of\nmany is partly luck. Fresh: the same over {fresh} replicates "
    "that the search has not seen. Rows are in\nthe order of the fresh figures, those that "
    "meet the bounds first.{against}"
)
FLIP_NOTE = (
    "{flips} of {trials} candidates flip the word, by intervals over {replicates} replicates; "
    "the smallest are\nmade smaller, then tried on {fresh} replicates that the search has not "
    "seen. Distance: sum of\nchanges, each as a share of its range. Smaller changes that flip "
    "it may exist: these are of the\ncandidates that were computed."
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
        "subject_to": {k: str(bound) for k, bound in found.question.bounds.items()},
        "best": found.best,
        "front": records(found.front),
        "trials": records(found.trials),
    }


def flip_text(found: Flipped) -> str:
    """Return the smallest changes that flip a word, and what their fresh replicates say."""
    question, claim = found.question, found.question.flip
    head = (
        f"{claim} at the scenario's own values: {found.word}\n"
        f"  on {question.fresh} fresh replicates: {found.fresh_word}\n"
    )
    flips = int(found.trials["flips"].sum())
    note = FLIP_NOTE.format(
        flips=flips,
        trials=len(found.trials),
        replicates=question.replicates,
        fresh=question.fresh,
    )
    if found.smallest.empty:
        return f"{head}No candidate of {len(found.trials)} flips it.\n{note}"
    rows = []
    for number, row in enumerate(found.smallest.to_dict("records"), 1):
        changed = [
            f"{path} {_shown(found.own[path])} -> {_shown(row[path])}"
            for path in question.over
            if row[path] != found.own[path]
        ]
        holds = "holds" if row["holds"] else "does not hold"
        rows.append([
            str(number), "; ".join(changed), figure(row["distance"]), row["word"],
            f"{row[FRESH + 'word']}: {holds}",
        ])  # fmt: skip
    heads = ["", "change", "distance", "word", "on fresh replicates"]
    widths = {"change": 38, "word": 18, "on fresh replicates": 22}
    table = grid("Smallest changes found", heads, rows, widths, narrowest=2)
    return f"{head}\n{table}\n{note}"


def flip_tree(found: Flipped) -> dict:
    """Return what flips a word as plain values."""
    return {
        "claim": found.question.flip,
        "own": found.own,
        "word": found.word,
        "fresh_word": found.fresh_word,
        "smallest": records(found.smallest),
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
