"""Known answers about choices: prices, fakes, motives, amounts due, and patrons."""

import numpy as np

from .conduct import HALF, PRICE, PRICED, cut
from .lab import act, case, exact, outputs, points, share

AMPLE = {"world.years_of_wealth": 100.0}
MOTIVE = {"seen": 0.5, "scale": 16.0}  # of the deed in the cases below


def everyone_earns(income: float) -> dict:
    """Return a world in which all have the same income."""
    table = {"kind": "table", "values": [income] * 256}
    return {"world.population.means": table}


@case("7.1", 60_000, 2_000_000, {"world.conduct.price_weight": 0.5})
def price_in_the_choice(lab):
    """A deed costs an exponential effort with mean scale + price/income, so it is done with
    chance 1 - exp(-want/(scale + price/income)): less the higher its price, and the poorer
    the citizen. Bound as in `deterrence`.
    """
    for income in (0.5, 1.0, 4.0):
        for price in (0.0, 4.0, 12.0):
            found = outputs(
                lab.run(
                    {
                        **everyone_earns(income),
                        **AMPLE,
                        "world.n_ticks": 4,
                        "world.acts": [
                            act("gift", 0.25, "positive", price=price, scale=16.0)
                        ],
                        "world.conduct": {"intrinsic": 16.0, "price_weight": 1.0},
                        "world.population": {"quality": HALF},
                    }
                )
            )
            offered, done = (int(found[k].sum()) for k in ("occasions", "deeds"))
            cost = 16.0 + price / income
            left = np.exp(-8 / cost)
            what = f"done at price {price:g}, income {income:g}"
            bound = cut(left, cost)
            yield share(what, 1 - left, done / offered, offered, "occasions", bound)


@case("7.1", 100_000, 4_000_000, {"world.conduct.fake_cost": 0.5})
def fakes_have_a_price(lab):
    """Faking costs a share of the price: it is done with 1 - exp(-guile (gain - share x
    price)/fake scale) by citizens who do not do the deed, and each fake is paid.
    """
    price, part, guile, fake_scale = 4.0, 0.25, 0.5, 2.0
    found = outputs(
        lab.run(
            {
                **PRICED,
                **AMPLE,
                "world.n_ticks": 4,
                "world.acts": [act("gift", 0.25, "positive", price=price, **MOTIVE)],
                "world.conduct": {"fake_cost": part, "fake_scale": fake_scale},
                "world.population": {"aware": 1.0},
                "world.population.guile": {"kind": "constant", "value": guile},
                "regime.acts": points(gift=20),
            }
        )
    )
    names = ("occasions", "deeds", "deeds_faked", "welfare")
    offered, done, faked, welfare = (int(found[name].sum()) for name in names)
    gain = MOTIVE["seen"] * PRICE
    left, n = np.exp(-guile * (gain - part * price) / fake_scale), offered - done
    bound = cut(left, fake_scale)
    yield share("faked", 1 - left, faked / n, n, "occasions", bound)
    paid = 256 * (price * done + part * price * faked)
    yield exact("paid for deeds and fakes", paid, -welfare, done + faked, "acts")


@case("7.1", 100_000, 4_000_000, {"world.conduct.intrinsic": 6.0})
def help_needs_no_motive(lab):
    """Points crowd out informal help only where they move the deed. With want w and
    gain g, a deed offered with chance p is done for its points with p (exp(-w/s) -
    exp(-(w + g)/s)): the share of help that is lost. If nobody is aware, none is lost.
    """
    offer, intrinsic, rate, scale = 0.5, 8.0, 0.5, MOTIVE["scale"]
    for aware in (0.0, 1.0):
        found = outputs(
            lab.run(
                {
                    **PRICED,
                    "world.n_ticks": 2,
                    "world.acts": [act("deed", offer, "positive", **MOTIVE)],
                    "world.conduct.intrinsic": intrinsic,
                    "world.conduct.help_rate": rate,
                    "world.population": {"aware": aware, "quality": HALF},
                    "regime.acts": points(deed=20),
                }
            )
        )
        names = ("occasions", "deeds", "deeds_moved", "informal_help")
        offered, done, moved, helped = (int(found[name].sum()) for name in names)
        itself = np.exp(-intrinsic / 2 / scale)
        both = itself * np.exp(-aware * MOTIVE["seen"] * PRICE / scale)
        bound, n = cut(itself, scale) + cut(both, scale), 2 * lab.n
        label = f"aware {aware:g}"
        got, of = done / offered, "occasions"
        yield share(f"{label}: deeds", 1 - both, got, offered, of, bound)
        expected, got = itself - both, moved / offered
        if aware:
            yield share(f"{label}: moved", expected, got, offered, of, bound)
        else:
            yield exact(f"{label}: moved", 0, moved, offered, of)
        expected = rate / 2 * (1 - offer * (itself - both))
        yield share(f"{label}: help", expected, helped / n, n, "citizen-ticks", bound)


@case("7.1", 60_000, 2_000_000, {"world.years_of_wealth": 4.0})
def who_cannot_pay(lab):
    """Half of the citizens have wealth 6, half 18, and 10 is due: citizens with 6 break
    the rule whatever it costs, the others with exp(-seen x penalty/scale).
    """
    scale, penalty, seen = 16.0, 16.0, 0.5
    offence = act("arrears", 0.5, due=10.0, penalty=penalty, scale=scale, seen=seen)
    halves = {"kind": "table", "values": [0.5] * 128 + [1.5] * 128}
    simulation = lab.run(
        {
            "world.n_ticks": 1,
            "world.acts": [offence],
            "world.population.means": halves,
        }
    )
    found = outputs(simulation)
    names = ("temptations", "violations", "violations_unable")
    offered, done, unable = (int(found[name].sum()) for name in names)
    poor = int((simulation.arrays["means"] < 16).sum())
    what, of = "could not pay, of the poor", "poor citizens"
    yield share(what, 0.5, unable / poor, poor, of)
    p, n = np.exp(-seen * penalty / scale), offered - unable
    what, of = "tempted, of those who can pay", "temptations"
    yield share(what, p, (done - unable) / n, n, of, cut(p, scale))


@case("7.1, 7.4", 60_000, 2_000_000, {"leaders.all.favouritism": 0.9})
def patrons_spare_no_penalty(lab):
    """Clients who know that every record of theirs is suppressed fear only the legal
    penalty, which is paid in any case: they offend with exp(-seen x penalty/scale), not
    1; clients who do not know fear both.
    """
    scale, penalty, seen = 16.0, 8.0, 0.5
    for knows in (True, False):
        found = outputs(
            lab.run(
                {
                    **PRICED,
                    "world.n_ticks": 4,
                    "world.acts": [
                        act("a", 0.5, seen=seen, scale=scale, penalty=penalty)
                    ],
                    "world.population": {"aware": 1.0, "ties": [1.0] * 6},
                    "regime.discretion": 1.0,
                    "regime.acts": points(a=-20),
                    "leaders.clients_know": knows,
                    "leaders.all.favouritism": 1.0,
                }
            )
        )
        offered, done = (int(found[k].sum()) for k in ("temptations", "violations"))
        p = np.exp(-seen * (penalty + (not knows) * PRICE) / scale)
        what = "known" if knows else "not known"
        yield share(what, p, done / offered, offered, "temptations", cut(p, scale))
