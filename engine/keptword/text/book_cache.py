"""What was worked out once for phrasebooks, kept in the user's cache directory."""

from __future__ import annotations

import json
from pathlib import Path


def _cache_dir() -> Path:
    import os

    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or str(Path.home() / ".cache")
    return Path(base) / "keptword" / "wording"


def from_cache(name: str) -> str:
    """The JSON text kept under a name; "" when there is none or it is damaged."""
    try:
        text = (_cache_dir() / f"{name}.json").read_text(encoding="utf-8")
        json.loads(text)
    except (OSError, ValueError, RuntimeError):
        return ""
    return text


def to_cache(name: str, text: str) -> None:
    """Keep a JSON text under a name."""
    try:
        folder = _cache_dir()
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{name}.part"
        part.write_text(text, encoding="utf-8")
        part.replace(folder / f"{name}.json")
    except (OSError, RuntimeError):  # a cache that cannot be written costs time, nothing else
        return
