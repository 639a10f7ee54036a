"""Every public function with three or more arguments documents them in numpydoc style."""

import importlib
import inspect
import pkgutil

import pytest

import scsfast

validate = pytest.importorskip("numpydoc.validate").validate
MISSING, UNKNOWN, ORDER, NO_DOCSTRING = "PR01", "PR02", "PR03", "GL08"
# Steps of the reference share their arguments, explained in its `__init__`; a command's
# arguments are documented by its help.
OTHERWISE = ("scsfast.model.reference.", "scsfast.cli.")


def public_functions() -> list[str]:
    """Return the dotted names of public functions with three or more arguments."""
    names = []
    for module in pkgutil.walk_packages(scsfast.__path__, "scsfast."):
        parts = module.name.split(".")
        if any(part.startswith("_") for part in parts[1:]):
            continue
        if module.name.startswith(OTHERWISE):
            continue
        home = importlib.import_module(module.name)
        names += [
            f"{module.name}.{name}"
            for name, value in vars(home).items()
            if inspect.isfunction(value)
            and value.__module__ == module.name
            and not name.startswith("_")
            and len(inspect.signature(value).parameters) >= 3
        ]
    return sorted(names)


def test_arguments_are_documented():
    wanted = {MISSING, UNKNOWN, ORDER, NO_DOCSTRING}
    faults = {
        name: [text for code, text in validate(name)["errors"] if code in wanted]
        for name in public_functions()
    }
    assert {name: texts for name, texts in faults.items() if texts} == {}


def test_functions_are_found():
    found = public_functions()
    assert len(found) > 100
    assert "scsfast.store.verify.verify" not in found  # has two
    assert "scsfast.store.merge.join" in found
