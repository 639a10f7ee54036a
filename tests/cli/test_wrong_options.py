"""Options of verbs that do not go together, and files that must not be written."""

from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            "report nowhere.zarr -o r.html --targets there",
            "`--targets` is for `--constrained`, give both",
        ),
        (
            "constrain nowhere.zarr --wave there",
            "there: `--wave` must name a new file, but this one exists",
        ),
        (
            f"search {EXAMPLES / 'flip.toml'} -o s --picture p.svg",
            "`--picture` is of searches with an objective, not `flip`",
        ),
        (
            "pilots copy rongcheng -o /proc/none/mine.toml",
            "/proc/none/mine.toml: cannot be written: No such file or directory",
        ),
    ],
    ids=lambda words: words.split()[0],
)
def test_refusal_is_one_line(scs, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    Path("there").touch()
    code, out, err = scs(*words.split())
    assert (code, out, err) == (2, "", f"scsfast: error: {message}\n")
    assert Path("there").read_bytes() == b"" and not Path("p.svg").exists()
