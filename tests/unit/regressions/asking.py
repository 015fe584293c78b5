"""A scratch pack, a log, and the command on them."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from keptword.cli import main

HEAD = "severity: major\nstatus: draft\nsource: house\nwhy: it matters\n"


def pack(folder: Path, rules: dict[str, str], head: str = "name: p\n") -> Path:
    """A pack with a body for each rule id."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(head, encoding="utf-8")
    for name, body in rules.items():
        title = "" if "title:" in body else f"title: {name} is kept\n"
        (folder / f"{name}.yaml").write_text(f"id: {name}\n{title}{HEAD}{body}", encoding="utf-8")
    return folder


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main([str(a) for a in arguments])
        sys.stdout.flush()
    out.seek(0)
    return status, out.read(), err.getvalue()
