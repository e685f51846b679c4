"""Saved index: what was worked out of map files, kept on disk by content, so that the next process need not do it again.

An entry is one file: a JSON line with its key, what it is about and a checksum over all of it, then the array's bytes. It is
written beside its place and renamed, so that readers and concurrent writers see all of it or nothing, also where one is killed
meanwhile; an entry that is damaged, of another format or under another's name counts as none and is made anew.
"""

import json
import os
import tempfile
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from maps.huge.sparse import release

__all__ = ["SavedIndex"]

_FORMAT = 2
_HEAD = 1 << 20
"""Bytes: no JSON line is longer."""
_BUDGET = 2 * 2**30
"""Bytes that all entries may take; the oldest go first."""
_ABANDONED_S = 3600.0
"""Seconds after which a file that is still being written belongs to a process that was killed."""


class SavedIndex:
    """Read-only arrays on disk by key.

    Args:
        folder: Where; made on the first write.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> tuple[Mapping[str, Any], npt.NDArray[Any]] | None:
        """What is kept under a key.

        Args:
            key: A digest in hex of everything that the entry depends on.

        Returns:
            What it is about and the array, mapped from the file and read-only; None where there is no sound entry.
        """
        path = self._path(key)
        try:
            with path.open("rb") as file:
                line = file.readline(_HEAD)
            head = json.loads(line)
            kind = np.dtype(head["dtype"])
            if head["format"] != _FORMAT or head["key"] != key or kind.kind not in "biuf":
                return None
            array = np.memmap(path, dtype=kind, mode="r", offset=len(line), shape=tuple(head["shape"]))
            if path.stat().st_size != len(line) + array.nbytes:
                return None
            if _checksum(head, array) != head["crc"]:
                return None
            about: Mapping[str, Any] = head["about"]
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
        release(array)
        return about, array

    def put(self, key: str, about: Mapping[str, Any], array: npt.NDArray[Any]) -> None:
        """Keep an array under a key; where the disk refuses, nothing is kept.

        Args:
            key: A digest in hex of everything that the entry depends on.
            about: JSON data that belongs to it.
            array: Of numbers or truth values.
        """
        whole = np.ascontiguousarray(array)
        head = {"format": _FORMAT, "key": key, "dtype": whole.dtype.str, "shape": list(whole.shape), "about": about}
        line = json.dumps({**head, "crc": _checksum(head, whole)}).encode() + b"\n"
        if len(line) > _HEAD or not whole.size:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, rough = tempfile.mkstemp(dir=self.folder, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(line)
                    file.write(whole.data)
                os.replace(rough, self._path(key))
            except OSError:
                Path(rough).unlink(missing_ok=True)
                raise
            self._make_room()
        except OSError:
            return

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.index"

    def _make_room(self) -> None:
        """Delete the oldest entries beyond the budget, and what killed writers left."""
        for rough in self.folder.glob(".new-*"):
            if time.time() - rough.stat().st_mtime > _ABANDONED_S:
                rough.unlink(missing_ok=True)
        found = sorted(((path.stat().st_mtime, path.stat().st_size, path) for path in self.folder.glob("*.index")), reverse=True)
        spent = 0
        for _, size, path in found:
            spent += size
            if spent > _BUDGET:
                path.unlink(missing_ok=True)


def _checksum(head: Mapping[str, Any], array: npt.NDArray[Any]) -> int:
    """Over everything in an entry but itself."""
    text = json.dumps({name: value for name, value in head.items() if name != "crc"}, sort_keys=True)
    return zlib.crc32(array.data, zlib.crc32(text.encode()))
