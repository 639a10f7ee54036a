"""Packages that only some verbs need, which the extras of the package bring."""

import importlib
from typing import Any

from .errors import ConfigError


def optional(module: str, use: str, extra: str, where: str = "") -> Any:
    """Return a module of a package that an extra brings.

    Parameters
    ----------
    module : str
        Its name, such as "SALib.analyze.sobol".
    use : str
        What needs it, in the plural: the start of the message.
    extra : str
        The extra of scsfast that brings it.
    where : str
        The file or address that needs it, to name in the message.

    Raises
    ------
    ConfigError
        If the package is not installed, with the command that installs it.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise ConfigError(
            f"{use} need {package}: pip install 'scsfast[{extra}]'", where
        ) from None
