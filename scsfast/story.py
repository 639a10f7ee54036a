"""What `scsfast explain` says: one citizen's months in words.

The months come from the reference (`engine/explain.py`); nothing is computed here but
what is shown.
"""

from collections import Counter

from .errors import ConfigError
from .model.government import LEVELS
from .model.population import GROUPS, STRATEGIES

# What the reference counts, in the order of a month; {act}, {level} and {partner} are put in.
PHRASES = {
    "temptations": "tempted by {act}",
    "violations": "gave in",
    "violations_observed": "was seen",
    "occasions": "could do {act}",
    "deeds": "did it",
    "deeds_faked": "only pretended to",
    "deeds_observed": "was seen doing so",
    "informal_help": "helped somebody, unrecorded",
    "words_kept": "kept its word to citizen {partner}",
    "meetings_recorded": "the meeting was recorded",
    "records_lost": "the record was lost on its way",
    "records_reversed": "the record was reversed on its way",
    "suppressed": "the {level} leader suppressed the record",
    "bent": "the {level} leader bent the points within their range",
    "weighted": "the {level} leader's agenda changed the points",
    "retaliated": "the {level} leader retaliated with an invented record",
    "credited": "the {level} leader credited its client",
    "framed": "the {level} leader framed it with an invented record",
    "sold": "the {level} leader sold it points",
    "dropped": "a rule dropped it to a grade",
    "listings": "put on the list",
    "performed": "performed, and is off the list early",
    "taken_off": "a leader took it off the list",
}
LEADERS = ("suppressed", "bent", "weighted", "retaliated", "credited", "framed", "sold")
ROUTINE = {
    "meetings",
    "words_kept",
    "welfare",
    "social_value",
    "tilted",
    "fair_listings",
}
UNSAID = {*ROUTINE - {"words_kept"}, "group_violations", "group_violations_observed"}
UNSAID |= {"group_deeds", "group_deeds_observed"}


def tell(
    config, citizen: int, *, scenario: str | None = None, replicate: int = 0
) -> dict:
    """Return one citizen's story in a scenario of a campaign.

    Parameters
    ----------
    config : path-like, dict or Campaign
    citizen : int
        Its number, from 0.
    scenario : str, optional
        Name of the scenario; the first by default.
    replicate : int
        Number of the replicate.

    Returns
    -------
    dict
        ``citizen`` (who it is), ``months`` (a list of dicts: tick, what happened in
        words, score, fair score, wealth, grade, list, prizes) and ``sums``.

    Raises
    ------
    ConfigError
        If there is no such citizen or scenario, or the campaign is wrong.
    KernelError
        If the kernel and the reference part.
    """
    from .campaign.execute import available_cores
    from .campaign.own_data import load_given
    from .engine.explain import explain
    from .face import as_campaign

    campaign = as_campaign(config)
    chosen = _scenario(campaign, scenario)
    person, months = {}, []
    for chapter in explain(
        chosen,
        citizen,
        seed=campaign.seed,
        replicate=replicate,
        n_threads=available_cores(),
        given=load_given(campaign.world),
        person=person,
    ):
        months.append(_month(chapter, chosen))
    about = {
        "number": citizen,
        "scenario": chosen.name,
        "replicate": replicate,
        "seed": campaign.seed,
        **_person(person),
    }
    return {"citizen": about, "months": months, "sums": _sums(months)}


def _scenario(campaign, name: str | None):
    names = [scenario.name for scenario in campaign.scenarios]
    if name is None:
        return campaign.scenarios[0]
    if name not in names:
        known = ", ".join(names)
        raise ConfigError(f"`scenario` must be one of {known}, got '{name}'")
    return campaign.scenarios[names.index(name)]


def _person(stored: dict) -> dict:
    """Return who a citizen is, in words."""
    bits, ties = stored["traits"], stored["ties"]
    flags = {"dissenter": 4, "enrolled": 8, "aware": 16}
    return {
        "group": GROUPS[bits & 3],
        **{name: bool(bits & bit) for name, bit in flags.items()},
        "strategy": STRATEGIES[stored["strategy"]],
        "quality": stored["quality"] / 256,
        "guile": stored["guile"] / 256,
        "income": stored["means"] / 16,
        "tied_to": [name for k, name in enumerate(LEVELS) if ties >> k & 1],
        "under_manipulators": [LEVELS[k] for k in stored["bent_levels"]],
    }


def _month(chapter, scenario) -> dict:
    """Return a month with its events in words."""
    grades = [grade.name for grade in _regime(scenario, chapter.tick).grades]
    counted = Counter(event.output for event in chapter.events)
    happened = [
        _phrase(event, chapter.partner)
        for event in chapter.events
        if event.output not in UNSAID
    ]
    if counted["temptations"] and not counted["violations"]:
        happened.insert(1, "resisted")
    if counted["meetings"] and not counted["words_kept"]:
        happened.append(f"broke its word to citizen {chapter.partner}")
    happened += [_prize(*prize) for prize in chapter.prizes]
    return {
        "tick": chapter.tick,
        "happened": happened,
        "is_routine": set(counted) <= ROUTINE and not chapter.prizes,
        "by_leaders": {name: counted[name] for name in LEADERS if counted[name]},
        "unit_points": chapter.unit_points,
        "prizes": [
            {"kind": kind, "won": won, "fairly": fair}
            for kind, won, fair in chapter.prizes
        ],
        "score": chapter.score,
        "fair_score": chapter.fair_score,
        "wealth": chapter.wealth,
        "grade": [grades[k] for k in chapter.grade] if grades else None,
        "listed": chapter.listed,
    }


def _regime(scenario, tick: int):
    """Return the regime in force at a tick."""
    return [phase.regime for first, phase in scenario.phases() if first <= tick][-1]


def _phrase(event, partner) -> str:
    level = LEVELS[event.where[0]] if event.where and event.output in LEADERS else ""
    return PHRASES[event.output].format(act=event.act, level=level, partner=partner)


def _prize(kind: str, won: bool, fair: bool) -> str:
    verdicts = {
        (True, True): "won it",
        (True, False): "won it, by fair scores it would not have",
        (False, True): "got none, by fair scores it would have",
        (False, False): "got none",
    }
    return f"asked for a {kind} and {verdicts[won, fair]}"


def _sums(months: list[dict]) -> dict:
    """Return what the months come to."""
    last = months[-1]
    prizes = [prize for month in months for prize in month["prizes"]]
    leaders = Counter()
    for month in months:
        leaders.update(month["by_leaders"])
    return {
        "score": last["score"][1],
        "fair_score": last["fair_score"][1],
        "prizes_won": sum(prize["won"] for prize in prizes),
        "prizes_fairly": sum(prize["fairly"] for prize in prizes),
        "by_leaders": dict(leaders),
    }


def as_text(story: dict, start: int = 0, stop: int | None = None) -> str:
    """Return a story as text: who it is, the months in which something happened, the sum."""
    months = [
        month
        for month in story["months"][start:stop]
        if not month["is_routine"] or month["listed"][0] != month["listed"][1]
    ]
    lines = [_title(story["citizen"]), ""]
    for month in months:
        lines += [
            f"tick {month['tick']}: {'; '.join(month['happened'])}",
            _state(month),
        ]
    return "\n".join([*lines, "", _end(story)])


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
    parts = [f"score {_from_to(month['score'])} (fair {_from_to(month['fair_score'])})"]
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
    sums = story["sums"]
    deeds = ", ".join(f"{name} {n}" for name, n in sums["by_leaders"].items())
    return (
        f"At the end: score {sums['score']:.1f}, fair score {sums['fair_score']:.1f}; "
        f"prizes won {sums['prizes_won']}, by fair scores {sums['prizes_fairly']}; "
        f"leaders: {deeds or 'nothing'}.\n"
        "Every month was lived by the reference as well, with the same new state."
    )
