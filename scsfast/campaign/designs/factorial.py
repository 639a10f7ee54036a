"""A factorial: every coalition of leaders, the input of attribution.

Players are levels of government and groups of channels (keys of `Leaders`). A level out
of the coalition is honest and does not re-centre; the channels of a group out of it are
inert at every level. The coalition of all is the scenario as it is written.
"""

from typing import Annotated, NamedTuple

from pydantic import Field

from ...errors import ConfigError
from ...model.government import LEVELS, Agenda, Leaders, Target
from ...model.parameters import Parameters, param
from ...model.scorers import Parts
from ...model.trees import laid_over_world
from ..scenarios import checked
from .points import Point

TABLE = "factorial"
MOST_PLAYERS = 8  # 256 scenarios
Channel = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]

# What makes each way in which leaders act inert; all else in `Leaders` is how strong it
# is, who does it, or how long.
INERT = {
    "favouritism": 0.0,
    "credit_rate": 0.0,
    "frame_rate": 0.0,
    "retaliation": 0.0,
    "sale_rate": 0.0,
    "discretion_use": 0.0,
    "agenda": Agenda().model_dump(),
    "ambition": 0.0,
    "recentring": 0.0,
    "tilt": 0.0,
    "parts": Parts().model_dump(),
    "desk_bonus": 0.0,
    "orders": 0.0,
    "target": Target().model_dump(),
}
HONEST = {"share": 0.0, "recentring": 0.0}  # honest superiors re-centre too
DEFAULT_CHANNELS = {
    "records": [  # what becomes of single acts
        "favouritism",
        "credit_rate",
        "frame_rate",
        "retaliation",
        "sale_rate",
        "discretion_use",
        "agenda",
        "orders",
    ],
    # what becomes of a whole unit's scores, of targets, and of the queue at the desk
    "units": ["ambition", "recentring", "tilt", "parts", "target", "desk_bonus"],
}


class _Factorial(Parameters):
    """A ``[factorial]``."""

    of: Annotated[list[str], Field(min_length=1)] | None = param(
        None, "scenarios to take apart, by default all"
    )
    levels: list[str] | None = param(None, "levels that play, by default all there are")
    channels: bool | dict[Channel, list[str]] = param(
        False, "groups of channels that play: true for the two usual ones"
    )


class Factorial(NamedTuple):
    """A checked ``[factorial]``."""

    of: list[str] | None
    levels: list[str] | None
    channels: dict[str, list[str]]

    table = TABLE

    def count(self, base) -> int:
        """Return the number of coalitions."""
        return 2 ** len(self.players(base))

    def players(self, base) -> list[str]:
        """Return the players in order; raises ConfigError where they cannot be."""
        has = LEVELS[: _n_levels(base)]
        missing = [level for level in self.levels or () if level not in has]
        if missing:
            raise ConfigError(
                f"`factorial.levels` must be levels of the world, it has "
                f"{', '.join(has)}, got {', '.join(missing)}"
            )
        levels = has if self.levels is None else self.levels
        players = [*levels, *self.channels]
        if not 1 <= len(players) <= MOST_PLAYERS:
            raise ConfigError(
                f"`factorial` must have 1 to {MOST_PLAYERS} players (levels and groups "
                f"of channels), got {len(players)}: {', '.join(players)}"
            )
        return players

    def points(self, base) -> tuple[dict, list[Point]]:
        """Return what a `Design` says of this, and every coalition, nobody first."""
        players, points = self.players(base), []
        for coalition in range(2 ** len(players)):
            is_in = {name: coalition >> i & 1 for i, name in enumerate(players)}
            label = "+".join(name for name in players if is_in[name]) or "nobody"
            out = [name for name in players if not is_in[name]]
            points.append(Point(label, self._without(base.entry, out), {}, is_in))
        about = {"kind": "factorial", "players": players}
        return {**about, "channels": self.channels or None}, points

    def _without(self, entry: dict, out: list[str]) -> dict:
        """Return a scenario's entry with some players made honest or inert."""
        leaders = entry.get("leaders", {})
        for name in out:
            inert = {key: INERT[key] for key in self.channels.get(name, ())}
            levels, values = (LEVELS, inert) if inert else ([name], HONEST)
            leaders = laid_over_world(
                {level: {} for level in levels} | leaders,
                dict.fromkeys(levels, values),
            )
        return {**entry, "leaders": leaders}


def plan_of(tree: dict, seed: int, faults: list) -> Factorial | None:
    """Return the plan of a ``[factorial]``, or None after adding its faults.

    Parameters
    ----------
    tree : dict
        As `tomllib` gives it.
    seed : int
        Seed of the campaign.
    faults : list of str
        Faults are added to it.
    """
    before = len(faults)
    parts = checked(_Factorial, tree, TABLE, faults)
    if parts is None:
        return None
    channels = parts.channels
    if isinstance(channels, bool):
        channels = DEFAULT_CHANNELS if channels else {}
    faults += _channel_faults(channels)
    levels = parts.levels or []
    if len(set(levels)) < len(levels):
        faults.append(f"`factorial.levels` must differ, got {', '.join(levels)}")
    if len(faults) > before:
        return None
    return Factorial(parts.of, parts.levels, channels)


def _channel_faults(channels: dict[str, list[str]]) -> list[str]:
    """Return a fault for each channel that is none, or that two groups have."""
    faults, seen = [], set()
    for name, keys in channels.items():
        at = f"`factorial.channels.{name}`"
        if name in LEVELS:
            faults.append(f"{at} must not have the name of a level")
        if not keys:
            faults.append(f"{at} must have one channel or more, got none")
        for key in keys:
            if key not in INERT:
                faults.append(
                    f"{at} must be keys of leaders among {', '.join(INERT)}, got {key!r}"
                )
            if key in seen:
                faults.append(f"{at}: {key!r} must be in one group only")
            seen.add(key)
    return faults


def _n_levels(base) -> int:
    """Return the number of levels of a scenario's world."""
    spans = base.entry.get("world", {}).get("spans")
    if isinstance(spans, list):
        return len(spans)
    return base.common.world.n_levels if base.common.world else len(LEVELS)


assert INERT.keys() <= Leaders.model_fields.keys()
