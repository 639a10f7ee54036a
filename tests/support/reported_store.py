"""A small real campaign with everything that a report shows, and hostile names."""

import scsfast

HOSTILE = "<script>alert('x')</script>"
QUOTED = 'a "quoted" & $odd$ name, 荣成'
HIDDEN = "_hidden"
TITLE = "Who bends <b>what</b> & how"
CAMPAIGN = {
    "title": TITLE,
    "seed": 11,
    "replicates": 3,
    "world": {
        "n_citizens": 2000,
        "n_ticks": 24,
        "warmup": 6,
        "distribution_every": 6,
        "spans": [100, 200, 1000, 2000],
        "unit_means": "county",
    },
    "leaders": {"all": {"share": 0.5, "credit_rate": 0.5}},
    "scenario": [
        {"name": HOSTILE, "pilot": "rongcheng"},
        {"name": QUOTED, "pilot": "rongcheng", "leaders": {"all": {"share": 0.0}}},
        {"name": HIDDEN, "pilot": "sesame"},
        {"pilot": "judgment-defaulters"},
        {"pilot": "lottery"},
        {"pilot": "market"},
        {"pilot": "oracle"},
        {"name": "by levels", "pilot": "rongcheng"},
        {"name": "sampled", "pilot": "rongcheng"},
        {"name": "swept", "pilot": "fuzhou"},
    ],
    "factorial": {"of": ["by levels"], "levels": ["village", "township"]},
    "sample": {
        "of": ["sampled"],
        "method": "morris",
        "n": 3,
        "over": {"regime.loss": [0.0, 0.2], "world.population.aware": [0.2, 0.9]},
    },
    "sweep": {"of": ["swept"], "regime": {"loss": [0.0, 0.1]}},
}


def run(folder):
    """Run the campaign into a folder and return the path of its store."""
    scsfast.run(CAMPAIGN, folder / "reported.zarr")
    return folder / "reported.zarr"
