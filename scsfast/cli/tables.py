"""How results and stores look in a terminal: rich tables and plain dicts for JSON.

Numbers are only formatted here, not computed.
"""

import math

DECIMALS = 3
MOST_SHOWN = 40  # scenarios of a table in a terminal; more are those of a design
PLAIN_WIDTH = 160  # columns where stdout is no terminal
HEADS = {
    "efficiency": "effi-\nciency",
    "skill": "skill",
    "attainable": "attain-\nable",
    "diversion": "diver-\nsion",
    "capture": "capture",
    "prizes_moved_share": "prizes\nmoved",
    "mean_displacement": "displa-\ncement",
    "auc": "AUC",
    "violation_rate": "viola-\ntions",
}
NOTE = (
    "Mean ± half the 95 % interval over replicates. Efficiency: 0 lottery, 1 oracle. Skill:\n"
    "0 lottery, 1 a perfect score of quality, whose efficiency is `attainable`. Diversion:\n"
    "share of prizes that the favoured have beyond fair scores. Capture: prize rate of\n"
    "citizens tied to a leader over that of all others. Prizes moved: share of winners whom\n"
    "fair scores would not have chosen, by favour or noise. Displacement: in points.\n"
    "-: missing or undefined."
)


def number(value: float) -> str:
    """Return a number with three decimals, "-" if it is missing."""
    return "-" if math.isnan(value) else f"{round(value, DECIMALS) + 0.0:.{DECIMALS}f}"


def cell(statistics: dict) -> str:
    """Return a mean and half its interval, such as "0.312 ±0.007"."""
    mean, half = statistics["mean"], statistics["high"] - statistics["mean"]
    interval = "" if math.isnan(half) else f" ±{half:.{DECIMALS}f}"
    return number(mean) + interval


def summary_rows(table) -> dict[str, dict[str, dict[str, float]]]:
    """Return a summary table as scenario -> measure -> statistic -> value."""
    return {
        str(scenario): {
            measure: {
                str(statistic): float(
                    values.sel(scenario=scenario, statistic=statistic)
                )
                for statistic in values["statistic"].values
            }
            for measure, values in table.data_vars.items()
        }
        for scenario in table["scenario"].values
    }


def for_json(node):
    """Return a tree with missing numbers as None."""
    if isinstance(node, dict):
        return {key: for_json(value) for key, value in node.items()}
    if isinstance(node, list):
        return [for_json(value) for value in node]
    return None if isinstance(node, float) and not math.isfinite(node) else node


def summary_text(rows: dict, width: int | None = None) -> str:
    """Return a summary as a table, one row per scenario."""
    from rich.box import SIMPLE
    from rich.table import Table

    grid = Table(box=SIMPLE, pad_edge=False)
    grid.add_column("scenario")
    for head in HEADS.values():
        grid.add_column(head, justify="right")
    for scenario, measures in rows.items():
        grid.add_row(scenario, *(cell(measures[name]) for name in HEADS))
    return rendered(grid, width) + NOTE


def shown_of(names: list[str], designs: list[str]) -> tuple[list[str], str]:
    """Return the scenarios to show in a terminal, and a line that counts the others.

    Parameters
    ----------
    names : list of str
        Names of all scenarios.
    designs : list of str
        The design of each, "" for scenarios that the file names.
    """
    if len(names) <= MOST_SHOWN:
        return names, ""
    own = [name for name, design in zip(names, designs, strict=True) if not design]
    shown = (own or names)[:MOST_SHOWN]
    left = len(names) - len(shown)
    return shown, f"\n{left} more scenarios, of designs: --json has them all."


def rendered(grid, width: int | None = None) -> str:
    """Return a rich table as text, no wider than the terminal; brackets are no markup.

    Parameters
    ----------
    grid : rich.table.Table
    width : int, optional
        Greatest width of the table in characters, by default that of the terminal.
    """
    from .folding import text_of

    room = _width()
    return text_of(grid, min(width or room, room))


def _width() -> int:
    """Return the width of the terminal in characters; a large one if stdout is none."""
    import sys

    from rich.console import Console

    return Console().width if sys.stdout.isatty() else PLAIN_WIDTH


def status_rows(store) -> dict:
    """Return how many replicates and blocks of a store are done, failed and pending."""
    from ..model.graph import loss
    from ..store.coherence import refuse_incoherent
    from ..store.layout import DONE, FAILED, PENDING

    refuse_incoherent(store)
    status, pending = store.status(), store.pending()
    counts = {"done": DONE, "failed": FAILED, "pending": PENDING}
    replicates = {name: int((status == code).sum()) for name, code in counts.items()}
    n_blocks = len(store.blocks())
    failed = [block for block in pending if store.journal.has_failed(block)]
    edges = store.attributes.get("network_edges")
    until = store.campaign.until
    is_ended = bool(
        until and until.is_per_scenario and store.attributes["finished"] and not failed
    )
    unwanted = replicates["pending"] if is_ended else 0
    replicates["pending"] -= unwanted
    return {
        "store": str(store.path),
        "title": store.attributes["title"],
        "complete": not pending or is_ended,
        "part": store.attributes["finished"]
        and len(failed) < len(pending)
        and not is_ended,
        "blocks": {
            "done": n_blocks - len(pending),
            "failed": len(failed),
            "pending": len(pending) - len(failed),
            "planned": n_blocks,
        },
        "replicates": {
            **replicates,
            **({"not_wanted": unwanted} if unwanted else {}),
            "planned": int(status.size),
        },
        "scenarios": {
            scenario.name: int((row == DONE).sum())
            for scenario, row in zip(store.campaign.scenarios, status, strict=True)
        },
        "bases": _by_base(store.campaign, (status == DONE).sum(axis=1)),
        "seed": store.attributes["seed"],
        "identity": store.attributes["identity"],
        "digest": store.digest(),
        "network": edges and loss(edges),
        "errors": [
            {"scenario": scenario, "replicate": replicate, "error": error}
            for (scenario, replicate), error in sorted(store.journal.errors().items())
        ],
    }


def _by_base(campaign, done) -> dict[str, dict[str, int]]:
    """Return, per scenario of the file, its number of scenarios and finished replicates."""
    found = {}
    for k, scenario in enumerate(campaign.scenarios):
        base = campaign.origins[k].base if campaign.origins else scenario.name
        counts = found.setdefault(base, {"scenarios": 0, "done": 0})
        counts["scenarios"] += 1
        counts["done"] += int(done[k])
    return found


def _done(name: str, counts: dict[str, int]) -> str:
    n = counts["scenarios"]
    return f"  {name}: {counts['done']} done" + (f" of {n} scenarios" if n > 1 else "")


def status_text(rows: dict) -> str:
    """Return the state of a store in a few lines."""
    replicates, blocks = rows["replicates"], rows["blocks"]
    state = (
        "complete" if rows["complete"] else "not complete: the same `run` resumes it"
    )
    unwanted = replicates.get("not_wanted", 0)
    if unwanted:
        state += ": its stopping rule wants no more"
    if rows["part"]:  # all replicates of a `run --from` are done
        state += ", or `merge` joins it with other parts"
    lines = [
        f"{rows['store']}: {state}",
        f"replicates: {replicates['done']} done, {replicates['failed']} failed, "
        f"{replicates['pending']} pending, "
        + (f"{unwanted} not wanted, " if unwanted else "")
        + f"{replicates['planned']} planned",
        f"blocks: {blocks['done']} done, {blocks['failed']} failed, "
        f"{blocks['pending']} pending, {blocks['planned']} planned",
        *(_done(name, counts) for name, counts in rows["bases"].items()),
        *(
            f"  failed: scenario {e['scenario']} replicate {e['replicate']}: {e['error']}"
            for e in rows["errors"]
        ),
        *([rows["network"]] if rows["network"] else []),
        f"digest of what is committed: {rows['digest']}",
    ]
    return "\n".join(lines)
