"""How much memory an audit may take: what `--memory` says, or most of what the machine, or its container, has free."""

from __future__ import annotations

import os
import re
from pathlib import Path

from keptword.errors import usage_error

_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)i?b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "t": 1000**4}
_SHARE = 0.7  # of what is free, when nothing is said
_LEAST = 256 * 1000**2
_CGROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


def budget(text: str | None) -> int:
    """The bytes that an audit may take.

    Args:
        text: `2GB`, `500MB`, `1.5 G`; None: 70 % of what is free now.

    Raises:
        UsageError: something else, or less than 256 MB.
    """
    if text is None:
        return max(_LEAST, int(_SHARE * free()))
    match = _SIZE.fullmatch(text.strip())
    if not match:
        raise usage_error(f"--memory: '{text}' is no amount of memory", "such as 2GB or 500MB")
    size = int(float(match[1]) * _UNITS[match[2].lower()])
    if size < _LEAST:
        raise usage_error(f"--memory: {text} is too little", "256MB is the least")
    return size


def free() -> int:
    """Bytes of memory that are free on the machine, or in its container if that has fewer."""
    out = _of_the_machine()
    for most, used in _CGROUPS:
        limit, now = _number(most), _number(used)
        if limit is not None and now is not None:
            out = min(out, max(0, limit - now))
    return out


def _of_the_machine() -> int:
    try:
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, OSError, ValueError):
        return 4 * 1000**3


def _number(path: str) -> int | None:
    try:
        return int(Path(path).read_text("ascii"))
    except (OSError, ValueError):  # "max" where there is no limit
        return None
