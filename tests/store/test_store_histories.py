"""After any history of a store, its committed blocks are right, and a run completes it."""

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from support.fake_engine import failing, fake_replicate, small_campaign

from scsfast.errors import StoreError
from scsfast.execution.threads import execute
from scsfast.model.integers.build import build_rules
from scsfast.store import blocks
from scsfast.store.create import open_for_writing
from scsfast.store.digest import campaign_digest, replicate_digest
from scsfast.store.layout import DONE, FAILED
from scsfast.store.repair import repair
from scsfast.store.store import Store
from scsfast.store.verify import verify

WORLD = {"n_ticks": 2, "distribution_every": 2}
MOST = 5


@cache
def campaign(replicates: int):
    return small_campaign(replicates, world=WORLD)


@cache
def expected(scenario: int, replicate: int) -> str:
    rules = build_rules(campaign(1).scenarios[scenario])
    return replicate_digest(fake_replicate(rules, seed=7, replicate=replicate))


def refusing_disk(after: int):
    """Patch the calls that reach the disk so that all fail after the first few."""
    calls = 0

    def refused(function):
        def call(*args, **rest):
            nonlocal calls
            calls += 1
            if calls > after:
                raise OSError(5, "Input/output error")
            return function(*args, **rest)

        return call

    names = ("replace", "rename", "fsync", "unlink", "rmdir")
    return mock.patch.multiple(
        os, **{name: refused(getattr(os, name)) for name in names}
    )


class Histories(RuleBasedStateMachine):
    """A store compared with the expected values of its replicates."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="scsfast-"))
        self.path = self.folder / "out.zarr"
        self.size = mock.patch.object(blocks, "LARGEST_BLOCK", 2)
        self.size.start()

    def teardown(self):
        self.size.stop()
        shutil.rmtree(self.folder)

    def run(self, replicates: int, engine) -> None:
        with open_for_writing(self.path, campaign(replicates)) as store:
            execute(store, replicates, jobs=2, run_replicate=engine)

    @rule(replicates=st.integers(1, MOST))
    def complete(self, replicates):
        """An undisturbed run commits all that it is asked for."""
        self.run(replicates, fake_replicate)
        store = Store(self.path)
        assert (store.status()[:, :replicates] == DONE).all()
        wanted = [expected(s, r) for s in range(3) for r in range(store.replicates)]
        if replicates == store.replicates:
            assert store.digest() == campaign_digest(wanted)
        assert verify(store) == {}

    @rule(replicates=st.integers(1, MOST), broken=st.integers(0, MOST - 1))
    def fail(self, replicates, broken):
        """A failing replicate is recorded, unless it is already there."""
        self.run(replicates, failing(broken))
        status = Store(self.path).status()[:, :replicates]  # all that was asked for
        assert ((status == FAILED).sum(axis=0) > 0).nonzero()[0].tolist() in (
            [],
            [broken],
        )

    @rule(replicates=st.integers(1, MOST), after=st.integers(0, 150))
    def crash(self, replicates, after):
        """The disk refuses writes from some moment on; this must have no other effect."""
        try:
            with refusing_disk(after):
                self.run(replicates, fake_replicate)
        except StoreError:
            pass
        if self.path.exists():
            assert verify(Store(self.path)) == {}

    @precondition(lambda self: self.path.exists() and Store(self.path).journal.records)
    @rule(data=st.data())
    def damage(self, data):
        """A damaged block is found, and taken back."""
        records = sorted(Store(self.path).journal.records.items())
        name, record = data.draw(st.sampled_from(records))
        at = record["scenario"], record["first"] // 2
        chunk = self.path / "sums" / "c.{}.{}.0.0".format(*at)
        chunk.write_bytes(chunk.read_bytes()[:-3])
        damaged = verify(Store(self.path))
        assert name in damaged
        repair(Store(self.path), damaged)
        assert name not in Store(self.path).journal.records

    @invariant()
    def committed_is_right(self):
        if self.path.exists():
            found = Store(self.path).journal.digests()
            assert found == {key: expected(*key) for key in found}


SHORT = settings(
    max_examples=5,
    stateful_step_count=5,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestHistories = Histories.TestCase
TestHistories.settings = SHORT


@pytest.mark.slow
@pytest.mark.timeout(3600)
class TestLongHistories(Histories.TestCase):
    settings = settings(
        SHORT, max_examples=50, stateful_step_count=20, derandomize=False
    )
