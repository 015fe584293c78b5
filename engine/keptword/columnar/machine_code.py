"""Compiled loops kept on disk as machine code, and loaded without Numba, whose import takes longer than most audits.

Numba compiles a loop once for each processor and version of the loop; what it gives is a function over pointers that calls
nothing else, kept as an object file with its checksum. llvmlite, the part of Numba that knows object files, loads it in
milliseconds. Where anything is not as expected, `loaded` gives None and the loop is left to Numba itself.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

Kinds = tuple[tuple[str, str], ...]

_FORM = b"1"  # of the files
_ENGINES: list[Any] = []  # a function lives as long as the engine that loaded it
_NOTHING_ELSE = re.compile(r"llvm\.\w|mem(?:cpy|set|move)$")


def loaded(loop: Callable[..., Any], kinds: Kinds) -> Callable[..., Any] | None:
    """A loop as a function over arrays of the given types, or None where it cannot be had so.

    Raises:
        TypeError: (the function) an array of another type, or one that is not contiguous.
    """
    assert isinstance(loop, FunctionType)
    if os.environ.get("NUMBA_DISABLE_JIT", "0") != "0":
        return None
    try:
        import llvmlite.binding as llvm

        key = _key(loop, kinds)
        for folder in _folders(loop):
            code = _kept(folder / f"{loop.__name__}-{key}.o")
            if code is not None:
                break
        else:
            made = _made(loop, kinds)
            if made is None:
                return None
            code = made
            for folder in _folders(loop):
                if _keep(folder / f"{loop.__name__}-{key}.o", code):
                    break
        engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
        engine.add_object_file(llvm.object_file.ObjectFileRef.from_data(code))
        engine.finalize_object()
        address = engine.get_function_address("keptword_loop")
    except (ImportError, AttributeError, OSError, RuntimeError, ValueError):
        return None
    if not address:
        return None
    _ENGINES.append(engine)
    return _called(address, loop, kinds)


def _called(address: int, loop: FunctionType, kinds: Kinds) -> Callable[..., Any]:
    """The function at an address: (result, exception, then pointer and length of each column) → status 0."""
    kind_of_argument: list[Any] = []
    for _, kind in kinds:
        kind_of_argument += [ctypes.c_void_p, ctypes.c_int64] if kind else [ctypes.c_int64]
    function = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, *kind_of_argument)(address)

    def call(*columns: Any) -> int:
        if len(columns) != len(kinds):
            raise TypeError(f"{loop.__name__} takes {len(kinds)} arguments, not {len(columns)}")
        result, exception = ctypes.c_int64(0), ctypes.c_void_p(None)
        given: list[int] = []
        for column, (name, kind) in zip(columns, kinds, strict=True):
            if not kind:
                given.append(int(column))
                continue
            if column.dtype.name != kind or not column.flags.c_contiguous:
                raise TypeError(f"{loop.__name__}: {name} is a column of {column.dtype}, not of {kind}")
            given += (column.ctypes.data, len(column))
        status = function(ctypes.addressof(result), ctypes.addressof(exception), *given)
        if status != 0:
            raise AssertionError(f"{loop.__name__} ended with {status}")
        return result.value

    return call


@cache
def _machine() -> Any:
    import llvmlite.binding as llvm

    for ready in ("initialize", "initialize_native_target", "initialize_native_asmprinter"):
        try:
            getattr(llvm, ready)()
        except RuntimeError:  # newer ones are ready by themselves, and say so
            continue
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3, reloc="default", codemodel="jitdefault", jit=True
    )  # fmt: skip


@cache
def _host() -> bytes:
    import llvmlite
    import llvmlite.binding as llvm

    return "\n".join(
        [llvmlite.__version__, llvm.get_default_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten(), sys.byteorder]
    ).encode()  # fmt: skip


@cache
def _source(file: str) -> bytes:
    here = Path(file)
    return here.read_bytes() + (here.parent.parent / "columns.py").read_bytes()


def _key(loop: FunctionType, kinds: Kinds) -> str:
    digest = hashlib.sha256(_FORM)
    for part in (_host(), _source(loop.__code__.co_filename), loop.__name__.encode(), repr(kinds).encode()):
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()[:24]


def _folders(loop: FunctionType) -> list[Path]:
    """Where machine code is kept: beside the source, as Python keeps its own; else with the user's caches."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return [Path(loop.__code__.co_filename).parent / "__pycache__", home / "keptword" / "loops"]


def _kept(file: Path) -> bytes | None:
    try:
        data = file.read_bytes()
    except OSError:
        return None
    code = data[32:]
    return code if hashlib.sha256(code).digest() == data[:32] else None


def _keep(file: Path, code: bytes) -> bool:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as new:
            new.write(hashlib.sha256(code).digest() + code)
        Path(new.name).replace(file)
    except OSError:
        return False
    return True


def _made(loop: FunctionType, kinds: Kinds) -> bytes | None:
    """The object file of a loop; None where it would need something else than itself."""
    import llvmlite.binding as llvm

    made = _assembly(loop, kinds)
    if made is None:
        return None
    module = llvm.parse_assembly(made)
    module.verify()
    code: bytes = _machine().emit_object(module)
    return code


def _assembly(loop: FunctionType, kinds: Kinds) -> str | None:
    """LLVM's assembly of the loop over pointers and lengths, under the name `keptword_loop`."""
    import numba
    from numba import carray, types  # type: ignore[attr-defined]

    arguments, views, signature = [], [], []
    for name, kind in kinds:
        arguments.append(name)
        pointer: Any = types.CPointer
        signature.append(pointer(getattr(types, kind)) if kind else types.int64)
        if kind:
            arguments.append(f"{name}_n")
            signature.append(types.int64)
            views.append(f"    {name} = carray({name}, ({name}_n,))\n")
    source = f"def over_pointers({', '.join(arguments)}):\n{''.join(views)}    return loop({', '.join(n for n, _ in kinds)})\n"
    names: dict[str, Any] = {
        "carray": carray,
        "loop": numba.njit(forceinline=True, error_model="numpy", boundscheck=False)(loop),
    }
    exec(source, names)  # noqa: S102 - made of the names of arguments only
    result = types.int64 if "return" in loop.__annotations__ else types.void
    compiler: Any = numba.cfunc
    made = compiler(result(*signature), nopython=True, error_model="numpy")(names["over_pointers"])
    text: str = made.inspect_llvm()
    # Numba wraps the function for C, with Python's error handling; it is taken without the wrapping.
    outer = re.escape(made.native_name.removeprefix("cfunc."))
    found = re.search(rf'^define [^\n]*@"?{outer}"?\(.*?^\}}$', text, re.MULTILINE | re.DOTALL)
    if found is None:
        return None
    body = re.sub(rf'@"?{outer}"?', "@keptword_loop", found[0])
    used = set(re.findall(r'@"?([\w.$]+)', body)) - {"keptword_loop"}
    if any(not _NOTHING_ELSE.match(name) for name in used):
        return None
    head = "".join(
        line + "\n"
        for line in text.splitlines()
        if line.startswith(("target ", "declare ", "attributes ", "!"))
    )
    return head + body
