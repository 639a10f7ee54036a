"""Fixtures of several files of this room."""

import pytest

import scsfast


@pytest.fixture(scope="module")
def listed():
    """Return a run of the list alone, with honest leaders, without its first years."""
    honest = {"all": {"share": 0.0}}
    size = {"n_citizens": 100_000, "n_ticks": 120}
    run = scsfast.simulate("judgment-defaulters", **size, seed=35, leaders=honest)
    stock = run["group_listed"].sum(axis=1)[48:].mean()
    flow, left = run["listings"][48:].mean(), run["performed"][48:].mean()
    return stock, flow, left
