"""The command line: arguments in, calls to the engines, exit status out."""

from __future__ import annotations

import sys

__all__ = ["run"]


def run() -> None:
    """Run `keptword`: the entry point of the installed command."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Run one command.

    Returns:
        0 nothing to complain of; 1 violations; 2 bad rules, log or arguments; 3 a defect of keptword.
    """
    from keptword.cli.app import call

    return call(arguments)
