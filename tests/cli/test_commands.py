"""The command line: its output on stdout and stderr, and every exit code."""

import json
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

import scsfast
from scsfast.store.store import Store

SMALL = """
replicates = 2
[world]
n_citizens = 600
n_ticks = 12
[[scenario]]
pilot = "rongcheng"
[[scenario]]
pilot = "lottery"
"""
LONG = SMALL.replace("n_citizens = 600", "n_citizens = 20_000").replace(
    "replicates = 2", "replicates = 200"
)
SWEEP = """
[sweep]
of = ["rongcheng"]
leaders.all.share = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
regime.loss = [0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09]
"""
VERBS = [
    ["run"], ["status"], ["verify"], ["check"], ["pilots"],
    ["pilots", "list"], ["pilots", "show"], ["pilots", "copy"], ["pilots", "diff"],
    ["explain"], ["calibrate"], [],
]  # fmt: skip


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    path = tmp_path_factory.mktemp("campaign") / "small.toml"
    path.write_text(SMALL)
    return path


@pytest.fixture(scope="module")
def store(campaign):
    path = campaign.with_name("small.zarr")
    scsfast.run(campaign, path)
    return path


def test_run_ends_with_a_table(scs, campaign, tmp_path):
    code, out, err = scs("run", campaign, "-o", tmp_path / "o.zarr", "-j", 1)
    assert code == 0
    rows = [line.split()[0] for line in out.splitlines() if line.strip()]
    assert {"scenario", "rongcheng", "lottery"} <= set(rows)
    assert err.count("\n") == 1 and "4/4 replicates, 100 %" in err


def test_quiet_and_json(scs, campaign, store):
    code, out, err = scs("run", campaign, "-o", store, "--quiet", "--json")
    tree = json.loads(out)
    assert (code, err) == (0, "")
    assert tree["status"]["complete"] is True
    assert tree["summary"]["rongcheng"]["efficiency"]["n"] == 2
    assert tree["summary"]["lottery"]["auc"]["mean"] is None


def test_fewer_replicates_than_stored_give_a_message(scs, store, tmp_path):
    (tmp_path / "one.toml").write_text(SMALL.replace("replicates = 2", ""))
    code, out, err = scs("run", tmp_path / "one.toml", "-o", store, "-q", "--json")
    assert code == 0 and json.loads(out)["summary"]["lottery"]["efficiency"]["n"] == 2
    assert err == (
        f"scsfast: {store}: holds 2 replicates of each scenario, more than the 1 asked "
        "for; all are shown\n"
    )
    with pytest.warns(UserWarning, match="holds 2 replicates"):
        scsfast.run(tmp_path / "one.toml", store)


def test_status(scs, store):
    code, out, _ = scs("status", store, "--json")
    tree = json.loads(out)
    assert code == 0
    assert tree["replicates"] == {"done": 4, "failed": 0, "pending": 0, "planned": 4}
    assert tree["digest"] == Store(store).digest()
    code, out, _ = scs("status", store)
    assert "4 done, 0 failed, 0 pending, 4 planned" in out


def test_status_of_a_part_says_that_parts_can_be_merged(scs, tmp_path):
    (tmp_path / "c.toml").write_text("block_size = 1\n" + SMALL)
    run = ("run", tmp_path / "c.toml", "-q", "-o")
    scs(*run, tmp_path / "part.zarr", "--from", 1)
    state = (
        "part.zarr: not complete: the same `run` resumes it, or `merge` joins it with"
    )
    assert f"{state} other parts\n" in scs("status", tmp_path / "part.zarr")[1]
    scs(*run, tmp_path / "whole.zarr")
    assert "whole.zarr: complete\n" in scs("status", tmp_path / "whole.zarr")[1]


def test_hundreds_of_scenarios_are_summarised(scs, tmp_path):
    (tmp_path / "c.toml").write_text(SMALL + SWEEP)
    code, out, _ = scs("run", tmp_path / "c.toml", "-o", tmp_path / "o.zarr", "-q")
    assert code == 0 and "leaders.all.share" not in out
    assert "60 more scenarios, of designs" in out and "\n lottery" in out
    out = scs("status", tmp_path / "o.zarr")[1]
    assert "  rongcheng: 120 done of 60 scenarios\n  lottery: 2 done\n" in out


def test_verify_names_damage_and_repair_lets_it_be_redone(scs, campaign, tmp_path):
    path = tmp_path / "o.zarr"
    scs("run", campaign, "-o", path)
    assert scs("verify", path)[:2] == (0, "all as recorded\n")
    (path / "sums/c.1.0.0.0").write_bytes(b"")
    code, out, _ = scs("verify", path, "--json")
    assert code == 1 and list(json.loads(out)["damaged"]) == ["0001-000000"]
    code, out, _ = scs("verify", path, "--repair")
    assert code == 1
    assert out.startswith("scenario 'lottery', replicates 0-1 (0001-000000): cannot")
    assert scs("run", campaign, "-o", path)[0] == 0
    assert scs("verify", path)[0] == 0


def test_failed_replicates_end_with_code_1(scs, campaign, tmp_path, monkeypatch):
    from scsfast.engine import simulate

    def broken(*_args, **_rest):
        raise ArithmeticError("no luck")

    monkeypatch.setattr(simulate, "run_replicate", broken)
    code, _, err = scs("run", campaign, "-o", tmp_path / "o.zarr")
    assert code == 1
    assert "4 replicates failed" in err
    assert "scenario 'rongcheng' replicate 0: ArithmeticError: no luck" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "none.toml", "-o", "x"], "none.toml: there is no such file"),
        (["run", "{campaign}", "-o", "{folder}"], "is not a scsfast store"),
        (["run", "{campaign}", "-o", "x", "-j", "0"], "-j"),
        (["run", "{campaign}"], "-o"),
        (
            ["run", "{campaign}", "-o", ""],
            "the path of a folder or an s3:// URL, got ''",
        ),
        (["plan", "{campaign}", "-o", ""], "a folder or an s3:// URL, got ''"),
        (["status", ""], "the path of a folder or an s3:// URL, got ''"),
        (["run", "{campaign}", "-o", "{store}/more.zarr"], "is inside the store"),
        (["status", "none.zarr"], "must be the path of a store"),
        (["status", "{folder}"], "is not a scsfast store\n"),
        (["pilots", "show", "rongchen"], "did you mean 'rongcheng'?"),
        (["sing"], "No such command 'sing'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_input_ends_with_code_2(
    scs, campaign, store, tmp_path, arguments, message
):
    (tmp_path / "file").write_text("")
    places = {"campaign": campaign, "folder": tmp_path, "store": store}
    filled = [argument.format(**places) for argument in arguments]
    code, out, err = scs(*filled)
    assert (code, out) == (2, "")
    assert message in err and "Traceback" not in err


@pytest.mark.parametrize("name", [".", "../here"])
def test_the_current_folder_is_not_replaced(scs, campaign, tmp_path, monkeypatch, name):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    code, out, err = scs("run", campaign, "-o", name)
    assert (code, out) == (
        2,
        "",
    ) and f"current folder, got '{name}'; give a name" in err
    assert [entry.name for entry in tmp_path.iterdir()] == ["here"]


@pytest.mark.parametrize(
    "words",
    [["run", "-o", "x"], ["plan"], ["slurm", "-o", "x", "--time", "1:00:00"]],
    ids=["run", "plan", "slurm"],
)
def test_stopping_rule_for_an_unknown_measure_is_refused_by_all_verbs(
    scs, campaign, words
):
    rule = 'until={variable="efficency", halfwidth=0.01, max=8}'
    verb, *rest = words
    code, out, err = scs(verb, campaign, *rest, "--set", rule)
    assert (code, out) == (2, "")
    assert "`until.variable` must be one of" in err and "got 'efficency'" in err


def test_another_campaign_ends_with_code_2(scs, store, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text(SMALL.replace("600", "700"))
    code, _, err = scs("run", other, "-o", store)
    assert code == 2
    assert "world.n_citizens is 600 there, 700 here" in err


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_every_help_shows_an_example(scs, verb):
    code, out, _ = scs(*verb, "--help")
    assert code == 0
    assert f"Example: scsfast {' '.join(verb)}".strip() in out


def test_list_of_verbs_fits_80_columns(scs, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = scs("--help")
    verbs = [line for line in out.splitlines() if line.startswith("  ")]
    assert len(verbs) > 20 and not [line for line in verbs if "..." in line]


def imported_by(code: str) -> set[str]:
    """Return the modules that a fresh Python has loaded after some code."""
    listing = (
        f"import atexit, sys\natexit.register(lambda: print(*sys.modules))\n{code}"
    )
    command = [sys.executable, "-c", listing]
    return set(subprocess.run(command, capture_output=True, text=True).stdout.split())


def test_simulate_imports_neither_xarray_nor_pandas_nor_statistics():
    run = "scsfast.simulate('lottery', n_citizens=200, n_ticks=2).measures()"
    modules = imported_by(f"import scsfast\n{run}")
    heavy = {"xarray", "pandas", "zarr", "scipy.stats", "typer"}
    assert "scsfast.engine.simulation" in modules and not heavy & modules


def test_status_imports_neither_xarray_nor_pandas(store):
    words = ["status", str(store)]
    modules = imported_by(f"from scsfast.cli.main import main\nmain({words!r})")
    heavy = {"xarray", "pandas", "matplotlib", "scipy.stats", "SALib"}
    assert "zarr" in modules and not heavy & modules


def test_open_imports_neither_figures_nor_statistics(store):
    modules = imported_by(f"import scsfast\nscsfast.open({str(store)!r})")
    assert "xarray" in modules and not {"matplotlib", "scipy.stats", "SALib"} & modules


def test_help_imports_nothing_heavy():
    code = "import sys, scsfast.cli.main as c\ntry: c.main(['--help'])\nexcept SystemExit: "
    code += "pass\nheavy = {'zarr', 'xarray', 'scipy', 'numpy', 'pydantic'}\n"
    code += "sys.exit(len(heavy & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True).returncode
        == 0
    )


def test_version(scs):
    assert scs("--version")[:2] == (0, f"scsfast {scsfast.__version__}\n")


def test_pilots_are_listed_shown_and_copied(scs, tmp_path):
    assert scs("pilots")[1] == scs("pilots", "list")[1]
    assert "rongcheng" in scs("pilots")[1]
    rows = {
        row["key"]: row
        for row in json.loads(scs("pilots", "show", "rongcheng", "--json")[1])
    }
    assert rows["base"]["value"] == 1000 and rows["base"]["unit"] == "point"
    assert "press or think-tank" in rows["base"]["source"]
    assert "modelling choice" in scs("pilots", "show", "rongcheng")[1]
    listed = json.loads(scs("pilots", "--json")[1])
    assert "rongcheng" in [row["name"] for row in listed]
    found = json.loads(scs("pilots", "diff", "rongcheng", "lottery", "--json")[1])
    assert found["regimes"] == ["rongcheng", "lottery"] and found["differences"]
    path = tmp_path / "mine.toml"
    assert scs("pilots", "copy", "rongcheng", "-o", path)[0] == 0
    assert tomllib.loads(path.read_text())["name"] == "rongcheng"
    before = path.read_text()
    code, _, err = scs("pilots", "copy", "lottery", "-o", path)
    assert code == 2 and "exists" in err and path.read_text() == before


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (False, 1)])
def test_check_ends_with_code_1_if_anything_differs(scs, monkeypatch, ok, code):
    check = pytest.importorskip("scsfast.engine.check")
    results = [("small", True, ""), ("large", ok, "at tick 3")]
    monkeypatch.setattr(check, "check_kernel", lambda: iter(results))
    found, out, _ = scs("check")
    assert found == code and len(out.splitlines()) == 2
    found, out, _ = scs("check", "--json")
    assert (found, [row["ok"] for row in json.loads(out)]) == (code, [True, ok])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
def test_signal_stops_between_ticks_and_the_same_command_resumes(tmp_path, number):
    (tmp_path / "long.toml").write_text(LONG)
    command = [sys.executable, "-m", "scsfast", "run", "long.toml", "-o", "o.zarr"]
    environment = {"PYTHONPATH": str(Path(scsfast.__file__).parents[1])}
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    )
    wait_for(lambda: any((tmp_path / "o.zarr/commits").glob("0*.json")))
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 128 + number
    assert "the same command resumes" in err and "Traceback" not in err
    store = Store(tmp_path / "o.zarr")
    assert 0 < (store.status() == 1).sum() < 400
    assert not list(store.path.rglob("*.partial"))


def wait_for(condition, seconds=30):
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_interrupted_and_resumed_has_the_digest_of_one_run(tmp_path, campaign, store):
    class Stop(Exception):
        pass

    from scsfast.api import as_campaign
    from scsfast.engine.simulate import run_replicate
    from scsfast.execution.threads import execute
    from scsfast.store.create import open_for_writing

    def once(rules, **rest):
        if rules.scored == 0:
            opened.journal.publish = stop
        return run_replicate(rules, **rest)

    def stop(*_args):
        raise Stop

    path = tmp_path / "o.zarr"
    with (
        pytest.raises(Stop),
        open_for_writing(path, as_campaign(campaign)) as opened,
    ):
        execute(opened, 2, jobs=1, run_replicate=once)
    assert Store(path).digest() != Store(store).digest()
    scsfast.run(campaign, path, jobs=2)
    assert Store(path).digest() == Store(store).digest()


def test_plan_of_a_rule_says_how_many_replicates_it_may_want(scs, tmp_path):
    until = '[until]\nvariable = "efficiency"\nhalfwidth = 0.1\nmax = 9\n'
    (tmp_path / "c.toml").write_text(until + '[[scenario]]\npilot = "lottery"\n')
    small = ("--set", "world.n_citizens=600", "--set", "world.n_ticks=12")
    code, _, err = scs("plan", tmp_path / "c.toml", *small, "--set", "replicates=2")
    assert (
        code == 0 and "2 replicates of each scenario, `until` may want up to 9" in err
    )
