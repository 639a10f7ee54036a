"""A campaign that cannot fit is refused with figures and advice, and no other is."""

import json
import subprocess
import sys

import pytest

from scsfast.campaign.config import campaign_from_dict
from scsfast.errors import DoesNotFitError
from scsfast.machine import ADDRESS_SPACE, Limit, resident_bytes
from scsfast.planning.estimate import PROCESS_BYTES, estimate
from scsfast.planning.limits import SURE, needed, refuse_unfit

MANY = 1_000 * 2**30


def campaign(n_citizens=1_000_000, replicates=8, **more):
    world = {"n_citizens": n_citizens, "n_ticks": 12}
    scenario = more.pop("scenario", [{"pilot": "rongcheng"}])
    return campaign_from_dict(
        {"replicates": replicates, "world": world, "scenario": scenario, **more}
    )


def free(n_bytes: float, name="available memory") -> list[Limit]:
    return [Limit(name, int(n_bytes))]


def test_a_campaign_that_fits_is_not_refused(tmp_path):
    assert refuse_unfit(campaign(), tmp_path / "x", 8) == []
    assert list(tmp_path.iterdir()) == []


def test_the_limit_is_where_the_estimate_says(tmp_path):
    found = estimate(campaign(), tmp_path / "x", 8, measure=False)
    takes = needed(found, free(0)[0], 1)
    told = refuse_unfit(campaign(), tmp_path, 8, found, limits=free(SURE * takes + 1e6))
    assert len(told) == 1
    assert "memory will be tight" in told[0]
    with pytest.raises(DoesNotFitError):
        refuse_unfit(campaign(), tmp_path, 8, found, limits=free(SURE * takes - 1e6))


def test_the_number_of_jobs_that_is_advised_fits(tmp_path):
    takes = needed(estimate(campaign(), tmp_path, 8, measure=False), free(0)[0], 1)
    limits = free(0.6 * takes)
    with pytest.raises(DoesNotFitError) as refused:
        refuse_unfit(campaign(), tmp_path / "x", 8, limits=limits)
    words = str(refused.value).split()
    jobs = int(words[-1])
    assert 1 <= jobs < 8
    assert f"`jobs` must be at most {jobs}, got 8" in str(refused.value)
    refuse_unfit(campaign(), tmp_path / "x", jobs, limits=limits)
    more = estimate(campaign(), tmp_path / "x", jobs + 1, measure=False)
    assert needed(more, limits[0], 1) > limits[0].n_bytes


def test_small_scenarios_do_not_hide_a_large_one(tmp_path):
    large = {"n_citizens": 10_000_000, "spans": [5_000, 100_000, 1_000_000, 10_000_000]}
    worlds = [large, *[{"n_citizens": 1_000_000}] * 3]
    scenarios = [
        {"pilot": "rongcheng", "name": str(k), "world": world}
        for k, world in enumerate(worlds)
    ]
    asked = campaign(scenario=scenarios, replicates=1, block_size=1)
    takes = needed(estimate(asked, tmp_path, 4, measure=False), free(0)[0], 1)
    limits = free(0.8 * takes)
    with pytest.raises(DoesNotFitError, match="give -j") as refused:
        refuse_unfit(asked, tmp_path, 4, limits=limits)
    refuse_unfit(asked, tmp_path, int(str(refused.value).split()[-1]), limits=limits)


def test_the_number_of_citizens_that_is_advised_fits(tmp_path):
    limits = free(2e9)
    with pytest.raises(DoesNotFitError, match="`world.n_citizens` must be") as refused:
        refuse_unfit(campaign(100_000_000), tmp_path, 8, limits=limits)
    told = str(refused.value).split("about ")[1].split(", got")[0]
    n_citizens = int(told.replace(",", ""))
    refuse_unfit(campaign(n_citizens), tmp_path, 1, limits=limits)


def test_memory_of_all_ranks_counts(tmp_path):
    limits = free(1e9)
    with pytest.raises(DoesNotFitError, match="ranks must be at most") as refused:
        refuse_unfit(campaign(), tmp_path, 1, ranks=8, limits=limits)
    ranks = int(str(refused.value).split("at most ")[1].split()[0])
    assert 1 < ranks < 8
    refuse_unfit(campaign(), tmp_path, 1, ranks=ranks, limits=limits)


def test_memory_of_the_end_of_a_run_counts(tmp_path):
    asked = campaign(1_000, 5_000)
    takes = needed(estimate(asked, tmp_path / "x", 1, measure=False), free(0)[0], 1)
    with pytest.raises(DoesNotFitError, match="`replicates` must be fewer, got 5000"):
        refuse_unfit(asked, tmp_path, 1, limits=free(0.8 * takes))


def test_address_space_counts_reserved_memory():
    found = estimate(campaign(), None, 2, measure=False)
    space = needed(found, Limit(ADDRESS_SPACE, 0), 1)
    memory = needed(found, Limit("available memory", 0), 1)
    assert memory == found.memory["in_all"] - min(PROCESS_BYTES, resident_bytes())
    assert space == found.memory["address_space"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"least": 9e9, "free": 8e9}, "room for at least 9.0 GB, got 8.0 GB free"),
        ({"n_files": 10}, r"room for \d+ files and [\d,]+ folders, got 10"),
    ],
    ids=["bytes", "files"],
)
def test_a_full_disk_is_refused(tmp_path, changes, words):
    found = estimate(campaign(), tmp_path / "x", 1, measure=False)
    files = found.files | {"free": changes.pop("n_files", None)}
    found = found._replace(disk=found.disk | changes, files=files)
    with pytest.raises(DoesNotFitError, match=words):
        refuse_unfit(campaign(), tmp_path / "x", 1, found, limits=free(MANY))


def test_a_disk_that_may_become_full_is_a_warning(tmp_path):
    found = estimate(campaign(), tmp_path / "x", 1, measure=False)
    found = found._replace(disk=found.disk | {"free": found.disk["least"] + 1})
    (told,) = refuse_unfit(campaign(), tmp_path, 1, found, limits=free(MANY))
    assert told.startswith("the disk may become full: at most")


def test_all_faults_are_reported_at_once(tmp_path):
    found = estimate(campaign(), tmp_path / "x", 8, measure=False)
    found = found._replace(disk=found.disk | {"least": 2, "free": 1})
    with pytest.raises(DoesNotFitError) as refused:
        refuse_unfit(campaign(), tmp_path, 8, found, limits=free(0))
    assert len(refused.value.faults) == 2


RUN = """
import resource, sys
from scsfast.cli.main import main
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
main(sys.argv[2:])
"""


def test_run_refuses_what_an_address_space_limit_cannot_hold(tmp_path):
    file, store = tmp_path / "ask.toml", tmp_path / "out.zarr"
    file.write_text(
        "[world]\nn_citizens = {n}\nn_ticks = 2\n[[scenario]]\npilot = 'lottery'\n"
    )
    text, limit = file.read_text(), str(3 * 10**9)

    def run(n_citizens):
        file.write_text(text.format(n=n_citizens))
        command = [sys.executable, "-c", RUN, limit, "run", str(file), "-o", str(store)]
        return subprocess.run([*command, "-q"], capture_output=True, text=True)

    refused = run(100_000_000)
    assert refused.returncode == 2
    assert "`world.n_citizens` must be at most about" in refused.stderr
    assert f"the {ADDRESS_SPACE} leaves" in refused.stderr
    assert list(tmp_path.iterdir()) == [file]
    assert run(20_000).returncode == 0, "what fits runs under the same limit"
    assert store.exists()


def test_plan_warns_and_refuses_as_run_does(tmp_path):
    file = tmp_path / "ask.toml"
    file.write_text(
        "[world]\nn_citizens = 100_000_000\nn_ticks = 2\n[[scenario]]\n"
        "pilot = 'lottery'\n"
    )
    limit = str(3 * 10**9)
    command = [sys.executable, "-c", RUN, limit, "plan", str(file), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 2
    assert json.loads(done.stdout)["memory"]["limit"] == ADDRESS_SPACE
    assert "`world.n_citizens` must be at most about" in done.stderr
