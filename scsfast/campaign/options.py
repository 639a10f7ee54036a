"""Options of a campaign beside its scenarios: a stopping rule, snapshots.

They are defined and checked here, and applied in `execution` and `store`.
"""

from typing import Annotated, Literal, Protocol, Self

from pydantic import Field, model_validator

from ..engine.state import CITIZEN_ARRAYS, LIST_ARRAYS, PART_ARRAYS
from ..errors import refuse
from ..model.parameters import Count, Parameters, Positive, param
from ..model.world import World

INNER = ("published_", "shown_")  # arrays for the kernel's own use
SNAPSHOT_VARIABLES = tuple(
    name
    for name in (*CITIZEN_ARRAYS, *LIST_ARRAYS, *PART_ARRAYS)
    if not name.startswith(INNER)
)


class Until(Parameters):
    """When to stop: once a mean is precise enough, or a verdict is decided."""

    variable: str | None = param(
        None, "measure, or output by tick, summed over measured ticks", min_length=1
    )
    halfwidth: Positive | None = param(
        None,
        "half the width of the confidence interval to reach, in the measure's unit",
    )
    verdict: Literal["c1", "c1_total", "c2", "c2_honest"] | None = param(
        None, "claim on which each regime's word is to be decided"
    )
    per: Literal["campaign", "scenario"] = param(
        "campaign",
        "whether all scenarios go on while one is open, or each stops by itself",
    )
    max: Annotated[Count, Field(ge=1, le=1_000_000)] = param(
        ..., "replicates after which to stop in any case"
    )
    confidence: Annotated[Positive, Field(lt=1)] = param(
        0.95, "confidence of the interval; of a verdict, over all looks at it"
    )

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        pair = (self.variable, self.halfwidth)
        if self.verdict is None and None in pair:
            raise ValueError("must have `variable` and `halfwidth`, or `verdict`")
        if self.verdict is not None and pair != (None, None):
            raise ValueError("must not have `verdict` beside `variable` or `halfwidth`")
        return self

    @property
    def is_per_scenario(self) -> bool:
        """Whether scenarios stop one by one; those of a verdict always do."""
        return self.per == "scenario" or self.verdict is not None


class Snapshots(Parameters):
    """State of every citizen, stored at chosen ticks."""

    ticks: list[Count] = param(
        ..., "ticks before which the state is stored", unit="tick", min_length=1
    )
    variables: list[str] = param(..., "state arrays to store", min_length=1)

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.ticks != sorted(set(self.ticks)):
            raise ValueError(f"ticks must rise, got {', '.join(map(str, self.ticks))}")
        unknown = [name for name in self.variables if name not in SNAPSHOT_VARIABLES]
        if unknown:
            raise ValueError(
                f"variables must be among {', '.join(SNAPSHOT_VARIABLES)}, got "
                f"{', '.join(unknown)}"
            )
        if len(set(self.variables)) < len(self.variables):
            raise ValueError("variables must differ, one is named twice")
        return self


class Output(Parameters):
    """Data stored beside the tables."""

    snapshots: Snapshots | None = param(None, "state of citizens at chosen ticks")


class _Head(Protocol):
    """The values of a campaign that its options must fit."""

    @property
    def replicates(self) -> int: ...
    @property
    def world(self) -> World: ...
    @property
    def until(self) -> Until | None: ...
    @property
    def output(self) -> Output: ...


def check_options(head: _Head) -> None:
    """Refuse options that do not fit the rest of a campaign.

    Parameters
    ----------
    head : object
        The top of a campaign file: `replicates`, `world`, `until` and `output`.

    Raises
    ------
    ConfigError
        With a fault per option.
    """
    faults: list[str] = []
    until, snapshots = head.until, head.output.snapshots
    if until and until.max < head.replicates:
        faults.append(
            f"`until.max` must be at least `replicates` = {head.replicates}, got {until.max}"
        )
    if snapshots and snapshots.ticks[-1] > head.world.n_ticks:
        faults.append(
            "`output.snapshots.ticks` must be within the run, 0 to "
            f"{head.world.n_ticks}, got {snapshots.ticks[-1]}"
        )
    refuse(faults)
