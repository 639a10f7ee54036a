"""Files appear whole or not at all, and processes are known to be dead or not."""

import os

import pytest

from scsfast.atomic_files import is_alive, publish, remove_tree


def test_file_that_cannot_be_written_leaves_the_old_one(tmp_path):
    file = tmp_path / "a.txt"
    publish(file, lambda out: out.write(b"old"))

    def fail(out):
        out.write(b"ne")
        raise ArithmeticError("no luck")

    with pytest.raises(ArithmeticError):
        publish(file, fail)
    assert [(f.name, f.read_bytes()) for f in tmp_path.iterdir()] == [("a.txt", b"old")]


def test_links_are_removed_and_what_they_lead_to_is_not(tmp_path):
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    (tmp_path / "link").symlink_to(folder)
    remove_tree(tmp_path / "link")
    assert not (tmp_path / "link").exists() and (folder / "inner").is_dir()
    remove_tree(folder)
    remove_tree(folder)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "alive"),
    [(None, True), (ProcessLookupError, False), (PermissionError, True)],
)
def test_process_of_another_user_is_alive(monkeypatch, error, alive):
    def kill(pid, number):
        assert (pid, number) == (7, 0)
        if error:
            raise error

    monkeypatch.setattr(os, "kill", kill)
    assert is_alive(7) is alive
