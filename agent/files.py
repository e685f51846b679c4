"""Writing files so that a reader, or a crash, never meets half of one."""

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from agent.errors import StoreError

__all__ = ["write_atomically", "write_json"]


def write_atomically(path: Path, data: bytes) -> None:
    """Write to a temporary file beside ``path``, flush it to disk, then rename it over ``path``.

    Raises:
        StoreError: The folder cannot be written or the disk is full; ``path`` is as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
    except OSError as error:
        raise StoreError(f"Cannot write {path}: {error.strerror or error}; free space or choose another data_dir.") from error


def write_json(path: Path, data: Any) -> None:
    """Write ``data`` as indented JSON, atomically.

    Raises:
        StoreError: As ``write_atomically``.
    """
    write_atomically(path, (json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode())
