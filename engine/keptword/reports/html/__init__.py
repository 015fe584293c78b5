"""The report as one self-contained HTML page, for managers."""

from __future__ import annotations

from keptword.reports.html.page import render

__all__ = ["render"]
