"""Words on the claims over the points that published figures do not rule out.

`scsfast.inference.constrain` decides which points these are; this module joins its result
with the words at each point. Points that are ruled out still serve as honest counterparts
of others. A base without targets, or with no point left, gets a note and no word.
"""

import pandas as pd

from ..intervals import share_interval
from .robustness import CLAIMS

LEFT = (
    "base", "regime", "claim", "verdict", "left", "points", "share_same", "low", "high",
    "share_same_all", "share_same_by_mean", "share_same_by_mean_all",
)  # fmt: skip
TARGETS = (
    "base", "regime", "target", "value", "points", "met", "ruled_out", "ruled_out_alone",
    "least_implausibility", "source",
)  # fmt: skip


def kept(constrained) -> set[str] | None:
    """Return the names of points that get a word: points left, of bases with targets.

    Parameters
    ----------
    constrained : scsfast.inference.constrain.Constrained or None
        Without it there is no restriction, and the function returns None.
    """
    if constrained is None:
        return None
    tried = set(constrained.points["scenario"])
    return tried & set(constrained.left)


def over_what_is_left(over, constrained, confidence: float):
    """Return how widely words hold over the points left, and what each target rules out.

    Parameters
    ----------
    over : tuple of pandas.DataFrame
        The result of `robustness` for the points left: robustness, mass, points.
    constrained : scsfast.inference.constrain.Constrained or None
        Without it both tables are empty.
    confidence : float
        Of the intervals of shares.

    Returns
    -------
    left : pandas.DataFrame
        One row per base and claim: ``verdict``, the word that points are compared with;
        how many of the computed ``points`` of the regime are ``left``; ``share_same``, the
        share of the points left that have the word, with its Wilson interval ``low``,
        ``high`` (as for points drawn independently); and ``share_same_all``, the share of
        all computed points. The two shares are equal where the targets carry no information
        about the claim. The last two columns are these shares if each point's mean were
        exact.
    targets : pandas.DataFrame
        One row per base and target: ``met``, the number of points that the target does not
        rule out, and the columns of `constrain`.
    notes : list of str
        Why a base has no word.
    """
    if constrained is None:
        return pd.DataFrame(columns=list(LEFT)), pd.DataFrame(columns=list(TARGETS)), []
    robust, _, points = over
    named = robust.drop_duplicates(["base", "claim"])
    rows = [
        _row(row, points[points["base"] == row["base"]], confidence)
        for row in named.to_dict("records")
    ]
    targets = constrained.targets.assign(
        met=constrained.targets["points"] - constrained.targets["ruled_out"]
    )
    return (
        pd.DataFrame(rows, columns=list(LEFT)),
        targets[list(TARGETS)],
        _notes(points, constrained),
    )


def _row(row: dict, part: pd.DataFrame, confidence: float) -> dict:
    """Return one base's word on a claim, over the points left and over all points."""
    claim, word = row["claim"], row["verdict"]
    assert claim in CLAIMS
    left = part[part["is_left"]]
    about = {name: row[name] for name in ("base", "regime", "claim", "verdict")}
    about |= {"left": len(left), "points": len(part)}
    if not word:
        return about
    n_same = int((left[claim] == word).sum())
    low, high = share_interval(n_same, len(left), confidence)
    exact = f"{claim}_by_mean"
    return about | {
        "share_same": n_same / len(left),
        "low": low,
        "high": high,
        "share_same_all": float((part[claim] == word).mean()),
        "share_same_by_mean": float((left[exact] == word).mean()),
        "share_same_by_mean_all": float((part[exact] == word).mean()),
    }


def _notes(points: pd.DataFrame, constrained) -> list[str]:
    """Explain why a base that has points has no word over the points left."""
    notes = []
    for base in constrained.bases.to_dict("records"):
        own = points[points["base"] == base["base"]]
        if own.empty or own["is_left"].any():
            continue
        head = f"{base['base']}: no verdict over points."
        if not base["targets"]:
            notes.append(
                f"{head} No target is about {base['regime']}, so none of its {len(own)} "
                "points was tried."
            )
            continue
        notes.append(
            f"{head} None of {len(own)} points is left{_by(base, constrained)}."
        )
    return notes


def _by(base: dict, constrained) -> str:
    """Name the targets that no point meets, or the target that rules out most points."""
    own = constrained.targets[constrained.targets["base"] == base["base"]]
    unmet = own[own["least_implausibility"] > constrained.limit]
    if len(unmet):
        return f"; no point meets {', '.join(unmet['target'])}"
    most = own.loc[own["ruled_out"].idxmax()]
    return (
        f"; each target is met by some point, none by all; {most['target']} rules out "
        f"most, {most['ruled_out']}"
    )
