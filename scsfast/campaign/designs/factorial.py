"""A factorial: every coalition of leaders, the input of attribution.

Players are levels of government and groups of channels (keys of `Leaders`). Outside the
coalition, a level is honest and does not re-centre, and the channels of a group are inert
at every level. The full coalition is the scenario as it is written.
"""

from typing import Annotated, NamedTuple

from pydantic import Field

from ...errors import ConfigError, refuse
from ...model.government import LEVELS, Agenda, Leaders, Target
from ...model.parameters import Parameters, Tree, param
from ...model.scorers import Parts
from ...model.trees import laid_over_world
from ..scenarios import checked
from .points import Base, Point

TABLE = "factorial"
MOST_PLAYERS = 8  # 256 scenarios
Channel = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]

# The value that makes each channel inert. The other keys of `Leaders` set how strongly,
# how long and by whom a channel is used.
INERT: Tree = {
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
    "records": [  # the records of single acts
        "favouritism",
        "credit_rate",
        "frame_rate",
        "retaliation",
        "sale_rate",
        "discretion_use",
        "agenda",
        "orders",
    ],
    # the scores of a whole unit, targets, and the queue at the desk
    "units": ["ambition", "recentring", "tilt", "parts", "target", "desk_bonus"],
}


class _Factorial(Parameters):
    """A ``[factorial]``."""

    of: Annotated[list[str], Field(min_length=1)] | None = param(
        None, "scenarios to vary, by default all"
    )
    levels: list[str] | None = param(
        None, "levels that are players, by default all of the world"
    )
    channels: bool | dict[Channel, list[str]] = param(
        False, "groups of channels that are players: true for the two usual ones"
    )


class Factorial(NamedTuple):
    """A checked ``[factorial]``."""

    of: list[str] | None
    levels: list[str] | None
    channels: dict[str, list[str]]

    @property
    def table(self) -> str:
        """Name of the design's table in a file."""
        return TABLE

    def count(self, base: Base) -> int:
        """Return the number of coalitions."""
        return 1 << len(self.players(base))

    def players(self, base: Base) -> list[str]:
        """Return the players in order; raises ConfigError if a level does not exist."""
        has = LEVELS[: _n_levels(base)]
        missing = [level for level in self.levels or () if level not in has]
        if missing:
            raise ConfigError(
                f"`factorial.levels` must be levels of the world, which has "
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

    def points(self, base: Base) -> tuple[Tree, list[Point]]:
        """Return the fields of the `Design`, and every coalition, the empty one first."""
        players, points = self.players(base), []
        for coalition in range(2 ** len(players)):
            is_in = {name: coalition >> i & 1 for i, name in enumerate(players)}
            label = "+".join(name for name in players if is_in[name]) or "nobody"
            out = [name for name in players if not is_in[name]]
            points.append(Point(label, self._without(base.entry, out), {}, is_in))
        about = {"kind": "factorial", "players": players}
        return {**about, "channels": self.channels or None}, points

    def _without(self, entry: Tree, out: list[str]) -> Tree:
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


def plan_of(tree: Tree, seed: int) -> Factorial:
    """Return the plan of a ``[factorial]``.

    Parameters
    ----------
    tree : dict
        As `tomllib` gives it.
    seed : int
        Seed of the campaign.

    Raises
    ------
    ConfigError
        With every fault of the table.
    """
    parts = checked(_Factorial, tree, TABLE)
    channels = parts.channels
    if isinstance(channels, bool):
        channels = DEFAULT_CHANNELS if channels else {}
    levels = parts.levels or []
    faults = _channel_faults(channels)
    if len(set(levels)) < len(levels):
        faults.append(f"`factorial.levels` must differ, got {', '.join(levels)}")
    refuse(faults)
    return Factorial(parts.of, parts.levels, channels)


def _channel_faults(channels: dict[str, list[str]]) -> list[str]:
    """Return a fault for each unknown channel, and for each that two groups have."""
    faults: list[str] = []
    seen: set[str] = set()
    for name, keys in channels.items():
        at = f"`factorial.channels.{name}`"
        if name in LEVELS:
            faults.append(f"{at} must not have the name of a level")
        if not keys:
            faults.append(f"{at} must have at least one channel, got none")
        for key in keys:
            if key not in INERT:
                faults.append(
                    f"{at} must be keys of leaders among {', '.join(INERT)}, got {key!r}"
                )
            if key in seen:
                faults.append(f"{at}: {key!r} must be in one group only")
            seen.add(key)
    return faults


def _n_levels(base: Base) -> int:
    """Return the number of levels of a scenario's world."""
    spans = base.entry.get("world", {}).get("spans")
    if isinstance(spans, list):
        return len(spans)
    return base.common.world.n_levels if base.common.world else len(LEVELS)


assert INERT.keys() <= Leaders.model_fields.keys()
