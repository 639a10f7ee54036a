"""Known answers about correlated traits, and leaders stratified over replicates."""

import numpy as np
from scipy import stats

from scsfast.engine.simulation import Simulation

from .lab import SEED, case, exact, measured, share, within

UNIFORM = {"kind": "uniform", "low": 0.0, "high": 1.0}  # so that values show ranks
RANKS = {"kind": "table", "values": [(k + 0.5) / 16 for k in range(256)]}
GRID = (np.arange(1 << 16) + 0.5) / (1 << 16)


def mean_rank(share_of: float, rho: float) -> float:
    """Return the mean income rank of citizens with a property that goes with income."""
    z, cut_at = stats.norm.ppf(GRID), stats.norm.ppf(share_of)
    chance = stats.norm.cdf((cut_at + rho * z) / np.sqrt(1 - rho**2))
    return float((GRID * chance).sum() / chance.sum())


@case(
    "7.13",
    100_000,
    4_000_000,
    {"world.population.correlations.quality_means": 0.25},
)
def correlated_traits(lab):
    """Ranks joined by a Gaussian copula have the rank correlation 6/pi asin(rho/2);
    ties and groups depend on income; all shares and means are those of independent
    traits. Bounds: there are 256 ranks.
    """
    rhos = {"quality_means": 0.4, "quality_guile": -0.3, "guile_means": 0.2}
    tie, rho, group = 0.1, 0.5, 0.6
    simulation = lab.start(
        {
            "world.n_ticks": 1,
            "world.population": {
                **dict.fromkeys(("quality", "guile"), UNIFORM),
                "means": RANKS,
                "ties": [tie] * 6,
                "correlations": {**rhos, "ties_means": rho, "groups_means": group},
            },
        }
    )
    arrays, n = simulation.arrays, lab.n
    for pair, value in rhos.items():
        one, other = (arrays[name].astype(float) for name in pair.split("_"))
        expected, got = 6 / np.pi * np.arcsin(value / 2), np.corrcoef(one, other)[0, 1]
        yield measured(
            f"{pair}: rank correlation", expected, got, 1 / n**0.5, n, bound=1e-4
        )
    for name in ("quality", "guile", "means"):
        error, got = np.sqrt((256**2 - 1) / 12 / n), arrays[name].mean()
        yield measured(f"{name}: mean", 127.5, got, error, n)
    tied, rank = (arrays["ties"] & 1) > 0, (arrays["means"] + 0.5) / 256
    yield share("tied", tie, tied.mean(), n)
    sd = 12**-0.5
    expected, got, n_tied = mean_rank(tie, rho), rank[tied].mean(), int(tied.sum())
    yield measured(
        "income rank of the tied", expected, got, sd / n_tied**0.5, n_tied, bound=1e-3
    )
    official = (arrays["traits"] & 3) == 3
    yield share("officials", 0.02, official.mean(), n)
    expected, n_of = mean_rank(0.02, group), int(official.sum())
    got = rank[official].mean()
    yield measured(
        "income rank of officials", expected, got, sd / n_of**0.5, n_of, bound=2e-3
    )


@case("5", 1_000, 1_000, {"leaders.all.share": 0.7})
def stratified_leaders(lab):
    """In 64 replicates a single leader manipulates in share x 64, to within one; in 4
    replicates, two single leaders with share 1/2 take each of the four pairs once; of
    ten units exactly half manipulate, in every replicate.
    """
    keys = {"world.n_ticks": 1, "world.spans": [100, 1_000, 2_000]}
    few = lab.start({**keys, "leaders.all.share": 0.3}).rules
    half = lab.start({**keys, "leaders.all": {"share": 0.5}}).rules
    single = [flags(few, replicate)[1] for replicate in range(64)]
    yield within(
        "single leader, share .3", 0.3, np.mean(single), 1 / 64, 64, "replicates"
    )
    pairs = {tuple(flags(half, replicate)[1:]) for replicate in range(4)}
    yield exact("pairs of two single leaders", 4, len(pairs), 4, "replicates")
    counts = {flags(half, replicate)[0] for replicate in range(8)}
    yield exact("of ten villages", 5, max(counts), 8, "replicates")
    yield exact("at least", 5, min(counts), 8, "replicates")


def flags(rules, replicate: int) -> list[int]:
    """Return how many first leaders manipulate, by level."""
    simulation = Simulation(rules, SEED, replicate)
    return [int(of_level.sum()) for of_level in simulation.arrays["manipulates"]]
