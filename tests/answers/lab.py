"""The laboratory: campaigns with everything off except the mechanism of a known answer.

A case is a function that runs campaigns and yields checks; `case` registers it, with its
sizes and with changes that spoil it. Keys are dotted, as in a campaign's TOML file.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import stats
from support.small_scenarios import merged

from scsfast.campaign.config import campaign_from_dict
from scsfast.engine.simulation import Simulation
from scsfast.model.integers.build import build_rules
from scsfast.model.outcomes import named

FALSE_ALARM = 1e-6  # a case: chance that it fails though model and theory agree
SEED = 20181227
LEVELS = ("village", "township", "county", "city", "province", "centre")
QUIET = {  # everything off that a case does not switch on
    "world.warmup": 0,
    "world.distribution_every": 1_000_000,
    "world.spans": [500, 10_000, 100_000, 1_000_000],
    "world.unit_means": None,
    "world.conduct": {"moral": 0.0, "intrinsic": 0.0, "help_rate": 0.0},
    "world.meetings": {"learning": 0.0, "mutation": 0.0, "slip": 0.0},
    "world.population": {
        "aware": 0.0,
        "dissenters": 0.0,
        "network": [],
        "ties": [0.0] * 6,
    },
    "world.population.means": {"kind": "table", "values": [1.0] * 256},
    "world.prize.loan": {"capacity": 0.0, "pool": "top", "value": 0.0, "wealth": 0.0},
    "world.acts": [],
    "regime": {"floor": -30_000, "base": 0, "ceiling": 30_000, "good_from": -30_000},
    "regime.deciding": "village",
    "regime.belief.kind": "none",
    "leaders.all": {
        "share": 1.0,
        "favouritism": 0.0,
        "retaliation": 0.0,
        "desk_bonus": 0.0,
    },
    "leaders.all.credit_rate": 0.0,
    "leaders.all.frame_rate": 0.0,
    "leaders.all.agenda": {"social": 1.0, "commercial": 1.0},
}
OPEN = {  # a prize for which all apply, without consequences
    **{"capacity": 0.0, "value": 0.0, "wealth": 0.0, "pool": "top", "need_from": 0.0},
    "need": {"kind": "constant", "value": 0.9},
}
DEEDS_DONE = {"world.conduct.intrinsic": 100.0}  # whatever deed is offered


@dataclass
class Check:
    """One number of the model against one of theory."""

    what: str
    expected: float
    got: float
    error: float  # standard error of `got`
    bound: float  # largest error of integer arithmetic
    n: int  # sample size
    of: str  # what the sample is of
    tolerance: float = 0.0

    @property
    def passes(self) -> bool:
        """Whether the model agrees with theory."""
        return bool(abs(self.got - self.expected) <= self.tolerance)

    @property
    def sample(self) -> str:
        """The sample in words."""
        return f"{self.n:,} {self.of}"


def measured(what, expected, got, error, n, of="citizens", bound=0.0) -> Check:
    """Return a check of something drawn, with its standard error."""
    return Check(what, expected, got, float(error), float(bound), int(n), of)


def share(what, expected, got, n, of="citizens", bound=0.0) -> Check:
    """Return a check of a share of `n` independent things."""
    return measured(what, expected, got, share_error(expected, n), n, of, bound)


def within(what, expected, got, bound, n, of="citizens") -> Check:
    """Return a check of something that is not drawn, up to integer arithmetic."""
    return measured(what, expected, got, 0.0, n, of, bound)


def exact(what, expected, got, n, of="citizens") -> Check:
    """Return a check of equality."""
    return within(what, expected, got, 0.0, n, of)


def share_error(p: float, n: int) -> float:
    """Return the standard error of a share."""
    return float(np.sqrt(p * (1 - p) / n))


@dataclass
class Case:
    """A known answer: where it comes from, how to ask the model, how to spoil it."""

    name: str
    source: str
    about: str
    ask: Callable
    quick: int
    full: int
    spoils: tuple[dict, ...]

    def run(self, quick=True, threads=1, times=1) -> list[Check]:
        """Return the checks, each with its tolerance.

        The quick form has so many times its citizens, at most those of the full form.
        """
        n = min(times * self.quick, self.full) if quick else self.full
        checks = list(self.ask(Lab(n, threads, {})))
        z = errors_allowed(checks)
        for check in checks:
            check.tolerance = z * check.error + check.bound
        return checks

    def fails_when(self, spoil: dict, checks: list[Check]) -> bool:
        """Return whether a check of the quick form fails when the case is spoiled.

        Tolerances are as wide as those of the checks of the case that is not spoiled.
        Campaigns that are needed only after a check that fails are not run.
        """
        z = errors_allowed(checks)
        for check in self.ask(Lab(self.quick, 1, spoil)):
            check.tolerance = z * check.error + check.bound
            if not check.passes:
                return True
        return False


def errors_allowed(checks: list[Check]) -> float:
    """Return how many standard errors a check may be off, by the false alarm of all."""
    statistical = sum(check.error > 0 for check in checks)
    return stats.norm.isf(FALSE_ALARM / 2 / statistical) if statistical else 0.0


def nested(keys: dict) -> dict:
    """Return the tree of dotted keys, tables laid over each other in their order."""
    tree = {}
    for dotted, value in keys.items():
        *path, last = dotted.split(".")
        branch = {last: value}
        for key in reversed(path):
            branch = {key: branch}
        tree = merged(tree, branch)
    return tree


class Lab:
    """Runs the campaigns of one case: its number of citizens, and the changes that spoil it."""

    def __init__(self, n: int, threads: int, spoil: dict):
        self.n, self.threads, self.spoil = n, threads, spoil

    def start(self, keys: dict, change=(), base=QUIET) -> Simulation:
        """Return the simulation of a campaign before its first tick."""
        sized = {"world.n_citizens": self.n}
        trees = [nested(each) for each in (base, sized, keys, self.spoil)]
        tree = trees[0]
        for own in trees[1:]:
            tree = merged(tree, own)
        regime = {"name": "case", **tree["regime"]}
        entry = {"name": "case", "regime": regime, "change": list(change)}
        campaign = {
            "world": tree["world"],
            "leaders": tree["leaders"],
            "scenario": [entry],
        }
        scenario = campaign_from_dict(campaign).scenarios[0]
        return Simulation(build_rules(scenario), SEED, 0, self.threads)

    def run(self, keys: dict, change=(), base=QUIET) -> Simulation:
        """Return the simulation of a campaign after its last tick."""
        simulation = self.start(keys, change, base)
        simulation.run(simulation.rules.n_ticks)
        return simulation


CASES: dict[str, Case] = {}


def case(source: str, quick: int, full: int, *spoils: dict):
    """Register a known answer, which its docstring states."""

    def register(ask):
        name = ask.__name__.replace("_", "-")
        about = " ".join(ask.__doc__.split())
        CASES[name] = Case(name, source, about, ask, quick, full, spoils)
        return ask

    return register


def act(name: str, p: float, sign="negative", **own) -> dict:
    """Return an act offered with chance `p` a tick; offences cost nothing, all are seen."""
    usual = {"domain": "social", "scale": 1.0, "seen": 1.0}
    return {"name": name, "sign": sign, "rate": 12 * p, **usual, **own}


def points(**of) -> dict:
    """Return a regime's acts, recorded without a clerk, with their points."""
    return {name: {"points": p, "channel": "automatic"} for name, p in of.items()}


def outputs(simulation) -> dict:
    """Return the outputs of a simulation by name."""
    return named(simulation.outputs())


def in_points(simulation, name="score"):
    """Return scores in points, or money and payoffs in monthly incomes."""
    return simulation.arrays[name] / (65536 if name == "payoff" else 256)


def one_tick(p, a) -> tuple[float, float, float]:
    """Return mean, variance, 4th cumulant of a_i with chance p_i, else 0, at most one."""
    p, a = np.array(p, float), np.array(a, float)
    values, chances = np.append(a, 0.0), np.append(p, 1 - p.sum())
    mean = (chances * values).sum()
    second, fourth = (((values - mean) ** k * chances).sum() for k in (2, 4))
    return mean, second, fourth - 3 * second**2


def moments(got, mean, variance, fourth, bounds=(0.0, 0.0), when="") -> Iterator[Check]:
    """Yield checks of mean and variance of independent values with a known 4th cumulant."""
    n = len(got)
    error = np.sqrt(variance / n)
    yield measured(f"mean{when}", mean, got.mean(), error, n, bound=bounds[0])
    error = np.sqrt((fourth + 2 * variance**2) / n)
    yield measured(f"variance{when}", variance, got.var(), error, n, bound=bounds[1])
