"""Null answers: runs that must not differ in any bit."""

import tempfile
from pathlib import Path

import numpy as np
from support.small_scenarios import ACTS, REGIME, WORLD

import scsfast

from .lab import LEVELS, case, exact, outputs

BASE = {"world": WORLD, "regime": REGIME, "leaders": {}}  # all mechanisms on
TICKS = 24
BUSY = {  # leaders who use every channel
    **{"share": 0.6, "favouritism": 0.6, "retaliation": 1.0, "desk_bonus": 20.0},
    **{"credit_rate": 1.5, "frame_rate": 1.5, "sale_rate": 1.5, "rich_from": 0.5},
    **{"ambition": 1.0, "recentring": 0.2, "audit_rate": 0.5, "tenure": 1.0},
    **{"tilt": 40.0, "parts": {"history": 2.0}, "orders": 0.4},
    "agenda": {"social": 2.0, "commercial": 0.5},
}
CROWD = {
    "world.n_ticks": TICKS,
    "world.acts": [{**act, "defies": act["name"] == "petition"} for act in ACTS],
    "regime.listing": {"term": 5, "extension": 3, "exit_rate": 2.0, "repair": 1},
    "regime.suspicion": 1.3,
    "regime.acts": {
        "arrears": {"points": -20, "channel": "automatic", "lists": True},
        "littering": {"points": [-50, -5], "drops_to": "C"},
        "petition": {"points": -5},
        "labour": {"points": 2},
        "donation": {"points": 5, "seen": 1.5},
    },
    "leaders.all": BUSY,
}
SCORERS = {
    "ledger": {"scorer": "ledger"},
    "calendar years": {"scorer": "ledger", "memory_years": None, "valid_years": 2},
    "index": {"scorer": "index", "memory_years": None},
    "black box": {
        "scorer": "model",
        "memory_years": None,
        "model": {"refit": 3, "ridge": 0.0},
    },
    "list": {"scorer": "list", "allocation": "exclusion"},
}
FAIR = {
    "fair_score": "score",
    "fair_listed": "listed",
    "fair_history": "history",
    "fair_circle": "circle",
}
TRACES = (
    *(
        "suppressed",
        "credited",
        "framed",
        "weighted",
        "bent",
        "desk_lifted",
        "retaliated",
    ),
    *("sold", "tilted", "inflated", "recentred", "taken_off", "prizes_moved"),
    *("displacement", "grades_moved", "ordered", "overturned"),
)


def unlike(one, other) -> int:
    """Return how many entries of two arrays differ."""
    return int((np.asarray(one) != np.asarray(other)).sum())


def between(ours: dict, theirs: dict, names: dict) -> int:
    """Return how many entries differ between arrays of one and of another name."""
    return sum(unlike(ours[one], theirs[other]) for one, other in names.items())


@case(
    "null",
    4_000,
    200_000,
    {"regime.discretion": {"village": 0.02}},
    {"regime.discretion": {"county": 0.02}},
)
def null_of_no_discretion(lab):
    """At discretion 0, whatever leaders would do, scores, lists, histories and fits are
    the fair ones in every tick, for every scorer, and no leader changes anything.
    """
    bound = {"regime.discretion": dict.fromkeys(LEVELS, 0.0)}
    for scorer, regime in SCORERS.items():
        simulation = lab.start({**CROWD, "regime": regime, **bound}, base=BASE)
        arrays, differ, n = simulation.arrays, 0, TICKS * lab.n
        for _ in range(TICKS):
            simulation.run(1)
            differ += between(arrays, arrays, FAIR) + unlike(*arrays["fits"])
            differ += unlike(arrays["cohorts"], arrays["fair_cohorts"])
        found = outputs(simulation)
        traces = sum(int(np.abs(found[name]).sum()) for name in TRACES)
        alive = found["violations_observed"].sum() and found["manipulating"].sum()
        yield exact(f"{scorer}: entries unlike the fair", 0, differ, n, "citizen-ticks")
        yield exact(f"{scorer}: traces of leaders", 0, traces, n, "citizen-ticks")
        yield exact(f"{scorer}: there was cause", 1, int(alive > 0), n, "citizen-ticks")


@case(
    "null",
    4_000,
    200_000,
    {"world.prize.loan": {"value": 2.0, "wealth": 1.0}},
    {"regime.belief.kind": "experience", "world.prize.loan.value": 2.0},
    {"regime.publicity": 0.5},
    {"regime.suspicion": 1.3},
    {"leaders.clients_know": True},
    {"leaders.all.sale_rate": 1.5},
)
def null_of_given_belief(lab):
    """With B a given slope and prizes inert, a manipulated run has, bit for bit, the
    fair scores of the honest run, which are its own, and other scores. Further
    conditions: no publicity and no suspicion (others' responses to a score); clients do
    not expect cover; no re-centring in the honest run (honest superiors do it too); no
    sales, which take wealth and payoff, and so affect deeds with a price, strategies
    learnt, and parts of an index or a black box.
    """
    deaf = {
        "world.prize.loan": {"value": 0.0, "wealth": 0.0},
        "regime.belief": {"kind": "slope", "slope": 0.001},
        "regime.publicity": 0.0,
        "regime.suspicion": 1.0,
    }
    honestly = {
        "leaders.all": {**BUSY, "sale_rate": 0.0, "share": 0.0, "recentring": 0.0}
    }
    for scorer, regime in SCORERS.items():
        keys = {
            **CROWD,
            "regime": regime,
            **deaf,
            "leaders.all": {**BUSY, "sale_rate": 0.0},
        }
        bent, honest = (
            lab.run(each, base=BASE).arrays for each in (keys, {**keys, **honestly})
        )
        differ = between(bent, honest, FAIR) + between(
            bent, honest, {k: k for k in FAIR}
        )
        differ += unlike(bent["fits"][1], honest["fits"][0])
        yield exact(f"{scorer}: fair states unlike the honest run's", 0, differ, lab.n)
        own = between(bent, bent, FAIR) > 0
        yield exact(f"{scorer}: its own differ", 1, int(own), lab.n)


@case("null", 4_000, 100_000, {"leaders.all.share": 0.6})
def null_of_placebo(lab):
    """A placebo selects the citizens on whom leaders act: if no leader manipulates, it
    changes no bit.
    """
    honest = {"leaders.all": {**BUSY, "share": 0.0}}
    for scorer, regime in SCORERS.items():
        keys = {**CROWD, "regime": regime, **honest}
        plain = outputs(lab.run(keys, base=BASE))
        found = outputs(lab.run({**keys, "leaders.placebo": True}, base=BASE))
        apart = sum(unlike(plain[name], found[name]) > 0 for name in plain)
        yield exact(f"{scorer}: outputs apart", 0, apart, len(plain), "outputs")


@case("null", 4_000, 200_000, {"world.population.enrolled": 0.1})
def null_of_nobody_enrolled(lab):
    """Leaders' acts on scores do not change the conduct of citizens without a score,
    even if clients expect cover; they help informally as if deeds brought no points.
    """
    keys = {
        **CROWD,
        "world.population.enrolled": 0.0,
        "regime.discretion": dict.fromkeys(LEVELS, 1.0),
        "leaders.clients_know": True,
    }
    honest = {"leaders.all": {**BUSY, "share": 0.0, "recentring": 0.0}}
    worthless = {"regime.acts": {"donation": {"points": 0, "seen": 1.5}}}
    led, fair, plain = (
        lab.run({**keys, **other, **lab.spoil}, base=BASE)
        for other in ({}, honest, worthless)
    )
    names = ("score", "listed", "wealth", "payoff", "strategy")
    differ = between(led.arrays, fair.arrays, {name: name for name in names})
    differ += unlike(*(outputs(run)["violations"] for run in (led, fair)))
    yield exact("states unlike those under honest leaders", 0, differ, lab.n)
    helped = [outputs(run)["informal_help"] for run in (led, plain)]
    yield exact("ticks with other informal help", 0, unlike(*helped), TICKS, "ticks")


@case("null", 1_000, 100_000, {"other.regime.publicity": 0.61})
def null_of_two_names(lab):
    """One scenario under two names gives identical bits in every output of a store; two
    replicates do not.
    """
    spoiled = {key.removeprefix("other.regime."): x for key, x in lab.spoil.items()}
    pilots = ("rongcheng", "sesame", "honest-shanghai")
    campaign = {
        "replicates": 2,
        "world": {"n_citizens": lab.n, "n_ticks": 14},
        "scenario": [{"pilot": pilot, "name": f"{pilot} 1"} for pilot in pilots]
        + [{"pilot": p, "name": f"{p} 2", "regime": spoiled} for p in pilots],
    }
    with tempfile.TemporaryDirectory() as folder:
        results = scsfast.run(campaign, Path(folder, "store"), jobs=1).load()
    for pilot in pilots:
        one, two = (results.sel(scenario=f"{pilot} {k}") for k in (1, 2))
        differ = sum(
            not np.array_equal(one[name].values, two[name].values, equal_nan=True)
            for name in results.data_vars
        )
        scores, n = one["score"].values, len(results.data_vars)
        yield exact(f"{pilot}: outputs that differ", 0, differ, n, "outputs")
        alike = int((scores[0] == scores[1]).all())
        yield exact(f"{pilot}: replicates alike", 0, alike, n, "outputs")


@case("null, 7.10", 4_000, 200_000, {"change.belief": {"kind": "none"}})
def null_of_change(lab):
    """A change to the regime already in force changes no bit of a ledger with drift and B
    given: beliefs, parts and fits begin anew; scores, list, wealth and strategies stay.
    """
    keys = {**CROWD, "regime.belief": {"kind": "slope", "slope": 0.001}}
    spoiled = {key.removeprefix("change."): x for key, x in lab.spoil.items()}
    change = [{"tick": 10, "regime": spoiled}]  # laid over the regime in force
    plain, changed = (lab.run(keys, each, base=BASE) for each in ((), change))
    names = (
        "score",
        "listed",
        "fair_score",
        "fair_listed",
        "wealth",
        "payoff",
        "strategy",
    )
    differ = between(plain.arrays, changed.arrays, {name: name for name in names})
    yield exact("states that differ", 0, differ, lab.n)
    ours, theirs = outputs(plain), outputs(changed)
    differ = sum(unlike(ours[name], theirs[name]) > 0 for name in ours)
    yield exact("outputs that differ", 0, differ, len(ours), "outputs")


@case(
    "null, 7.12",
    4_000,
    200_000,
    {"other.observers.error": 0.02},
    {"other.awareness.word": 0.02},
    {"other.opt_in.review_rate": 0.1},
    {"other.meeting.group_norms.rural": "shunning"},
)
def null_of_citizens(lab):
    """With one observer without error, no word of mouth, no publicity, no
    reconsidering, and the same norm for every group, every output is that of a run
    without these mechanisms.
    """
    off = {
        "observers": {"number": 1, "quorum": 1, "error": 0.0},
        "awareness": {"word": 0.0, "publicity_rate": 0.0},
        "meeting.group_norms": {"rural": "stern", "urban": "stern"},
        "opt_in": {"review_rate": 0.0, "scale": 0.01, "outlook": 50.0},
    }
    spoiled = {key.removeprefix("other."): value for key, value in lab.spoil.items()}
    lab.spoil = {}
    keys = {f"regime.{key}": value for key, value in {**off, **spoiled}.items()}
    for scorer in ("ledger", "calendar years", "index", "black box"):
        regime = {**CROWD, "regime": SCORERS[scorer]}
        plain, same = (lab.run({**regime, **o}, base=BASE) for o in ({}, keys))
        ours, theirs = outputs(plain), outputs(same)
        differ = sum(unlike(ours[name], theirs[name]) > 0 for name in ours)
        yield exact(f"{scorer}: outputs that differ", 0, differ, len(ours), "outputs")
