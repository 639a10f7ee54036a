"""Small stores of the campaigns behind the findings."""

import tomllib
from pathlib import Path

import pytest

from scsfast.campaign.config import campaign_from_dict
from scsfast.execution.run import run_campaign

EXAMPLES = Path(__file__).parents[2] / "examples"
SMALL = {
    "n_citizens": 1_200,
    "n_ticks": 24,
    "warmup": 6,
    "spans": [60, 300, 600, 1_200],
}


def small(name: str, **world) -> dict:
    """Return a campaign of the examples among few citizens and over few points."""
    tree = tomllib.loads((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8"))
    tree["world"] |= {**SMALL, **world}
    tree["replicates"] = min(tree["replicates"], 2)
    if "sample" in tree:
        tree["sample"]["n"] = 2
    if "factorial" in tree:
        tree["factorial"]["levels"] = ["village", "township", "county", "city"]
    return tree


@pytest.fixture(scope="session")
def small_stores(tmp_path_factory):
    """Return stores by share served, and those of headline, levels and flips."""
    folder = tmp_path_factory.mktemp("findings")

    def run(tree, name):
        run_campaign(campaign_from_dict(tree), folder / name)
        return folder / name

    claims = []
    for served in (0.01, 0.05, 0.2, 0.5, 0.8):
        tree = small("claims")
        tree["world"]["prize"]["loan"]["served"] = served
        claims.append(run(tree, f"claims-{served}.zarr"))
    return claims, *(
        run(small(n), f"{n}.zarr") for n in ("headline", "levels", "flips")
    )
