"""The scenarios of a store by role: regime, honest counterpart, placebo, yardstick.

Scenarios are matched by their resolved configuration, never by name: the counterpart of a
scenario has the same rules, the same world, and only honest leaders.
"""

import json
from typing import NamedTuple

from ..errors import ConfigError
from ..model.government import LEVELS
from ..model.trees import differences
from ..store.dataset_attributes import nested_attribute
from . import datasets
from .yardsticks import is_yardstick, yardstick_of

TEXTS = ("name", "title", "about")  # of a regime, without effect on results


class Case(NamedTuple):
    """One scenario of a store."""

    place: int
    name: str
    base: str
    kind: str  # of design: "", "sweep", "sample" or "factorial"
    point: int
    is_whole: bool  # no player of its factorial is missing
    manipulates: bool  # at least one leader may manipulate
    pilot: str  # name of its first regime
    scorer: str
    is_yardstick: bool  # keeps neither scores nor a list
    yardstick: str  # its one rule of allocation, "" if none or several
    world: str  # equal texts are equal worlds
    rules: str  # equal texts are equal regimes with equal changes
    regime: dict
    leaders: dict
    n_levels: int
    is_placebo: bool  # leaders' acts fall on citizens drawn at random


def cases(dataset) -> list[Case]:
    """Return every scenario of a dataset, in order.

    Raises
    ------
    ConfigError
        If its attributes have no configuration.
    """
    config = nested_attribute(dataset, "config")
    if not config:
        raise ConfigError(
            "these results have no configuration of their campaign: no attribute `config`"
        )
    entries = {entry["name"]: entry for entry in config["scenarios"]}
    names = [str(name) for name in dataset["scenario"].values]
    points = dataset.coords["point"].values if "point" in dataset.coords else None
    is_whole = _whole(dataset)
    bases, kinds = datasets.bases(dataset), datasets.kinds(dataset)
    worlds = datasets.own_worlds(dataset)
    return [
        _case(
            entries[name],
            config["world"]["spans"],
            place=k,
            base=bases[k],
            kind=kinds[k],
            world=worlds[k],
            point=-1 if points is None else int(points[k]),
            is_whole=bool(is_whole[k]),
        )
        for k, name in enumerate(names)
    ]


def _case(entry: dict, spans: list, **about) -> Case:
    regime, own = entry["regime"], entry.get("world") or {}
    levels = LEVELS[: len(own.get("spans") or spans)]
    leaders = {k: entry["leaders"][k] for k in (*levels, "clients_know")}
    rules = [_decisive(regime), [_decisive(c) for c in entry.get("change") or []]]
    if policy := entry.get("policy"):
        rules.append([policy["function"], policy["sha256"]])
    return Case(
        name=entry["name"],
        manipulates=any(leaders[level]["share"] > 0 for level in levels),
        pilot=regime["name"],
        scorer=regime["scorer"],
        is_yardstick=is_yardstick(entry),
        yardstick=yardstick_of(entry),
        rules=json.dumps(rules, sort_keys=True),
        regime=regime,
        leaders=leaders,
        n_levels=len(levels),
        is_placebo=bool(entry["leaders"].get("placebo", False)),
        **about,
    )


def _decisive(tree):
    """Return a regime or a change without its descriptive texts."""
    if not isinstance(tree, dict):
        return tree
    own = {k: v for k, v in tree.items() if k not in TEXTS}
    return {**own, "regime": _decisive(own["regime"])} if "regime" in own else own


def _whole(dataset) -> list[bool]:
    """Return, per scenario, whether it is the full coalition of its factorial."""
    players = [name for name in dataset.coords if str(name).startswith("player_")]
    out = [dataset.coords[name].values == 0 for name in players]
    return [
        not any(column[k] for column in out) for k in range(len(dataset["scenario"]))
    ]


class ScenarioPairs:
    """Finds the honest counterpart of a scenario.

    Parameters
    ----------
    cases : sequence of Case
    """

    def __init__(self, cases):
        self.honest = {}
        for case in cases:
            if not case.manipulates:
                self.honest.setdefault((case.world, case.rules), []).append(case)

    def of(self, case: Case) -> Case | None:
        """Return the honest scenario with the rules and the world of another.

        Of several candidates, one from the same scenario of the campaign file is preferred,
        then one at the same point, then the one whose leaders differ least.
        """
        found = self.honest.get((case.world, case.rules), [])
        return min(
            found, key=lambda counterpart: _distance(case, counterpart), default=None
        )


def _distance(case: Case, counterpart: Case) -> tuple:
    return (
        counterpart.base != case.base,
        counterpart.point != case.point,
        len(differences(case.leaders, counterpart.leaders))
        if counterpart is not case
        else 0,
        counterpart.place,
    )


def companion(case: Case, cases, wanted) -> Case | None:
    """Return the first other scenario with a property in the same world.

    Scenarios without a design come before points of designs.

    Parameters
    ----------
    case : Case
    cases : list of Case
    wanted : callable
        From a Case to bool: whether it has the property.
    """
    found = [
        other
        for other in cases
        if other.world == case.world and other is not case and wanted(other)
    ]
    return min(found, key=lambda other: (other.kind != "", other.place), default=None)


def placebo_of(case: Case, cases) -> Case | None:
    """Return the placebo of a scenario: same world and rules, and the most similar leaders.

    Placebos themselves and scenarios with honest leaders have none.
    """
    if case.is_placebo or not case.manipulates:
        return None
    found = [
        other
        for other in cases
        if other.is_placebo and (other.world, other.rules) == (case.world, case.rules)
    ]
    return min(found, key=lambda other: _distance(case, other), default=None)
