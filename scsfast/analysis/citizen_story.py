"""One citizen's months in words, as `scsfast.explain` returns them.

The months come from the reference (`engine/explain.py`); this module only puts them into
words and adds up counts.
"""

from collections import Counter

from ..campaign.user_data import load_given
from ..engine.explain import explain
from ..errors import ConfigError
from ..execution.policy_functions import with_decisions
from ..machine import available_cores
from ..model import traits
from ..model.government import LEVELS
from ..model.messages import did_you_mean
from ..model.population import GROUPS, STRATEGIES

MAX_REPLICATES = 1 << 32
MOST_NAMES = 40  # of scenarios that a message lists

# What the reference counts, in the order of a month; names in braces are filled in.
PHRASES = {
    "desk_lifted": "the {level} leader put it forward at the desk",
    "temptations": "tempted by {act}",
    "violations": "gave in",
    "violations_observed": "was seen, {channel}",
    "occasions": "could do {act}",
    "deeds": "did it",
    "violations_unable": "could not pay what was due",
    "deeds_moved": "would not have done so without the points",
    "deeds_faked": "only pretended to",
    "deeds_observed": "was seen doing so, {channel}",
    "informal_help": "helped somebody, unrecorded",
    "words_kept": "kept its word to citizen {partner}",
    "meetings_recorded": "how it met was reported by people",
    "meetings_misjudged": "they judged it the opposite of what the norm says",
    "told": "learned of the regime from citizen {partner}",
    "reached": "learned of the regime by publicity",
    "opted_in": "joined the regime",
    "opted_out": "left the regime",
    "records_lost": "the record was lost on its way",
    "records_reversed": "the record was reversed on its way",
    "records_misfiled": "a clerk entered it for a namesake",
    "wronged": "got what was recorded of a namesake",
    "suppressed": "the {level} leader suppressed the record",
    "bent": "the {level} leader bent the points within their range",
    "weighted": "the {level} leader's agenda changed the points",
    "retaliated": "the {level} leader retaliated with an invented record",
    "credited": "the {level} leader credited its client",
    "framed": "the {level} leader framed it with an invented record",
    "sold": "the {level} leader sold it points",
    "dropped": "a rule dropped it to a grade",
    "listings": "put on the list",
    "fair_listings": "honest leaders would have put it on the list",
    "performed": "performed, and is off the list early",
    "taken_off": "a leader, or an appeal, took it off the list",
    "repaired": "a recorded deed shortened its term on the list",
    "ordered": "on the orders of the {level} leader it is treated as a client",
    "appeals": "that was contested",
    "appeals_granted": "the appeals body will reverse it",
    "corrected": "what was decided on appeal took effect",
}
CHANNELS = {
    "automatic": "recorded automatically",
    "human": "reported by people",
    "": "which is not recorded",
}
FOR = ("suppressed", "credited", "sold", "desk_lifted", "taken_off")
AGAINST = ("framed", "retaliated")
EITHER = ("bent", "weighted", "tilted")
LEADERS = (*FOR, *AGAINST, *EITHER)
CONDUCT = (
    ("temptations", "tempted"),
    ("violations", "gave in"),
    ("violations_observed", "seen"),
    ("occasions", "could do a deed"),
    ("deeds", "did it"),
    ("deeds_faked", "pretended to"),
    ("informal_help", "helped unrecorded"),
    ("meetings", "met somebody"),
    ("words_kept", "kept its word"),
)
UNCOUNTED = {"welfare", "social_value", "offender_gain", "records_handled"}
ROUTINE = {
    "meetings",
    "words_kept",
    "tilted",
    "informal_help",
    "desk_lifted",
    *UNCOUNTED,
}
UNSAID = {"meetings", "tilted", *UNCOUNTED}
UNSAID |= {"group_violations", "group_violations_observed"}
UNSAID |= {"group_deeds", "group_deeds_observed"}
UNSAID |= {"ordered_suppressed", "overturned", "hushed"}
# The phrase for the first output if none of the others follows it.
WITHOUT = (
    ("temptations", ("violations",), "resisted"),
    ("violations", ("violations_observed",), "nobody saw it"),
    ("occasions", ("deeds", "deeds_faked"), "did not"),
    ("meetings", ("words_kept",), "broke its word to citizen {partner}"),
)


def tell(
    campaign, citizen: int, *, scenario: str | None = None, replicate: int = 0
) -> dict:
    """Return one citizen's story in a scenario of a campaign, as `scsfast.explain` does.

    Parameters
    ----------
    campaign : Campaign
    citizen : int
        Number of the citizen, from 0.
    scenario : str
        Name of the scenario.
    replicate : int
        Number of the replicate, from 0.
    """
    chosen = _scenario(campaign, scenario)
    if not 0 <= replicate < MAX_REPLICATES:
        fault = f"must be a number from 0 to {MAX_REPLICATES - 1}, got {replicate}"
        raise ConfigError(f"`replicate` {fault}")
    chosen = with_decisions(campaign, chosen, replicate)
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
        known = ", ".join(f"'{each}'" for each in names[:MOST_NAMES])
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        near = did_you_mean(name, names)
        raise ConfigError(
            f"`scenario` must be one of {known}{more}, got '{name}'{near}"
        )
    return campaign.scenarios[names.index(name)]


def _person(stored: dict) -> dict:
    """Return a citizen's traits, ties and leaders at the start, in words."""
    bits, ties = stored["traits"], stored["ties"]
    return {
        "group": GROUPS[traits.group(bits)],
        **{name: traits.has(bits, name) for name in traits.FLAGS},
        "strategy": STRATEGIES[stored["strategy"]],
        "quality": stored["quality"] / 256,
        "guile": stored["guile"] / 256,
        "income": stored["means"] / 16,
        "tied_to": [name for k, name in enumerate(LEVELS) if ties >> k & 1],
        "under_manipulators": [LEVELS[k] for k in stored["manipulating_levels"]],
    }


def _month(chapter, scenario) -> dict:
    """Return a month with its events in words."""
    names = _grades(scenario, chapter.tick)
    counted = Counter(event.output for event in chapter.events)
    changed = _changes(chapter, scenario)
    return {
        "tick": chapter.tick,
        "date": _date(chapter.tick, scenario.world.ticks_per_year),
        "happened": [*_happened(chapter), *changed],
        "is_routine": set(counted) <= ROUTINE
        and not (changed or chapter.prizes)
        and chapter.listed[0] <= chapter.listed[1] + 1
        and chapter.grade[0] == chapter.grade[1],
        "counted": {
            k: n for k, n in counted.items() if k in {*dict(CONDUCT), *LEADERS}
        },
        "unit_points": chapter.unit_points,
        "prizes": [
            {"kind": kind, "won": won, "fairly": fair, "treatment": treatment}
            for kind, won, fair, treatment in chapter.prizes
        ],
        "score": chapter.score if chapter.has_score else None,
        "fair_score": chapter.fair_score if chapter.has_score else None,
        "wealth": chapter.wealth,
        "grade": [names[k] for k in chapter.grade]
        if names and chapter.has_score
        else None,
        "listed": chapter.listed,
    }


def _date(tick: int, ticks_per_year: int) -> str:
    """Return a tick as a date, such as "year 2, month 6"."""
    year, part = divmod(tick, ticks_per_year)
    name = "month" if ticks_per_year == 12 else "tick"
    return f"year {year + 1}, {name} {part + 1}"


def _happened(chapter) -> list[str]:
    """Return what happened in a month, in words and in order."""
    said, outputs, lost = [], [event.output for event in chapter.events], False
    skipped = UNSAID | ({"fair_listings"} if "listings" in outputs else set())
    for event in chapter.events:
        lost = event.output == "records_lost" or (
            lost and event.output in ("bent", "weighted", "suppressed")
        )
        if event.output not in skipped and not (lost and event.output in EITHER):
            said.append(_phrase(PHRASES[event.output], event, chapter.partner))
        for first, others, phrase in WITHOUT:
            if event.output == first and not set(others) & set(outputs):
                said.append(phrase.format(partner=chapter.partner))
    return said + [_prize(*prize) for prize in chapter.prizes]


def _changes(chapter, scenario) -> list[str]:
    """Return other changes from a month on: regime, leaders, ties, strategy."""
    said = [
        f"now under '{phase.regime.name}'"
        for first, phase in scenario.phases()
        if 0 < first == chapter.tick
    ]
    for new in chapter.new_leaders:
        how = "manipulating" if new.manipulates else "honest"
        tie = {
            (False, True): ", whose client it is",
            (True, False): ", no patron of its",
        }
        tie = tie.get((new.was_tied, new.is_tied), "")
        said.append(f"a new, {how} {LEVELS[new.level]} leader{tie}")
    for way in chapter.new_ways:
        now = "manipulates from now on" if way.manipulates else "no longer manipulates"
        said.append(f"the {LEVELS[way.level]} leader, imitating a sibling, {now}")
    before, after = chapter.strategy
    if before != after:
        said.append(f"from now on {STRATEGIES[after]}, no longer {STRATEGIES[before]}")
    return said


def _grades(scenario, tick: int) -> list[str]:
    """Return the names of the grades at a tick."""
    return [grade.name for grade in _regime(scenario, tick).grades]


def _regime(scenario, tick: int):
    """Return the regime in force at a tick."""
    return [phase.regime for first, phase in scenario.phases() if first <= tick][-1]


def _phrase(phrase: str, event, partner) -> str:
    level = LEVELS[event.where[0]] if "{level}" in phrase else ""
    channel = CHANNELS[event.channel]
    return phrase.format(act=event.act, channel=channel, level=level, partner=partner)


def _prize(kind: str, won: bool, fair: bool, treatment: str) -> str:
    verdicts = {
        (True, True): "won it",
        (True, False): "won it, by fair scores it would not have",
        (False, True): "got none, by fair scores it would have",
        (False, False): "got none",
    }
    treated = {
        "favoured": ", favoured by a leader or having bought points",
        "opposed": ", as a dissenter whom a leader opposes",
    }
    asked = f"asked for a {kind}{treated.get(treatment, '')}"
    return f"{asked} and {verdicts[won, fair]}"


def _sums(months: list[dict]) -> dict:
    """Return totals over the months and the state at the end."""
    last = months[-1]
    prizes = [prize for month in months for prize in month["prizes"]]
    counted = Counter()
    for month in months:
        counted.update(month["counted"])
    return {
        "score": last["score"] and last["score"][1],
        "fair_score": last["fair_score"] and last["fair_score"][1],
        "wealth": last["wealth"][1],
        "prizes_asked": len(prizes),
        "prizes_won": sum(prize["won"] for prize in prizes),
        "prizes_fairly": sum(prize["fairly"] for prize in prizes),
        "conduct": {name: counted[name] for name, _ in CONDUCT},
        "by_leaders": {name: counted[name] for name in LEADERS if counted[name]},
        "unit_points": sum(month["unit_points"] for month in months),
    }
