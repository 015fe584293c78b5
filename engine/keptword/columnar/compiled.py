"""The loops of `kernels` at two speeds: as Python for small logs, compiled by Numba and kept on disk for large ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any


def kernel(loop: Callable[..., Any], big: bool) -> Callable[..., Any]:
    """A loop to be run over lists, or over arrays when `big`."""
    return _compiled(loop) if big else loop


@cache
def _compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
    import numba

    assert isinstance(loop, FunctionType)
    fast: Callable[..., Any] = numba.njit(_signature(loop), cache=True, nogil=True)(loop)
    return fast


# Arguments that are one number; every other one is a column.
_SCALARS = frozenset({"as_of", "times", "most"})


def _signature(loop: FunctionType) -> Any:
    """Given beforehand, so that nothing is compiled because of a type that no one meant."""
    from numba import int64, void

    names = loop.__code__.co_varnames[: loop.__code__.co_argcount]
    result = int64 if loop.__name__ == "points" else void
    return result(*(int64 if name in _SCALARS else int64[::1] for name in names))
