"""A large log laid out, kept as files: arrays that are mapped into memory instead of read, and a frame of the other columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keptword.columnar.frame import FrameTable, Make
from keptword.columnar.texts import Coded, Texts
from keptword.spec.conditions import Says


def keep(table: FrameTable, folder: Path) -> None:
    """Write a table into an empty folder."""
    import numpy as np

    np.save(folder / "times.npy", table.times)
    if table.origin is not None:
        np.save(folder / "origin.npy", table.origin)
    names = sorted(table.coded)
    known: list[Texts] = []
    own = []
    for n, name in enumerate(names):
        column = table.coded[name]
        np.save(folder / f"codes-{n}.npy", column.codes)
        same = next((i for i, t in enumerate(known) if t is column.texts), len(known))
        if same == len(known):
            known.append(column.texts)
            pool, ends = column.texts.parts()
            np.save(folder / f"pool-{same}.npy", pool)
            np.save(folder / f"ends-{same}.npy", ends)
        own.append(same)
    if table.frame is not None:
        table.frame.write_ipc(folder / "frame.arrow", compression="uncompressed")
    said = {"given": table.given, "names": names, "texts": own, "as_json": sorted(table.as_json)}
    (folder / "table.json").write_text(json.dumps(said, ensure_ascii=False), "utf-8")


def kept(folder: Path, make: Make, says: Says) -> FrameTable:
    """The table of a folder.

    Raises:
        OSError, ValueError, KeyError: the folder, or something in it, is not there or damaged.
    """
    said = json.loads((folder / "table.json").read_text("utf-8"))
    known: dict[int, Texts] = {}
    for n in dict.fromkeys(said["texts"]):
        known[n] = Texts.of(_array(folder / f"pool-{n}.npy"), _array(folder / f"ends-{n}.npy"))
    columns = {
        name: Coded(_array(folder / f"codes-{n}.npy"), known[own])
        for n, (name, own) in enumerate(zip(said["names"], said["texts"], strict=True))
    }
    frame = None
    if (folder / "frame.arrow").exists():
        import polars as pl

        frame = pl.read_ipc(folder / "frame.arrow")
    origin = _array(folder / "origin.npy") if (folder / "origin.npy").exists() else None
    times = _array(folder / "times.npy")
    if any(len(c.codes) != len(times) for c in columns.values()) or (
        frame is not None and frame.height != len(times)
    ):
        raise ValueError("columns of different lengths")
    return FrameTable(frame, times, origin, make, says, said["given"], columns, frozenset(said["as_json"]))


def _array(path: Path) -> Any:
    import numpy as np

    # Copy on write: loops may want arrays that can be written to, and the file stays as it is.
    array = np.load(path, mmap_mode="c", allow_pickle=False)
    return np.asarray(array)


def sizes(folder: Path) -> dict[str, int]:
    """The files of a folder and their sizes."""
    return {p.name: p.stat().st_size for p in folder.iterdir()}


def check(folder: Path, wanted: Mapping[str, int]) -> None:
    """ValueError unless every file is there, and whole."""
    there = sizes(folder)
    if any(there.get(name) != size for name, size in wanted.items()):
        raise ValueError("files are lacking, or cut off")
