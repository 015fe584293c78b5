"""Standard output that was closed before the program began (`>&-`): whoever writes to it is told so."""

from __future__ import annotations

import io
from typing import Any

from keptword.errors import usage_error


class _Closed(io.BufferedIOBase):
    """Refuses every byte; Python itself would lose them without a word."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if not len(data):
            return 0
        raise usage_error(
            "standard output is closed",
            "redirect it, or name a file where the command takes one",
            code="U002",
        )


def closed_output() -> io.TextIOWrapper:
    """A text stream that raises UsageError U002 at the first character written to it."""
    return io.TextIOWrapper(_Closed(), "utf-8", write_through=True)  # type: ignore[arg-type]
