"""The bits of a model version are what they were: a pinned digest.

If this fails, the same question now gives other numbers. Where that is meant, raise
`MODEL_VERSION`, add a line to the changelog under "Bits", and pin the new digest.
"""

from scenarios import rules

from scsfast.campaign.digest import replicate_digest
from scsfast.campaign.identity import MODEL_VERSION
from scsfast.engine.simulate import run_replicate

PINNED = {1: "6a00a68056ec8cf51969cce205ff454a8bfcbdd1ec83e6c810f4741253aed675"}
PLAIN = {  # no distribution whose quantiles come from a library
    "population": {
        name: {"kind": "uniform", "low": 0, "high": high}
        for name, high in (("quality", 1), ("guile", 0.5), ("means", 3))
    },
    "n_citizens": 3_000,
    "n_ticks": 24,
}


def test_bits_are_those_of_the_model_version():
    outputs = run_replicate(rules(world=PLAIN), seed=35, replicate=4)
    assert replicate_digest(outputs) == PINNED[MODEL_VERSION]
