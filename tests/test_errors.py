"""Faults are gathered, so that all those of a file are reported together."""

import pickle
from contextlib import suppress

import pytest

from scsfast.errors import ConfigError, DoesNotFitError, Faults, located, refuse


def test_faults_are_gathered_and_raised_as_one():
    faults = Faults()
    with faults.at("row 3: "):
        raise ConfigError(["`a` must be 1", "`b` must be 2"])
    with faults.at():
        refuse(["`c` must be 3"])
    with faults.at(), suppress(KeyError):
        raise KeyError("no fault of a file")
    with pytest.raises(ConfigError) as caught:
        faults.raise_any("file.toml")
    assert caught.value.faults == [
        "row 3: `a` must be 1",
        "row 3: `b` must be 2",
        "`c` must be 3",
    ]
    assert str(caught.value).startswith("file.toml: row 3")


def test_other_errors_are_not_gathered():
    faults = Faults()
    with pytest.raises(KeyError), faults.at():
        raise KeyError("no fault of a file")
    faults.raise_any()
    refuse([])


def test_place_is_put_before_each_fault_of_an_error():
    with pytest.raises(ConfigError) as caught, located("row 3: "):
        refuse(["`a` must be 1", "`b` must be 2"])
    assert caught.value.faults == ["row 3: `a` must be 1", "row 3: `b` must be 2"]


def test_errors_pass_between_processes_with_all_they_hold():
    error = ConfigError(["one", "two"], "file.toml")
    error.more = 7
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is ConfigError and str(again) == str(error)
    assert again.faults == ["one", "two"] and again.more == 7


def test_faults_of_what_does_not_fit_are_lines():
    assert DoesNotFitError("one").faults == ["one"]
    error = DoesNotFitError(f"{n} GB" for n in (1, 2))
    assert (str(error), error.exit_code) == ("1 GB\n2 GB", 2)
