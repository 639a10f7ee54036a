"""The targets of calibration, and the page that documents them."""

from pathlib import Path

from scsfast.inference.calibrate import targets
from scsfast.model import pilot_library
from scsfast.model.acts import catalogue_source
from scsfast.model.parameters import sourced_leaves

ROOT = Path(__file__).parents[2]


PAGE = ROOT / "docs" / "calibration.md"


TARGETS = targets()


TINY = {"n_citizens": 2_000, "n_ticks": 24}


def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def packaged(path: str):
    """Return a packaged value and its range: FILE: KEY, as the page writes it."""
    file, key = path.strip("`").split(": ")
    if file == "acts.toml":
        name, key = key.split(".")
        (record,) = [a[key] for a in catalogue_source()["act"] if a["name"] == name]
    else:
        tree = pilot_library.tree(file.removesuffix(".toml"))
        record = dict(sourced_leaves(tree))[tuple(key.split("."))]
    return record["value"], record["range"]
