"""Coverage of t intervals over replicates where one leader decides.

``python tests/interval_coverage.py`` simulates many campaigns of 4 and of 16 replicates of
a small world whose one city leader manipulates or not, and prints how many of their 95 %
intervals hold the mean over many replicates of many campaigns; ``--write`` puts the table into
docs/verification.md. Replicates are stratified (docs/model.md, 5). For comparison the
same campaigns are made with replicates drawn at random.
"""

import argparse
from pathlib import Path

import numpy as np
from scipy import stats

from scsfast.engine.simulation import Simulation
from scsfast.model.integers.build import build_rules
from scsfast.model.outcomes import named
from scsfast.model.world import Scenario

DOCS = Path(__file__).parent.parent / "docs" / "verification.md"
SIZES, SHARES, LEVEL = (4, 16), (0.5, 0.2), 0.95
WORLD = {
    "n_citizens": 1_000,
    "n_ticks": 24,
    "warmup": 12,
    "spans": [50, 200, 1_000],
    "act_rates": 4.0,
    "population": {"ties": [0.1, 0.1, 0.1], "network": []},
    "prize": {"loan": {"capacity": 0.05, "need_from": 0.5, "pool": "top"}},
}
REGIME = {
    "name": "one leader decides",
    "memory_years": 2.0,
    "discretion": {"county": 1.0},
    "acts": {
        "late-utility-fees": {"points": -10},
        "village-labour": {"points": 5},
        "traffic-violation": {"points": -5},
    },
}


def rules_for(share: float):
    """Return the integers of a world in which the county's leader alone manipulates."""
    leaders = {"all": {"share": 0.0}, "county": {"share": share, "credit_rate": 4.0}}
    return build_rules(
        Scenario(name="coverage", world=WORLD, regime=REGIME, leaders=leaders)
    )


def measure(rules, seed: int, replicate: int) -> float:
    """Return the share of prizes that move by manipulation."""
    simulation = Simulation(rules, seed, replicate)
    simulation.run(rules.n_ticks)
    outputs = named(simulation.outputs())
    moved, prizes = (
        outputs[name][rules.measured_from :].sum()
        for name in ("prizes_moved", "prizes")
    )
    return float(moved / prizes)


def interval(values: np.ndarray) -> tuple[float, float]:
    """Return mean and half width of the t interval of some independent values."""
    n = len(values)
    width = stats.t.ppf(0.5 + LEVEL / 2, n - 1) * values.std(ddof=1) / np.sqrt(n)
    return float(values.mean()), float(width)


def coverage(values: np.ndarray, truth: float) -> tuple[float, float]:
    """Return how many intervals hold the truth, and their mean half width.

    `values` has one row per campaign.
    """
    found = [interval(row) for row in values]
    holds = [abs(mean - truth) <= width for mean, width in found]
    return float(np.mean(holds)), float(np.mean([width for _, width in found]))


def table(n_campaigns: int) -> str:
    """Return the table of coverages in Markdown."""
    heads = (
        "share | replicates | error of the mean, stratified | at random | "
        "coverage, stratified | of pairs | at random"
    )
    lines = [f"| {heads} |", "| --- " * 7 + "|"]
    generator = np.random.default_rng(35)
    for share in SHARES:
        rules = rules_for(share)
        values = np.array(
            [
                [measure(rules, seed, replicate) for replicate in range(max(SIZES))]
                for seed in range(n_campaigns)
            ]
        )
        truth = values.mean()
        mixed = generator.permutation(values.ravel()).reshape(values.shape)
        for size in SIZES:
            ours, random = values[:, :size], mixed[:, :size]
            errors = [
                np.sqrt(((of.mean(axis=1) - truth) ** 2).mean())
                for of in (ours, random)
            ]
            pairs = ours.reshape(n_campaigns, -1, 2).mean(axis=2)
            covered = [coverage(of, truth)[0] for of in (ours, pairs, random)]
            cells = [f"{share:g}", str(size), *(f"{x:.4f}" for x in errors)]
            lines.append(f"| {' | '.join(cells + [f'{x:.3f}' for x in covered])} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table, or write it."""
    from verification import filled

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--campaigns", type=int, default=100)
    parser.add_argument("--write", action="store_true", help=f"write to {DOCS.name}")
    asked = parser.parse_args()
    found = table(asked.campaigns)
    print(found)
    if asked.write:
        text = DOCS.read_text(encoding="utf-8")
        DOCS.write_text(filled(text, "coverage", found), encoding="utf-8")


if __name__ == "__main__":
    main()
