"""Acts: the offences that tempt citizens and the deeds of their free time.

The catalogue belongs to the world: all regimes have the same offers. The regime decides
which acts carry points. Nothing here depends on scores.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .parameters import (
    Finite,
    Money,
    Name,
    Parameters,
    Probability,
    Rate,
    Scale,
    Tree,
    param,
    strip_sources,
)
from .population import Group


class Act(Parameters):
    """One kind of act: an offence that tempts (`negative`) or a deed (`positive`)."""

    name: Name = param(..., "name by which regimes refer to the act")
    about: str = param("", "what it is")
    domain: Literal["commercial", "social", "judicial", "administrative"] = param(
        ..., "domain of the record"
    )
    sign: Literal["negative", "positive"] = param(..., "offence or deed")
    rate: Rate = param(..., "offers to each citizen", unit="1/year")
    scale: Scale = param(
        ...,
        "mean of the exponential gain that tempts (negative) or cost of the deed (positive)",
        unit="monthly income",
    )
    only: Group | None = param(
        None, "the only group that is offered the act; none: everyone"
    )
    defies: bool = param(False, "whether leaders take it as defiance and may retaliate")
    penalty: Money = param(0.0, "legal penalty when observed", unit="monthly income")
    price: Money = param(
        0.0, "amount that a paid deed takes from wealth", unit="monthly income"
    )
    due: Money = param(
        0.0,
        "amount owed (offences only): citizens whose wealth is below it break the rule "
        "without meaning to; 0: no amount is owed",
        unit="monthly income",
    )
    social_value: Annotated[Finite, Field(ge=-16_384, le=16_384)] = param(
        0.0, "value to others, negative for harm", unit="monthly income"
    )
    seen: Probability = param(..., "base chance to be observed")

    @model_validator(mode="after")
    def _only_offences_are_due(self) -> Self:
        if self.due and self.sign == "positive":
            raise ValueError(f"due must be 0 for a deed, got {self.due:g}")
        return self


@cache
def default_catalogue() -> tuple[Act, ...]:
    """Return the packaged act catalogue (``model/acts.toml``)."""
    return tuple(Act(**strip_sources(entry)) for entry in catalogue_source()["act"])


@cache
def catalogue_source() -> Tree:
    """Return the packaged act catalogue as written, sources and choices included."""
    return tomllib.loads((files(__package__) / "acts.toml").read_text(encoding="utf-8"))
