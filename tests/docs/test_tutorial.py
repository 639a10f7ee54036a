"""The tutorial and the notebook run as written, with the promised results."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "tutorial.md").read_text(encoding="utf-8")
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.S | re.M)


def test_the_tutorial_runs_from_question_to_figure(tmp_path, monkeypatch, scs):
    monkeypatch.chdir(tmp_path)
    (campaign,) = blocks("toml")
    smaller = campaign.replace("20_000", "2_000").replace(
        "n_ticks = 60", "n_ticks = 24"
    )
    assert smaller != campaign
    Path("villages.toml").write_text(smaller, encoding="utf-8")
    for line in blocks("sh")[0].strip().splitlines():
        program, *words = line.split()
        code, _, err = scs(*words)
        assert program == "scsfast" and code == 0, err
    names = {}
    for text in blocks("python"):
        exec(text, names)
    assert Path("villages.png").stat().st_size > 10_000
    assert set(names["table"]["variable"]) == {"diversion", "skill", "capture"}
    x = names["ax"].containers[0].lines[0].get_xdata()
    assert list(x) == [0.25, 0.5, 0.75, 1.0]


def test_a_notebook_is_shipped():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_run_and_show_figures(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=240, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", ())]
    kinds = [set(out.get("data", {})) for out in outputs]
    assert sum("image/png" in kind for kind in kinds) >= 2
    assert sum("text/html" in kind for kind in kinds) >= 4
    assert not [out for out in outputs if out["output_type"] == "error"]
