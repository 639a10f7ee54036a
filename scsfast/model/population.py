"""Citizens: distributions of their fixed traits, and their networks.

Distributions become 256-entry integer quantile tables: entry k is the quantile at
(k + 1/2)/256, so that one byte of a draw picks a value. They are built once and hashed
in the provenance, so that a change in a library's quantile function is detected.
"""

from functools import lru_cache
from typing import Annotated, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from .government import LEVELS
from .parameters import (
    Count,
    Finite,
    Parameters,
    Probability,
    Scale,
    Share,
    param,
)

Group = Literal["urban", "rural", "migrant", "official"]
GROUPS: tuple[str, ...] = get_args(Group)
STRATEGIES = ("reliable", "opportunist", "discriminator")
UNIT_INTERVAL = 256  # a value in [0, 1) is stored as floor(256 x)
MEANS_UNIT = 16  # an income is stored as floor(16 x), mean income = 1
MAX_DEGREE = 1024  # a user's network takes up to 2 MAX_DEGREE - 1 slots: SCS_MAX_SLOTS

FileName = Annotated[str, Field(min_length=1)]
Sha256 = Annotated[str, Field(min_length=64, max_length=64)]
Bounded = Annotated[Finite, Field(ge=-1_000_000, le=1_000_000)]
_GRID = (np.arange(256) + 0.5) / 256


# scipy is imported where quantiles are computed: a store is opened without, 0.2 s sooner.
@lru_cache(maxsize=1)
def _standard_normal() -> NDArray[np.float64]:
    """Return the quantiles of the standard normal distribution on the grid."""
    from scipy.special import ndtri

    return np.asarray(ndtri(_GRID), np.float64)


@lru_cache(maxsize=256)
def _beta_quantiles(a: float, b: float) -> NDArray[np.float64]:
    """Return the quantiles of Beta(a, b) on the grid, without scipy.stats (slow import)."""
    from scipy.special import betaincinv

    return np.asarray(betaincinv(a, b, _GRID), np.float64)


class Shape(Parameters):
    """Base of all distributions: their quantiles must be numbers."""

    def quantiles(self) -> NDArray[np.float64]:
        """Return the 256 quantiles as float64."""
        raise NotImplementedError

    @property
    def is_extreme(self) -> bool:
        """Whether a quantile may be no number, so that all must be computed to know."""
        return False

    @model_validator(mode="after")
    def _finite(self) -> Self:
        if not self.is_extreme:
            return self
        with np.errstate(all="ignore"):
            if not np.isfinite(self.quantiles()).all():
                raise ValueError("all quantiles must be finite, these are not")
        return self


class Constant(Shape):
    """All citizens have the same value."""

    kind: Literal["constant"] = "constant"
    value: Bounded

    def quantiles(self) -> np.ndarray:
        """Return the 256 quantiles as float64."""
        return np.full(256, self.value)


class Uniform(Shape):
    """Uniform between two bounds."""

    kind: Literal["uniform"] = "uniform"
    low: Bounded = 0.0
    high: Bounded = 1.0

    def quantiles(self) -> np.ndarray:
        """Return the 256 quantiles as float64."""
        return self.low + (self.high - self.low) * _GRID


class Beta(Shape):
    """Beta(a, b) on [0, 1]."""

    kind: Literal["beta"] = "beta"
    a: Scale
    b: Scale

    @property
    def is_extreme(self) -> bool:
        """Whether nearly all of the distribution is at 0 or 1."""
        return min(self.a, self.b) < 1e-3

    def quantiles(self) -> np.ndarray:
        """Return the 256 quantiles as float64."""
        return _beta_quantiles(self.a, self.b)


class Normal(Shape):
    """Normal, cut off where the stored range ends."""

    kind: Literal["normal"] = "normal"
    mean: Bounded = 0.5
    sd: Scale = 0.15

    def quantiles(self) -> np.ndarray:
        """Return the 256 quantiles as float64."""
        return _standard_normal() * self.sd + self.mean


class Lognormal(Shape):
    """Lognormal with a given mean and Gini coefficient."""

    kind: Literal["lognormal"] = "lognormal"
    mean: Scale = 1.0
    gini: Annotated[float, Field(gt=0, lt=1, strict=True)] = 0.47

    @property
    def is_extreme(self) -> bool:
        """Whether nearly all of the total belongs to few."""
        return self.gini > 0.999

    def quantiles(self) -> np.ndarray:
        """Return the 256 quantiles as float64."""
        from scipy.special import ndtri

        sigma = np.sqrt(2) * ndtri((1 + self.gini) / 2)
        spread = np.exp(sigma * _standard_normal() - sigma**2 / 2)
        return np.asarray(self.mean * spread, np.float64)


class Table(Shape):
    """The 256 quantiles as given."""

    kind: Literal["table"] = "table"
    values: Annotated[list[Bounded], Field(min_length=256, max_length=256)]

    def quantiles(self) -> np.ndarray:
        """Return the 256 quantiles as float64."""
        return np.array(self.values)


Distribution = Annotated[
    Constant | Uniform | Beta | Normal | Lognormal | Table, Field(discriminator="kind")
]


def byte_table(distribution: Shape, scale: int) -> NDArray[np.uint8]:
    """Return the quantile table as uint8, shape (256,): floor(scale x), kept in 0..255."""
    return _byte_table(type(distribution), distribution.model_dump_json(), scale).copy()


@lru_cache(maxsize=256)
def _byte_table(kind: type[Shape], values: str, scale: int) -> NDArray[np.uint8]:
    """Return the table of a distribution; thousands of scenarios share a few of them."""
    quantiles = kind.model_validate_json(values).quantiles()
    return np.asarray(np.clip(np.floor(scale * quantiles), 0, 255), np.float64).astype(
        np.uint8
    )


class Groups(Parameters):
    """Shares of the four groups; they must add up to 1."""

    urban: Share = param(
        0.58,
        "share of urban residents",
        source="modelling choice",
        plausible=(0.5, 0.65),
    )
    rural: Share = param(
        0.32,
        "share of rural residents",
        source="modelling choice",
        plausible=(0.25, 0.45),
    )
    migrant: Share = param(
        0.08, "share of migrants", source="modelling choice", plausible=(0.02, 0.2)
    )
    official: Share = param(
        0.02, "share of officials", source="modelling choice", plausible=(0.01, 0.05)
    )

    @model_validator(mode="after")
    def _sum(self) -> Self:
        total = sum(getattr(self, group) for group in GROUPS)
        if abs(total - 1) > 1e-9:
            raise ValueError(f"the shares of groups must add up to 1, got {total:g}")
        return self


class Strategies(Parameters):
    """Shares of the three meeting strategies at the start; they must add up to 1."""

    reliable: Share = param(
        0.6, "keeps its word", source="modelling choice", plausible=(0.2, 0.8)
    )
    opportunist: Share = param(
        0.1, "breaks its word", source="modelling choice", plausible=(0, 0.5)
    )
    discriminator: Share = param(
        0.3,
        "keeps its word unless the partner is known to be bad",
        source="modelling choice",
        plausible=(0, 1),
    )

    @model_validator(mode="after")
    def _sum(self) -> Self:
        total = sum(getattr(self, strategy) for strategy in STRATEGIES)
        if abs(total - 1) > 1e-9:
            raise ValueError(
                f"the shares of strategies must add up to 1, got {total:g}"
            )
        return self


Correlation = Annotated[Finite, Field(ge=-0.99, le=0.99)]


def partial(one_third: float, one_second: float, second_third: float) -> float:
    """Return the correlation of a first and a third normal given a second one.

    Beyond -1 or 1 if the three correlations are impossible together.

    Parameters
    ----------
    one_third : float
        Correlation of the first and the third.
    one_second : float
        Correlation of the first and the second.
    second_third : float
        Correlation of the second and the third.
    """
    rest = np.sqrt((1 - one_second**2) * (1 - second_third**2))
    return float((one_third - one_second * second_third) / rest)


class Correlations(Parameters):
    """Correlations of traits, of a Gaussian copula; 0: independent.

    Every trait keeps its distribution, every group and level its share.
    """

    quality_means: Correlation = param(
        0.0, "of quality and income", source="modelling choice", plausible=(-0.1, 0.4)
    )
    quality_guile: Correlation = param(
        0.0, "of quality and guile", source="modelling choice", plausible=(-0.4, 0.2)
    )
    guile_means: Correlation = param(
        0.0, "of guile and income", source="modelling choice", plausible=(-0.2, 0.4)
    )
    ties_means: Correlation = param(
        0.0,
        "of income and being tied to a leader, at every level",
        source="modelling choice: elites are kin (S49)",
        plausible=(0, 0.5),
    )
    groups_means: Correlation = param(
        0.0,
        "of income and group, in the order rural, migrant, urban, official",
        source="modelling choice: towns earn more",
        plausible=(0, 0.6),
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        rest = partial(self.guile_means, self.quality_guile, self.quality_means)
        if not -0.99 <= rest <= 0.99:
            raise ValueError(
                "quality_means, quality_guile and guile_means must be possible together: "
                f"given quality, guile and means would correlate by {rest:.3g}, which "
                "must be within [-0.99, 0.99]"
            )
        return self


class Population(Parameters):
    """Traits of the citizens, independent of each other except for `correlations`."""

    quality: Distribution = param(
        Beta(a=3, b=2), "trustworthiness", source="modelling choice, mean 0.4 to 0.8"
    )
    guile: Distribution = param(
        Beta(a=1.5, b=4),
        "skill at looking good: fakes deeds",
        source="modelling choice, mean 0.1 to 0.5",
    )
    means: Distribution = param(
        Lognormal(mean=1.0, gini=0.47),
        "income, in mean incomes",
        unit="mean income",
        source="S55 O: NBS Gini 0.474 (2012), 0.473 (2013)",
    )
    groups: Groups = param(Groups(), "shares of groups")
    strategies: Strategies = param(Strategies(), "shares of strategies at the start")
    dissenters: Share = param(
        0.02, "share of dissenters", source="modelling choice", plausible=(0.001, 0.05)
    )
    enrolled: Share = param(
        1.0, "share of citizens who have a score", source="Rongcheng: all adults"
    )
    aware: Share = param(
        0.11,
        "share of citizens who know of the regime and respond to it",
        source="S44 P: 11 % in local-pilot areas knew",
        plausible=(0.05, 1),
    )
    correlations: Correlations = param(Correlations(), "correlations of traits")
    ties: list[Probability] = param(
        [0.10, 0.02, 0.004, 0.0008, 0.00016, 0.00003],
        "share of citizens tied (kin or client) to their leader, per level from the bottom",
        source="modelling choice: falls with level; elite and kin 0.05 to 0.3 in all (S49)",
        min_length=1,
        max_length=len(LEVELS),
    )
    network: list[str] = param(
        ["village"] * 5 + ["township"] * 2 + ["top"],
        "level inside which each slot of the network pairs citizens; 'top' is the whole world",
        source="modelling choice: 8 partners, mostly near (Dunbar's inner layers, U)",
        max_length=64,
    )
    people_file: FileName | None = param(
        None, "file of citizens' traits: .npy or .parquet; missing traits are drawn"
    )
    people_sha256: Sha256 | None = param(
        None, "SHA-256 that people_file must have; filled in when it is read"
    )
    network_file: FileName | None = param(
        None,
        "file of edges, in place of `network`: .csv, .txt, .npy, .npz or .parquet",
    )
    network_sha256: Sha256 | None = param(
        None, "SHA-256 that network_file must have; filled in when it is read"
    )
    max_degree: Annotated[Count, Field(ge=1, le=MAX_DEGREE)] = param(
        16,
        "most partners kept per citizen of network_file",
        unit="citizen",
        source="modelling choice: Dunbar's inner layers (U)",
        plausible=(5, 150),
    )

    @model_validator(mode="after")
    def _files_of_hashes(self) -> Self:
        for kind in ("people", "network"):
            if getattr(self, f"{kind}_sha256") and not getattr(self, f"{kind}_file"):
                raise ValueError(
                    f"{kind}_sha256 must come with {kind}_file, got it alone"
                )
        return self

    @model_validator(mode="after")
    def _known_levels(self) -> Self:
        for slot in self.network:
            if slot not in (*LEVELS, "top"):
                raise ValueError(
                    f"a network slot must be 'top' or one of {', '.join(LEVELS)}, got '{slot}'"
                )
        return self
