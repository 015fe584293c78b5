"""The loops of `kernels` at two speeds: as Python for small logs, compiled by Numba and kept on disk for large ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from threading import Lock
from types import FunctionType
from typing import Any

from keptword.columnar.kernels import TYPES

_COMPILING = Lock()


def kernel(loop: Callable[..., Any], big: bool) -> Callable[..., Any]:
    """A loop to be run over lists, or over arrays when `big`: then without the interpreter's lock."""
    return _compiled(loop) if big else loop


def kinds_of(loop: Callable[..., Any]) -> tuple[tuple[str, str], ...]:
    """The arguments of a loop, each with the type of its column ("" for a single number)."""
    assert isinstance(loop, FunctionType)
    names = loop.__code__.co_varnames[: loop.__code__.co_argcount]
    return tuple((name, TYPES.get(name.lstrip("_"), "int32")) for name in names)


@cache
def _compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
    from keptword.columnar import machine_code

    with _COMPILING:
        fast = machine_code.loaded(loop, kinds_of(loop))
        return fast if fast is not None else by_numba(loop)


def by_numba(loop: Callable[..., Any]) -> Callable[..., Any]:
    """A loop compiled for the types of its columns, given beforehand, so that nothing is compiled that no one meant."""
    import numba

    result = numba.int64 if "return" in loop.__annotations__ else numba.void
    kinds = [getattr(numba, kind)[::1] if kind else numba.int64 for _, kind in kinds_of(loop)]
    fast: Callable[..., Any] = numba.njit(result(*kinds), cache=True, nogil=True)(loop)
    return fast
