"""Every format against texts that want to be more than text."""

from __future__ import annotations

import json
import unicodedata
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keptword.reports import BINARY, FORMATS, render

TEXTUAL = sorted(set(FORMATS) - BINARY)


@pytest.mark.parametrize("format", TEXTUAL)
@pytest.mark.parametrize(
    "options", [{}, {"everything": True, "lang": "ru", "width": 60}], ids=["plain", "all"]
)
def test_nothing_that_a_terminal_or_an_editor_obeys(
    samples: ModuleType, hostile_text: str, format: str, options: dict[str, object]
) -> None:
    """Valid UTF-8 without control characters, marks that turn the direction, or line ends of other kinds."""
    text = render(samples.hostile(hostile_text), format, **options).decode()
    assert not {unicodedata.category(c) for c in text if c != "\n"} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert text.endswith("\n")


@pytest.mark.parametrize("format", TEXTUAL)
@settings(max_examples=25, deadline=None)
@given(text=st.text(st.characters(codec=None, categories=None), max_size=60))
def test_any_text_at_all_is_inert(samples: ModuleType, format: str, text: str) -> None:
    """The same for texts that nobody thought of."""
    written = render(samples.hostile(text), format, everything=True).decode()
    assert not {unicodedata.category(c) for c in written if c != "\n"} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    if format in {"json", "sarif", "gitlab"}:
        json.loads(written)
    if format == "junit":
        ET.fromstring(written)


@pytest.mark.parametrize("format", sorted({*TEXTUAL, *BINARY}))
def test_the_same_bytes_twice(samples: ModuleType, format: str) -> None:
    """The same report gives the same bytes, also from a report that was made anew."""
    assert render(samples.sample(), format) == render(samples.sample(), format)
