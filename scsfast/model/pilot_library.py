"""The library of pilots: regimes as TOML files in ``pilots/``, read by name.

A pilot may build on another with ``extends``; this module resolves that, removes the
sources and makes a `Regime`. It names no pilot: each file in the folder is one.
"""

import tomllib
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from ..errors import ConfigError
from .messages import validated
from .parameters import Tree, check_sources, merge, strip_sources
from .regime import Regime

_FOLDER = files(__package__) / "pilots"
_SUFFIX = ".toml"


def names() -> list[str]:
    """Return the names of all packaged pilots, in alphabetical order."""
    found = [entry.name for entry in _FOLDER.iterdir()]
    return sorted(name[: -len(_SUFFIX)] for name in found if name.endswith(_SUFFIX))


def source(name: str) -> str:
    """Return the TOML text of a pilot, as packaged.

    Raises
    ------
    ConfigError
        If there is no such pilot.
    """
    _check_name(name, "")
    return (_FOLDER / f"{name}{_SUFFIX}").read_text(encoding="utf-8")


def parent(name: str) -> str | None:
    """Return the pilot that a pilot extends, if any."""
    return tomllib.loads(source(name)).get("extends")


def tree(name: str) -> Tree:
    """Return a pilot's values with their sources, ``extends`` resolved.

    Raises
    ------
    ConfigError
        If there is no such pilot, or ``extends`` names an unknown pilot or forms a circle.
    """
    return _resolve(tomllib.loads(source(name)), f"pilot '{name}'", (name,))


def load(name: str) -> Regime:
    """Return the regime of a pilot.

    Raises
    ------
    ConfigError
        As for `tree`, or if values are wrong; all of them are listed.
    """
    return _build(tree(name), f"pilot '{name}'")


def load_file(path: Path) -> Regime:
    """Return the regime of a TOML file; raises like `file_tree` and `load_tree`."""
    return _build(file_tree(path), str(path))


def load_tree(data: Tree, where: str) -> Regime:
    """Return the regime of a user's own values.

    Parameters
    ----------
    data : dict
        Like a pilot's file: values bare or with sources; ``extends`` may name a pilot.
    where : str
        The file or object that the values come from, for messages.

    Raises
    ------
    ConfigError
        If `data` extends no known pilot, or values are wrong; all of them are listed.
    """
    return _build(_resolve(data, where, ()), where)


def file_tree(path: Path) -> Tree:
    """Return the values of a regime's own file with their sources, ``extends`` resolved.

    Raises
    ------
    ConfigError
        If the file cannot be read, is no TOML, or extends no known pilot, or the source of
        a value is invalid.
    """
    return _resolve(tomllib.loads(read_toml(path)), str(path), ())


def read_toml(path: Path) -> str:
    """Return the text of a TOML file.

    Raises
    ------
    ConfigError
        If it cannot be read or is no TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        tomllib.loads(text)
        return text
    except FileNotFoundError:
        fault = "there is no such file"
    except IsADirectoryError:
        fault = "must be a TOML file, got a directory"
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        fault = f"must be UTF-8 text, got byte {byte:#04x} at position {error.start}"
    except OSError as error:
        fault = f"cannot be read: {error.strerror}"
    except RecursionError:
        fault = "must be valid TOML: its tables or lists are nested too deeply"
    except ValueError as error:  # a whole number of thousands of digits, or no TOML
        fault = f"must be valid TOML: {error}"
    raise ConfigError(fault, str(path))


def _check_name(name: str, where: str, key: str = "") -> None:
    """Refuse an unknown name of a pilot, with a suggestion."""
    known = names()
    if name in known:
        return
    near = get_close_matches(name, known, n=1)
    guess = f"; did you mean '{near[0]}'?" if near else ";"
    fault = f"{key}no pilot '{name}'{guess} there are: {', '.join(known)}"
    raise ConfigError(fault, where)


def _resolve(data: Tree, where: str, seen: tuple[str, ...]) -> Tree:
    """Return the pilot that `data` extends, updated by `data`; `data` if it extends none."""
    check_sources(data, where)
    own = {key: value for key, value in data.items() if key != "extends"}
    if "extends" not in data:
        return own
    parent = data["extends"]
    if not isinstance(parent, str):
        fault = f"`extends` must be the name of a pilot, got {parent!r}"
        raise ConfigError(fault, where)
    if parent in seen:
        chain = " -> ".join((*seen, parent))
        fault = f"`extends` must not lead back to a pilot before it, got {chain}"
        raise ConfigError(fault, where)
    _check_name(parent, where, "`extends`: ")
    base = _resolve(tomllib.loads(source(parent)), f"pilot '{parent}'", (*seen, parent))
    merged: Tree = merge(base, own)
    return merged


def _build(data: Tree, where: str) -> Regime:
    return validated(Regime, strip_sources(data), where)
