"""Made results of a sample: three parameters, and the efficiency at each point."""

import numpy as np

from support.made_results import made

NAMES = ["world.a", "world.b", "regime.c"]


def sampled(rows, response, table="sample", texts=None, **design):
    """Return a dataset of points with a given efficiency at each."""
    n = len(rows)
    parameters = {name: [0.0, 1.0] for name in NAMES}
    coords = {
        "base": ["r"] * n,
        "design": [table] * n,
        "point": list(range(n)),
        **{name: rows[:, k] for k, name in enumerate(NAMES)},
    }
    if texts:
        coords["regime.scorer"] = texts
        parameters["regime.scorer"] = sorted(set(texts))
    about = {"of": ["r"], "parameters": parameters, "n": n, **design}
    names = [f"r, point {k}" for k in range(n)]
    return made(
        names, 1, coords=coords, attrs={"designs": [about]},
        efficiency=np.asarray(response)[:, None],
    )  # fmt: skip
