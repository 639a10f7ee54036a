"""Verification: the model against what is known in closed form.

``python tests/verification.py`` runs every case on large samples (minutes) and prints a
table; ``--quick`` is the form that the tests run. Each case is a campaign, written as the
tree that a TOML file holds, with all mechanisms off but those that the known answer is
about. Sources K1..K19 and D3 are those of docs/verification.md.

A tolerance is z standard errors of the sampling error, plus a bound on the error of
integer arithmetic where there is one; both are derived, none is fitted. z is chosen so
that all statistical checks of a case together raise a false alarm with a chance of at
most `FALSE_ALARM`, by the normal approximation. Checks without error and bound are exact.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scenarios import ACTS, REGIME, WORLD, merged
from scipy import optimize, stats

import scsfast
from scsfast.campaign.config import campaign_from_dict
from scsfast.engine.simulate import Simulation
from scsfast.model.integers import build_rules
from scsfast.model.outcomes import named, wealth_bin_starts
from scsfast.model.population import STRATEGIES

FALSE_ALARM = 1e-6  # a case
SEED = 20181227
OPPORTUNIST = STRATEGIES.index("opportunist")
LEVELS = ("village", "township", "county", "city", "province", "centre")

QUIET = {  # nothing but what a case switches on
    "world": {
        "warmup": 0,
        "distribution_every": 1_000_000,
        "spans": [500, 10_000, 100_000, 1_000_000],
        "unit_means": None,
        "conduct": {"moral": 0.0, "intrinsic": 0.0, "help_rate": 0.0},
        "meetings": {"learning": 0.0, "mutation": 0.0, "slip": 0.0},
        "population": {
            "aware": 0.0, "dissenters": 0.0, "network": [], "ties": [0.0] * 6,
            "means": {"kind": "constant", "value": 1.0},
        },
        "prize": {"loan": {"capacity": 0.0, "pool": "top", "value": 0.0, "wealth": 0.0}},
        "acts": [],
    },
    "regime": {
        "floor": -30_000, "base": 0, "ceiling": 30_000, "good_from": -30_000,
        "deciding": "village", "belief": {"kind": "none"},
    },
    "leaders": {"all": {
        "share": 1.0, "favouritism": 0.0, "credit_rate": 0.0, "frame_rate": 0.0,
        "retaliation": 0.0, "desk_bonus": 0.0, "agenda": {"social": 1.0, "commercial": 1.0},
    }},
}  # fmt: skip
ALL_DISCRIMINATE = {"reliable": 0.0, "opportunist": 0.0, "discriminator": 1.0}
EXTREME = {"conduct": {"intrinsic": 100.0}}  # every deed offered is done, given quality


@dataclass
class Check:
    """One number of the model against one of theory."""

    what: str
    expected: float
    got: float
    error: float = 0.0  # standard error of `got`
    bound: float = 0.0  # largest error of integer arithmetic
    sample: str = ""
    tolerance: float = 0.0

    @property
    def passes(self) -> bool:
        """Whether the model agrees with theory."""
        return bool(abs(self.got - self.expected) <= self.tolerance)


@dataclass
class Case:
    """A known answer: where it comes from, how to ask the model, how to break it."""

    name: str
    source: str
    about: str
    ask: Callable
    quick: int
    full: int
    spoils: tuple[dict, ...]

    def run(self, quick=True, spoil=None, threads=1) -> list[Check]:
        """Return the checks, each with its tolerance."""
        lab = Lab(self.quick if quick else self.full, threads, spoil or {})
        checks = list(self.ask(lab))
        statistical = sum(check.error > 0 for check in checks)
        z = stats.norm.isf(FALSE_ALARM / 2 / statistical) if statistical else 0.0
        for check in checks:
            check.tolerance = z * check.error + check.bound
        return checks


class Lab:
    """Runs the campaigns of one case: its number of citizens, and what is to be spoiled."""

    def __init__(self, n: int, threads: int, spoil: dict):
        self.n, self.threads, self.spoil = n, threads, spoil

    def start(self, world=None, regime=None, leaders=None, change=(), base=QUIET):
        """Return a simulation before its first tick."""
        given = {"world": world, "regime": regime, "leaders": leaders}
        parts = {
            key: merged(merged(base[key], given[key] or {}), self.spoil.get(key, {}))
            for key in given
        }
        parts["world"].setdefault("n_citizens", self.n)
        entry = {"name": "case", "regime": parts["regime"], "change": list(change)}
        tree = {"world": parts["world"], "leaders": parts["leaders"], "scenario": [entry]}
        scenario = campaign_from_dict(tree).scenarios[0]
        return Simulation(build_rules(scenario), SEED, 0, self.threads)

    def run(self, **parts) -> Simulation:
        """Return a simulation after its last tick."""
        simulation = self.start(**parts)
        simulation.run(simulation.rules.n_ticks)
        return simulation


CASES: dict[str, Case] = {}


def case(source: str, *, quick: int, full: int, spoils: list[dict]):
    """Register a known answer; its docstring says what it is."""

    def register(ask):
        name = ask.__name__.replace("_", "-")
        about = " ".join(ask.__doc__.split())
        CASES[name] = Case(name, source, about, ask, quick, full, tuple(spoils))
        return ask

    return register


def act(name: str, p: float, sign="negative", **own) -> dict:
    """Return an act offered with chance `p` a tick; offences cost nothing, all are seen."""
    return {"name": name, "domain": "social", "sign": sign, "rate": 12 * p, "scale": 1.0,
            "seen": 1.0, **own}  # fmt: skip


def points(**of) -> dict:
    """Return a regime's acts, recorded without a clerk, with their points."""
    return {name: {"points": p, "channel": "automatic"} for name, p in of.items()}


def share_error(p: float, n: int) -> float:
    """Return the standard error of a share."""
    return float(np.sqrt(p * (1 - p) / n))


def outputs(simulation) -> dict:
    """Return the outputs of a simulation by name."""
    return named(simulation.outputs())


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
    sample = f"{n:,} citizens"
    yield Check(f"mean{when}", mean, got.mean(), np.sqrt(variance / n), bounds[0], sample)
    error = np.sqrt((fourth + 2 * variance**2) / n)
    yield Check(f"variance{when}", variance, got.var(), error, bounds[1], sample)


# Records and the ledger ------------------------------------------------------------------


@case("K3, MODEL 7", quick=100_000, full=4_000_000,
      spoils=[{"regime": {"memory_years": 50}}])  # fmt: skip
def ledger(lab):
    """Without drift a score has mean S0 + T sum(p a) and variance T (sum p a^2 -
    (sum p a)^2), offences and deeds added; no record of kind i: (1 - p_i)^T."""
    ticks, offences, deed = 60, {"a": (0.05, -5.0), "b": (0.025, -20.0)}, (0.1, 10.0)
    world = {
        **EXTREME,
        "n_ticks": ticks,
        "acts": [act(name, p) for name, (p, _) in offences.items()]
        + [act("c", deed[0], "positive")],
    }
    scored = points(a=-5.0, b=-20.0, c=10.0)
    score = lab.run(world=world, regime={"acts": scored}).arrays["score"] / 256
    bad, good = one_tick(*zip(*offences.values(), strict=True)), one_tick(*zip(deed))
    yield from moments(score, *(ticks * (b + g) for b, g in zip(bad, good, strict=True)))
    for name, (p, _) in offences.items():
        alone = lab.run(world=world, regime={"acts": {name: scored[name]}})
        none = (1 - p) ** ticks
        yield Check(f"share without record {name}", none,
                    (alone.arrays["score"] == 0).mean(), share_error(none, lab.n),
                    sample=f"{lab.n:,} citizens")  # fmt: skip


@case("K3", quick=100_000, full=4_000_000, spoils=[{"regime": {"memory_years": 1.1}}])
def ledger_with_drift(lab):
    """With k = exp(-1/memory) a tick the mean after t ticks is m (1 - k^t)/(1 - k) and the
    variance v (1 - k^2t)/(1 - k^2); the truncated drift adds at most 1/256 point a tick."""
    p, a, keep = 0.25, -8.0, np.exp(-1 / 12)
    simulation = lab.start(
        world={"n_ticks": 240, "acts": [act("a", p)]},
        regime={"memory_years": 1, "acts": points(a=a)},
    )
    mean, variance, fourth = one_tick([p], [a])
    for ticks in (12, 240):
        simulation.run(ticks - simulation.tick)
        sums = [(1 - keep ** (k * ticks)) / (1 - keep**k) for k in (1, 2, 4)]
        spread = variance * sums[1]
        rounded = 2**-17 / (1 - keep)  # of the drift a tick, in 65536ths: relative
        off = (1 / 256 + abs(mean) * rounded) / (1 - keep)
        bounds = off, 2 * np.sqrt(spread) * off + off**2
        yield from moments(
            simulation.arrays["score"] / 256, mean * sums[0], spread, fourth * sums[2],
            bounds, f" after {ticks} ticks",
        )  # fmt: skip


@case("K3", quick=100_000, full=4_000_000, spoils=[{"regime": {"valid_years": 3}}])
def calendar_years(lab):
    """Records that count for their own calendar year and the next: a score holds the
    records of the last 13 to 24 ticks, by the month."""
    p, a = 0.1, -8.0
    simulation = lab.start(
        world={"n_ticks": 48, "acts": [act("a", p)]},
        regime={"valid_years": 2, "acts": points(a=a)},
    )
    one = one_tick([p], [a])
    for ticks, valid in ((37, 13), (42, 18), (48, 24)):
        simulation.run(ticks - simulation.tick)
        score = simulation.arrays["score"] / 256
        yield from moments(score, *(valid * x for x in one), when=f", {valid} ticks valid")
    none = (1 - p) ** 24
    yield Check("share without valid record", none, (score == 0).mean(),
                share_error(none, lab.n), sample=f"{lab.n:,} citizens")  # fmt: skip


@case("D3 (S48), MODEL 3.3", quick=40_000, full=1_000_000,
      spoils=[{"regime": {"noise": 0.06}}, {"regime": {"loss": 0.12}}])  # fmt: skip
def clerks(lab):
    """Over d levels a record is lost with 1 - (1 - loss)^d, else reversed with
    (1 - (1 - 2 noise)^d)/2, so the mean shrinks to (1 - loss)^d (1 - 2 noise)^d;
    automation of one level that loses 26 % raises reports by 35 %."""
    world = {
        "n_ticks": 4, "spans": [100, 200, 400, 800, 1600, 3200], "acts": [act("a", 1.0)],
    }  # fmt: skip
    loss, noise = 0.1, 0.05
    for d in (1, 3, 6):
        regime = {"deciding": LEVELS[d - 1], "loss": loss, "noise": noise,
                  "acts": {"a": {"points": -1}}}  # fmt: skip
        simulation = lab.run(world=world, regime=regime)
        found = outputs(simulation)
        n = int(found["violations_observed"].sum())
        kept = (1 - loss) ** d
        turned = kept * (1 - (1 - 2 * noise) ** d) / 2
        mean = kept * (1 - 2 * noise) ** d
        got = {
            "lost": (1 - kept, found["records_lost"].sum() / n),
            "reversed": (turned, found["records_reversed"].sum() / n),
        }
        for what, (expected, share) in got.items():
            yield Check(f"{what}, {d} levels", expected, share, share_error(expected, n),
                        2**-15, f"{n:,} records")  # fmt: skip
        yield Check(f"mean, {d} levels", mean, -simulation.arrays["score"].sum() / 256 / n,
                    np.sqrt((kept - mean**2) / n), 2**-14, f"{n:,} records")  # fmt: skip
    leaky = {"loss": 0.26, "acts": {"a": {"points": -1}}}
    hand, machine = (
        -lab.run(world=world, regime=regime).arrays["score"].sum() / 256 / n
        for regime in (leaky, {**leaky, "acts": points(a=-1)})
    )
    yield Check("records by hand / automatic (1/1.35)", 0.74, hand / machine,
                share_error(0.74, n), 2**-15, f"{n:,} records")  # fmt: skip


# The list -------------------------------------------------------------------------------


@case("K4, MODEL 7", quick=100_000, full=4_000_000,
      spoils=[{"regime": {"listing": {"extension": 6}}},
              {"regime": {"listing": {"exit_rate": 0.5}}}])  # fmt: skip
def listed(lab):
    """A term and no extension: the share listed is 1 - (1-p)^term, entries are
    p (1-p)^(term-1) a tick, and their quotient is the mean stay (Little)."""
    p, term = 0.02, 24
    simulation = lab.run(
        world={"n_ticks": 48, "acts": [act("a", p)]},
        regime={"scorer": "list", "listing": {"term": term},
                "acts": {"a": {"lists": True, "channel": "automatic"}}},
    )  # fmt: skip
    found, share = outputs(simulation), 1 - (1 - p) ** term
    stock = found["group_listed"].sum(axis=1) / lab.n
    for tick, expected in ((11, 1 - (1 - p) ** 12), (47, share)):
        yield Check(f"share listed at tick {tick}", expected, stock[tick],
                    share_error(expected, lab.n), sample=f"{lab.n:,} citizens")  # fmt: skip
    # Entries of one citizen are at least `term` ticks apart: at most one in 24 ticks.
    entries, once = found["listings"][24:].sum() / lab.n, 24 * p * (1 - p) ** (term - 1)
    yield Check("entries in 24 ticks", once, entries, share_error(once, lab.n),
                sample=f"{lab.n:,} citizens")  # fmt: skip
    stay = share * 24 / once
    error = stay * (share_error(share, lab.n) / share + share_error(once, lab.n) / once)
    yield Check("mean stay: stock / entries", stay, stock[47] * 24 / entries, error,
                sample=f"{lab.n:,} citizens")  # fmt: skip


@case("K4", quick=100_000, full=4_000_000,
      spoils=[{"regime": {"listing": {"extension": 0}}}])  # fmt: skip
def list_with_extension(lab):
    """With an extension the share listed follows the Markov chain of the ticks left."""
    p, term, extension, ticks = 0.05, 12, 9, 60
    simulation = lab.run(
        world={"n_ticks": ticks, "acts": [act("a", p)]},
        regime={"scorer": "list", "listing": {"term": term, "extension": extension},
                "acts": {"a": {"lists": True, "channel": "automatic"}}},
    )  # fmt: skip
    chain = np.zeros((term + extension + 1,) * 2)
    for left in range(len(chain)):
        rest = max(0, left - 1)
        chain[left, rest] += 1 - p
        chain[left, term + (extension if rest else 0)] += p
    expected = np.linalg.matrix_power(chain, ticks)[0]
    for what, here, share in (
        ("share listed", simulation.arrays["listed"] > 0, 1 - expected[0]),
        ("share beyond the term", simulation.arrays["listed"] > term,
         expected[term + 1 :].sum()),
    ):  # fmt: skip
        yield Check(what, share, here.mean(), share_error(share, lab.n),
                    sample=f"{lab.n:,} citizens")  # fmt: skip


@case("K4, C1", quick=400_000, full=8_000_000,
      spoils=[{"regime": {"listing": {"exit_rate": 0.7}}},
              {"regime": {"listing": {"term": 20}}}])  # fmt: skip
def list_with_performance(lab):
    """Exit by performance: with e = exit rate x quality the share listed is p (1 - r^term)
    /(1 - r), r = (1-p)(1-e), here averaged over quality; 3.3 M entries a year and a stay
    of 1.7 years give a stock of 5.6 M of 1 bn, Poisson over units."""
    p, term, rate, unit = 3.3e6 / 12 / 1e9, 24, 0.35, 500
    simulation = lab.run(
        world={"n_ticks": 36, "acts": [act("a", p)],
               "population": {"quality": {"kind": "uniform"}}},
        regime={"scorer": "list", "listing": {"term": term, "exit_rate": rate},
                "acts": {"a": {"lists": True, "channel": "automatic"}}},
    )  # fmt: skip
    leaves = rate / 12 * np.arange(256) / 256
    stay = (1 - p) * (1 - leaves)
    share = (p * (1 - stay**term) / (1 - stay)).mean()
    off = p * term**2 / 2 * 2**-15  # of the chance to leave, twice rounded to 16 bits
    is_listed = simulation.arrays["listed"] > 0
    yield Check("share listed", share, is_listed.mean(), share_error(share, lab.n), off,
                f"{lab.n:,} citizens")  # fmt: skip
    counts = is_listed.reshape(-1, unit).sum(axis=1)
    mean, variance, fourth = one_tick([share], [1.0])
    error = np.sqrt((fourth / unit / variance**2 + 2) / len(counts))
    yield Check("variance / mean of counts a village", 1 - share,
                counts.var() / (unit * share), error, sample=f"{len(counts):,} villages")  # fmt: skip


# Meetings -------------------------------------------------------------------------------


def image_game(opportunists: float, publicity: float, cost: float) -> dict:
    """Return the campaign of K1: discriminators and opportunists, refusal justified."""
    strategies = {
        "reliable": 0.0,
        "opportunist": opportunists,
        "discriminator": 1 - opportunists,
    }
    world = {
        "n_ticks": 8,
        "population": {"network": ["top"] * 4, "strategies": strategies},
        "meetings": {"benefit": 1.25, "cost": cost, "payoff_memory": 1},
    }
    meeting = {"norm": "standing", "seen": 1.0, "plus": 0, "minus": 1}
    narrow = {"floor": 0, "base": 1, "ceiling": 1, "good_from": 1}
    return {"world": world,
            "regime": {**narrow, "publicity": publicity, "meeting": meeting}}  # fmt: skip


@case("K1, MODEL 7", quick=60_000, full=1_000_000,
      spoils=[{"regime": {"meeting": {"norm": "image"}}},
              {"regime": {"publicity": 0.3}}])  # fmt: skip
def image_scoring(lab):
    """Among a share x of opportunists one gains (1-x) b (1-q), a discriminator
    (1-x) b - c (1 - x q): the difference changes sign at q = c/b for x -> 0, at
    b/c = (2-q)/q for x = 1/2 (risk dominance), at (3-2q)/q for x = 2/3 (advantage)."""
    b = 1.25
    for cost, q in ((0.25, 0.5), (0.25, 0.125), (0.375, 0.5)):
        for share in (0.02, 0.5, 2 / 3):
            simulation = lab.run(**image_game(share, q, cost))
            bad = simulation.arrays["strategy"] == OPPORTUNIST
            payoff = simulation.arrays["payoff"] / 256
            n, n_bad, n_good = lab.n, bad.sum(), (~bad).sum()
            mixed = n_bad * n_good / (n - 1)  # pairs, in a random matching
            spread = 2 * mixed * (n_bad - 1) * (n_good - 1) / ((n - 1) * (n - 3))
            each = b / n_bad + cost / n_good  # by which a kept word moves the difference
            slope = (1 - q) * each + (b - cost) / n_good
            label = f"c/b={cost / b:g} q={q:g} x={share:.2g}"
            yield Check(
                f"{label}: defector's advantage",
                slope * mixed - (b - cost),
                payoff[bad].mean() - payoff[~bad].mean(),
                np.sqrt(slope**2 * spread + mixed * q * (1 - q) * each**2),
                sample=f"{n:,} citizens",
            )
            if share == 0.02:
                kept = outputs(simulation)["words_kept"][-1]
                with_bad = payoff[bad].sum() / b  # words kept to opportunists
                met = n_good - kept + with_bad
                yield Check(f"{label}: payoff of cheating", b * (1 - q), b * with_bad / met,
                            b * share_error(q, met), sample=f"{met:,.0f} meetings")  # fmt: skip


@case("K2", quick=30_000, full=1_000_000, spoils=[{"regime": {"publicity": 0.9}},
      {"world": {"meetings": {"slip": 0.07}}}])  # fmt: skip
def errors_of_image(lab):
    """All discriminate in public, execution error e, assessment error a: image scoring
    goes to g = a/(1 - (1-2a)(1-e)), standing and stern to (1-a)/(1 + (1-2a) e), from 1 by
    the factor (1-2a)(1-e) or -(1-2a) e a tick; words kept: (1-e) g. Without a: (1-e)^t."""
    ticks = 120
    for e, a in ((0.05, 0.02), (0.1, 0.1), (0.05, 0.0)):
        for norm in ("image", "standing", "stern"):
            simulation = lab.run(
                world={
                    "n_ticks": ticks,
                    "population": {
                        "quality": {"kind": "constant", "value": 0.0},
                        "strategies": ALL_DISCRIMINATE, "network": ["top"] * 8,
                    },
                    "meetings": {"slip": e},
                },
                regime={
                    "floor": 0, "base": 1, "ceiling": 1, "good_from": 1,
                    "publicity": 1.0, "noise": a,
                    "meeting": {"norm": norm, "seen": 1.0, "plus": 1, "minus": 1},
                },
            )  # fmt: skip
            found = outputs(simulation)
            kept = found["words_kept"] / found["meetings"]
            factor = (1 - 2 * a) * (1 - e if norm == "image" else -e)
            limit = (a if norm == "image" else 1 - a) / (1 - factor)
            for tick in (9, ticks - 1 if a else 39):
                good = limit + (1 - limit) * factor**tick
                # Partners change places one to one, so standings stay independent.
                yield Check(f"{norm}, e={e:g} a={a:g}, tick {tick}", (1 - e) * good,
                            kept[tick], share_error((1 - e) * good, lab.n),
                            2**-14 / (1 - abs(factor)), f"{lab.n:,} citizens")  # fmt: skip


def imitation(size: int, slots: int, share: float, selection: float, learning: float):
    """Return the campaign of K18: villages apart, opportunists with an advantage of 1."""
    strategies = {"reliable": 1 - share, "opportunist": share, "discriminator": 0.0}
    return {"world": {
        "spans": [size, 100 * size],
        "population": {"network": ["village"] * slots, "strategies": strategies},
        "meetings": {"benefit": 0.0, "cost": 1.0, "payoff_memory": 1,
                     "learning": learning, "selection": selection},
    }}  # fmt: skip


def fixed(lab, size: int, ticks: int, **parts):
    """Return opportunists by village at the start and at the end."""
    parts["world"] = {**parts["world"], "n_ticks": ticks}
    simulation = lab.start(**parts)
    of_village = simulation.arrays["strategy"].reshape(-1, size)
    before = (of_village == OPPORTUNIST).sum(axis=1)
    simulation.run(ticks)
    return before, (of_village == OPPORTUNIST).sum(axis=1)


@case("K18, MODEL 7", quick=100_000, full=2_000_000,
      spoils=[{"world": {"meetings": {"selection": 0.8}}},
              {"world": {"meetings": {"mutation": 0.02}}}])  # fmt: skip
def fixation_of_pairs(lab):
    """Fermi imitation, N = 2, constant advantage: the mutant takes over with chance
    (1 - e^-BD)/(1 - e^-2BD); payoffs are 0 in the first tick, which is neutral."""
    learning, strength = 0.5, 1.0
    before, after = fixed(lab, 2, 80, **imitation(2, 1, 0.5, strength, learning))
    mixed = before == 1
    first = learning / 2  # chance of a copy, by either side, in the first tick
    takes_over = (1 - np.exp(-strength)) / (1 - np.exp(-2 * strength))
    expected = first / 2 + (1 - first) * takes_over
    n = int(mixed.sum())
    yield Check("mutant takes over", expected, (after[mixed] == 2).mean(),
                share_error(expected, n), 2**-14, f"{n:,} pairs")  # fmt: skip
    left = int((after == 1).sum())
    yield Check("pairs not decided after 80 ticks", 0, left, bound=0, sample=f"{n:,} pairs")


@case("K18, MODEL 7", quick=24_000, full=600_000,
      spoils=[{"world": {"meetings": {"selection": 0.5}}},
              {"world": {"meetings": {"selection": 0.0}}}])  # fmt: skip
def fixation_in_villages(lab):
    """Fermi imitation, N = 6: from i mutants (1 - e^-iBD)/(1 - e^-NBD), on any network
    of matchings, as e^-BD to the number of mutants is a martingale; i is binomial here.
    Bound: payoffs of those who have just switched are a tick old."""
    size, share, learning, strength, ticks = 6, 1 / 6, 0.04, 0.25, 1500
    parts = imitation(size, 16, share, strength, learning)
    before, after = fixed(lab, size, ticks, **parts)
    ratio, n = np.exp(-strength), len(before)
    whole = 1 - ratio**size
    expected = ((1 - ratio**before) / whole).mean()
    # Each switch makes at most one pair compare a payoff of the strategy left behind,
    # which moves the martingale by this factor at most; so does the neutral first tick.
    switches = (size * expected - before.mean()) / np.tanh(strength / 2) + before.mean()
    stale = learning / 4 * (ratio + 1 / ratio - 2) * switches / whole
    left = ((after > 0) & (after < size)).mean()
    error = np.sqrt(((1 - ratio**before) * (ratio**before - ratio**size)).mean() / n) / whole
    yield Check("mutants take over", expected, (after == size).mean(), error, stale + left,
                f"{n:,} villages")  # fmt: skip


@case("K18", quick=40_000, full=2_000_000,
      spoils=[{"world": {"meetings": {"selection": 0.5}}},
              {"world": {"meetings": {"mutation": 0.05}}}])  # fmt: skip
def neutral_imitation(lab):
    """Without selection a mutant takes over with chance 1/N, and shares stay on average."""
    size, ticks = 10, 400
    before, after = fixed(lab, size, ticks, **imitation(size, 8, 0.3, 0.0, 1.0))
    share, n = before / size, len(before)
    yield Check("mean share", share.mean(), after.mean() / size,
                np.sqrt((share * (1 - share)).mean() / n), sample=f"{n:,} villages")  # fmt: skip
    left = ((after > 0) & (after < size)).mean()
    for mutants in (1, 2):
        chosen = before == mutants
        m, expected = int(chosen.sum()), mutants / size
        yield Check(f"{mutants} of {size} take over", expected,
                    (after[chosen] == size).mean(), share_error(expected, m),
                    left * n / m, f"{m:,} villages")  # fmt: skip


@case("MODEL 3.7", quick=100_000, full=4_000_000,
      spoils=[{"world": {"meetings": {"mutation": 1.0}}}])  # fmt: skip
def mutation(lab):
    """With chance u a tick a strategy is drawn anew: shares go to 1/3 as (1-u)^t."""
    u, ticks = 0.1, 10
    simulation = lab.start(
        world={"n_ticks": ticks, "meetings": {"mutation": 12 * u},
               "population": {"strategies": {"reliable": 0.9, "opportunist": 0.1,
                                             "discriminator": 0.0}}},
    )  # fmt: skip
    before = np.bincount(simulation.arrays["strategy"], minlength=3) / lab.n
    simulation.run(ticks)
    after = np.bincount(simulation.arrays["strategy"], minlength=3) / lab.n
    for name, was, now in zip(STRATEGIES, before, after, strict=True):
        expected = 1 / 3 + (was - 1 / 3) * (1 - u) ** ticks
        yield Check(name, expected, now, share_error(expected, lab.n), 2**-16,
                    f"{lab.n:,} citizens")  # fmt: skip


@case("K13", quick=100_000, full=4_000_000, spoils=[{"regime": {"noise": 0.05}},
      {"world": {"meetings": {"slip": 0.8}}}])  # fmt: skip
def delayed_impact(lab):
    """+75 for a kept word, -150 for a broken one: the expected change is positive iff the
    chance of success is above 2/3; of the selected top share s it is 225 (1 - s/2) - 150,
    so a group gains most at s = 1/3, where the marginal one succeeds with 2/3."""
    simulation = lab.run(
        world={
            "n_ticks": 1,
            "population": {
                "quality": {"kind": "uniform"}, "network": ["top"],
                "strategies": {"reliable": 1.0, "opportunist": 0.0, "discriminator": 0.0},
            },
            "meetings": {"slip": 1.0},
        },
        regime={"meeting": {"norm": "image", "seen": 1.0, "plus": 75, "minus": 150}},
    )  # fmt: skip
    change = simulation.arrays["score"] / 256
    success = simulation.arrays["quality"] / 256
    spread = 225**2 * success * (1 - success)
    for low, high in ((0.3, 0.4), (0.6, 0.66), (0.67, 0.73), (0.9, 1.0)):
        here = (success >= low) & (success < high)
        m = int(here.sum())
        yield Check(f"change, success {low:g}..{high:g}", 225 * success[here].mean() - 150,
                    change[here].mean(), np.sqrt(spread[here].mean() / m),
                    sample=f"{m:,} citizens")  # fmt: skip
    best = np.argsort(-success, kind="stable")
    for share in (0.2, 1 / 3, 0.5):
        chosen = best[: round(share * lab.n)]
        # Quality is drawn: its sampling error comes on top, at most sd(225 success).
        error = np.sqrt((spread[chosen].sum() + 225**2 / 12 * lab.n)) / lab.n
        yield Check(f"change a head, top {share:.2g} chosen", share * (225 * (1 - share / 2) - 150),
                    change[chosen].sum() / lab.n, error, 225 * share / 512,
                    f"{lab.n:,} citizens")  # fmt: skip



# Prizes ---------------------------------------------------------------------------------

OPEN = {  # everyone asks for it, nothing follows from it
    "value": 0.0, "wealth": 0.0, "pool": "top", "need_from": 0.0,
    "need": {"kind": "constant", "value": 0.9},
}  # fmt: skip

def chosen_by(score, quality, chance, share):
    """Return (mean, variance, marginal mean) of quality in the top share by score, all cells
    (score, quality) with their chances; ties at the margin are drawn."""
    levels, cell = np.unique(score, return_inverse=True)
    mass, first, second = (
        np.bincount(cell, chance * quality**k)[::-1] for k in range(3)
    )
    taken = np.clip((share - (np.cumsum(mass) - mass)) / mass, 0, 1)
    mean, square = (taken * first).sum() / share, (taken * second).sum() / share
    margin = np.flatnonzero(taken)[-1]
    return mean, square - mean**2, first[margin] / mass[margin]


@case("K6, MODEL 7", quick=60_000, full=2_000_000,
      spoils=[{"leaders": {"all": {"credit_points": 0.5}}},
              {"world": {"conduct": {"moral": 0.75}}}])  # fmt: skip
def allocation_by_score(lab):
    """Prizes by a noisy score with correlation r to quality: efficiency r and mean gain
    r phi(z)/p standard deviations, r = s/sqrt(s^2 + e^2 + b^2) with favours b independent
    of quality. Offences here are binomial given quality: the expectation is summed over
    that distribution, r is its normal limit, their difference a bound."""
    ticks, levels, credited, worth = 230, 4, 0.25, 0.125
    simulation = lab.run(
        world={
            "n_ticks": ticks,
            "acts": [act("a", 1.0, penalty=113 / 256)],
            "conduct": {"moral": 0.5},
            "population": {"quality": {"kind": "normal", "mean": 0.5, "sd": 0.15},
                           "ties": [0.5] * levels},
            "prize": {"loan": {**OPEN, "capacity": 0.05}, "many": {**OPEN, "capacity": 0.2}},
        },
        regime={"deciding": "city", "discretion": 1.0, "acts": points(a=-1)},
        leaders={"all": {"credit_rate": 12 * credited, "credit_points": worth}},
    )  # fmt: skip
    quality, records = simulation.rules.quality_table.astype(float), ticks - 1
    commits = np.exp(-(113 + np.floor(quality / 2)) / 256)  # about one half
    score, favours = -np.arange(records + 1)[:, None], np.arange(records + 1)
    honest = stats.binom.pmf(-score, records, commits) / 256  # [offences, quality]
    ties = np.arange(levels + 1)
    lifted = stats.binom.pmf(ties, levels, 0.5) @ stats.binom.pmf(
        favours, records, credited * ties[:, None]
    )
    lifted = np.bincount(np.floor(worth * favours).astype(int), lifted)
    shifts = np.arange(len(lifted))[:, None, None]
    parts = {
        "fair": (score, quality, honest),
        "actual": (score + shifts, quality, lifted[:, None, None] * honest),
    }
    found = outputs(simulation)
    for judge, cells in parts.items():
        cells = [x.ravel() for x in np.broadcast_arrays(*cells)]
        for kind, share in enumerate((0.05, 0.2)):
            name = "fair_prize_value" if judge == "fair" else "prize_value"
            values = [found[key][-1, kind] for key in (name, "oracle_prize_value")]
            values.append(found["lottery_prize_value"][-1, kind] / 65536)
            need = int(simulation.rules.prizes[kind].need_table[0])
            places = int(found["places"][-1, kind])
            values = [value / need / places for value in values]
            yield from efficiency(f"{judge} score, p={share:g}", cells, quality, share,
                                  values, places, lab.n)  # fmt: skip


def efficiency(label, cells, quality, share, values, places, n) -> Iterator[Check]:
    """Yield checks of the efficiency and gain of prizes by a score.

    `cells` are score, quality and chance; `values` the mean quality of winners, of the
    oracle's winners and of applicants.
    """
    won, oracle, lottery = values
    middle, sd = quality.mean(), quality.std()
    mean, within, margin = chosen_by(*cells, share)
    best, top, edge = chosen_by(quality, quality, np.full(256, 1 / 256), share)
    expected, r = (mean - middle) / (best - middle), correlation(*cells)
    # A selected mean varies by who is selected and by where the margin falls. The errors
    # of winners, oracle and applicants are added: nothing is assumed of how they go along.
    errors = [
        np.sqrt((of + (1 - share) * (at - mu) ** 2) / places)
        for of, at, mu in ((within, margin, mean), (top, edge, best))
    ]
    error = errors[0] + expected * errors[1] + (1 - expected) * sd / np.sqrt(n)
    got, error = (won - lottery) / (oracle - lottery), error / (best - middle)
    sample = f"{places:,} prizes"
    yield Check(f"{label}: efficiency", expected, got, error, sample=sample)
    yield Check(f"{label}: efficiency = r", r, got, error, abs(expected - r), sample)
    factor, scale = stats.norm.pdf(stats.norm.isf(share)) / share, (best - middle) / sd
    yield Check(f"{label}: gain = r phi(z)/p", r * factor, (won - lottery) / sd,
                scale * error, abs((mean - middle) / sd - r * factor), sample)  # fmt: skip


def correlation(score, quality, chance) -> float:
    """Return the correlation of score and quality over cells with their chances."""
    return np.cov(score, quality, aweights=chance)[0, 1] / np.sqrt(
        np.cov(score, aweights=chance) * np.cov(quality, aweights=chance)
    )


@case("K6, MODEL 3.6", quick=20_000, full=500_000,
      spoils=[{"regime": {"allocation": "market"}}])  # fmt: skip
def allocation_by_lot(lab):
    """A lottery has efficiency 0 on average, the oracle exactly 1."""
    world = {
        "n_ticks": 24,
        "prize": {"loan": {"capacity": 0.02, "need_from": 0.5}},
    }
    for allocation, expected in (("lottery", 0.0), ("oracle", 1.0)):
        regime = {"scorer": "none", "allocation": allocation}
        simulation = lab.run(world=world, regime=regime)
        found = outputs(simulation)
        value, oracle = found["prize_value"].sum(), found["oracle_prize_value"].sum()
        lottery, places = found["lottery_prize_value"].sum() / 65536, found["places"].sum()
        need = simulation.rules.prizes[0].need_table.astype(float)
        need, quality = need[need >= 128], simulation.rules.quality_table.astype(float)
        spread = (need**2).mean() * (quality**2).mean() - (need.mean() * quality.mean()) ** 2
        error = np.sqrt(places * spread) / (oracle - lottery) if not expected else 0.0
        yield Check(f"{allocation}: efficiency", expected,
                    (value - lottery) / (oracle - lottery), error,
                    sample=f"{places:,} prizes")  # fmt: skip


@case("MODEL 3.6", quick=5_003, full=200_003,
      spoils=[{"world": {"prize": {"loan": {"need_from": 0.999}}}}])  # fmt: skip
def capacity(lab):
    """Pools [s, e) hand out floor(c e) - floor(c s) places each, floor(c n) in all, for
    every kind of prize; where places abound everyone who asks gets one."""
    world = {"n_ticks": 3, "spans": [50, 500, 2500]}
    wide = {"loan": {"capacity": 1.0, "need_from": 0.5}}
    few = 0.037
    for allocation in ("score", "lottery", "market", "oracle"):
        for pool in ("village", "county", "top"):
            prize = {"loan": {"capacity": few, "need_from": 0.0, "pool": pool}}
            found = outputs(lab.run(world={**world, "prize": prize},
                                    regime={"allocation": allocation}))  # fmt: skip
            yield Check(f"prizes by {allocation} in pools of {pool}", 3 * int(few * lab.n),
                        int(found["prizes"].sum()), sample=f"{lab.n:,} citizens")  # fmt: skip
    found = outputs(lab.run(world={**world, "prize": wide}))
    yield Check("prizes without scarcity", int(found["applicants"].sum()),
                int(found["prizes"].sum()), sample=f"{lab.n:,} citizens")  # fmt: skip


# Conduct --------------------------------------------------------------------------------


@case("K9", quick=100_000, full=4_000_000,
      spoils=[{"world": {"conduct": {"moral": 1.0}}}, {"regime": {"transparency": 0.5}}])  # fmt: skip
def deterrence(lab):
    """A violation brings an exponential gain, so it is committed with chance
    exp(-(seen (penalty + value of the points) + moral quality)/scale). Bound: money is
    cut to 1/256 three times on the way."""
    penalties = {"commercial": 0.25, "social": 0.5, "judicial": 1.0, "administrative": 2.0}
    acts = [
        act(domain, 0.25, seen=0.5, scale=1.0, penalty=penalty, domain=domain)
        for domain, penalty in penalties.items()
    ]
    scored = points(**dict.fromkeys(penalties, -20))
    slope = {"belief": {"kind": "slope", "slope": 0.001}, "transparency": 1.0, "acts": scored}
    for label, aware, moral in (("penalty", 0.0, 0.0), ("+ points", 1.0, 0.0),
                                ("+ points + moral", 1.0, 0.5)):  # fmt: skip
        simulation = lab.run(
            world={
                "n_ticks": 4, "acts": acts,
                "conduct": {"moral": moral, "horizon": 24},
                "population": {"aware": aware,
                               "quality": {"kind": "constant", "value": 0.5}},
            },
            regime=slope,
        )  # fmt: skip
        found = outputs(simulation)
        for domain, penalty in enumerate(penalties.values()):
            cost = 0.5 * (penalty + aware * 24 * 0.001 * 20) + moral * 0.5
            p, n = np.exp(-cost), int(found["temptations"][:, domain].sum())
            yield Check(f"{label}, penalty {penalty:g}", p,
                        found["violations"][:, domain].sum() / n, share_error(p, n),
                        p * np.expm1(3 / 256) + 2**-17, f"{n:,} temptations")  # fmt: skip


def retraining(lab, steepness: float, refits: int) -> tuple[Callable, list, float]:
    """Run a black box that is refitted on conduct which answers to its last fit.

    Urban and rural citizens are watched unlike, which the box takes for character. B is
    such that losing ten points from a score s costs 1 + steepness (s - 640).

    Returns
    -------
    step : callable
        From one recorded gap, rural less urban violations a tick, to the next.
    gaps : list
        As recorded between fits.
    error : float
        Standard error of each.
    """
    every, seen, price = 6, np.array([0.5, 1.0]), 90.0
    centres = 10 * (np.arange(128) + 0.5)
    losses = 1 + steepness * (centres - 640)
    simulation = lab.run(
        world={
            "n_ticks": every * refits, "acts": [act("a", 1.0)],
            "conduct": {"horizon": 1.0},
            "population": {"aware": 1.0, "groups": {"urban": 0.5, "rural": 0.5,
                           "migrant": 0.0, "official": 0.0}},
        },
        regime={
            "scorer": "model", "floor": 0, "base": 640, "ceiling": 1280, "good_from": 0,
            "scrutiny": {"urban": seen[0], "rural": seen[1]},
            "belief": {"kind": "table", "values": (np.cumsum(losses) - 64).tolist()},
            "index": {"rate": 1.0, "record_weight": 0.0, "circle_weight": 0.0},
            "model": {"refit": every, "ridge": 0.0, "points_per_violation": price},
            "acts": points(a=-10),
        },
    )  # fmt: skip
    found = outputs(simulation)
    seen_of, people = (found[name][:, :2].reshape(refits, every, 2).sum(axis=1)
                       for name in ("group_violations_observed", "group_citizens"))  # fmt: skip
    rates = seen_of / people
    shares = people[0] / people[0].sum()

    def recorded(score):
        """Rate of recorded violations at a score, those caught last tick 10 points below."""
        chances = [seen * np.exp(-seen * (1 + steepness * (s - 640)))
                   for s in (score, score - 10)]  # fmt: skip
        low, total = 0.0, 0.0
        for _ in range(every):
            low = chances[0] * (1 - low) + chances[1] * low
            total += low / every
        return total

    def step(gap):
        score = 640 + 12 * price * gap * np.array([shares[1], -shares[0]])
        urban, rural = recorded(score)
        return rural - urban

    error = np.sqrt((rates * (1 - rates) / people).sum(axis=1).max())
    return step, list(rates[:, 1] - rates[:, 0]), error


@case("K12", quick=40_000, full=1_000_000,
      spoils=[{"regime": {"model": {"ridge": 1.0}}},
              {"world": {"population": {"aware": 0.9}}}])  # fmt: skip
def retraining_feeds_back(lab):
    """A black box refitted on conduct that answers to its last fit: recorded gaps between
    two groups follow x' = phi(x), near mu + e x. They settle where x = phi(x), by the
    factor e a fit, if |e| < 1, and keep swinging if not. Bound: arithmetic of `deterrence`,
    carried on."""
    cut = 2 * np.expm1(3 / 256)
    for label, steepness in (("e > 0", 0.0016), ("-1 < e < 0", -0.0016), ("e < -1", -0.0045)):
        step, gaps, error = retraining(lab, steepness, 14)
        x, path = step(0.0), []
        for _ in gaps:
            path.append(x)
            x = step(x)
        start = optimize.brentq(lambda gap: step(gap) - gap, -0.5, 0.9)
        slope = (step(start + 1e-4) - step(start - 1e-4)) / 2e-4
        sample = f"{6 * lab.n:,} citizen-ticks"
        print(label, "slope", slope, "fix", start, path[:4], path[-3:], gaps[:4], gaps[-3:])
        yield Check(f"{label}: x", path[-1], gaps[-1], error, cut, sample)
