"""Known answers about leaders: their acts on records, and their careers."""

import numpy as np

from .lab import act, case, exact, in_points, outputs, points, share, within

SPANS = [50, 500, 5000, 50_000]
FREE = {"village": 0.8, "township": 0.6, "county": 0.7, "city": 0.5}
DECIDERS = np.array([0.8, 0.6, 0.7])  # discretion up to the county


def at_least_one(chances) -> float:
    """Return the chance that one of several independent things happens."""
    return float(1 - np.prod(1 - np.array(chances)))


@case(
    "D3 (S46), 7.4",
    40_000,
    2_000_000,
    {"leaders.all.favouritism": 0.44},
    {"regime.discretion": {"village": 0.9}},
)
def leniency(lab):
    """Of clients' negative records the share favouritism x discretion is missing: 38 % as
    with auditors who know the place; over levels 1 - prod(1 - f d). Others keep theirs.
    """
    f = 0.38
    kin, everyone = [0.2, 0.0, 0.0, 0.0], [1.0] * 4
    for label, ties, discretion, channel, expected in (
        ("one level, full discretion", kin, 1.0, "human", f),
        ("one level, discretion 1/2", kin, 0.5, "human", f / 2),
        ("three levels of four", everyone, FREE, "human", at_least_one(f * DECIDERS)),
        ("automatic, deciding level", everyone, FREE, "automatic", f * 0.7),
    ):
        simulation = lab.run(
            {
                "world.n_ticks": 20,
                "world.spans": SPANS,
                "world.acts": [act("a", 0.25)],
                "world.population.ties": ties,
                "regime": {"deciding": "county", "discretion": discretion},
                "regime.acts": {"a": {"points": -10, "channel": channel}},
                "leaders.all.favouritism": f,
            }
        )
        score, fair = (
            simulation.arrays[name] // 2560 for name in ("score", "fair_score")
        )
        client = simulation.arrays["ties"] > 0
        records, kept = -int(fair[client].sum()), -int(score[client].sum())
        yield share(label, expected, 1 - kept / records, records, "records", 2**-14)
        if ties is kin:
            rest = int((score - fair)[~client].sum())
            yield exact(f"{label}: missing of the rest", 0, rest, (~client).sum())


@case(
    "7.4",
    40_000,
    2_000_000,
    {"leaders.all.retaliation": 0.45},
    {"leaders.all.share": 0.7},
)
def leaders_add_up(lab):
    """Over the levels up to the deciding one an observed act of defiance meets
    retaliation with 1 - prod(1 - r d); credit for clients and framing of dissenters
    come with the sum of rate x discretion.
    """
    ticks, rates = 12, {"credit_rate": 2.0, "frame_rate": 1.5, "retaliation": 0.4}
    for ties in (0.0, 1.0):
        found = outputs(
            lab.run(
                {
                    "world.n_ticks": ticks,
                    "world.spans": SPANS,
                    "world.acts": [act("a", 0.25, seen=0.5, defies=True)],
                    "world.population": {"dissenters": 1.0, "ties": [ties] * 4},
                    "regime": {"deciding": "county", "discretion": FREE},
                    "leaders.all": rates,
                }
            )
        )
        seen, chances = int(found["violations_observed"].sum()), lab.n * ticks
        p = at_least_one(rates["retaliation"] * DECIDERS) * (1 - ties)
        got = found["retaliated"].sum() / seen
        yield share(f"retaliation, ties {ties:g}", p, got, seen, "acts", 2**-14)
        for name, rate, applies in (
            ("credited", rates["credit_rate"], ties),
            ("framed", rates["frame_rate"], 1 - ties),
        ):
            p, got = rate / 12 * DECIDERS.sum() * applies, found[name].sum() / chances
            yield share(
                f"{name}, ties {ties:g}", p, got, chances, "citizen-ticks", 2**-30
            )


@case(
    "D3 (S47), 7.4",
    100_000,
    2_000_000,
    {"leaders.all.sale_points": 9.0},
    {"leaders.all.sale_rate": 2.0},
)
def sales_below_a_cut(lab):
    """Points are sold to citizens so little below a cut that the sale lifts them over
    it: the share still below falls as (1 - sum of rate x discretion)^t, at the full
    price for each sale.
    """
    ticks, rate, price = 12, 1.8, 0.0625
    sale = {
        "sale_rate": rate,
        "sale_points": 30.0,
        "sale_price": price,
        "rich_from": 0.0,
    }
    simulation = lab.run(
        {
            "world.n_ticks": ticks,
            "world.spans": SPANS,
            "world.wealth_memory": 1e9,
            "regime": {"base": -10, "deciding": "county", "discretion": FREE},
            "regime.grades": [{"name": "low"}, {"name": "high", "from": 0}],
            "leaders.all": sale,
        }
    )
    score, stays = in_points(simulation), (1 - rate / 12 * DECIDERS.sum()) ** ticks
    still = (score == -10).mean()
    yield share("share still below", stays, still, lab.n, bound=2**-30)
    bought = score == 20
    others = int((~bought & (score != -10)).sum())
    yield exact("neither below nor 30 points up", 0, others, lab.n)
    paid = (
        12.0 - in_points(simulation, "wealth")[bought].mean()
        if bought.any()
        else np.nan
    )
    yield exact("paid by a buyer", 30 * price, paid, bought.sum(), "buyers")


@case(
    "7.7",
    20_000,
    500_000,
    {"leaders.village.ambition": 0.8},
    {"regime.discretion.village": 0.75},
)
def tournament(lab):
    """A leader adds ambition x rate x discretion x (siblings ahead)/(siblings - 1):
    none if all are equal, nothing for the first; the sum counts every pair of different
    siblings once. No unit rises further above its fair mean than the cap.
    """
    size, rivals, cap, n = 100, 5, 3.0, lab.n // 100
    keys = {
        "world.n_ticks": 6,
        "world.spans": [size, rivals * size],
        "world.acts": [act(name, 0.1) for name in "abc"],
        "regime": {"deciding": "township", "discretion": {"village": 0.5}},
        "leaders.village": {
            "ambition": 0.5,
            "inflation_rate": 1.0,
            "inflation_cap": 30_000.0,
        },
    }
    equal = int(outputs(lab.run(keys))["inflated"].sum())
    yield exact("added where all are equal", 0, equal, n, "villages")
    keys["regime.acts"] = points(a=-1000.0, b=-333.25, c=-71.125)
    simulation, pairs, to_first = lab.start(keys), 0, 0
    favour = np.zeros(lab.n, np.int64)  # score - fair score
    for _ in range(6):
        total = (
            simulation.arrays["score"].astype(np.int64).reshape(-1, size).sum(axis=1)
        )
        means = (total // size).reshape(-1, rivals)
        pairs += int((means[:, :, None] > means[:, None, :]).sum())
        first = np.repeat(means == means.max(axis=1)[:, None], size)
        simulation.run(1)
        before, scores = favour, [simulation.arrays[k] for k in ("score", "fair_score")]
        favour = scores[0].astype(np.int64) - scores[1]
        to_first += int(np.abs(favour - before)[first].sum())
    step = round(256 * 0.5 * 0.5) // (rivals - 1)  # for each sibling ahead
    added = int(outputs(simulation)["inflated"].sum())
    yield exact("added x citizens", pairs * step * size, added, 6 * n, "village-ticks")
    yield exact("added to the first", 0, to_first, 6 * n // rivals, "township-ticks")
    capped = {"ambition": 1.0, "inflation_rate": 2.0, "inflation_cap": cap}
    simulation = lab.run({**keys, "world.n_ticks": 40, "leaders.village": capped})
    most = (in_points(simulation) - in_points(simulation, "fair_score")).max()
    yield within("most points added: the cap", cap, most, 1 / 256, n, "villages")


@case(
    "7.7",
    5_000,
    500_000,
    {"leaders.county.recentring": 0.3},
    {"regime.discretion": {"county": 0.9}},
)
def recentring(lab):
    """One of five equal units gains d per tick; its superior takes the share r of every
    gap: the unit's lead approaches d (1 - 1/5)/r by the factor 1 - r, and the overall
    mean rises as without re-centring. Honest superiors re-centre too; fair scores do
    not move. Bound: truncation, and two means rounded down, per tick.
    """
    ticks, gain, taken, size = 30, 8.0, 0.25, lab.n // 5
    simulation = lab.run(
        {
            "world.n_ticks": ticks,
            "world.spans": [size // 2, size, lab.n],
            "world.population.ties": [0.0, 1.0, 0.0],
            "regime": {"deciding": "county", "discretion": 1.0},
            "leaders.village.share": 0.0,
            "leaders.township": {
                "share": 0.2,
                "credit_rate": 12.0,
                "credit_points": gain,
            },
            "leaders.county": {"share": 0.0, "recentring": taken},
        }
    )
    means = in_points(simulation).reshape(5, size).mean(axis=1)
    lead, cut = gain * 0.8 * (1 - (1 - taken) ** ticks) / taken, (1 + 2 * taken) / 256
    got = means.max() - means.mean()
    yield within("lead of the unit", lead, got, cut / taken, lab.n)
    yield within("overall mean", gain * ticks / 5, means.mean(), ticks * cut, lab.n)
    moved = int(np.abs(simulation.arrays["fair_score"]).sum())
    yield exact("fair scores moved", 0, moved, lab.n)


@case(
    "7.7",
    40_000,
    1_000_000,
    {"leaders.all.tenure": 0.5},
    {"leaders.village.audit_rate": 1.4},
)
def audits(lab):
    """Audits leave the share (1 - a)^t of manipulating leaders in office."""
    caught = 0.1
    simulation = lab.run(
        {
            "world.n_ticks": 12,
            "world.spans": [2, 1000],
            "leaders.village": {"share": 0.5, "audit_rate": 12 * caught},
        }
    )
    left, n = outputs(simulation)["manipulating"][:, 0], round(0.5 * lab.n // 2)
    for ticks in (1, 6, 12):
        expected, got = (1 - caught) ** ticks, left[ticks - 1] / n
        yield share(f"left after {ticks} ticks", expected, got, n, "leaders")


@case(
    "7.7",
    40_000,
    2_000_000,
    {"leaders.village.tenure": 1.5},
    {"leaders.village.audit_rate": 0.4},
)
def tenure(lab):
    """Leaders leave after a fixed time, 1/tenure of them per tick from the start; each
    new leader manipulates by chance and has other clients, so the share of tied
    citizens stays the same.
    """
    bent, tie, ticks, units = 0.3, 0.2, 13, lab.n // 2
    simulation = lab.start(
        {
            "world.n_ticks": ticks,
            "world.spans": [2, 1000],
            "world.population.ties": [tie, 0.0],
            "leaders.village": {"share": bent, "tenure": 1.0},
        }
    )
    before = simulation.arrays["ties"] & 1
    first = int(simulation.arrays["manipulates"][0].sum())
    yield exact("manipulating at first", round(bent * units), first, units, "leaders")
    simulation.run(ticks)
    found, after = outputs(simulation), simulation.arrays["ties"] & 1
    retired = found["retired"][:, 0]
    yield exact("retired at tick 0", 0, int(retired[0]), units, "leaders")
    yield exact("retired in a year", units, int(retired[1:13].sum()), units, "leaders")
    yield share("retired at tick 5", 1 / 12, retired[5] / units, units, "leaders")
    later = found["manipulating"][12, 0] / units
    yield share("manipulating after a year", bent, later, units, "leaders")
    yield share("tied", tie, after.mean(), lab.n)
    yield share("tied before and after", tie**2, (before & after).mean(), lab.n)
