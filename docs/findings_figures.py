"""Figures of the findings: one name per figure, from the stores of the examples.

`figures` reads stores of ``examples/claims.toml`` (one per share served and scramble),
``headline.toml``, ``levels.toml`` and ``flips.toml``. Shares are shares of points that were
computed; how many is a figure of its own. Diversion and the rise of capture at a point are
those beyond its placebo, if the campaign has one for the regime.
"""

import numpy as np
import pandas as pd

from scsfast.analysis import datasets
from scsfast.analysis.attribute import attribute
from scsfast.analysis.claim_estimates import Evidence
from scsfast.analysis.claims import claims
from scsfast.analysis.scenario_pairs import cases, placebo_of
from scsfast.analysis.verdict import Thresholds
from scsfast.inference import prim
from scsfast.inference.constrain import constrain
from scsfast.intervals import share_interval
from scsfast.store.coordinates import coordinate_name

LIMITS = Thresholds()
SERVED = {0.01: "1", 0.05: "5", 0.2: "20", 0.5: "50", 0.8: "80"}
MEASURES = ("skill", "efficiency", "queue_skill", "less_queue", "prizes_moved_share")
MARKET = "market"
_JUDGED = ["diversion", "capture_excess", "skill"]  # what verdicts rest on
MOST_LIMITS = 4  # of a box that are told


def points_of(store) -> pd.DataFrame:
    """Return one row per finished point of a store of ``examples/claims.toml``.

    Columns: pilot, point, seed, share (of applicants served, in per cent, as text), the
    measures, ``less_market`` (skill less that of the market at the same point), diversion and
    the rise of capture beyond the placebo and of the placebo, whether the point is ``left`` by
    the published figures, and the sampled parameters by path.
    """
    dataset = datasets.results(store)
    config = datasets.nested_attribute(dataset, "config")
    evidence, known = Evidence(dataset), cases(dataset)
    left = set(constrain(dataset).left)
    wanted = [
        case
        for case in known
        if case.kind == "sample" and not case.is_placebo and evidence.has_any(case)
    ]
    paths = list(
        dict.fromkeys(
            path for design in datasets.designs(dataset, "sobol")
            for path in design["parameters"]
        )
    )  # fmt: skip
    columns = {path: dataset[coordinate_name(path)].values for path in paths}
    served = config["world"]["prize"]["loan"]["served"]
    seed = datasets.designs(dataset, "sobol")[0]["seed"]
    rows = [
        {
            "pilot": case.pilot,
            "point": case.point,
            "seed": seed,
            "share": SERVED[served],
            "left": case.name in left,
            **_of_leaders(evidence, case, placebo_of(case, known)),
            **{
                name: np.nanmean(evidence.values[name][case.place]) for name in MEASURES
            },
            **{path: values[case.place] for path, values in columns.items()},
        }
        for case in wanted
    ]
    table = pd.DataFrame(rows)
    market = table[table["pilot"] == MARKET].set_index("point")["skill"]
    table["less_market"] = table["skill"] - table["point"].map(market)
    return table


def _of_leaders(evidence: Evidence, case, placebo) -> dict[str, float]:
    """Return diversion and the rise of capture beyond a placebo, and those of the placebo."""
    beyond = evidence.beyond(case, placebo)
    return {
        **{name: value.mean for name, value in beyond.items()},
        **{f"placebo_{name}": evidence.of(placebo, name).mean for name in beyond},
    }


def figures(
    claim_stores, headline=None, levels=None, flips=None, large=None, near=()
) -> dict[str, str]:
    """Return the figures of the given stores by name, as text."""
    points, wave = all_points(claim_stores), all_points(near)
    return figures_of(points, headline, levels, flips, large, wave)


def all_points(stores) -> pd.DataFrame | None:
    """Return the points of all stores in one table, None without stores."""
    parts = [points_of(store) for store in stores]
    return pd.concat(parts, ignore_index=True) if parts else None


def figures_of(
    points=None, headline=None, levels=None, flips=None, large=None, near=None
) -> dict[str, str]:
    """Return every figure by name, from points (DataFrames) and the other stores."""
    found = {} if points is None else _of_sample(points)
    if large is not None and points is not None:
        found |= _of_size(points, points_of(large))
    if near is not None:
        found |= _of_wave(near)
    if headline is not None:
        found |= _headline(claims(headline))
    if levels is not None:
        found |= _levels(levels)
    if flips is not None:
        found |= _flips(claims(flips))
    return found


def _of_sample(points: pd.DataFrame) -> dict[str, str]:
    """Return the figures of the sample: how large it is, shares by regime and by share."""
    found = _sizes(points)
    for pilot, own in points.groupby("pilot", sort=False):
        found |= _of_points(pilot, own)
        found |= _boxes(pilot, own)
        for share, part in own.groupby("share", sort=False):
            found |= _of_points(f"{pilot}.{share}", part)
    return found


def _sizes(points: pd.DataFrame) -> dict[str, str]:
    by_pilot = points.groupby("pilot").size()
    by_share = points.groupby(["pilot", "share"]).size()
    return {
        "points": f"{len(points):,}",
        "points.least": f"{by_pilot.min():,}",
        "points.most": f"{by_pilot.max():,}",
        "points.share.least": f"{by_share.min():,}",
        "points.share.most": f"{by_share.max():,}",
        "points.share.half": half_of_share(by_share.min()),
        "parameters": str(sum("." in str(column) for column in points)),
        "parts": str(len(points.groupby(["share", "seed"]))),
    }


def _of_wave(near: pd.DataFrame) -> dict[str, str]:
    """Return figures of the second wave of Rongcheng, over all shares and by share."""
    own = near[near["pilot"] == "rongcheng"]
    found = {f"near.{key}": value for key, value in _of_points("all", own).items()}
    for share, part in own.groupby("share", sort=False):
        found |= {f"near.{k}": v for k, v in _of_points(share, part).items()}
    return found


def _of_size(points: pd.DataFrame, large: pd.DataFrame) -> dict[str, str]:
    """Return how the same points differ in a larger world."""
    keys = ["pilot", "seed", "share", "point"]
    both = points.merge(large, on=keys, suffixes=("", " large"))
    other = both[[f"{name} large" for name in _JUDGED]].set_axis(_JUDGED, axis=1)
    same_c1 = is_manipulable(both) == is_manipulable(other)
    limit = LIMITS.hardly_better
    same_c2 = (both["skill"] >= limit) == (other["skill"] >= limit)
    away = (both["skill"] - other["skill"]).abs()
    return {
        "size.points": str(len(both)),
        "size.c1.same": str(int(same_c1.sum())),
        "size.c2.same": str(int(same_c2.sum())),
        "size.skill.median": number(float(away.median())),
        "size.skill.most": number(float(away.max())),
    }


def half_of_share(n: int) -> str:
    """Return half of Wilson's interval of a share of n points, at its widest, in per cent."""
    low, high = share_interval(n // 2, n)
    return f"{50 * (high - low):.0f}"


def percent(share: float) -> str:
    """Return a share in whole per cent, as text; small ones with a digit more."""
    value = 100 * share
    is_small = 0 < value < 1.5 or 98.5 < value < 100
    return "-" if np.isnan(value) else f"{value:.1f}" if is_small else f"{value:.0f}"


def number(value: float) -> str:
    """Return a number with two decimals, three if it is small."""
    text = f"{value:.2f}" if abs(value) >= 0.095 else f"{value:z.3f}"
    return "-" if np.isnan(value) else text


def _of_points(name: str, part: pd.DataFrame) -> dict[str, str]:
    """Return figures of a pilot's points, all of them and those that are left."""
    found = {f"{name}.n": f"{len(part):,}", f"{name}.left": f"{part['left'].sum():,}"}
    found |= _of(name, part)
    if part["left"].any() and not part["left"].all():
        found |= _of(f"{name}.kept", part[part["left"]])
    return found


def _of(name: str, part: pd.DataFrame) -> dict[str, str]:
    diverted, excess = part["diversion"], part["capture_excess"]
    skill, limit = part["skill"], LIMITS.hardly_better
    is_c1, is_placebo_c1 = is_manipulable(part), is_manipulable(part, "placebo_")
    is_moved = part["prizes_moved_share"] >= LIMITS.moved
    shares = {
        "better": skill >= limit,
        "better.half": skill >= limit / 2,
        "better.double": skill >= 2 * limit,
        "above.market": part["less_market"] > 0,
        "above.queue": part["less_queue"] > 0,
        "c1": is_c1,
        "c1.half": is_manipulable(part, factor=0.5),
        "c1.double": is_manipulable(part, factor=2.0),
        "c1.placebo": is_placebo_c1,
        "c1.diversion": diverted >= LIMITS.diversion,
        "c1.capture": excess >= LIMITS.capture_excess,
        "c1.capture.half": excess >= LIMITS.capture_excess / 2,
        "c1.capture.double": excess >= 2 * LIMITS.capture_excess,
        "churn": ~is_c1 & is_moved,
        "both": is_c1 & (skill < limit),
    }
    found = {f"{name}.{key}": percent(float(v.mean())) for key, v in shares.items()}
    for measure in (
        "skill",
        "efficiency",
        "queue_skill",
        "diversion",
        "capture_excess",
    ):
        values = part[measure].dropna()
        if len(values):
            for key, level in (("low", 0.1), ("median", 0.5), ("high", 0.9)):
                found[f"{name}.{measure}.{key}"] = number(float(values.quantile(level)))
            found[f"{name}.{measure}.most"] = number(float(values.max()))
            found[f"{name}.{measure}.least"] = number(float(values.min()))
    return found


def is_manipulable(part: pd.DataFrame, prefix: str = "", factor: float = 1.0):
    """Return at which points C1 holds by estimate, at a multiple of the thresholds."""
    return (part[f"{prefix}diversion"] >= factor * LIMITS.diversion) | (
        part[f"{prefix}capture_excess"] >= factor * LIMITS.capture_excess
    )


def _boxes(pilot: str, own: pd.DataFrame) -> dict[str, str]:
    """Return where a claim fails over the points of a pilot, as the first box in words."""
    own = own.assign(**{"share served": own["share"].astype(float) / 100})
    paths = [c for c in own if "." in str(c) and own[c].notna().all()]
    x = own[["share served", *paths]].to_numpy("f8")
    conditions = {
        "c2": own["skill"] >= LIMITS.hardly_better,
        "c1": ~is_manipulable(own),
    }
    found = {}
    for claim, fails in conditions.items():
        holds = fails.to_numpy()
        boxes = prim.boxes(x, holds, most=1) if 0 < holds.mean() < 1 else []
        name = f"{pilot}.fails.{claim}"
        found[f"{name}.share"] = percent(holds.mean())
        found[f"{name}.box"] = _in_words(boxes, ["share served", *paths])
        if boxes:
            found[f"{name}.inside"] = f"{int(boxes[0].inside.sum()):,}"
            found[f"{name}.density"] = percent(boxes[0].density)
            found[f"{name}.coverage"] = percent(boxes[0].coverage)
    return found


def _in_words(boxes: list, names: list[str]) -> str:
    """Return the limits of the first box, the surest first."""
    if not boxes:
        return "no box"
    box = boxes[0]
    order = np.argsort(np.nan_to_num(box.p_values, nan=2.0), kind="stable")
    limits = [k for k in order if np.isfinite(box.low[k]) or np.isfinite(box.high[k])]
    parts = []
    for k in limits:
        if np.isfinite(box.low[k]):
            parts.append(f"`{names[k]}` at least {box.low[k]:.2g}")
        if np.isfinite(box.high[k]):
            parts.append(f"`{names[k]}` at most {box.high[k]:.2g}")
    return ", ".join(parts) or "everywhere"


def _headline(found) -> dict[str, str]:
    """Return words and estimates at the pilots' own values."""
    out = {}
    for row in found.verdicts.itertuples():
        for column in ("c1", "c2", "than_market", "than_queue"):
            out[f"own.{row.scenario}.{column}"] = str(getattr(row, column))
        out[f"own.{row.scenario}.served"] = percent(row.served)
        out[f"own.{row.scenario}.replicates"] = str(row.n)
    for row in found.estimates.itertuples():
        is_own = row.kind in ("direct", "placebo", "lottery", "market", "queue")
        if is_own and not (row.kind == "lottery" and row.measure == "efficiency"):
            half = (row.high - row.low) / 2
            name = f"own.{row.scenario}.{row.kind}.{row.measure}"
            out[name] = f"{row.value:z.3f} ±{half:.3f}"
    for row in found.effects.itertuples():
        name = f"own.{row.scenario}.effect.{row.effect}"
        half = 50 * (row.high - row.low)
        out[name] = f"{100 * row.value:z.2f} ±{half:.2f} %"
        out[f"{name}.word"] = row.word
    for row in found.changes.itertuples():
        name = f"own.{row.scenario}.{row.claim}.{row.threshold}.{row.factor:g}"
        out[name] = row.becomes
    return out


def _flips(found) -> dict[str, str]:
    """Return words and estimates at values that may flip a headline."""
    out = {}
    for row in found.verdicts.itertuples():
        out |= {f"flip.{row.scenario}.{k}": getattr(row, k) for k in ("c1", "c2")}
    wanted = ("skill", "diversion", "capture_excess")
    for row in found.estimates.itertuples():
        if row.measure in wanted and row.kind in ("direct", "lottery"):
            half = (row.high - row.low) / 2
            name = f"flip.{row.scenario}.{row.measure}"
            out[name] = f"{row.value:z.3f} ±{half:.3f}"
    return out


def _levels(store) -> dict[str, str]:
    """Return shares of diversion by level, with all channels open, and Shapley values."""
    out = {}
    for kind in ("shapley", "owen", "given", "interaction"):
        table = attribute(store, measures=["diversion"], kind=kind)
        for row in table.itertuples():
            name = f"levels.{row.base}.{kind}.{row.player}"
            out[name] = percent(row.share)
            out[f"{name}.value"] = f"{row.value:z.3f} ±{(row.high - row.low) / 2:.3f}"
    return out
