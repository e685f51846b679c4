"""Writing one file: all of it or nothing."""

import os
import tempfile
from pathlib import Path

from maps.errors import MapFileMissing

__all__ = ["write_bytes", "write_text"]


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file beside its place and move it there.

    Raises:
        MapFileMissing: The folder is not there, or the disk refuses.
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise MapFileMissing(f"{str(path)!r} cannot be written: {error.strerror}") from None


def write_text(path: Path, text: str) -> None:
    """The same in UTF-8."""
    write_bytes(path, text.encode("utf-8"))
