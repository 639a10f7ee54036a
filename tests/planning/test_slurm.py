"""Job scripts: their requests, their reaction to each exit code, and one real Slurm."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scsfast.campaign.config import campaign_from_dict
from scsfast.cli.main import app
from scsfast.errors import ConfigError, DoesNotFitError
from scsfast.planning.estimate import estimate
from scsfast.planning.slurm import Job, choose, fit, node_bytes, script, walltime
from scsfast.store.store import Store

GB = 10**9
ASK = """
replicates = {replicates}
[world]
n_citizens = {n_citizens}
n_ticks = 120
[[scenario]]
pilot = "rongcheng"
[[scenario]]
pilot = "lottery"
"""


@pytest.fixture(scope="module")
def plan():
    """Give the plan of a thousand replicates of a million citizens, not measured."""
    world = {"n_citizens": 1_000_000, "n_ticks": 120}
    tree = {"replicates": 1_000, "world": world, "scenario": [{"pilot": "rongcheng"}]}
    return estimate(campaign_from_dict(tree), None, 1, measure=False)


def job(**changes) -> Job:
    asked = {"file": "a.toml", "store": "a.zarr", "nodes": 2, "time": "2:00:00"}
    return Job(**{**asked, "node_cores": 64, "mem": "128G", **changes})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 5_400),
        ("2:30", 150),
        ("2:00:00", 7_200),
        ("1-12", 129_600),
        ("1-12:30", 131_400),
        ("0-0:10:01", 601),
        ("100:00:00", 360_000),
    ],
)
def test_walltimes_have_slurms_formats(text, seconds):
    assert walltime(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2h",
        "1:2:3:4",
        "0",
        "1:60",
        "1:00:60",
        "-5",
        "1-",
        "1-24",
        "1-1:1:1:1",
        " 5",
    ],
)
def test_invalid_walltimes_are_refused(text, plan):
    with pytest.raises(ValueError, match="^" + text.replace("(", "") + "$"):
        walltime(text)
    with pytest.raises(ConfigError, match="`time` must be minutes, minutes:seconds"):
        script(job(time=text), plan)


def test_all_requests_that_slurm_would_refuse_are_reported_at_once(plan):
    wrong = {"time": "soon", "nodes": 0, "mem": "much", "mpi": "fast", "account": "a b"}
    with pytest.raises(ConfigError) as refused:
        script(job(**wrong), plan)
    told = [fault.split("`")[1] for fault in refused.value.faults]
    assert sorted(told) == sorted(wrong)


def test_a_walltime_that_leaves_no_time_is_refused(plan):
    with pytest.raises(ConfigError, match="`time` must be at least .*, got 3:00"):
        script(job(time="3:00"), plan)


def test_one_rank_per_core_where_memory_allows(plan):
    shape = fit(job(), plan)
    assert (shape.tasks, shape.cpus) == (64, 1)
    assert "one rank per core" in shape.why


def test_fewer_ranks_hold_python_less_often(plan):
    shape = fit(job(mem="8G"), plan)
    assert shape.tasks * shape.cpus == 64
    assert shape.cpus > 1
    assert node_bytes(plan, shape.tasks, shape.cpus) <= 8 * GB
    shapes = [(64 // cpus, cpus) for cpus in range(1, shape.cpus) if 64 % cpus == 0]
    assert all(node_bytes(plan, *fewer_cores) > 8 * GB for fewer_cores in shapes)


def test_cores_idle_where_memory_is_short(plan):
    shape = choose(64, 64, 1 * GB, plan)
    busy = shape.tasks * shape.cpus
    assert "cores idle" in shape.why
    assert node_bytes(plan, 1, busy) <= 1 * GB < node_bytes(plan, 1, busy + 1)


def test_no_more_ranks_than_blocks(plan):
    few = plan._replace(blocks=plan.blocks | {"pending": 6})
    shape = fit(job(), few)
    assert (shape.tasks, shape.cpus) == (3, 21)


def test_requested_ranks_and_cores_are_kept_or_refused(plan):
    shape = fit(job(ntasks_per_node=4), plan)
    assert (shape.tasks, shape.cpus) == (4, 16)
    shape = fit(job(cpus_per_task=8), plan)
    assert (shape.tasks, shape.cpus) == (8, 8)
    with pytest.raises(DoesNotFitError, match="a node must have .* for 64 ranks of 1"):
        fit(job(ntasks_per_node=64, mem="4G"), plan)


def directives(text: str) -> dict:
    lines = [line for line in text.splitlines() if line.startswith("#SBATCH --")]
    pairs = (line.removeprefix("#SBATCH --").partition("=") for line in lines)
    return {key: value for key, _, value in pairs}


def test_the_script_asks_for_what_was_chosen(plan):
    asked = {"partition": "long", "account": "me", "mpi": "pmix"}
    text = script(job(**asked), plan, prefix="/opt/my env")
    found = directives(text)
    assert found | {"output": ""} == {
        "job-name": "scsfast-a",
        "nodes": "2",
        "ntasks-per-node": "64",
        "cpus-per-task": "1",
        "mem": "128G",
        "time": "2:00:00",
        "partition": "long",
        "account": "me",
        "signal": found["signal"],
        "output": "",
        "open-mode": "append",
        "requeue": "",
    }
    assert found["signal"].startswith("USR1@")
    assert int(found["signal"].removeprefix("USR1@")) >= 120
    assert "\nsource '/opt/my env/bin/activate'\n" in text
    assert "srun --mpi=pmix --kill-on-bad-exit=1" in text
    assert subprocess.run(["bash", "-n"], input=text, text=True).returncode == 0


def test_directives_come_before_any_command(plan):
    lines = script(job(), plan).splitlines()
    first = next(k for k, line in enumerate(lines) if line and line[0] != "#")
    assert not any(line.startswith("#SBATCH") for line in lines[first:])


@pytest.mark.parametrize(
    ("code", "restarts", "ends", "requeued"),
    [
        (0, None, 0, False),
        (1, None, 1, False),
        (2, None, 2, False),
        (138, None, 0, True),
        (138, 49, 0, True),
        (138, 50, 138, False),
        (143, None, 143, False),
    ],
)
def test_exit_codes_decide_what_follows(tmp_path, plan, code, restarts, ends, requeued):
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "srun").write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/srun\nexit {code}\n'
    )
    (tools / "scontrol").write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/scontrol\n')
    for tool in tools.iterdir():
        tool.chmod(0o755)
    (tools / "activate").touch()
    about = {"PATH": f"{tools}:{os.environ['PATH']}", "SLURM_JOB_ID": "77"}
    about |= {} if restarts is None else {"SLURM_RESTART_COUNT": str(restarts)}
    sets = ("title=two words", "seed=7")
    text = script(job(file="my ask.toml", sets=sets), plan, prefix=str(tmp_path))
    done = subprocess.run(["bash"], input=text, text=True, env=about, cwd=tmp_path)
    assert done.returncode == ends
    assert (tmp_path / "scontrol").exists() == requeued
    if requeued:
        assert (tmp_path / "scontrol").read_text() == "requeue 77\n"
    here = Path.cwd()
    words = f"scsfast run {here}/my ask.toml -o {here}/a.zarr -j 1 --quiet"
    words += " --set title=two words --set seed=7\n"
    assert words in (tmp_path / "srun").read_text()


def test_singular_is_used_for_one(tmp_path):
    file = tmp_path / "ask.toml"
    file.write_text(ASK.format(replicates=1, n_citizens=20_000).rpartition("[[")[0])
    arguments = ["slurm", str(file), "-o", str(tmp_path / "a.zarr"), "--time", "60"]
    text = CliRunner().invoke(app, [*arguments, "--node-cores", "2"]).stdout
    assert (
        "# 1 replicate to compute, in 1 block.\n# 1 rank per node, 2 cores each" in text
    )
    assert "only 1 block per node to compute" in text


def test_slurm_prints_a_script_and_nothing_else(tmp_path):
    file = tmp_path / "ask.toml"
    file.write_text(ASK.format(replicates=2, n_citizens=20_000))
    arguments = ["slurm", str(file), "-o", "s3://bucket/out.zarr", "--time", "1:00:00"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("#!/bin/bash\n#SBATCH --job-name=scsfast-ask\n")
    assert "-o s3://bucket/out.zarr" in done.stdout
    assert list(tmp_path.iterdir()) == [file]


@pytest.fixture
def cluster(tmp_path):
    """Start a Slurm of one node, this one, and give its environment."""
    if not all(map(shutil.which, ("slurmctld", "slurmd", "sbatch", "srun"))):
        pytest.skip("needs slurmctld, slurmd and slurm-client of the system")
    if os.geteuid():
        pytest.skip("slurmd needs root")
    conf, host = tmp_path / "slurm.conf", socket.gethostname().split(".")[0]
    text = Path(__file__).with_name("slurm.conf").read_text()
    about = {"host": host, "folder": tmp_path, "cores": 2, "memory": 2000}
    about |= {"port": free_port(), "node_port": free_port(), "user": "root"}
    conf.write_text(text.format(**about))
    for name in ("state", "spool"):
        (tmp_path / name).mkdir()
    environment = {**os.environ, "SLURM_CONF": str(conf)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    daemons = [
        subprocess.Popen([name, "-D"], env=environment, **quiet)
        for name in ("slurmctld", "slurmd")
    ]
    try:
        wait_for(lambda: "idle" in said(environment, "sinfo", "-h", "-o", "%t"), 60)
        yield environment
    finally:
        subprocess.run(["scancel", "--user=root"], env=environment, check=False)
        for daemon in reversed(daemons):
            daemon.terminate()
            daemon.wait(30)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("", 0))
        return found.getsockname()[1]


def said(environment, *command) -> str:
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    ).stdout


def wait_for(is_so, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "took too long"
        time.sleep(0.2)


def digest(path) -> str:
    return Store(path).digest()


class OneJob:
    """A job script at work; begun again where MPI itself does not get to its feet.

    On a busy machine MPICH's start fails at times, before scsfast has done anything.
    """

    def __init__(self, cluster, path: Path):
        self.cluster, self.path, self.starts = cluster, path, 0
        self.submit()

    def submit(self) -> None:
        self.starts += 1
        assert self.starts < 6, self.log()
        sbatch = ("sbatch", "--parsable", f"--chdir={self.path.parent}", self.path)
        self.number = said(self.cluster, *sbatch).strip()

    def log(self) -> str:
        return "".join(p.read_text() for p in sorted(self.path.parent.glob("scs*.log")))

    def state(self) -> str:
        told = said(self.cluster, "scontrol", "show", "job", self.number)
        state = told.partition("JobState=")[2].partition(" ")[0]
        if state == "PENDING":  # a requeued job waits two minutes unless told otherwise
            command = ("scontrol", "update", f"jobid={self.number}", "StartTime=now")
            said(self.cluster, *command)
        if state == "FAILED":
            assert "MPI_Init_thread" in self.log(), self.log()
            self.submit()
        return state


@pytest.mark.slow
def test_a_job_stops_for_its_walltime_and_resumes(tmp_path, cluster):
    pytest.importorskip("mpi4py")
    file, store = tmp_path / "ask.toml", tmp_path / "out.zarr"
    file.write_text(ASK.format(replicates=6, n_citizens=300_000))
    scsfast = Path(sys.executable).with_name("scsfast")
    asked = ["--time", "10", "--mem", "1G", "--ntasks-per-node", "2"]
    command = [scsfast, "slurm", file, "-o", store, *asked]
    made = subprocess.run(command, capture_output=True, text=True, check=True)
    (tmp_path / "job.sh").write_text(made.stdout)
    job = OneJob(cluster, tmp_path / "job.sh")

    def committed():
        return job.state() and len(list(store.glob("commits/0*.json")))

    wait_for(lambda: committed() >= 2, 120)
    said(cluster, "scancel", "--signal=USR1", job.number)  # as before the walltime
    wait_for(lambda: "back into the queue, restart 0" in job.log(), 60)
    assert "stopped by SIGUSR1" in job.log()
    assert 2 <= committed() < 12
    wait_for(lambda: job.state() == "COMPLETED", 120)
    alone = tmp_path / "alone.zarr"
    subprocess.run([scsfast, "run", file, "-o", alone, "-q"], check=True)
    assert digest(store) == digest(alone)


@pytest.mark.slow
def test_unconnected_ranks_are_refused(tmp_path, cluster):
    pytest.importorskip("mpi4py")
    file, store = tmp_path / "ask.toml", tmp_path / "out.zarr"
    file.write_text(ASK.format(replicates=1, n_citizens=2_000))
    scsfast = Path(sys.executable).with_name("scsfast")
    command = ["srun", "-n", "2", "--mpi=none", scsfast, "run", file, "-o", store]
    done = subprocess.run(command, env=cluster, capture_output=True, text=True)
    assert done.returncode == 2
    assert "MPI does not connect them" in done.stderr
    assert "--mpi=pmi2" in done.stderr
    assert not store.exists()
