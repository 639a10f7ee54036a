"""Strategies of hypothesis for worlds, regimes, leaders and citizens."""

import math
from functools import cache
from types import SimpleNamespace
from typing import get_args

import numpy as np
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

from scsfast.model.appeals import REVERSIBLE, Appeal
from scsfast.model.citizens import MAX_OBSERVERS, Awareness, OptIn
from scsfast.model.conduct import Conduct, Meeting
from scsfast.model.government import DOMAINS, JUDGED_BY, LEVELS, Career, Leaders, Target
from scsfast.model.integers.build import build_rules
from scsfast.model.messages import validated
from scsfast.model.population import GROUPS, STRATEGIES
from scsfast.model.regime import MAX_COHORTS, MAX_GRADES, Belief, Norm
from scsfast.model.scorers import PARTS, BlackBox, Index, Listing
from scsfast.model.user_data import Given
from scsfast.model.world import MAX_PRIZES, Prize, Scenario
from support.random_sizes import any_sizes

SEARCH = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
}


# Chances a tick that are added up over levels, or must not pass 1: highest a tick.
MOST_A_TICK = {
    **dict.fromkeys(("credit_rate", "frame_rate", "sale_rate"), 0.9999 / len(LEVELS)),
    **dict.fromkeys(("mutation", "audit_rate", "exit_rate", "learning"), 1.0),
    **dict.fromkeys(("publicity_rate", "review_rate"), 1.0),
}


WIDEST = 30_000  # points; limits of `parameters.Points`


SIZES = {"quality": 256, "guile": 256, "means": 256, "group": 4, "strategy": 3}
SIZES |= dict.fromkeys(("dissenter", "aware", "enrolled"), 2)


def usual(low, high, *ends):
    """Return numbers in [low, high] mostly, one in four times one of the ends."""
    return st.one_of(*[st.floats(low, high)] * 3, st.sampled_from(ends))


share = usual(0, 1, 0.0, 1.0)


points = st.one_of(
    *[st.integers(-60, 60)] * 3,
    st.sampled_from([-WIDEST, -1, 0, 1, WIDEST]),
    st.floats(-WIDEST, WIDEST),
)


sizes = points.map(abs)


money = usual(0, 3, 0.0, 16_384.0)


correlations = st.one_of(
    st.just({}),
    st.sampled_from([{"quality_means": 0.99}, {"guile_means": -0.99}]),
    # below 1/2 any three are possible together: (.49 + .49 ** 2) / (1 - .49 ** 2) < .99
    st.fixed_dictionaries({
        **dict.fromkeys(
            ("quality_means", "quality_guile", "guile_means"), usual(-0.49, 0.49, 0.0, 0.49)
        ),
        **dict.fromkeys(("ties_means", "groups_means"), usual(-0.99, 0.99, 0.0, 0.99)),
    }),
)  # fmt: skip
shapes = st.sampled_from([
    {"kind": "constant", "value": 0.0}, {"kind": "constant", "value": 1e6},
    {"kind": "uniform"}, {"kind": "uniform", "low": -3.0, "high": 40.0},
    {"kind": "beta", "a": 2.0, "b": 3.0}, {"kind": "lognormal", "gini": 0.6},
])  # fmt: skip


tables = st.sampled_from([
    [(-1) ** k * 16_384 for k in range(128)], [k * k % 7 / 10 for k in range(128)],
    [16_384 * (k > 64) for k in range(128)],
])  # fmt: skip


def limits(name, field, year):
    """Return (lowest, highest, whether the lowest is left out) of a number."""
    found = {"ge": [], "gt": [], "le": [1e9]}
    for limit in field.metadata:
        for kind, values in found.items():
            values += [getattr(limit, kind)] if hasattr(limit, kind) else []
    low = max(found["ge"] + found["gt"])
    high = min(*found["le"], MOST_A_TICK.get(name, math.inf) * year)
    return low, high, low not in found["ge"]


def number(name, field, year):
    """Return any value of a plain number: mostly near its default, often an end."""
    low, high, is_open = limits(name, field, year)
    if field.annotation is int:
        near = min(high, low + 9)
        return st.one_of(*[st.integers(low, near)] * 3, st.sampled_from([low, high]))
    first = math.nextafter(low, high) if is_open else low
    near = min(high, 3 * field.default if field.default > 0 else first + 60)
    return st.one_of(usual(first, near, first, high), st.floats(first, high))


@cache
def table(kind, year):
    """Return any plain numbers and flags of a parameter class."""
    fields = kind.model_fields.items()
    return st.fixed_dictionaries({
        name: st.booleans() if field.annotation is bool else number(name, field, year)
        for name, field in fields
        if field.annotation in (bool, int, float)
    })  # fmt: skip


@cache
def adding_up(names):
    """Return shares of some names that add up to 1."""
    lots = st.lists(st.integers(0, 4), min_size=len(names), max_size=len(names))
    return lots.filter(any).map(
        lambda lot: {name: n / sum(lot) for name, n in zip(names, lot, strict=True)}
    )


@cache
def each(names, value):
    """Return a table that has a value for some of the names."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, value))


@st.composite
def any_acts(draw, year):
    """Draw a catalogue whose rates fill the tick, or nearly."""
    acts = []
    for sign in ("negative", "positive"):
        n = draw(st.integers(0, 3))
        for k in range(n):
            part = draw(st.sampled_from([0.9999, 0.3]))
            acts.append({
                "name": f"{sign} {k}", "sign": sign, "rate": year * part / n,
                "domain": draw(st.sampled_from(DOMAINS)), "seen": draw(share),
                "scale": draw(usual(0.01, 3, 1e-9, 1e6)),
                "only": draw(st.sampled_from([None, None, *GROUPS])),
                "defies": draw(st.booleans()),
                "penalty": draw(money), "price": draw(money),
                "due": draw(money) if sign == "negative" else 0.0,
                "social_value": draw(usual(-2, 2, -16_384.0, 16_384.0)),
            })  # fmt: skip
    return acts


@st.composite
def any_world(draw):
    """Draw a world of a few dozen citizens."""
    year = draw(st.one_of(st.integers(1, 12), st.just(366)))
    spans = [draw(st.integers(1, 12))]
    for _ in range(draw(st.integers(0, 5))):
        spans.append(spans[-1] * draw(st.integers(2, 3)))
    levels = LEVELS[: len(spans)]
    pool = st.sampled_from([*levels, "top"])
    prizes = {
        f"kind {k}": {
            **draw(table(Prize, year)),
            "need": draw(shapes),
            "served": draw(st.one_of(st.none(), share)),
        }
        for k in range(draw(st.integers(1, MAX_PRIZES)))
    }
    n_citizens = draw(st.integers(1, 60))
    return {
        "n_citizens": n_citizens,
        "n_ticks": draw(st.integers(2, 7)),
        "warmup": draw(st.integers(0, 4)),
        "ticks_per_year": year,
        "distribution_every": draw(st.integers(1, 4)),
        "spans": spans,
        "sizes": draw(st.one_of(st.just({}), any_sizes(n_citizens, spans))),
        "unit_means": draw(st.sampled_from([None, *levels])),
        "bad_quality": draw(share),
        "years_of_wealth": draw(usual(0, 3, 0.0, 100.0)),
        "wealth_memory": draw(usual(1, 40, 1.0)),
        "conduct": draw(table(Conduct, year)),
        "meetings": draw(table(Meeting, year)),
        "prize": {name: {**p, "pool": draw(pool)} for name, p in prizes.items()},
        "acts": draw(any_acts(year)),
        "population": {
            **{name: draw(shapes) for name in ("quality", "guile", "means")},
            **{name: draw(share) for name in ("dissenters", "enrolled", "aware")},
            "groups": draw(adding_up(GROUPS)),
            "strategies": draw(adding_up(STRATEGIES)),
            "ties": [draw(share) for _ in levels],
            "network": draw(st.lists(pool, max_size=4)),
            "correlations": draw(correlations),
        },
    }


@st.composite
def any_scorer(draw, floor, ceiling, year):
    """Draw a scorer with its tables, perhaps a list beside it, and grades."""
    scorer = draw(
        st.sampled_from(["ledger", "cohorts", "index", "model", "list", "none"])
    )
    anywhere = st.one_of(st.floats(floor, ceiling), points)
    reached = anywhere.map(lambda score: min(score, ceiling))
    cuts = draw(st.sets(reached, max_size=7))
    grades = [{"name": "0"}, *({"from": cut} for cut in sorted(cuts))]
    assert len(grades) <= MAX_GRADES
    found = {
        "scorer": "ledger" if scorer == "cohorts" else scorer,
        "grades": [{**grade, "name": str(k)} for k, grade in enumerate(grades)],
        "good_from": draw(reached),
        "serves_from": draw(reached),
        "memory_years": draw(st.one_of(st.none(), usual(0.01, 5, 1e-300, 1e300))),
        "index": {
            **draw(table(Index, year)),
            "weights": draw(adding_up(PARTS)),
            "identity": draw(each(GROUPS, share)),
        },
        "model": {**draw(table(BlackBox, year)), "refit": draw(st.integers(1, 3))},
    }
    if scorer in ("index", "model"):
        found["memory_years"] = None
    if scorer == "cohorts":
        years = draw(st.integers(1, MAX_COHORTS))
        found |= {"memory_years": None, "valid_years": years}
    if scorer == "list" or draw(st.booleans()):
        found["listing"] = draw(table(Listing, year))
    return found


@st.composite
def any_observers(draw):
    """Draw how many observers must report the same."""
    number = draw(st.one_of(st.integers(1, 5), st.just(MAX_OBSERVERS)))
    quorum = draw(st.integers(1, number))
    return {"number": number, "quorum": quorum, "error": draw(share)}


def allocations(scorer, prizes):
    """Return any rules that a regime with this scorer may have."""
    rules = ["score", "lottery", "market", "oracle", "queue"]
    has_scores = scorer["scorer"] in ("ledger", "index", "model")
    rules += ["threshold", "proportional"] if has_scores else []
    rules += ["grade"] if has_scores and len(scorer["grades"]) > 1 else []
    rules += ["exclusion"] if "listing" in scorer else []
    rule = st.sampled_from(rules)
    return st.one_of(rule, st.fixed_dictionaries(dict.fromkeys(prizes, rule)))


@st.composite
def any_appeal(draw, levels):
    """Draw an appeals body of any level, which may reverse any kinds of acts."""
    return {
        **draw(table(Appeal, 12)),
        "level": draw(st.sampled_from(levels)),
        "delay": draw(st.sampled_from([1, 1, 2, 3, 12])),
        "reverses": sorted(draw(st.sets(st.sampled_from(REVERSIBLE)))),
    }


@st.composite
def any_regime(draw, world, floor, ceiling):
    """Draw a regime for a world, with a given range of scores."""
    year, levels = world["ticks_per_year"], LEVELS[: len(world["spans"])]
    scorer = draw(any_scorer(floor, ceiling, year))
    scored = scorer["scorer"] in ("ledger", "index", "model")
    grades = [None, *(grade["name"] for grade in scorer["grades"])]
    scoring = st.fixed_dictionaries({
        "points": st.one_of(points, st.lists(points, min_size=2, max_size=2)),
        "channel": st.sampled_from(["automatic", "human"]),
        "seen": usual(0, 3, 0.0, 1e6),
        "lists": st.booleans() if "listing" in scorer else st.just(False),
        "drops_to": st.sampled_from(grades),
    })  # fmt: skip
    kind = draw(st.sampled_from(["experience", "experience", "slope", "table", "none"]))
    values = draw(tables) if kind == "table" else []
    return {
        "name": "any",
        "floor": floor,
        "ceiling": ceiling,
        "base": draw(usual(floor, ceiling, floor, ceiling)),
        **scorer,
        "allocation": draw(allocations(scorer, world["prize"])),
        "deciding": draw(st.sampled_from(levels)),
        "appeal": draw(st.one_of(st.none(), any_appeal(levels))),
        "discretion": draw(st.one_of(share, each(levels, share), st.just(1.0))),
        **{name: draw(share) for name in ("transparency", "publicity")},
        "meeting": {
            "norm": draw(st.sampled_from(get_args(Norm))),
            "group_norms": draw(each(GROUPS, st.sampled_from(get_args(Norm)))),
            "seen": draw(share),
            "plus": draw(sizes),
            "minus": draw(sizes),
        },
        "loss": draw(usual(0, 0.2, 0.0, 1.0)),
        "noise": draw(usual(0, 0.2, 0.0, 0.5)),
        "misfiled": draw(usual(0, 0.3, 0.0, 1.0)),
        "scrutiny": draw(each(GROUPS, usual(0, 3, 1e6))),
        "access": draw(each(GROUPS, usual(0, 3, 1e6))),
        "suspicion": draw(usual(0, 4, 0.0, 1.0, 1e6)),
        "observers": draw(any_observers()),
        "awareness": draw(table(Awareness, year)),
        "opt_in": draw(
            st.one_of(st.none(), table(OptIn, year)) if scored else st.none()
        ),
        "enrolled": draw(st.one_of(st.none(), share)),
        "unenrolled": draw(st.sampled_from(["last", "base"])),
        "belief": {**draw(table(Belief, year)), "kind": kind, "values": values},
        "acts": draw(each(tuple(act["name"] for act in world["acts"]), scoring)),
    }


@st.composite
def any_leaders(draw, year):
    """Draw the leaders of a level: every channel, tenures of a few ticks."""
    weights = usual(0, 10, 0.0, 10.0)
    return {
        **draw(table(Leaders, year)),
        "tenure": draw(st.one_of(st.none(), st.floats(0.001, 5 / year))),
        "career": draw(table(Career, year)),
        "target": {
            **draw(table(Target, year)),
            "judged_by": draw(st.sampled_from(JUDGED_BY)),
        },
        "parts": draw(each(PARTS, weights)),
        "agenda": draw(each(DOMAINS, weights)),
    }


@st.composite
def any_given(draw, n_citizens):
    """Draw a user's data: some columns, some matchings, or none."""
    if not draw(st.booleans()):
        return Given()
    generator = np.random.default_rng(draw(st.integers(0, 999)))
    people = {
        name: generator.integers(0, size, n_citizens).astype(np.uint8)
        for name, size in SIZES.items()
        if draw(st.booleans())
    }
    partners = []
    for _ in range(draw(st.integers(0, 3))):
        order, partner = generator.permutation(n_citizens), np.arange(n_citizens)
        one, other = order[: n_citizens // 2], order[-(n_citizens // 2) :]
        if n_citizens > 1:
            partner[one], partner[other] = other, one
        partners.append(partner)
    return Given(people, draw(st.sampled_from([None, partners])))


@st.composite
def anything(draw):
    """Draw a scenario as a tree, the user's data, and the seed."""
    world = draw(any_world())
    year, n_ticks = world["ticks_per_year"], world["n_ticks"]
    floor = draw(usual(-300, 300, -WIDEST, WIDEST - 1))
    widest = min(WIDEST, floor + 400)
    ceiling = draw(usual(floor + 1, widest, floor + 1, WIDEST))
    regime = any_regime(world, floor, ceiling)
    ticks = draw(st.sets(st.integers(1, n_ticks - 1), max_size=3))
    flags = {name: draw(st.booleans()) for name in ("clients_know", "placebo")}
    leaders = {**flags, "all": draw(any_leaders(year))}
    if draw(st.booleans()):
        leaders[draw(st.sampled_from(LEVELS))] = draw(any_leaders(year))
    tree = {
        "name": "any",
        "world": world,
        "regime": draw(regime),
        "leaders": leaders,
        "change": [{"tick": tick, "regime": draw(regime)} for tick in sorted(ticks)],
    }
    own = draw(any_given(world["n_citizens"]))
    return SimpleNamespace(tree=tree, own=own, seed=draw(st.integers(0, 2**64 - 1)))


def rules_of(asked, *, of_regimes=None, of_leaders=None):
    """Return the integers of a drawn scenario, which must not be refused."""
    tree = dict(asked.tree)
    if of_regimes:
        tree["regime"] = {**tree["regime"], **of_regimes}
        tree["change"] = [
            {**change, "regime": {**change["regime"], **of_regimes}}
            for change in tree["change"]
        ]
    if of_leaders:
        tree["leaders"] = {
            level: {**values, **of_leaders} if isinstance(values, dict) else values
            for level, values in tree["leaders"].items()
        }
    return build_rules(validated(Scenario, tree, "fuzz"))
