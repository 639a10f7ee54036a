"""The known answers in their quick form: the model gives them, and each case can fail."""

import json
from functools import cache

import numpy as np
import pytest
import verification
from answers.lab import CASES, FALSE_ALARM, Case, exact, measured, nested, share, within

SPOILED = [  # in the quick form the first way to spoil each case
    pytest.param(name, k, marks=[pytest.mark.slow] if k else [])
    for name, case in CASES.items()
    for k in range(len(case.spoils))
]
CHEAP = "audits"


@cache
def results(name: str):
    """Return the checks of a case in its quick form."""
    return CASES[name].run()


@pytest.mark.parametrize("name", CASES)
def test_model_gives_the_known_answer(name):
    unlike = [check for check in results(name) if not check.passes]
    assert results(name) and unlike == []


@pytest.mark.parametrize(("name", "k"), SPOILED)
def test_case_fails_when_spoiled(name, k):
    """A mechanism switched on or a parameter changed is seen."""
    with np.errstate(all="ignore"):
        assert CASES[name].fails_when(CASES[name].spoils[k], results(name))


def test_every_case_can_be_spoiled():
    assert [name for name, case in CASES.items() if not case.spoils] == []


def test_standard_errors_match_the_scatter_of_results():
    """Deviations over their errors are about 1 in size, or tolerances would be idle."""
    shares = [
        (check.got - check.expected) / check.error
        for name in CASES
        for check in results(name)
        if check.error > 0 and check.bound < check.error / 10
    ]
    assert len(shares) > 60
    assert 0.5 < np.sqrt(np.mean(np.square(shares))) < 1.5


def made(*checks) -> Case:
    """Return a case that yields some checks."""
    return Case("made", "K0", "made", lambda lab: iter(checks), 1, 1, ())


def test_tolerance_holds_the_false_alarm_of_the_whole_case():
    """One statistical check: z = 4.892 for 1e-6; ten: each has a tenth of it, z = 5.327."""
    one = made(measured("a", 0.0, 4.89, 1.0, 9), within("b", 0.0, 0.2, 0.1, 9))
    assert FALSE_ALARM == 1e-6
    checks = one.run()
    assert [check.passes for check in checks] == [True, False]
    assert checks[0].tolerance == pytest.approx(4.8916, abs=1e-4)
    ten = made(*(measured("a", 0.0, 0.0, 1.0, 9, bound=0.5) for _ in range(10))).run()
    assert ten[0].tolerance == pytest.approx(5.3267 + 0.5, abs=1e-4)


def test_exact_checks_are_exact_and_a_share_has_the_error_of_a_share():
    almost = made(exact("a", 1, 1 + 1e-12, 9), exact("b", 1, float("nan"), 9)).run()
    assert not any(check.passes for check in almost)
    assert share("a", 0.5, 0.5, 100).error == pytest.approx(0.05)


def test_dotted_keys_are_laid_over_each_other():
    keys = {"a.b": 1, "a": {"c": 2}, "a.d.e": 3, "a.b.x": 4}
    assert nested({**keys, "f": [5]}) == {
        "a": {"b": {"x": 4}, "c": 2, "d": {"e": 3}},
        "f": [5],
    }


def test_program_prints_a_table_and_fails_with_a_case(capsys, monkeypatch):
    asked = ["--quick", "--threads", "1", "--only", CHEAP]
    assert verification.main(asked) == 0
    shown = capsys.readouterr().out
    assert "1 of 1 cases pass." in shown and "missing: opinions" in shown
    wrong = made(exact("two is one", 2, 1, 9))
    monkeypatch.setitem(CASES, CHEAP, wrong)
    assert verification.main(asked) == 1
    assert "FAIL" in capsys.readouterr().out


def test_program_prints_json(capsys, monkeypatch):
    asked = ["--quick", "--json", "--only", CHEAP]
    assert verification.main(asked) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["case"] == CHEAP and found["false_alarm"] == FALSE_ALARM
    assert [check["passes"] for check in found["checks"]] == [True] * 3
    numpys = made(exact("of NumPy", np.int64(1), np.int64(1), np.int64(9)))
    monkeypatch.setitem(CASES, CHEAP, numpys)
    assert verification.main(asked) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["checks"][0]["got"] == 1 and found["false_alarm"] == 0


def page() -> str:
    """Return docs/verification.md."""
    return verification.DOCS.read_text(encoding="utf-8")


def test_page_lists_the_cases_and_what_is_missing():
    text = page()
    assert verification.documented(text) == text, (
        "run python tests/verification.py --write"
    )


def test_page_has_every_result_and_all_agree():
    """Figures are those of a full run; which checks there are is held against the code."""
    _, _, rest = page().partition("<!-- begin:results -->")
    lines = rest.partition("<!-- end:results -->")[0].strip().splitlines()[2:]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    ours = [[f"`{name}`", check.what] for name in CASES for check in results(name)]
    assert [row[:2] for row in rows] == ours, "run python tests/verification.py --write"
    assert {row[-1] for row in rows} == {"pass"}


def test_filling_needs_its_markers():
    with pytest.raises(SystemExit, match="must have"):
        verification.filled("no markers", "cases", "")
