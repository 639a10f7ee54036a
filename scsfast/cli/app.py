"""The parts that all verbs of the command line share: the application, options, output.

Results go to stdout, messages to stderr. Heavy modules are imported only by the verb that
needs them, so that --help is quick.
"""

import json
import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="scsfast",
    help="Simulate social credit pilots: what scores achieve, and for whom.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="Write JSON to stdout.")]
StorePath = Annotated[
    str, typer.Argument(help="A store written by `run`: a folder, or an s3:// URL.")
]

Verbose = Annotated[
    int,
    typer.Option(
        "--verbose", "-v", count=True, help="Report phases on stderr; -vv: each block."
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Override a value of the file; may be repeated.",
    ),
]

Bases = Annotated[
    list[str] | None,
    typer.Option("--of", help="A scenario of the campaign file; by default all."),
]
Confidence = Annotated[
    float, typer.Option("--confidence", help="Of all intervals, between 0 and 1.")
]
Constrained = Annotated[
    bool,
    typer.Option(
        "--constrained", help="Words over points that published figures leave."
    ),
]
TargetsFile = Annotated[
    Path | None,
    typer.Option("--targets", help="TOML file; by default the packaged figures."),
]


is_quiet = False  # of all processes of a run, only one prints messages


def quiet_all_but_first(rank: int) -> None:
    """Let only rank 0 of several processes print messages."""
    global is_quiet
    is_quiet = rank > 0


def say(text: str) -> None:
    """Print a message on stderr, unless this process is quiet."""
    if not is_quiet:
        print(f"scsfast: {text}", file=sys.stderr)


def matched(dataset, is_constrained: bool, targets: Path | None):
    """Return what history matching leaves of a dataset, None if it is not asked for.

    Raises
    ------
    ConfigError
        If targets are given without the question, or as of `constrain`.
    """
    from ..errors import ConfigError
    from ..inference.constrain import constrain

    if not is_constrained:
        if targets is not None:
            raise ConfigError("`--targets` is for `--constrained`, give both")
        return None
    return constrain(dataset, targets)


class _Talk(logging.Handler):
    """Prints the records of the library's loggers as messages on stderr."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one record on stderr."""
        say(record.getMessage())


TALK = _Talk()


def show_phases(verbose: int, quiet: bool = False) -> None:
    """Print the records of the library's loggers from a level on.

    Parameters
    ----------
    verbose : int
        How often ``-v`` was given: 0 warnings, 1 phases (INFO), 2 blocks (DEBUG).
    quiet : bool
        Whether only errors are printed.
    """
    levels = (logging.WARNING, logging.INFO, logging.DEBUG)
    logger = logging.getLogger("scsfast")
    logger.setLevel(logging.ERROR if quiet else levels[min(verbose, 2)])
    logger.addHandler(TALK)


def counted(action: str):
    """Return a function that updates a progress bar; None if stderr is no terminal."""
    if is_quiet or not sys.stderr.isatty():
        return None
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(action, total=None)

    def show(done: int, planned: int) -> None:
        bar.start()
        bar.update(task, completed=done, total=planned)
        if done == planned:
            bar.stop()

    return show


def failed(message: str, exit_code: int) -> int:
    """Print an error message on stderr and return the exit code."""
    for line in message.splitlines():
        say(f"error: {line}")
    return exit_code


def write_json(tree) -> None:
    """Write a tree to stdout as JSON, missing numbers as null."""
    from .tables import for_json

    print(json.dumps(for_json(tree), indent=2, ensure_ascii=False))
