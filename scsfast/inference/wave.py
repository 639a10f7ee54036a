"""The next wave of a history match: the same sample over narrower ranges.

The campaign file of a store is written again, with the ranges of its sample narrowed to
the points that are not ruled out, and with another seed for the points.
"""

import tomllib

import tomli_w

from ..analysis import datasets
from ..analysis.sensitivity import samples
from ..errors import ConfigError
from ..model.paths import flat
from .constrain import LIMIT, constrain

MARGIN = 0.05  # share of the range of the points left, added on both sides


def next_wave(source, targets=None, limit: float = LIMIT) -> str:
    """Return a campaign file that samples what published figures have not ruled out.

    Parameters
    ----------
    source : path-like
        A store of a campaign file with a ``[sample]``.
    targets, limit
        As in `constrain`.

    Returns
    -------
    str
        TOML: the campaign as written, ``sample.over`` narrowed to the points that are
        left of scenarios with targets, 5 % of their range added on both sides within the
        old bounds.

    Raises
    ------
    ConfigError
        If the store has no sample, or no point of it is left.
    """
    dataset = datasets.results(source)
    tree = tomllib.loads(dataset.attrs.get("config_text") or "")
    if "sample" not in tree:
        raise ConfigError(
            "the next wave needs a campaign file with a [sample]; this store was "
            "not made from one"
        )
    found = constrain(dataset, targets, limit)
    left, bases = set(found.left), found.bases
    with_targets = set(bases.loc[bases["targets"] > 0, "base"])
    bounds: dict[str, list[float]] = {}
    for sample in samples(dataset):
        if sample.kind == "points" or sample.base not in with_targets:
            continue
        kept = [
            k
            for k, place in enumerate(sample.places)
            if str(dataset["scenario"].values[place]) in left
        ]
        if not kept:
            continue
        for name, old, column in zip(
            sample.names, sample.bounds, sample.parameters[kept].T, strict=True
        ):
            new = _narrowed(float(column.min()), float(column.max()), old)
            wide = bounds.setdefault(name, new)
            bounds[name] = [min(wide[0], new[0]), max(wide[1], new[1])]
    if not bounds:
        raise ConfigError("no point is left: every one is ruled out by some target")
    over = flat(tree["sample"]["over"])
    tree["sample"]["over"] = {**over, **bounds}
    seed = tree["sample"].get("seed", tree.get("seed", 0))
    tree["sample"]["seed"] = int(seed) + 1
    return tomli_w.dumps(tree)


def _narrowed(low: float, high: float, old: list[float]) -> list[float]:
    room = MARGIN * (high - low)
    return [max(old[0], low - room), min(old[1], high + room)]
