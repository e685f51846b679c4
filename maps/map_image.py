"""Map images: decode an untrusted PGM, PNG or BMP into grey values and opacity, in strips and within limits."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import numpy.typing as npt

from maps.errors import MapFileMissing, MapImageInvalid

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["MAX_PIXELS", "MAX_SIDE", "GreyImage", "GreyStrips", "open_grey"]

MAX_SIDE = 20_000
"""Most pixels along one side: 1 km at 0.05 m."""

MAX_BYTES = 400_000_000
"""Most bytes that an image may fill once decoded: 1 for a pixel of grey, 2 for deep grey, 4 for a colour."""

MAX_PIXELS = 80_000_000
"""Most cells in the formats that are read as text, where each takes many times its byte: a square of about 450 m at 0.05 m."""

MAX_FILE_BYTES = 1_000_000_000

_STRIP = 4_000_000
"""Pixels that are made grey at a time."""

_PNM_HEADER = 65_536
_PNM_SIZE = re.compile(rb"P[1-6](?:\s|#[^\n]*\n)+\d{1,9}(?:\s|#[^\n]*\n)+\d{1,9}(?:\s|#)")
"""How a portable any-map begins, comments and all: Pillow reads a header byte by byte, however long it is."""

_DEEP = ("I", "I;16", "I;16B", "I;16L")


@dataclass(frozen=True, slots=True)
class GreyImage:
    """A decoded image or a strip of one, top row first.

    Attributes:
        grey: (H, W) 0 (black) to 255 (white): uint8, or float64 where the file had more than 8 bits.
        opaque: (H, W) bool: where alpha is full; None where it is full everywhere.
    """

    grey: npt.NDArray[np.uint8] | npt.NDArray[np.float64]
    opaque: npt.NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class GreyStrips:
    """A decoded image that is made grey a strip at a time, so that no second copy of all of it is needed."""

    image: "Image.Image"

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return (self.image.height, self.image.width)

    def __iter__(self) -> Iterator[tuple[int, GreyImage]]:
        """Strips from the top down, each with the number of its first row."""
        height, width = self.shape
        rows = max(1, _STRIP // width)
        for top in range(0, height, rows):
            yield top, _grey(self.image.crop((0, top, width, min(height, top + rows))))


@contextmanager
def open_grey(path: Path, *, named_by: Path) -> Iterator[GreyStrips]:
    """Decode an image as map_server does: colours to luma, alpha kept apart.

    Args:
        path: The image.
        named_by: The YAML that names it, for the message.

    Raises:
        MapFileMissing: It is not there or cannot be read.
        MapImageInvalid: It is not a plain file, not an image of a known format, damaged, or too large.
    """
    try:
        plain, size = path.is_file(), path.stat().st_size
    except (OSError, ValueError) as error:
        raise MapFileMissing(f"{named_by}: its image {path} cannot be read: {_reason(error)}") from None
    if not plain or size > MAX_FILE_BYTES:
        raise MapImageInvalid(f"{named_by}: its image {path} is not a plain file of at most {MAX_FILE_BYTES} bytes")
    try:
        with path.open("rb") as file:
            image = _open(file)
            if image is None:
                raise MapImageInvalid(f"{named_by}: its image {path.name} is not a PGM, PNG or BMP file")
            with image:
                _check_size(image, path, named_by)
                image.load()
                yield GreyStrips(image)
    except PermissionError as error:
        raise MapFileMissing(f"{named_by}: its image {path} cannot be read: {_reason(error)}") from None
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise MapImageInvalid(f"{named_by}: its image {path.name} is damaged: {_reason(error)}") from None


def _check_size(image: "Image.Image", path: Path, named_by: Path) -> None:
    """Refuse an image by its header, before anything is decoded: few bytes can unpack to very many."""
    width, height = image.size
    if max(width, height) > MAX_SIDE:
        raise MapImageInvalid(
            f"{named_by}: its image {path.name} is {width} x {height} pixels, at most {MAX_SIDE} a side are read; "
            "save the map at a coarser resolution"
        )
    one = 1 if image.mode in ("1", "L", "P") else 2 if image.mode.startswith("I;16") else 4
    if width * height * one > MAX_BYTES:
        raise MapImageInvalid(
            f"{named_by}: its image {path.name} is {width} x {height} pixels of {one} bytes, at most {MAX_BYTES} bytes are "
            "decoded; save it as an 8-bit greyscale PGM or PNG"
        )


def _open(file: BinaryIO) -> "Image.Image | None":
    """Read an image's header; None where no decoder knows it.

    The decoders are asked by themselves: ``Image.open`` has a limit of its own, far below a large site.
    """
    head = file.read(8)
    file.seek(0)
    if head == b"\x89PNG\r\n\x1a\n":
        from PIL.PngImagePlugin import PngImageFile

        return PngImageFile(file)
    if head[:2] == b"BM":
        from PIL.BmpImagePlugin import BmpImageFile

        return BmpImageFile(file)
    if head[:1] == b"P" and head[1:2] in b"123456":
        if _PNM_SIZE.match(file.read(_PNM_HEADER)) is None:
            raise ValueError(f"its first {_PNM_HEADER} bytes do not say how large it is")
        file.seek(0)
        from PIL.PpmImagePlugin import PpmImageFile

        return PpmImageFile(file)
    return None


def _grey(image: "Image.Image") -> GreyImage:
    if image.mode in _DEEP:
        wide = np.asarray(image, dtype=np.float64)
        return GreyImage(wide / 65535.0 * 255.0)
    alpha = image.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in image.info
    if alpha:
        rgba = image.convert("RGBA")
        opaque = np.asarray(rgba.getchannel("A")) == 255
        grey = np.array(rgba.convert("RGB").convert("L"))
        return GreyImage(grey, opaque)
    return GreyImage(np.asarray(image if image.mode == "L" else image.convert("L")))


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).splitlines()[0]
