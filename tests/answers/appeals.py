"""Known answers about a word from above, appeals, and deeds that repair."""

import numpy as np

from .lab import act, case, exact, measured, outputs, points, share
from .nulls import BASE, CROWD, SCORERS, TICKS, unlike

SPANS = [50, 500, 5000, 50_000]


def reversal_error(n, ticks, rate, strata) -> float:
    """Return the standard error of the share reversed of what happens at a rate.

    `strata` has (share, chances, shares of these) of groups of citizens of known size: what
    is reversed of one citizen's has one chance, so a citizen's records are not independent.
    """
    mean, variance = ticks * rate, ticks * rate * (1 - rate)
    chances = [np.average(p, weights=w) for _, p, w in strata]
    overall, total = np.average(chances, weights=[s for s, _, _ in strata]), 0.0
    for (size, p, w), within in zip(strata, chances, strict=True):
        p, square = np.array(p), mean**2 + variance
        binomial = mean * np.average(p * (1 - p), weights=w)
        between = square * np.average((p - within) ** 2, weights=w)
        total += size * (binomial + between + variance * (within - overall) ** 2)
    return float(np.sqrt(total / n) / mean)


@case(
    "D3 (S46), 7.4",
    40_000,
    1_000_000,
    {"leaders.all.orders": 0.3},
    {"regime.discretion": {"township": 0.4}},
)
def word_from_above(lab):
    """For clients of leaders above the deciding one, who obeys a word with `orders`,
    the share f d (1 - prod(1 - orders)) of negative records is missing, whether or not
    the deciding leader manipulates.
    """
    ticks, f, d, order = 20, 0.6, 0.5, 0.4
    for label, ties, manipulates, p in (
        ("one level above, honest decider", [0.0, 0.0, 1.0, 0.0], 0.0, order),
        ("one level above, manipulating decider", [0.0, 0.0, 1.0, 0.0], 1.0, order),
        ("two levels above", [0.0, 0.0, 1.0, 1.0], 0.0, 1 - (1 - order) ** 2),
    ):
        simulation = lab.run(
            {
                "world.n_ticks": ticks,
                "world.spans": SPANS,
                "world.acts": [act("a", 0.25)],
                "world.population.ties": ties,
                "regime": {"deciding": "township", "discretion": {"township": d}},
                "regime.acts": points(a=-10.0),
                "leaders.all": {"favouritism": f, "orders": order},
                "leaders.township": {"share": manipulates},
            }
        )
        found = outputs(simulation)
        records = int(found["violations_observed"].sum())
        missing = int(found["suppressed"][:, 1].sum()) / records
        yield share(f"{label}: missing", p * f * d, missing, records, "records", 2**-13)
        words = int(found["ordered"].sum()) / (lab.n * ticks)
        yield share(
            f"{label}: obeyed", p, words, lab.n * ticks, "citizen-ticks", 2**-13
        )
        both = found["ordered_suppressed"].sum() - found["suppressed"].sum()
        yield exact(f"{label}: not counted at both levels", 0, int(both), records)


@case(
    "7.4",
    40_000,
    1_000_000,
    {"regime.appeal.chance": 0.55},
    {"regime.appeal.error": 0.25},
    {"regime.appeal.coverage": 0.75},
)
def framed_records_that_stand(lab):
    """The share 1 - v c ((1 - e)(1 - q) + q) of framed records is not reversed: v units
    with a body, c contested, e upheld in error, q tied to the body. Points come back
    `delay` ticks later.
    """
    ticks, delay, taken = 14, 4, 8.0
    v, c, e, q = 0.5, 0.6, 0.2, 0.3
    simulation = lab.run(
        {
            "world.n_ticks": ticks,
            "world.spans": [50, 100, 1000],
            "world.population": {"dissenters": 1.0, "ties": [0.0, q, 0.0]},
            "regime": {"deciding": "village", "discretion": {"village": 1.0}},
            "leaders.village": {"frame_rate": 6.0, "frame_points": taken},
            "regime.appeal": {
                **{"level": "township", "coverage": v, "chance": c},
                **{"delay": delay, "error": e},
            },
        }
    )
    found = outputs(simulation)
    framed, reversed_ = (
        found[name].sum(axis=1).astype(int) for name in ("framed", "overturned")
    )
    n = int(framed.sum())
    stands = 1 - v * c * ((1 - e) * (1 - q) + q)
    for what, expected, got, chances in (
        ("stand", stands, 1 - reversed_.sum() / n, [c * (1 - e), c]),
        ("contested", v * c, found["appeals"].sum() / n, [c, c]),
    ):
        strata = [(v, chances, [1 - q, q]), (1 - v, [0.0], [1.0])]
        error = reversal_error(lab.n, ticks, 0.5, strata)
        yield measured(what, expected, got, error, n, "records", 2**-14)
    back = taken * (reversed_[: ticks - delay].sum() - n)
    got = simulation.arrays["score"].astype(np.int64).sum() / 256
    yield exact("points taken and given back", back, got, n, "records")


@case(
    "7.4",
    40_000,
    1_000_000,
    {"regime.appeal.chance": 0.5},
    {"leaders.village.share": 0.9},
)
def favours_that_stand(lab):
    """A body with ties of its own upholds favours for its clients: it reverses c (1 -
    e) of the credits to others, and none of those to its clients. The same body
    reverses everything that was done to its clients.
    """
    ticks, c, e, q = 12, 0.6, 0.2, 0.25
    simulation = lab.run(
        {
            "world.n_ticks": ticks,
            "world.spans": [50, 100, 1000],
            "world.population": {"ties": [1.0, q, 0.0]},
            "regime": {"deciding": "village", "discretion": {"village": 1.0}},
            "leaders.village": {"credit_rate": 6.0, "credit_points": 2.0},
            "regime.appeal": {"level": "township", "chance": c, "error": e, "delay": 1},
        }
    )
    found = outputs(simulation)
    n = int(found["credited"].sum())
    got = found["overturned"].sum() / n
    expected = c * (1 - e) * (1 - q)
    error = reversal_error(lab.n, ticks, 0.5, [(1.0, [c * (1 - e), 0.0], [1 - q, q])])
    yield measured("taken back", expected, got, error, n, "records", 2**-14)
    yield share("credited", 0.5, n / (lab.n * ticks), lab.n * ticks, "citizen-ticks")


@case(
    "7.6",
    10_000,
    500_000,
    {"regime.listing.repair": 3},
    {"world.acts": [act("d", 0.4, "positive")]},
)
def repair(lab):
    """A recorded deed takes `repair` ticks from a term: after t ticks term - t - repair x
    Binomial(t, p) are left, actual and fair.
    """
    term, ticks, worth, p = 200, 20, 4, 0.5
    simulation = lab.start(
        {
            "world.n_ticks": ticks,
            "world.acts": [act("d", p, "positive")],
            "world.conduct.intrinsic": 100.0,
            "regime.acts": points(d=1.0),
            "regime.listing": {"term": term, "repair": worth},
        }
    )
    for name in ("listed", "fair_listed"):
        simulation.arrays[name][:] = term
    simulation.run(ticks)
    left = simulation.arrays["listed"].astype(np.int64)
    deeds, n = (term - ticks - left.sum() / lab.n) / worth, lab.n * ticks
    yield share("deeds that repaired", p, deeds / ticks, n, "citizen-ticks", 2**-14)
    apart = unlike(left, simulation.arrays["fair_listed"])
    yield exact("unlike the fair list", 0, apart, lab.n)
    counted = int(outputs(simulation)["repaired"].sum()) * worth
    yield exact("counted", counted, int((term - ticks - left).sum()), lab.n)


@case("null", 4_000, 100_000, {"regime.appeal.error": 0.9})
def null_of_appeals(lab):
    """A body that reverses nothing and is tied to nobody, or one in no unit, or one
    that may reverse nothing, gives the bits of a run without a body, except for the
    appeals that it counts.
    """
    untied = {"world.population.ties": [0.3, 0.3, 0.0, 0.3]}
    idle = {
        "lets all stand": {"level": "county", "error": 1.0, "chance": 0.8},
        "of no unit": {"level": "county", "coverage": 0.0},
        "may reverse nothing": {"level": "county", "reverses": []},
    }
    for scorer, regime in SCORERS.items():
        keys = {**CROWD, **untied, "regime": regime}
        plain = outputs(lab.run(keys, base=BASE))
        for label, body in idle.items():
            found = outputs(lab.run({**keys, "regime.appeal": body}, base=BASE))
            others = [name for name in plain if name != "appeals"]
            apart = sum(unlike(plain[name], found[name]) > 0 for name in others)
            yield exact(f"{scorer}, {label}: outputs apart", 0, apart, TICKS, "ticks")


@case(
    "null",
    4_000,
    100_000,
    {"leaders.county.orders": 0.5, "regime.deciding": "township"},
)
def null_of_orders(lab):
    """Orders of levels that are not above the deciding one change no bit, and neither
    do any orders if the deciding level has no discretion.
    """
    for label, orders, discretion in (
        ("not above", {"village": 0.9, "township": 0.9, "county": 0.9}, 0.7),
        ("no discretion", {"city": 0.9}, 0.0),
    ):
        keys = {**CROWD, "regime.discretion": {"county": discretion}}
        given = {f"leaders.{level}": {"orders": p} for level, p in orders.items()}
        plain = outputs(lab.run(keys, base=BASE))
        found = outputs(lab.run({**keys, **given}, base=BASE))
        apart = sum(unlike(plain[name], found[name]) > 0 for name in plain)
        yield exact(f"{label}: outputs apart", 0, apart, len(plain), "outputs")


@case(
    "7.4",
    40_000,
    1_000_000,
    {"regime.misfiled": 0.29},
    {"world.spans": [10, 500, 5000, 50_000]},
)
def records_of_namesakes(lab):
    """In a village of an odd number n of citizens one is its own namesake in every
    tick, so records reported by people are missing from the offender's with chance m (1
    - 1/n), and all of them are with others a tick later. Records of courts and banks
    are never misfiled.
    """
    ticks, p, m, n = 20, 0.25, 0.3, 25
    keys = {
        "world.n_ticks": ticks,
        "world.spans": [n, 500, 5000, 50_000],
        "world.acts": [act("a", p), act("b", p, "positive", scale=0.001)],
        "regime": {"deciding": "township", "misfiled": m},
        "regime.acts": {"a": {"points": -10.0}},
    }
    found = outputs(lab.run(keys))
    records = int(found["violations_observed"].sum())
    missing = found["records_misfiled"]
    yield share("missing", m * (1 - 1 / n), missing.sum() / records, records, "records")
    late = int(abs(found["wronged"][1:] - missing[:-1]).sum()) + int(
        found["wronged"][0]
    )
    yield exact("entered late, twice or never", 0, late, ticks, "ticks")
    automatic = outputs(lab.run({**keys, "regime.acts": points(a=-10.0)}))
    yield exact(
        "misfiled by machines", 0, int(automatic["records_misfiled"].sum()), records
    )


@case("null", 4_000, 100_000, {"regime.acts": {"labour": {"points": 2}}})
def null_of_namesakes(lab):
    """Clerks who misfile records change no bit if all records are automatic."""
    own = {
        name: {"channel": "automatic", "points": -20}
        for name in ("arrears", "littering", "petition")
    }
    for scorer, regime in SCORERS.items():
        keys = {**CROWD, "regime.acts": own, "regime": regime}
        plain = outputs(lab.run(keys, base=BASE))
        found = outputs(lab.run({**keys, "regime.misfiled": 0.5}, base=BASE))
        apart = sum(unlike(plain[name], found[name]) > 0 for name in plain)
        yield exact(f"{scorer}: outputs apart", 0, apart, TICKS, "ticks")
