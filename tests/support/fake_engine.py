"""A fake engine and a small campaign, so that stores are tested without a kernel."""

import zlib

import numpy as np

from scsfast.campaign.config import campaign_from_dict
from scsfast.model import outcomes


def campaign_tree(replicates=3, **changes) -> dict:
    """Return a small campaign of three scenarios as `tomllib` would give it."""
    world = {"n_citizens": 600, "n_ticks": 6, "distribution_every": 3, "warmup": 2}
    return {
        "seed": 7,
        "replicates": replicates,
        "world": {**world, **changes.pop("world", {})},
        "scenario": [
            {"pilot": "rongcheng"},
            {"pilot": "rongcheng", "name": "lossy", "regime": {"loss": 0.1}},
            {"pilot": "lottery"},
        ],
        **changes,
    }


def small_campaign(replicates=3, **changes):
    """Return the small campaign, checked."""
    return campaign_from_dict(campaign_tree(replicates, **changes))


def fake_replicate(rules, *, seed, replicate, n_threads=1, progress=None, **_rest):
    """Return arrays of the right shapes, the same for the same question."""
    question = [seed, replicate, rules.prizes[0].rule, rules.lost, rules.n_citizens]
    generator = np.random.Generator(
        np.random.Philox(zlib.crc32(repr(question).encode()))
    )
    for _ in range(rules.n_ticks):
        if progress:
            progress(1)
    return {
        table.name: generator.integers(0, 1000, outcomes.shape(table, rules))
        for table in outcomes.TABLES
    }


def failing(*broken):
    """Return a fake engine that fails in the given replicates."""

    def run(rules, *, seed, replicate, n_threads=1, progress=None, **_rest):
        if replicate in broken:
            raise ArithmeticError(f"no luck in {replicate}")
        return fake_replicate(rules, seed=seed, replicate=replicate, progress=progress)

    return run
