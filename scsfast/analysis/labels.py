"""Names of measures and claims: the same in a terminal, a report and a figure."""

WORDS = {
    "efficiency": "efficiency",
    "efficiency_loss": "efficiency lost",
    "efficiency_honest": "efficiency, honest leaders",
    "skill_honest": "skill, honest leaders",
    "less_queue": "skill less that of need alone",
    "served": "share served",
    "words_kept_share": "words kept",
    "help_rate": "informal help",
    "wealth_gini": "Gini of wealth",
    "fair_efficiency": "fair efficiency",
    "prizes_moved_share": "prizes moved",
    "capture": "capture",
    "capture_excess": "rise of capture",
    "mean_displacement": "displacement",
    "mean_score": "mean score",
    "auc": "AUC",
    "violation_rate": "violation rate",
}
HINTS = {
    "efficiency": " (0 lottery, 1 oracle)",
    "skill": " (0 lottery, 1 perfect score)",
    "diversion": ", share of prizes",
    "prizes_moved_share": ", share",
    "capture": " (prize rate of the tied / rest)",
    "mean_displacement": ", points",
    "auc": " (of score against quality)",
    "violation_rate": " (violations a temptation)",
    "mean_score": ", points",
}  # appended to the name where there is room
CLAIMS = {
    "c1": "C1",
    "c1_total": "C1 total",
    "c2": "C2",
    "c2_honest": "C2 honest",
}
KINDS = {
    ("C1", "direct"): "C1 direct",
    ("C1", "placebo"): "C1 less placebo",
    ("C1", "total"): "C1 total",
    ("C2", "lottery"): "C2",
    ("C2", "lottery, honest"): "C2 honest",
    ("C2", "market"): "C2 less market",
    ("C2", "queue"): "C2 less need alone",
    ("C2", "list"): "C2 less list",
}  # names of the kinds of estimates
DIFFERENCES = ("placebo", "total", "market", "queue", "list")  # of two scenarios
HOLM = "p (Holm)"
FACTORIAL, DONE, TIED = "factorial", "acts", "ties"  # sources on levels
BY_ACTS = (
    f"Levels before ({DONE}) are those whose leaders did anything, which need not have moved "
    "a prize; the others are by a factorial."
)


def acting(levels, channels, by_acts) -> str:
    """Return the levels and channels that manipulate, last those known by acts alone.

    Parameters
    ----------
    levels : list of str
        Names of levels of government.
    channels : list of str
        Keys of leaders' channels.
    by_acts : list of str
        Levels that are only known to have acted.
    """
    known = ", ".join(name for name in [*levels, *channels] if name not in by_acts)
    acted = f"{', '.join(by_acts)} ({DONE})" if len(by_acts) else ""
    return "; ".join(filter(None, (known, acted))) or "none"


def word(name: str) -> str:
    """Return the name of a measure or an output."""
    return WORDS.get(name) or name.replace("_", " ")


def head(name: str) -> str:
    """Return the name of a measure or an output, capitalised."""
    found = word(name)
    return found[:1].upper() + found[1:]


def explained(name: str) -> str:
    """Return the name of a measure with its unit or scale."""
    return word(name) + HINTS.get(name, "")
