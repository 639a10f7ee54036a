"""From ``policy = "rules.py:suspend"`` to a checked policy; nothing is executed here.

Reading a campaign finds the file, records its SHA-256 and looks for the function in the
parsed text. Only a run executes the file: see `scsfast.execution.policy_functions`.
"""

import ast
import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

from ..errors import ConfigError, refuse
from ..model.policy import Policy
from ..model.world import Scenario

FORMS = '"file.py:function" or "module:function"'


def policy_of(written: str | None, folder: Path, key: str) -> Policy | None:
    """Return the policy that a scenario names; None if it names none.

    Parameters
    ----------
    written : str or None
        As in the file: a path that ends in ``.py``, or a module's name, then a colon and
        the name of a function.
    folder : Path
        Folder of relative paths; a module is looked for here first, then on Python's path.
    key : str
        Path of the key, for messages.

    Raises
    ------
    ConfigError
        If there is no such file, it is not Python, or it defines no such function.
    """
    if written is None:
        return None
    source, _, function = written.rpartition(":")
    if not source or not function.isidentifier():
        raise ConfigError(f"`{key}` must be {FORMS}, got '{written}'")
    path = _found(source, folder, key)
    try:
        code = path.read_bytes()
    except OSError as error:
        why = error.strerror or error
        raise ConfigError(f"`{key}` {path}: cannot be read: {why}") from None
    try:
        names = _functions(ast.parse(code))
    except (SyntaxError, ValueError) as error:
        raise ConfigError(f"`{key}` {path}: is not Python: {error}") from None
    if function not in names:
        there = ", ".join(sorted(names)) or "none"
        raise ConfigError(
            f"`{key}` {path}: must define the function {function} at its top level, the "
            f"functions there are: {there}"
        )
    sha256 = hashlib.sha256(code).hexdigest()
    return Policy(function=function, file=path.name, sha256=sha256, path=str(path))


def refuse_snapshots(scenarios: Iterable[Scenario]) -> None:
    """Refuse snapshots of citizens in scenarios that have a policy."""
    refuse(
        f"`output.snapshots` must not be set: '{scenario.name}' has a policy, whose "
        "decisions change what the state of a citizen consists of"
        for scenario in scenarios
        if scenario.policy
    )


def _found(source: str, folder: Path, key: str) -> Path:
    """Return the absolute path of a file or a module; no package is imported for it."""
    if source.endswith(".py"):
        path = Path(folder, source).absolute()
        if not path.is_file():
            raise ConfigError(f"`{key}` {path}: there is no such file")
        return path
    if not all(part.isidentifier() for part in source.split(".")):
        raise ConfigError(f"`{key}` must be {FORMS}, got the module '{source}'")
    inner = Path(*source.split("."))
    for place in (folder, *map(Path, filter(None, sys.path))):
        for path in (
            Path(place, inner.with_suffix(".py")),
            Path(place, inner, "__init__.py"),
        ):
            if path.is_file():
                return path.absolute()
    raise ConfigError(
        f"`{key}`: there is no module '{source}' in {folder.absolute()} or on Python's path"
    )


def _functions(tree: ast.Module) -> set[str]:
    """Return the names of the functions that a module defines at its top level."""
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
