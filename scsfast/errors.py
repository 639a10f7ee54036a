"""Every exception that scsfast raises on purpose, each with its process exit code.

A message is one sentence: which value must be what, and what was given instead. Several
faults are listed together, one per line. This module imports no other.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

# Characters that move the cursor, colour, or turn the direction of text; not \t and \n.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Return text from elsewhere with control characters escaped by their numbers."""
    return UNSEEN.sub(lambda found: ascii(found.group())[1:-1], text)


class ScsError(Exception):
    """Base of all errors that a user can act on; ``exit_code`` is the command's."""

    exit_code = 1

    def __str__(self) -> str:
        """Return the message, safe to show in a terminal."""
        return visible(super().__str__())

    def __reduce__(self) -> tuple[Any, ...]:
        """Allow pickling between processes, whatever the arguments of the constructor."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(
    kind: type[ScsError], args: tuple[Any, ...], attributes: dict[str, Any]
) -> ScsError:
    """Return an error as it was pickled, without calling its constructor."""
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(attributes)
    return error


class ConfigError(ScsError):
    """The input is wrong: an invalid key, value, name or path.

    Parameters
    ----------
    faults : list of str
        One sentence per fault, each beginning with the path of its key.
    where : str
        The file or object in which the faults were found.
    """

    exit_code = 2

    def __init__(self, faults: str | Iterable[str], where: str = "") -> None:
        self.faults = [faults] if isinstance(faults, str) else list(faults)
        self.where = where
        head = f"{where}: " if where else ""
        super().__init__("\n".join(head + fault for fault in self.faults))


@contextmanager
def located(place: str) -> Iterator[None]:
    """Put the place of each fault of a `ConfigError` before it.

    Parameters
    ----------
    place : str
        Words before each sentence, as in "row 3: ".
    """
    try:
        yield
    except ConfigError as error:
        raise ConfigError([place + fault for fault in error.faults]) from None


class Faults:
    """Gathers faults, so that all those of a file are reported together.

    Functions return what they were asked for or raise `ConfigError`. In the body of
    ``with faults.at():`` an error is kept and the code after it goes on; at the end
    `raise_any` raises all of them as one. A function that goes on after a fault, and
    returns what it has, takes the collector as a parameter.

    Attributes
    ----------
    sentences : list of str
        What was gathered, in order.
    """

    def __init__(self) -> None:
        self.sentences: list[str] = []

    @contextmanager
    def at(self, place: str = "") -> Iterator[None]:
        """Keep the faults of a `ConfigError`, each after the place where it is.

        Parameters
        ----------
        place : str
            Words before each sentence, as in "row 3: ".
        """
        try:
            with located(place):
                yield
        except ConfigError as error:
            self.sentences += error.faults

    def raise_any(self, where: str = "") -> None:
        """Raise what was gathered as one `ConfigError`; do nothing without faults.

        Parameters
        ----------
        where : str
            The file or object with the faults.
        """
        if self.sentences:
            raise ConfigError(self.sentences, where)


def refuse(faults: Iterable[str]) -> None:
    """Raise a `ConfigError` if there is any fault.

    Parameters
    ----------
    faults : iterable of str
        One sentence per fault.
    """
    found = list(faults)
    if found:
        raise ConfigError(found)


class DoesNotFitError(ScsError):
    """The campaign cannot fit in memory or on the disk; nothing was started."""

    exit_code = 2

    def __init__(self, faults: str | Iterable[str]) -> None:
        self.faults = [faults] if isinstance(faults, str) else list(faults)
        super().__init__("\n".join(self.faults))


class StoreError(ScsError):
    """The store cannot be read or written."""


class DifferentCampaignError(StoreError):
    """The store at this path holds another campaign; nothing was changed."""

    exit_code = 2


class KernelError(ScsError):
    """The compiled kernel refused its input or found its own state impossible."""


class NotBuiltError(KernelError, ImportError):
    """The compiled kernel is missing or cannot be loaded."""


class RunError(ScsError):
    """A campaign ended with failed replicates; committed blocks are kept."""


class LauncherError(ScsError):
    """Several processes were started that MPI does not connect."""

    exit_code = 2


class Interrupted(ScsError):
    """A signal stopped the run; the same command resumes it."""

    def __init__(self, number: int) -> None:
        self.exit_code = 128 + number
        name = signal.Signals(number).name
        super().__init__(
            f"stopped by {name}; what is committed is kept, the same command resumes"
        )


class EndedElsewhere(ScsError):
    """The run ended in another process, which prints the reason; this one only ends."""

    def __init__(self, exit_code: int) -> None:
        self.exit_code = exit_code
        super().__init__("the run has ended; rank 0 says why")
