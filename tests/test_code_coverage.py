"""The table of coverage counts lines and branches by room."""

import json

import code_coverage
from support import refusals


def summary(lines, lines_run, branches=0, branches_run=0):
    return {
        "summary": {
            "num_statements": lines,
            "covered_lines": lines_run,
            "num_branches": branches,
            "covered_branches": branches_run,
        }
    }


REPORT = {
    "files": {
        "scsfast/text.py": summary(4, 4),
        "scsfast/store/lock.py": summary(10, 9, 4, 1),
        "scsfast/store/deep/er.py": summary(30, 30, 4, 4),
    }
}


def test_rooms_and_total_are_counted():
    rooms = code_coverage.count_rooms(REPORT)
    assert list(rooms) == ["(no room)", "store", "total"]
    assert rooms["(no room)"].percentages() == (100, 100)
    assert rooms["store"].percentages() == (97.5, 62.5)
    assert rooms["total"] == (44, 43, 8, 5)
    assert code_coverage.table(rooms).splitlines()[2:] == [
        "store            40   97.5 %          8   62.5 %",
        "total            44   97.7 %          8   62.5 %",
    ]


def test_too_few_branches_or_a_failed_test_end_with_1(monkeypatch, capsys):
    asked = []

    def measured(code, report):
        return lambda *given: asked.append(given) or (code, report)

    monkeypatch.setattr("sys.argv", ["code_coverage.py", "--add", "tests/store", "-x"])
    monkeypatch.setattr(code_coverage, "measure", measured(0, REPORT))
    assert code_coverage.main() == 1
    assert capsys.readouterr().out.endswith("\nbelow 95 %: store, total\n")
    assert asked == [(["tests/store", "-x"], True)]
    enough = {"files": {"scsfast/text.py": summary(100, 95)}}
    for code in (0, 1):
        monkeypatch.setattr(code_coverage, "measure", measured(code, enough))
        assert code_coverage.main() == code
        assert "below" not in capsys.readouterr().out


def test_refusals_that_were_not_raised_are_listed_from_any_folder(
    tmp_path, monkeypatch, capsys
):
    source = 'def f(a):\n    if a:\n        raise ValueError(f"no {a}")\n    raise KeyError\n'
    (tmp_path / "scsfast").mkdir()
    (tmp_path / "scsfast" / "a.py").write_text(source)
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"files": {"scsfast/a.py": {"missing_lines": [3]}}}))
    monkeypatch.setattr(refusals, "ROOT", tmp_path)
    refusals.main(report)
    assert capsys.readouterr().out.splitlines() == [
        "scsfast/a.py:3: raise ValueError(f'no {a}')",
        "0 of 1 refusals were raised by a test",
    ]
