"""What the processes of a test run share is made by one of them."""

import multiprocessing
import time

from support.made_once import made_once


class Factory:
    """Where the processes of a test run have their folders, as pytest tells it."""

    def __init__(self, folder):
        self.folder = folder

    def getbasetemp(self):
        return self.folder


def slowly(path):
    with (path.parent / "makers").open("a") as makers:
        makers.write("one more\n")
    time.sleep(0.2)
    path.write_text("made")


def test_several_processes_make_a_file_once(tmp_path, monkeypatch):
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    fork = multiprocessing.get_context("fork")
    asked = Factory(tmp_path), "file", slowly
    processes = [fork.Process(target=made_once, args=asked) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert made_once(*asked).read_text() == "made"
    assert (tmp_path / "makers").read_text() == "one more\n"


def test_processes_of_xdist_share_the_folder_above_theirs(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    for name in ("gw0", "gw1"):
        path = made_once(Factory(tmp_path / name), "file", slowly)
    assert path == tmp_path / "file"
    assert (tmp_path / "makers").read_text() == "one more\n"
