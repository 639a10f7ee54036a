"""The command line: its entry, and how errors become exit codes.

The commands are in `campaign`, `plan`, `model`, `results`, `inference` and `report`. Exit
codes are listed in docs/exit-codes.md.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from ..errors import ScsError
from ..interpreter import refuse_unusable
from . import campaign, inference, model, plan, report, results  # noqa: F401, they register
from .app import app, failed

ASKS_ONLY = {"--help", "--version"}
OUT_OF_MEMORY = (
    "can't start new thread",
    "cannot allocate memory",
    "failed to map segment",
)  # in the messages of Python and the dynamic linker
UsageError = typer.BadParameter.__base__  # click's, wherever typer imports it from


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started the process
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):  # escape characters that it cannot show
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _code(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        code = 141
        _mute(sys.stdout, sys.stderr)
    except OSError as error:
        if error.filename:  # the error of a file, not of a stream
            raise
        code = 1
        _mute(sys.stdout)
        with suppress(OSError):
            failed(f"cannot write the output: {error.strerror or error}", code)
        _mute(sys.stderr)
    sys.exit(code)


def _mute(*streams) -> None:
    """Discard further output of streams, which Python flushes when it exits."""
    for stream in streams:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _code(arguments: list[str] | None) -> int:
    """Run the command line, print its error if it fails, and return the exit code."""
    try:
        if not ASKS_ONLY & set(sys.argv[1:] if arguments is None else arguments):
            refuse_unusable()
        code = app(args=arguments, prog_name="scsfast", standalone_mode=False) or 0
    except ScsError as error:
        return failed(str(error), error.exit_code)
    except UsageError as error:
        return _misused(error)
    except MemoryError as error:
        return failed(_no_memory(error), ScsError.exit_code)
    except (RuntimeError, ImportError) as error:
        if not any(word in str(error) for word in OUT_OF_MEMORY):
            raise
        return failed(_no_memory(error), ScsError.exit_code)
    except SystemExit as ended:  # typer raises this when a pipe is closed
        if isinstance(ended.__context__, BrokenPipeError):
            raise ended.__context__ from None
        raise
    except KeyboardInterrupt:
        code = 130
    if code == 130:  # typer returns this after a KeyboardInterrupt
        return failed("stopped by SIGINT; the same command resumes", code)
    return code


def _no_memory(error: Exception) -> str:
    """Return the message for a process that gets no more memory or threads."""
    told = str(error).strip() or type(error).__name__
    return (
        f"this process got no more memory or threads ({told}); lift its limits (ulimit "
        "-v, -u) or ask for less: `scsfast plan` prints what a campaign needs"
    )


def _misused(error) -> int:
    """Print the fault of a command line, or the whole help if it is empty."""
    if error.ctx and error.message == error.ctx.get_help():
        print(error.message, file=sys.stderr)
        return error.exit_code
    verb = error.ctx.command_path if error.ctx else "scsfast"
    message = " ".join(error.format_message().split())
    return failed(f"{message.rstrip('.')}; see `{verb} --help`", error.exit_code)


def _show_version(wanted: bool) -> None:
    if wanted:
        from .. import __version__

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
