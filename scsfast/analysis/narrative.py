"""One citizen's months as text and as HTML, for a terminal and a notebook."""

from html import escape

from ..errors import ConfigError
from .citizen_story import AGAINST, CONDUCT, EITHER, FOR, tell


class Story(dict):
    """The result of `scsfast.explain`: a dict that prints as text."""

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


class Stories(list):
    """Stories of several citizens, printed one after another."""

    def __repr__(self) -> str:
        return "\n\n".join(map(as_text, self))

    def _repr_html_(self) -> str:
        return "".join(map(as_html, self))


def stories(campaign, citizens, **question) -> Stories:
    """Return the stories of several citizens, each as `tell` returns it.

    Parameters
    ----------
    campaign : Campaign
    citizens : sequence of int
        Numbers of citizens.
    **question
        Further arguments of `tell`.
    """
    return Stories(Story(tell(campaign, int(i), **question)) for i in citizens)


def refuse_months(campaign, start: int, stop: int | None) -> None:
    """Raise ConfigError if a run has no months from `start` to before `stop`.

    Parameters
    ----------
    campaign : Campaign
    start : int
        First tick to print.
    stop : int or None
        Tick after the last to print; None: the end.
    """
    n_ticks = campaign.world.n_ticks
    if start >= n_ticks:
        raise ConfigError(
            f"`--from` must be a tick of the run, 0 to {n_ticks - 1}, got {start}"
        )
    if stop is not None and stop <= start:
        raise ConfigError(f"`--to` must be above `--from`, {start}, got {stop}")


def as_text(story: dict, start: int = 0, stop: int | None = None) -> str:
    """Return a story as text: the citizen, the months with events, the totals.

    Parameters
    ----------
    story : dict
        As `citizen_story.tell` returns it.
    start : int
        First tick to print.
    stop : int or None
        Tick after the last to print; None: the end.
    """
    months = [m for m in story["months"][start:stop] if not m["is_routine"]]
    lines = [_title(story["citizen"]), ""]
    for month in months:
        happened = "; ".join(month["happened"]) or "nothing else"
        lines += [f"tick {month['tick']} ({month['date']}): {happened}", _state(month)]
    return "\n".join([*lines, "", _end(story)])


def as_html(story: dict) -> str:
    """Return a story as an HTML table: one row per month with events."""
    rows = "".join(
        f"<tr><td>{month['tick']}</td><td>{escape(str(month['date']))}</td>"
        f"<td style='text-align:left'>"
        f"{escape('; '.join(month['happened']) or 'nothing else')}</td>"
        f"<td style='text-align:left'>{escape(_state(month).strip())}</td></tr>"
        for month in story["months"]
        if not month["is_routine"]
    )
    heads = "".join(f"<th>{name}</th>" for name in ("tick", "date", "events", "state"))
    return (
        f"<p>{escape(_title(story['citizen']))}</p><table><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table><p>{escape(_end(story))}</p>"
    )


def _title(who: dict) -> str:
    flags = [name for name in ("dissenter", "aware") if who[name]]
    flags += [] if who["enrolled"] else ["without a score"]
    tied = ", ".join(who["tied_to"]) or "no leader"
    bent = ", ".join(who["under_manipulators"]) or "none"
    return (
        f"Citizen {who['number']} under '{who['scenario']}', replicate "
        f"{who['replicate']}, seed {who['seed']}: "
        f"{', '.join([who['group'], who['strategy'], *flags])}.\n"
        f"Quality {who['quality']:.2f}, guile {who['guile']:.2f}, income "
        f"{who['income']:.2f} of the mean. Tied to: {tied}. Manipulating leaders above "
        f"it: {bent} (at the start)."
    )


def _state(month: dict) -> str:
    parts = ["no score"]
    if month["score"]:
        score, fair = _from_to(month["score"]), _from_to(month["fair_score"])
        parts = [f"score {score} (fair {fair})"]
    grade = month["grade"]
    if grade and grade[0] != grade[1]:
        parts.append(f"grade {grade[0]} -> {grade[1]}")
    if any(month["listed"]):
        parts.append(f"listed for {month['listed'][1]} ticks more")
    if abs(month["unit_points"]) >= 0.05:
        parts.append(f"review {month['unit_points']:+.2f} to the whole village")
    return f"    {', '.join(parts)}"


def _from_to(pair) -> str:
    before, after = (f"{value:.1f}" for value in pair)
    return before if before == after else f"{before} -> {after}"


def _end(story: dict) -> str:
    sums, done = story["sums"], story["sums"]["by_leaders"]
    final = "no score"
    if sums["score"] is not None:
        final = f"score {sums['score']:.1f}, fair score {sums['fair_score']:.1f}"
    conduct = ", ".join(f"{name} {sums['conduct'][key]}" for key, name in CONDUCT)
    lines = [
        f"In all {len(story['months'])} ticks: {conduct}.",
        f"Leaders for it: {_counts(done, FOR)}; against it: {_counts(done, AGAINST)}; "
        f"either way: {_counts(done, EITHER)}; review of units "
        f"{sums['unit_points'] + 0.0:+.1f} points.",
        f"Prizes: asked for {sums['prizes_asked']}, won {sums['prizes_won']}, by fair "
        f"scores {sums['prizes_fairly']}. At the end: {final}, wealth "
        f"{sums['wealth']:.1f} monthly incomes.",
        "The reference computed every month as well, with the same new state.",
    ]
    return "\n".join(lines)


def _counts(done: dict, names) -> str:
    said = [f"{name.replace('_', ' ')} {done[name]}" for name in names if name in done]
    return ", ".join(said) or "nothing"
