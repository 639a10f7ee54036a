"""The word of a verdict at each point of a sample."""

from ..analysis import datasets
from ..analysis.claims import claims
from ..errors import ConfigError

VERDICTS = ("c1", "c2", "c2_honest")


def refuse_both_or_none(verdict: str | None, where: str | None) -> None:
    """Refuse a question that names both a verdict and a condition, or neither.

    Raises
    ------
    ConfigError
    """
    if (verdict is None) == (where is None):
        raise ConfigError(
            "give exactly one of a verdict (c1, c2, c2_honest) and a condition"
        )


def words_on(dataset, claim: str) -> dict[str, str]:
    """Return the word on a claim at each point, as if means were exact.

    Parameters
    ----------
    dataset : xarray.Dataset
        The dataset (`scsfast.open`) of a campaign with a sample or [points].
    claim : str
        One of `VERDICTS`.

    Returns
    -------
    dict of str to str
        By scenario; points without a word are left out.

    Raises
    ------
    ConfigError
        If there is no such claim.
    """
    (claim,) = datasets.among(list(VERDICTS), "verdict", claim)
    points = claims(dataset).points
    column = f"{claim}_by_mean"
    if column not in points:
        return {}
    return dict(zip(points["scenario"], points[column], strict=True))
