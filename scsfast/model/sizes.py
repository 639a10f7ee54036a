"""Units of unequal size: the citizens of each village, and what each unit above is made of."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from .government import LEVELS
from .parameters import Count, Parameters, param

Size = Annotated[Count, Field(ge=1)]


class Sizes(Parameters):
    """The size of each unit, by level; a level without sizes follows from `spans`."""

    village: list[Size] = param(
        [], "citizens of each village; none: all as `spans` says", unit="citizen"
    )
    township: list[Size] = param(
        [], "villages of each township; none: as `spans` says", unit="village"
    )
    county: list[Size] = param(
        [], "townships of each county; none: as `spans` says", unit="township"
    )
    city: list[Size] = param(
        [], "counties of each city; none: as `spans` says", unit="county"
    )
    province: list[Size] = param(
        [], "cities of each province; none: as `spans` says", unit="city"
    )
    centre: list[Size] = param(
        [], "provinces under each centre; none: as `spans` says", unit="province"
    )

    @property
    def by_level(self) -> list[NDArray[np.int64]]:
        """Return the sizes of each level from the village up, without empty ones at the end."""
        found = [np.array(getattr(self, level), np.int64) for level in LEVELS]
        while found and not len(found[-1]):
            found.pop()
        return found
