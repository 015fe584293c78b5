"""The commands together, each imported only when it is called, and what becomes of errors."""

from __future__ import annotations

import errno
import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer

from keptword import __version__
from keptword.cli.closed import closed_output
from keptword.errors import KeptwordError, Place, Problem, render, visible

ABOUT = "Did the provider keep its word? Rules about service communication, checked against event logs."

# name → module, function (or group), one line of help; the line is shown without importing the module.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "audit": ("audit", "audit", "Judge a log by rules and show every violation with its evidence."),
    "explain": ("explain", "explain", "Show why: the events, the reckoning of the deadline, the verdict."),
    "test": ("test", "run_tests", "Run the tests that lie beside the rules."),
    "rules": ("rules", "app", "Look at rules: list, show, lint, schema, docs, say."),
    "due": ("due", "due", "Compute one deadline and show each step of the reckoning."),
    "elapsed": ("elapsed", "elapsed", "Show how long a clock runs between two times, span by span."),
    "wording": ("wording", "wording", "Check the words of one message, with the passages found."),
    "watch": ("watch", "watch", "Follow a log live: warnings before a deadline, violations after it."),
    "convert": ("convert", "convert", "Turn logs of any known format into JSONL or Parquet."),
    "baseline": ("baseline", "baseline", "Write down today's findings, so that only new ones fail."),
    "diff": ("diff", "diff", "Compare two JSON reports: what is new, gone, worse, better."),
    "init": ("init", "init", "Start a pack, a test, a feature and a CI file in a repository of your own."),
}


def build(arguments: list[str]) -> typer.Typer:
    """The application, with the commands that the arguments name in full and the others as a line of help."""
    app = typer.Typer(
        name="keptword", help=ABOUT, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="Example:  keptword audit tickets.jsonl --rules house        keptword COMMAND --help tells more.",
    )  # fmt: skip
    app.callback()(_top)
    everything = any(name.endswith("_COMPLETE") for name in os.environ)
    for name, (module, attribute, line) in COMMANDS.items():
        if name in arguments or everything:
            loaded: Any = import_module(f"keptword.cli.{module}")
            target = getattr(loaded, attribute)
            if isinstance(target, typer.Typer):
                app.add_typer(target, name=name)
            else:
                app.command(name, short_help=line, epilog=getattr(loaded, "EPILOG", None))(target)
        else:
            app.command(name, short_help=line)(_not_loaded)
    return app


def _not_loaded() -> None:
    raise AssertionError("a command that was not named was called")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"keptword {__version__}")
        raise typer.Exit


def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


_top.__doc__ = ABOUT


def call(arguments: list[str]) -> int:
    """Run the commands; every error that a user can mend ends in status 2, every other in 3."""
    closed = sys.stdout is None
    if closed:
        sys.stdout = closed_output()
    try:
        result = build(arguments)(args=arguments, prog_name="keptword", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except KeptwordError as error:
        sys.stderr.write(render(error.problems) + "\n")
        return 2
    except typer.Exit as done:
        return done.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `| head` is no error
        return 0
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}:
            return _failed(error)
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # Python would try once more at its end
        why = f"the output cannot be written: {error.strerror}"
        sys.stderr.write(render([Problem("U002", why, Place("keptword"))]) + "\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("keptword: stopped\n")
        return 130
    except Exception as error:  # noqa: BLE001 - the last line of defence: a defect is reported as one
        return _failed(error)
    finally:
        if closed:
            sys.stdout = None  # as it was: Python would flush it at its end


def _failed(error: Exception) -> int:
    shown = getattr(error, "format_message", None)
    if shown is not None:  # wrong usage, found by the argument parser
        context = getattr(error, "ctx", None)
        said = visible(str(shown()))
        if said.startswith("Usage:"):  # called without arguments
            sys.stderr.write(f"{said}\n")
            return 2
        sys.stderr.write(f"keptword: {said}\n")
        if context is not None:
            sys.stderr.write(f"try '{context.command_path} --help'\n")
        return 2
    sys.stderr.write(
        f"keptword: this is a defect of keptword, not of your files: {type(error).__name__}: {visible(str(error))[:500]}\n"
    )
    if os.environ.get("KEPTWORD_DEBUG"):
        raise error
    sys.stderr.write(
        "please report it with the command and, if you can, the files; KEPTWORD_DEBUG=1 shows where it happened\n"
    )
    return 3
