"""What a design varied, and which of its points each scenario is."""

from typing import Annotated, Any, Literal

from pydantic import Field

from ..model.parameters import Parameters, Seed, Tree, param


class Design(Parameters):
    """What a design varied, and how: enough to analyse its scenarios."""

    kind: Literal[
        "sweep", "latin-hypercube", "sobol", "saltelli", "morris", "factorial", "points"
    ] = param(..., "kind of design")
    of: list[str] = param(..., "names of the scenarios that the design varies")
    parameters: dict[str, Any] | None = param(
        None, "by path: bounds of a sample, values of a sweep"
    )
    derived: dict[str, str] | None = param(
        None, "by path: formulas of further parameters of a sweep or a sample"
    )
    n: int | None = param(None, "number of points or trajectories")
    seed: Seed | None = param(None, "seed of the points")
    second_order: bool | None = param(
        None, "whether effects of pairs can be estimated (saltelli)"
    )
    levels: Annotated[int, Field(ge=2)] | None = param(
        None, "levels of the grid (morris)"
    )
    players: list[str] | None = param(
        None, "players, each in a coalition or not (factorial)"
    )
    channels: dict[str, list[str]] | None = param(
        None, "keys of leaders in each group of channels that is a player (factorial)"
    )

    def about(self) -> Tree:
        """Return the fields that have a value, as plain JSON values."""
        return self.model_dump(mode="json", exclude_none=True)


class Origin(Parameters):
    """The origin of a scenario: a scenario of the file, and a point of its design."""

    base: str = param(..., "name of the file's scenario")
    design: Literal["", "sweep", "sample", "factorial", "points"] = param(
        "", "table of the design"
    )
    point: int = param(-1, "number of the point within its base")
    values: dict[str, Any] = param(dict, "varied parameters by path")
    players: dict[str, int] = param(dict, "1: in the coalition, 0: not")
