"""Phases of a run are reported by loggers; -v and --quiet set what is printed."""

import logging

import pytest

import scsfast
from scsfast.cli import app
from scsfast.cli.main import main

SMALL = """
replicates = 2
[world]
n_citizens = 1_000
n_ticks = 6
[[scenario]]
pilot = "lottery"
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    yield path
    logger = logging.getLogger("scsfast")
    logger.removeHandler(app.TALK)
    logger.setLevel(logging.NOTSET)


def talk(capsys, *arguments) -> str:
    with pytest.raises(SystemExit) as ended:
        main([str(each) for each in arguments])
    assert ended.value.code == 0
    return capsys.readouterr().err


def test_library_reports_phases_through_loggers(file, tmp_path, caplog):
    with caplog.at_level(logging.INFO, "scsfast"):
        scsfast.run(file, tmp_path / "a.zarr")
    assert {r.name for r in caplog.records} == {
        "scsfast.campaign",
        "scsfast.store",
        "scsfast.execution",
    }
    text = caplog.text
    phases = ["1 scenario, 2 replicates", "created", "computing", "finished, digest"]
    places = [text.index(phase) for phase in phases]
    assert places == sorted(places)


def test_library_prints_nothing_by_default(file, tmp_path, capfd):
    scsfast.run(file, tmp_path / "a.zarr")
    assert capfd.readouterr() == ("", "")


def test_verbose_prints_phases_and_twice_blocks(file, tmp_path, capsys):
    assert "created" not in talk(capsys, "run", file, "-o", tmp_path / "a.zarr")
    once = talk(capsys, "run", file, "-v", "-o", tmp_path / "b.zarr")
    assert "scsfast: " in once and "created" in once and "committed" not in once
    assert "committed" in talk(capsys, "run", file, "-vv", "-o", tmp_path / "c.zarr")
    assert "reading 1 block" in talk(capsys, "verify", "-v", tmp_path / "c.zarr")


def test_quiet_prints_neither_progress_nor_phases(file, tmp_path, capsys):
    assert talk(capsys, "run", file, "-q", "-o", tmp_path / "a.zarr") == ""
