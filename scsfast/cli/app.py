"""What all verbs of the command line share: the application, options, output.

stdout is for results, stderr for talk. Heavy modules are imported only by the verb that
needs them, so that --help is quick.
"""

import json
import sys
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
    str, typer.Argument(help="A store that `run` made: a folder, or an s3:// URL.")
]

Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Set a value over the file's; may be repeated.",
    ),
]


is_quiet = False  # of all processes of a run only one speaks


def quiet_all_but_first(rank: int) -> None:
    """Let only rank 0 of several processes speak."""
    global is_quiet
    is_quiet = rank > 0


def say(text: str) -> None:
    """Tell the user something on stderr."""
    if not is_quiet:
        print(f"scsfast: {text}", file=sys.stderr)


def failed(message: str, exit_code: int) -> int:
    """Say on stderr what is wrong and return the exit code."""
    for line in message.splitlines():
        say(f"error: {line}")
    return exit_code


def write_json(tree) -> None:
    """Write a tree to stdout as JSON, missing numbers as null."""
    from .tables import for_json

    print(json.dumps(for_json(tree), indent=2, ensure_ascii=False))
