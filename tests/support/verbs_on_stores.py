"""Every verb on a store that may be hostile, and the results that it must return, if any."""

import io
import time
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import numpy as np

import scsfast
from scsfast.analysis.plots import svg
from scsfast.api import run_campaign
from scsfast.cli.main import main
from scsfast.store.repair import repair
from scsfast.store.store import Store
from scsfast.store.verify import verify
from support.fake_engine import fake_replicate, small_campaign

SAMPLE = {
    "of": ["sampled"],
    "method": "saltelli",
    "n": 1,
    "over": {"regime.loss": [0.0, 0.2], "world.population.aware": [0.2, 0.9]},
}
SCENARIOS = [
    {"pilot": "rongcheng"},
    {"name": "levels", "pilot": "rongcheng", "leaders": {"all": {"share": 0.5}}},
    {"name": "sampled", "pilot": "rongcheng"},
]
READERS = {  # words of the command line by verb; each names the store as out.zarr
    "compare": "compare out.zarr --baseline rongcheng --json",
    "attribute": "attribute out.zarr --json",
    "sensitivity": "sensitivity out.zarr -v efficiency --json",
    "claims": "claims out.zarr --json",
    "constrain": "constrain out.zarr --targets targets.toml --json",
    "discover": "discover out.zarr -w efficiency>=0.5 --json",
    "export": "export out.zarr -o made.csv --force",
    "export outputs": "export out.zarr -o made.csv --table by_group --force",
}
TALKERS = {  # what they show may be of the path, of hosts and of times too
    "status": "status out.zarr",
    "verify": "verify out.zarr",
    "report": "report out.zarr -o made.html",
    "explain": "explain out.zarr --citizen 7",
    "plan": "plan out.zarr/zarr.json -o out.zarr",
}
TARGETS = """
[[target]]
name = "how many hit"
pilot = "rongcheng"
measure = "efficiency"
value = 0.5
observation = 0.2
source = "made up for a test"
"""


class Whole(NamedTuple):
    """A store that is whole, and what is served of it.

    Attributes
    ----------
    path, grown : Path
        The store, and the same with one replicate more.
    figures : dict of str to ndarray
        Of `grown`.
    axes : dict of str to int
        Along which axis each figure has its replicates.
    served : dict of str to str
        What each of `READERS` writes.
    pace : float
        Seconds of a processor that opening the store took: many on a busy machine.
    """

    path: Path
    grown: Path
    figures: dict
    axes: dict
    served: dict
    pace: float


def campaign(replicates: int):
    """Return a campaign with a sample and a factorial."""
    factorial = {"of": ["levels"], "levels": ["village"]}
    return small_campaign(
        replicates, scenario=SCENARIOS, sample=SAMPLE, factorial=factorial
    )


def prepared(folder: Path) -> Whole:
    """Make the store that is mutated."""
    path, grown = folder / "whole.zarr", folder / "made.grown.zarr"
    run_campaign(campaign(2), path, run_replicate=fake_replicate)
    run_campaign(campaign(3), grown, run_replicate=fake_replicate)
    place = folder / "place"
    place.mkdir()
    (place / "out.zarr").symlink_to(path)
    served = {verb: served_by(place, verb) for verb in READERS}
    with mock.patch.object(
        svg, "_write_svg", lambda _, text: text.write("<svg ></svg>")
    ):
        # What verbs import is no part of how long they take.
        for words in TALKERS.values():
            command(place, words)
    dataset = scsfast.open(grown)
    axes = {
        name: variable.dims.index("replicate")
        for name, variable in {**dataset.data_vars, **dataset.coords}.items()
        if "replicate" in variable.dims
    }
    start = time.process_time()
    found = figures(grown)
    pace = time.process_time() - start
    return Whole(path, grown, found, axes, served, pace)


def figures(path: Path) -> dict:
    """Return every figure that a store serves."""
    dataset = scsfast.open(path).load()
    variables = {**dataset.data_vars, **dataset.coords}
    found = {name: np.asarray(v.values) for name, v in variables.items()}
    found["warm-up"] = np.asarray(dataset.attrs["first_measured_tick"])
    return found


def differing(whole: Whole, found: dict) -> list[str]:
    """Return the figures that are not as recorded; replicates that are not served are none."""
    kept = found["replicate"]
    wrong = []
    for name, values in found.items():
        wanted = whole.figures.get(name)
        axis = whole.axes.get(name)
        if wanted is not None and axis is not None:
            wanted = np.take(wanted, kept, axis=axis)
        is_float = values.dtype.kind == "f"
        same = wanted is not None and np.array_equal(values, wanted, equal_nan=is_float)
        wrong += [] if same else [name]
    return wrong


def command(place: Path, words: str) -> tuple[int, str]:
    """Run a command in a folder: (exit code, stdout); what it says must not move the cursor."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with chdir(place), redirect_stdout(out), redirect_stderr(err):
        try:
            main(words.split())
        except SystemExit as ended:
            code = ended.code or 0
    said = out.getvalue() + err.getvalue()
    if "\x1b" in said or "Traceback" in said:
        raise AssertionError(f"shows {said[-200:]!r}")
    if code not in (0, 1, 2) or (code and not said.strip()):
        raise AssertionError(f"ends with {code}: {said[-200:]!r}")
    return code, out.getvalue()


def served_by(place: Path, verb: str) -> str | None:
    """Return the output of a reader, on stdout or in a file; None if it refuses."""
    (place / "targets.toml").write_text(TARGETS)
    (place / "made.csv").unlink(missing_ok=True)
    code, shown = command(place, READERS[verb])
    (place / "targets.toml").unlink()
    written = place / "made.csv"
    if code == 0 and written.exists():
        shown += written.read_text()
    return shown if code == 0 else None


def verbs(whole: Whole, path: Path) -> list[tuple[str, Callable]]:
    """Return name and function of every verb, those that read before those that write."""
    place = path.parent

    def read(at=path):
        wrong = differing(whole, figures(at))
        if wrong:
            raise AssertionError(f"serves other figures: {wrong[:4]}")

    def mend():
        repair(Store(path), verify(Store(path)))

    def run(replicates):
        run_campaign(campaign(replicates), path, run_replicate=fake_replicate)

    def merge():
        joined = place / "made.zarr"
        code, _ = command(place, f"merge out.zarr {whole.grown} -o {joined}")
        if code == 0:
            read(joined)

    def reader(verb):
        served = served_by(place, verb)
        if served not in (None, whole.served[verb]):
            raise AssertionError(f"serves other figures: {served[:300]}")

    return [
        ("open", read),
        *((verb, lambda v=verb: reader(v)) for verb in READERS),
        *((verb, lambda w=words: command(place, w)) for verb, words in TALKERS.items()),
        ("merge", merge),
        ("run", lambda: run(2)),
        ("open after run", read),
        ("repair", mend),
        ("grow", lambda: run(3)),
        ("open after growth", read),
    ]
