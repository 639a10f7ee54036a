"""The command line: its entry, and how errors become exit codes.

The verbs are in `verbs_campaign`, `verbs_model` and `verbs_results`. Exit codes are
listed in docs/exit-codes.md.
"""

import os
import sys
from typing import Annotated

import typer

from . import (  # noqa: F401, they register
    verbs_campaign,
    verbs_model,
    verbs_plan,
    verbs_report,
    verbs_results,
)
from .errors import ScsError
from .terminal import app, fail


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    try:
        app(args=arguments, prog_name="scsfast")
    except ScsError as error:
        fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        fail("stopped by SIGINT; the same command resumes", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


def _show_version(wanted: bool) -> None:
    if wanted:
        from . import __version__

        print(f"scsfast {__version__}")
        raise typer.Exit


@app.callback(epilog="Example: scsfast run examples/first.toml -o first.zarr")
def _top(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version.", callback=_show_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass
