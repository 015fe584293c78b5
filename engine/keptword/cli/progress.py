"""Progress bars on standard error: only on a terminal, and only where something takes long enough to wonder."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

_PATIENCE = 0.7  # seconds without a bar


class Bar:
    """A progress bar with rate and remaining time, as a context that gives what tells it how far things are, or None.

    Args:
        what: what is done, such as "reading".
        bytes: steps are bytes; else they are what they are.
    """

    def __init__(self, what: str, bytes: bool = False) -> None:
        self.what, self.bytes = what, bytes
        self.bar: Any = None
        self.task: Any = None
        self.begun = 0.0

    def __enter__(self) -> Callable[..., None] | None:
        self.begun = time.monotonic()
        return self.told if sys.stderr is not None and sys.stderr.isatty() else None

    def told(self, done: int, total: int, now: str = "") -> None:
        """So many steps are done, of so many (0: nobody knows); `now` is what is being done."""
        if self.bar is None and time.monotonic() - self.begun > _PATIENCE:
            self._show(total)
        if self.bar is not None:
            said = f"{self.what} {now[:40]}".strip()
            self.bar.update(self.task, completed=done, total=total or None, description=said)

    def _show(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            MofNCompleteColumn,
            Progress,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        counts = [DownloadColumn(), TransferSpeedColumn()] if self.bytes else [MofNCompleteColumn()]
        self.bar = Progress(
            "{task.description}", BarColumn(), *counts, TimeRemainingColumn(), console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self.bar.start()
        self.task = self.bar.add_task(self.what, total=total or None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.stop()
