"""Known answers about leaders whom superiors judge by reported figures."""

import numpy as np

from .lab import act, case, exact, in_points, outputs, share
from .nulls import BASE, CROWD, SCORERS, unlike

HALF = 1 << 15  # effort of one half, 16 bit


@case(
    "7.7",
    5_000,
    100_000,
    {"leaders.village.target": {"prize": 0.4}},
    {"leaders.village.share": 0.5},
)
def equal_effort(lab):
    """In a tournament of equal units all leaders make the same effort, prize over cost,
    without any sibling ahead. It falls with the gap, to none at the width.
    """
    ticks, size, rate, d, width = 10, 50, 2.0, 0.5, 16.0
    target = {"judged_by": "mean", "prize": 1.0, "effort_cost": 2.0, "width": width}
    keys = {
        "world.n_ticks": ticks,
        "world.spans": [size, 2 * size],
        "regime": {"deciding": "township", "discretion": {"village": d}},
        "leaders.village": {
            "target": target,
            "inflation_rate": rate,
            "inflation_cap": 30_000.0,
        },
    }
    simulation, n = lab.run(keys), lab.n // size
    tried = outputs(simulation)["effort"][:, 0]
    yield exact("least effort of all", n * HALF, int(tried.min()), n, "leaders")
    yield exact("most effort of all", n * HALF, int(tried.max()), n, "leaders")
    score = in_points(simulation)
    added = ticks * rate * d / 2
    yield exact("least points added", added, score.min(), lab.n)
    yield exact("most points added", added, score.max(), lab.n)
    for gap, effort in ((width / 2, HALF // 2), (width, 0), (3 * width, 0)):
        simulation = lab.start(keys)
        units = np.arange(lab.n) // size
        simulation.arrays["score"][:] = np.where(units % 2, round(256 * gap), 0)
        simulation.republish(0)
        simulation.run(1)
        tried = int(outputs(simulation)["effort"][0, 0])
        yield exact(
            f"effort, gap {gap:g} of {width:g}", n * effort, tried, n, "leaders"
        )


@case(
    "D3 (S47), 7.7",
    40_000,
    1_000_000,
    {"leaders.village.target": {"prize": 0.5}},
    {"regime.discretion": {"village": 0.6}},
)
def hushed_records(lab):
    """If units are judged by counts, a leader suppresses the share effort x discretion
    of all negative records, of clients or not; of automatic ones only at the deciding
    level. Bound: effort falls by the gap over the width.
    """
    ticks, d, effort = 20, 0.5, 0.6
    for channel, deciding, expected in (
        ("human", "village", effort * d),
        ("automatic", "village", effort * d),
        ("human", "township", effort * d),
        ("automatic", "township", 0.0),
    ):
        found = outputs(
            lab.run(
                {
                    "world.n_ticks": ticks,
                    "world.spans": [100, 500],
                    "world.acts": [act("a", 0.25)],
                    "regime": {"deciding": deciding, "discretion": {"village": d}},
                    "regime.acts": {"a": {"points": -1.0, "channel": channel}},
                    "leaders.village.target": {
                        **{"judged_by": "count", "prize": effort, "width": 30_000.0}
                    },
                }
            )
        )
        records, hushed = (
            int(found[name].sum()) for name in ("violations_observed", "hushed")
        )
        what = f"{channel}, {deciding} decides"
        yield share(
            what, expected, hushed / records, records, "records", 0.01 * expected
        )
        apart = int(found["suppressed"].sum()) - hushed
        yield exact(f"{what}: not among the suppressed", 0, apart, records, "records")


@case("null", 4_000, 100_000, {"idle.prize": 0.5})
def null_of_targets(lab):
    """Leaders who are judged but gain nothing by it give the same bits as leaders who
    are not judged.
    """
    for scorer, regime in SCORERS.items():
        keys = {**CROWD, "regime": regime}
        plain = outputs(lab.run(keys, base=BASE))
        for judged in ("mean", "count"):
            target = {"judged_by": judged, "prize": lab.spoil.get("idle.prize", 0.0)}
            idle = {"leaders.all.target": target}
            found = outputs(lab.run({**keys, **idle}, base=BASE))
            apart = sum(unlike(plain[name], found[name]) > 0 for name in plain)
            yield exact(f"{scorer}, {judged}: apart", 0, apart, len(plain), "outputs")
