"""Limits on files: an error in words, and the same digest after it; no clock that matters."""

import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import scsfast

QUESTION = """
replicates = 4
[world]
n_citizens = 600
n_ticks = 6
[[scenario]]
pilot = "rongcheng"
"""
LIMITED = """
import resource, sys
from scsfast.cli.main import main
limit, most = int(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(limit, (most, most))
main(sys.argv[3:])
"""


def scsfast_with(limit: int, most: int, *words) -> subprocess.CompletedProcess:
    """Run a command in a process with a limit of the operating system.

    Its coverage is not measured, because that would meet the limit too.
    """
    command = [sys.executable, "-c", LIMITED, limit, most, *words]
    unmeasured = {k: v for k, v in os.environ.items() if k[:9] != "COVERAGE_"}
    return subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, env=unmeasured
    )


def digest(scs, store) -> str:
    """Return the digest of a store."""
    code, out, _ = scs("status", store, "--json")
    assert code == 0
    return json.loads(out)["digest"]


@pytest.mark.parametrize(
    ("limit", "most", "words"),
    [
        (resource.RLIMIT_FSIZE, 6_000, "File too large"),
        (resource.RLIMIT_NOFILE, 11, "Too many open files"),
    ],
    ids=["size of files", "open files"],
)
def test_a_run_at_a_limit_ends_in_words_and_resumes(scs, tmp_path, limit, most, words):
    question, store = tmp_path / "q.toml", tmp_path / "o.zarr"
    question.write_text(QUESTION)
    asked = ("run", question, "-q", "-j", 1, "-o")
    done = scsfast_with(limit, most, *asked, store)
    assert done.returncode == 1 and words in done.stderr
    assert done.stderr.count("\n") == 1 and "give the same command again" in done.stderr
    assert scs(*asked, store)[0] == scs(*asked, tmp_path / "whole.zarr")[0] == 0
    assert digest(scs, store) == digest(scs, tmp_path / "whole.zarr")


def test_a_run_out_of_address_space_ends_in_words_and_resumes(
    scs, tmp_path, monkeypatch
):
    """The libraries fit on two cores, what the run takes does not."""
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    question, store = tmp_path / "q.toml", tmp_path / "o.zarr"
    question.write_text(QUESTION)
    asked = ("run", question, "-q", "-j", 1, "-o")
    done = scsfast_with(resource.RLIMIT_AS, 660_000_000, *asked, store)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert "got no more memory or threads" in done.stderr and "ulimit" in done.stderr
    assert scs(*asked, store)[0] == scs(*asked, tmp_path / "whole.zarr")[0] == 0
    assert digest(scs, store) == digest(scs, tmp_path / "whole.zarr")


WALL_CLOCK = re.compile(
    r"time\.time(_ns)?\(|from time import|utcnow\(|\.now\(|\.today\(|st_[mc]time"
)


def test_no_module_reads_the_wall_clock():
    """A clock that jumps, or the clocks of two hosts, can then change nothing."""
    sources = Path(scsfast.__file__).parent.rglob("*.py")
    found = [
        p.name for p in sources if WALL_CLOCK.search(p.read_text(encoding="utf-8"))
    ]
    assert found == []
    assert WALL_CLOCK.search("start = time.time()")
