"""Many stores of one question, written, killed, damaged, repaired, merged and reused.

Everything is compared with a dictionary: which replicates each store must have, and the
arrays of each.
"""

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from support.fake_engine import failing, fake_replicate, small_campaign
from support.filled_store import chunk_files
from support.killed_run import tear

import scsfast
from scsfast.api import merge
from scsfast.errors import StoreError
from scsfast.execution.run import run_campaign
from scsfast.model.integers.build import build_rules
from scsfast.store import blocks
from scsfast.store.digest import campaign_digest, replicate_digest
from scsfast.store.repair import repair
from scsfast.store.store import Store
from scsfast.store.verify import verify

WORLD = {"n_ticks": 2, "distribution_every": 2, "warmup": 1}
THREE = (
    {"pilot": "rongcheng"},
    {"pilot": "rongcheng", "name": "lossy", "regime": {"loss": 0.1}},
    {"pilot": "lottery"},
)
FOUR = (  # the three in another order, and one more: what `run --reuse` is for
    {"pilot": "lottery"},
    {"pilot": "rongcheng", "name": "more lossy", "regime": {"loss": 0.2}},
    *THREE[:2],
)
MOST, STORES = 4, 5  # replicates of a scenario, stores at a time


@cache
def campaign(scenarios: tuple[str, ...], replicates: int):
    """Return the campaign of three scenarios or of four."""
    entries = {str(entry): dict(entry) for entry in (*THREE, *FOUR)}
    return small_campaign(
        replicates, world=WORLD, scenario=[entries[text] for text in scenarios]
    )


SMALL, WIDE = (tuple(map(str, entries)) for entries in (THREE, FOUR))


@cache
def arrays(work: str, replicate: int) -> dict:
    """Return the arrays of a replicate of a scenario: the dictionary."""
    (scenario,) = campaign((work,), 1).scenarios
    return fake_replicate(build_rules(scenario), seed=7, replicate=replicate)


@cache
def digest(work: str, replicate: int) -> str:
    """Return the digest of a replicate of a scenario."""
    return replicate_digest(arrays(work, replicate))


class Model:
    """What a store must have.

    Attributes
    ----------
    scenarios : tuple of str
    held : set of (int, int)
        Scenario and replicate of what was committed and not damaged since.
    is_whole : bool
        Whether nothing is damaged.
    """

    def __init__(self, scenarios: tuple[str, ...]) -> None:
        self.scenarios, self.held, self.is_whole = scenarios, set(), True

    def expected(self, key: tuple[int, int]) -> str:
        return digest(self.scenarios[key[0]], key[1])

    def work(self) -> set[tuple[str, int]]:
        return {(self.scenarios[s], r) for s, r in self.held}


@contextmanager
def dying_at(n: int):
    """Let the n-th call that reaches the disk tear its file, and all later ones fail.

    What is on the disk then is what a killed process leaves (`test_resume` kills processes).
    """
    left = [n]

    def watched(function):
        def call(*args, **rest):
            left[0] -= 1
            if not left[0] and function is replace and "zarr.json" not in str(args[1]):
                tear(*args, **rest)
            if left[0] <= 0:
                raise OSError(5, "Input/output error")
            return function(*args, **rest)

        return call

    replace = os.replace
    names = ("replace", "rename", "fsync", "unlink", "rmdir")
    with mock.patch.multiple(
        os, **{name: watched(getattr(os, name)) for name in names}
    ):
        yield


def chunks(path: Path) -> list[Path]:
    """Return the files that hold values and records."""
    return sorted([*chunk_files(path), *path.glob("commits/0*.json")])


class Lives(RuleBasedStateMachine):
    """Several stores, each with its model."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="scsfast-"))
        self.models: dict[Path, Model] = {}
        self.size = mock.patch.object(blocks, "LARGEST_BLOCK", 2)
        self.size.start()
        self.n = 0

    def teardown(self) -> None:
        self.size.stop()
        shutil.rmtree(self.folder)

    def has_whole(self, most: int = STORES) -> bool:
        """Return whether there are a whole store, and at most so many stores."""
        return len(self.models) <= most and any(
            model.is_whole for model in self.models.values()
        )

    def new(self) -> Path:
        self.n += 1
        return self.folder / f"{self.n}.zarr"

    def one(self, data, is_whole: bool = True) -> Path:
        paths = [p for p, m in self.models.items() if m.is_whole or not is_whole]
        return data.draw(st.sampled_from(sorted(paths)))

    def run(self, path, model, replicates, engine=fake_replicate, **more) -> None:
        asked = campaign(model.scenarios, replicates)
        run_campaign(asked, path, jobs=1, run_replicate=engine, say=[].append, **more)

    def grown(self, path: Path, model: Model) -> None:
        """Take over what a run that was disturbed has committed; nothing may be lost."""
        found = set(Store(path).journal.digests()) if path.exists() else set()
        assert model.held <= found
        model.held = found

    # What makes stores.

    @precondition(lambda self: len(self.models) < STORES)
    @rule(scenarios=st.sampled_from([SMALL, WIDE]), replicates=st.integers(1, MOST))
    def create(self, scenarios, replicates):
        path, model = self.new(), Model(scenarios)
        self.run(path, model, replicates)
        model.held = {(s, r) for s in range(len(scenarios)) for r in range(replicates)}
        self.models[path] = model

    @precondition(lambda self: len(self.models) < STORES)
    @rule(data=st.data(), first=st.integers(0, MOST - 1))
    def create_later_part(self, data, first):
        """A store of the replicates from a number on, to be merged."""
        model, path = Model(SMALL), self.new()
        self.run(path, model, MOST, first=first)
        model.held = {(s, r) for s in range(3) for r in range(first - first % 2, MOST)}
        self.models[path] = model
        self.grown(path, model)

    @precondition(lambda self: self.has_whole(STORES - 1))
    @rule(data=st.data(), replicates=st.integers(1, MOST))
    def reuse(self, data, replicates):
        """What another store has is not computed again, unless it is damaged there."""
        source = self.one(data, is_whole=False)
        scenarios = data.draw(st.sampled_from([SMALL, WIDE]))
        path, model, computed = self.new(), Model(scenarios), []

        def engine(rules, **rest):
            computed.append(rest["replicate"])
            return fake_replicate(rules, **rest)

        self.run(path, model, replicates, engine, reuse=[source])
        model.held = {(s, r) for s in range(len(scenarios)) for r in range(replicates)}
        missing = len(model.work() - self.models[source].work())
        assert len(computed) >= missing
        assert len(computed) == missing or not self.models[source].is_whole
        self.models[path] = model

    @precondition(lambda self: self.has_whole(STORES - 1))
    @rule(data=st.data())
    def merge(self, data):
        """The union of finished stores of one campaign, refused for any other."""
        first, second = self.one(data), self.one(data, is_whole=False)
        if first == second:
            return
        ours, theirs = self.models[first], self.models[second]
        are_finished = all(Store(p).attributes["finished"] for p in (first, second))
        path, model = self.new(), Model(ours.scenarios)
        try:
            merge([first, second], path)
        except StoreError:
            is_same = theirs.scenarios == ours.scenarios
            assert not (is_same and are_finished and theirs.is_whole)
            return
        assert are_finished and theirs.scenarios == ours.scenarios
        self.models[path] = model
        self.grown(path, model)
        assert model.held <= ours.held | theirs.held
        self.complete_one(path, max(Store(p).replicates for p in (first, second)))

    # What changes a store.

    def complete_one(self, path: Path, replicates: int) -> None:
        model = self.models[path]
        self.run(path, model, replicates)
        n = len(model.scenarios)
        model.held |= {(s, r) for s in range(n) for r in range(replicates)}
        assert model.held <= set(Store(path).journal.digests())
        self.grown(path, model)

    @precondition(lambda self: self.has_whole())
    @rule(data=st.data(), replicates=st.integers(1, MOST))
    def complete(self, data, replicates):
        """A run completes a store, or makes it grow."""
        self.complete_one(self.one(data), replicates)

    @precondition(lambda self: self.has_whole())
    @rule(data=st.data(), replicates=st.integers(1, MOST), broken=st.integers(0, MOST))
    def fail(self, data, replicates, broken):
        path = self.one(data)
        self.run(path, self.models[path], replicates, failing(broken))
        self.grown(path, self.models[path])

    @rule(data=st.data(), replicates=st.integers(1, MOST), n=st.integers(1, 400))
    def kill(self, data, replicates, n):
        """A run is killed at a moment: of a new store, or of one there is."""
        whole = [path for path, model in self.models.items() if model.is_whole]
        path = data.draw(st.sampled_from([*sorted(whole), None]))
        if path is None:
            path = self.new()
            model = Model(SMALL)
        else:
            model = self.models[path]

        with dying_at(n), suppress(StoreError):
            self.run(path, model, replicates)
        if (path / "zarr.json").exists() and len(self.models) < STORES:
            self.models[path] = model
        if path in self.models:
            self.grown(path, model)
            assert verify(Store(path)) == {}

    @precondition(lambda self: self.has_whole())
    @rule(data=st.data(), how=st.sampled_from(["flip", "cut", "gone"]))
    def damage(self, data, how):
        """A file is damaged: verify sees it, and what is served is as it was."""
        path = self.one(data)
        was_finished = Store(path).attributes["finished"]
        files = chunks(path)
        if not was_finished:  # opening reads only what is recorded
            folders = {*Store(path).arrays, "commits"}
            files = [f for f in files if f.relative_to(path).parts[0] in folders]
        if not files:
            return
        file = data.draw(st.sampled_from(files))
        old = file.read_bytes()
        at = data.draw(st.integers(0, len(old) - 1))
        if how == "gone":
            file.unlink()
        elif how == "cut":
            file.write_bytes(old[:at])
        else:
            file.write_bytes(old[:at] + bytes([old[at] ^ 1]) + old[at + 1 :])
        found = verify(Store(path))
        if (
            not found
        ):  # a chunk of zeros may be gone; a record may, until the end of a run
            assert how == "gone" or not was_finished
        self.models[path].is_whole = not found
        held = set(Store(path).journal.digests())
        assert held <= self.models[path].held
        self.models[path].held = held

    @precondition(lambda self: any(not m.is_whole for m in self.models.values()))
    @rule(data=st.data())
    def mend(self, data):
        """What is damaged is withdrawn; a run computes it again and all is whole."""
        paths = [p for p, m in self.models.items() if not m.is_whole]
        path = data.draw(st.sampled_from(sorted(paths)))
        model = self.models[path]
        repair(Store(path), verify(Store(path)))
        found = set(Store(path).journal.digests())
        assert found <= model.held
        model.held, model.is_whole = found, True
        self.complete_one(path, Store(path).replicates)
        assert verify(Store(path)) == {}

    @precondition(lambda self: len(self.models) > 2)
    @rule(data=st.data())
    def remove(self, data):
        path = self.one(data, is_whole=False)
        shutil.rmtree(path)
        del self.models[path]

    # What is served.

    @invariant()
    def committed_is_right(self):
        for path, model in self.models.items():
            found = Store(path).journal.digests()
            assert found == {key: model.expected(key) for key in model.held}

    @precondition(lambda self: self.has_whole())
    @rule(data=st.data())
    def read(self, data):
        """The digest and every value are those of the dictionary."""
        path = self.one(data)
        model, store = self.models[path], Store(path)
        n, wanted = len(model.scenarios), range(store.replicates)
        if model.held == {(s, r) for s in range(n) for r in wanted}:
            every = [model.expected((s, r)) for s in range(n) for r in wanted]
            assert store.digest() == campaign_digest(every)
        if not store.attributes["finished"]:
            return
        dataset = scsfast.open(path)
        served = dataset["replicate"].values.tolist()
        assert {(s, r) for s in range(n) for r in served} <= model.held
        for name in ("sums", "counts"):
            if name not in store.arrays:
                continue
            for s, r in model.held:
                values = store.array(name)[s, r]
                assert np.array_equal(values, arrays(model.scenarios[s], r)[name])


SHORT = settings(
    max_examples=3,
    stateful_step_count=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestLives = Lives.TestCase
TestLives.settings = SHORT


@pytest.mark.slow
@pytest.mark.timeout(7200)
class TestLongLives(Lives.TestCase):
    settings = settings(
        SHORT, max_examples=10, stateful_step_count=20, derandomize=False
    )
