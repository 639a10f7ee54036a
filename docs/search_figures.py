"""Figures of the searches: one name per figure, from what ``scsfast search --json`` prints.

A folder holds ``search.json``, ``worst.json`` and ``against.json``, of the examples
``search.toml``, ``worst-leaders.toml`` and ``rules-against-leaders.toml``, and
``flip-PILOT-CLAIM.json`` of ``flip.toml``.
"""

import json
from pathlib import Path

OBJECTIVES = ("search", "worst", "against")
PATHS = ("regime.", "leaders.", "world.")


def figures(folder) -> dict[str, str]:
    """Return the figures of a folder by name, as text."""
    files = {file.stem: file for file in sorted(Path(folder).glob("*.json"))}
    trees = {name: json.loads(file.read_text()) for name, file in files.items()}
    found = {}
    for name, tree in trees.items():
        if name in OBJECTIVES:
            found |= _of_objective(name, tree)
        elif name.startswith("flip-"):
            found |= _of_flip(name.replace("-", ".", 1), tree)
    return found


def _of_objective(name: str, tree: dict) -> dict[str, str]:
    """Return the best candidate with its searched and fresh figures, and the extremes."""
    trials, best = tree["trials"], tree["front"][0]
    found = {
        f"{name}.trials": str(len(trials)),
        f"{name}.meets": str(sum(trial["meets"] for trial in trials)),
        f"{name}.values": _values(
            {k: v for k, v in best.items() if k.startswith(PATHS)}
        ),
    }
    for measure in (tree["objective"], *tree["subject_to"]):
        values = [trial[measure] for trial in trials]
        found[f"{name}.{measure}.least"] = f"{min(values):.3f}"
        found[f"{name}.{measure}.most"] = f"{max(values):.3f}"
        found[f"{name}.{measure}.searched"] = f"{best[measure]:.3f}"
        error = best[f"fresh_{measure}_error"]
        found[f"{name}.{measure}"] = f"{best[f'fresh_{measure}']:.3f} ({error:.3f})"
    return found


def _of_flip(name: str, tree: dict) -> dict[str, str]:
    """Return the word, and the smallest change that holds on fresh replicates."""
    holding = [row for row in tree["smallest"] if row["holds"]]
    found = {
        f"{name}.word": tree["word"],
        f"{name}.trials": str(len(tree["trials"])),
        f"{name}.change": "none that holds",
        f"{name}.becomes": "",
    }
    if holding:
        changed = {p: v for p, v in tree["own"].items() if holding[0][p] != v}
        found[f"{name}.change"] = ", ".join(
            f"`{path}` from {_apart(own, holding[0][path])}"
            for path, own in changed.items()
        )
        found[f"{name}.becomes"] = holding[0]["fresh_word"]
    return found


def _apart(own: float, new: float) -> str:
    """Return two values with two digits, or as many as tell them apart."""
    digits = next(d for d in range(2, 18) if f"{own:.{d}g}" != f"{new:.{d}g}")
    return f"{own:.{digits}g} to {new:.{digits}g}"


def _values(values: dict) -> str:
    return ", ".join(f"`{path} = {value:.2g}`" for path, value in values.items())
