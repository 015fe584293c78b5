"""What messages say: wording checks in Russian and English, with spans; offline and without a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keptword.text.analysis import analyse, analyse_many
    from keptword.text.books import load_phrasebooks
    from keptword.text.checks import check, says
    from keptword.text.model import (
        ELEMENTS,
        Analysis,
        CheckResult,
        Hit,
        Lang,
        Mode,
        Outcome,
        StatedTime,
        Zones,
    )
    from keptword.text.phrasebook import Phrasebooks
    from keptword.text.stated import stated_times

_WHERE = {
    "analyse": "analysis", "analyse_many": "analysis", "Phrasebooks": "phrasebook", "load_phrasebooks": "books",
    "check": "checks", "says": "checks", "stated_times": "stated",
    "ELEMENTS": "model", "Analysis": "model", "CheckResult": "model", "Hit": "model", "Lang": "model", "Mode": "model",
    "Outcome": "model", "StatedTime": "model", "Zones": "model",
}  # fmt: skip

__all__ = [
    "ELEMENTS", "Analysis", "CheckResult", "Hit", "Lang", "Mode", "Outcome", "Phrasebooks", "StatedTime", "Zones",
    "analyse", "analyse_many", "check", "load_phrasebooks", "says", "stated_times",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'keptword.text' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"keptword.text.{_WHERE[name]}"), name)
