"""What makes a scenario a yardstick: prizes are allocated without any record of conduct.

Claims, figures and the report all use these functions, so that they agree.
"""


def is_yardstick(entry: dict) -> bool:
    """Return whether a scenario never keeps scores or a list, in any of its regimes.

    A policy may decide on any regime, so a scenario with one is not a yardstick.

    Parameters
    ----------
    entry : dict
        A scenario's entry in the store's configuration; without a regime it is not a
        yardstick.
    """
    regimes = [entry.get("regime"), *(c["regime"] for c in entry.get("change") or [])]
    is_free = all(regime and not has_records(regime) for regime in regimes)
    return is_free and not entry.get("policy")


def has_records(regime: dict) -> bool:
    """Return whether a regime keeps scores or a list of citizens."""
    return regime.get("scorer") != "none" or bool(regime.get("listing"))


def yardstick_of(entry: dict) -> str:
    """Return which yardstick a scenario is: "lottery", "market", "oracle"; "" if none.

    A scenario whose regime changes, or whose kinds of prize have different rules, is
    not one of the named yardsticks.
    """
    if entry.get("change") or not is_yardstick(entry):
        return ""
    rule = entry["regime"]["allocation"]
    rules = set(rule.values()) if isinstance(rule, dict) else {rule}
    return rules.pop() if len(rules) == 1 else ""
