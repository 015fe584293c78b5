"""The commands together, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from keptword import __version__
from keptword.cli import audit as audit_command
from keptword.cli import explain as explain_command
from keptword.cli import rules as rules_command
from keptword.errors import KeptwordError, render, visible

app = typer.Typer(
    name="keptword",
    help="Did the provider keep its word? Rules about service communication, checked against event logs.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example:  keptword audit tickets.jsonl --rules house",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"keptword {__version__}")
        raise typer.Exit


@app.callback()
def top(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False) -> None:
    """Did the provider keep its word? Rules about service communication, checked against event logs."""


app.command("audit", epilog=audit_command.EPILOG)(audit_command.audit)
app.command("explain", epilog=explain_command.EPILOG)(explain_command.explain)
app.add_typer(rules_command.app, name="rules")


def call(arguments: list[str]) -> int:
    """Run the commands; every error that a user can mend ends in status 2, every other in 3."""
    try:
        result = app(args=arguments, prog_name="keptword", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except KeptwordError as error:
        sys.stderr.write(render(error.problems) + "\n")
        return 2
    except typer.Exit as done:
        return done.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())   # `| head` is no error
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("keptword: stopped\n")
        return 130
    except Exception as error:  # noqa: BLE001 - the last line of defence: a defect is reported as one
        return _failed(error)


def _failed(error: Exception) -> int:
    shown = getattr(error, "format_message", None)
    if shown is not None:      # wrong usage, found by the argument parser
        context = getattr(error, "ctx", None)
        sys.stderr.write(f"keptword: {visible(str(shown()))}\n")
        if context is not None:
            sys.stderr.write(f"try '{context.command_path} --help'\n")
        return 2
    sys.stderr.write(f"keptword: this is a defect of keptword, not of your files: {type(error).__name__}: {visible(str(error))[:500]}\n")
    if os.environ.get("KEPTWORD_DEBUG"):
        raise error
    sys.stderr.write("please report it with the command and, if you can, the files; KEPTWORD_DEBUG=1 shows where it happened\n")
    return 3
