"""Known answers about leaders who learn from siblings whether to manipulate."""

import numpy as np

from .lab import case, exact, outputs, share, within
from .nulls import BASE, CROWD, SCORERS, unlike

SIZE, GROUP = 2, 4  # citizens of a village, villages of a township
PAYING = {  # every citizen is credited in every tick by a manipulating leader
    "world.spans": [SIZE, SIZE * GROUP],
    "world.population.ties": [1.0, 0.0],
    "regime": {"deciding": "village", "discretion": {"village": 1.0}},
}


def manipulators(lab, ticks, first, career, **own):
    """Return a run of villages of which some manipulate at first."""
    leaders = {"credit_rate": 12.0, "credit_points": 0.0, **own}
    career = {"learning": 12.0, "favour_value": 1.0, "audit_loss": 0.0, **career}
    keys = {**PAYING, "world.n_ticks": ticks, "leaders.village": leaders}
    simulation = lab.start(
        {**keys, "leaders.village.career": {**career, **spoiled(lab)}}
    )
    manipulates = simulation.arrays["manipulates"][0]
    manipulates[:] = np.arange(len(manipulates)) % GROUP < first
    simulation._replicate.count_manipulating()
    simulation.run(ticks)
    return simulation


def spoiled(lab):
    """Return the changes of leaders' careers that spoil a case."""
    return {k.removeprefix("own."): v for k, v in lab.spoil.items() if k[:4] == "own."}


@case("K18, 7.7", 8_000, 400_000, {"own.selection": 0.8})
def fixation(lab):
    """One of N leaders under a superior manipulates and is better off by D: pairwise
    comparison at selection s makes all manipulate with chance (1 - exp(-s D))/(1 -
    exp(-N s D)).
    """
    s, groups = 0.5, lab.n // (SIZE * GROUP)
    simulation = manipulators(lab, 300, 1, {"selection": s})
    manipulates = (
        simulation.arrays["manipulates"][0].reshape(groups, GROUP).mean(axis=1)
    )
    left = int(((manipulates > 0) & (manipulates < 1)).sum())
    yield within("groups undecided", 0, left / groups, 0.001, groups, "groups")
    p = (1 - np.exp(-s)) / (1 - np.exp(-GROUP * s))
    yield share("all manipulate", p, (manipulates == 1).mean(), groups, "groups", 0.001)


@case("7.7", 8_000, 200_000, {"own.favour_value": 0.2})
def manipulation_spreads_if_it_pays(lab):
    """Manipulation spreads if its gain is above audit rate x loss, and dies out below."""
    for loss, expected, bound in ((50.0, 1.0, 0.2), (200.0, 0.0, 0.01)):
        career = {"selection": 10.0, "audit_loss": loss}
        simulation = manipulators(lab, 60, 2, career, audit_rate=0.12)
        got = outputs(simulation)["manipulating"][-1, 0] / (lab.n / SIZE)
        what = f"manipulating, gain 1, audits cost {0.01 * loss:g}"
        yield within(what, expected, got, bound, lab.n // SIZE, "leaders")


@case("null", 4_000, 100_000, {"idle.learning": 6.0})
def null_of_careers(lab):
    """If no leader learns, career pay-offs change no bit."""
    idle = {"favour_value": 9.0, "standing_value": 1.0, "selection": 50.0}
    idle["learning"] = lab.spoil.get("idle.learning", 0.0)
    for scorer, regime in SCORERS.items():
        keys = {**CROWD, "regime": regime}
        plain = outputs(lab.run(keys, base=BASE))
        found = outputs(lab.run({**keys, "leaders.all.career": idle}, base=BASE))
        apart = sum(unlike(plain[name], found[name]) > 0 for name in plain)
        yield exact(f"{scorer}: outputs apart", 0, apart, len(plain), "outputs")
