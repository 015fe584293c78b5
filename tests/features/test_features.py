"""Every scenario of `features/`, run with the steps that keptword's pytest plugin offers."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios(".")
