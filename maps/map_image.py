"""Map images: decode an untrusted PGM, PNG or BMP into grey values and opacity, within limits."""

import warnings
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import numpy.typing as npt

from maps.errors import MapFileMissing, MapImageInvalid

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["MAX_SIDE", "GreyImage", "read_grey"]

MAX_SIDE = 20_000
"""Most pixels along one side."""

MAX_PIXELS = 80_000_000
"""Most pixels in all: a square of about 450 m at 0.05 m."""

MAX_FILE_BYTES = 1_000_000_000

_PNG = b"\x89PNG\r\n\x1a\n"
"""How a PNG begins; it is then opened without loading Pillow's other formats."""


@dataclass(frozen=True, slots=True)
class GreyImage:
    """A decoded image, top row first.

    Attributes:
        grey: (H, W) 0 (black) to 255 (white): uint8, or float64 where the file had more than 8 bits.
        opaque: (H, W) bool: where alpha is full.
    """

    grey: npt.NDArray[np.uint8] | npt.NDArray[np.float64]
    opaque: npt.NDArray[np.bool_]


def read_grey(path: Path, *, named_by: Path) -> GreyImage:
    """Decode an image as map_server does: colours to luma, alpha kept apart.

    Args:
        path: The image.
        named_by: The YAML that names it, for the message.

    Raises:
        MapFileMissing: It is not there or cannot be read.
        MapImageInvalid: It is not a plain file, not an image of a known format, or too large.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        plain, size = path.is_file(), path.stat().st_size
    except (OSError, ValueError) as error:
        raise MapFileMissing(f"{named_by}: its image {path} cannot be read: {_reason(error)}") from None
    if not plain or size > MAX_FILE_BYTES:
        raise MapImageInvalid(f"{named_by}: its image {path} is not a plain file of at most {MAX_FILE_BYTES} bytes")
    limits = f"at most {MAX_SIDE} a side and {MAX_PIXELS} in all are read; save the map at a coarser resolution"
    try:
        with path.open("rb") as file, _open(file) as image:
            width, height = image.size
            if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
                raise MapImageInvalid(f"{named_by}: its image {path.name} is {width} x {height} pixels, {limits}")
            return _decode(image)
    except PermissionError as error:
        raise MapFileMissing(f"{named_by}: its image {path} cannot be read: {_reason(error)}") from None
    except UnidentifiedImageError:
        raise MapImageInvalid(f"{named_by}: its image {path.name} is not a PGM, PNG or BMP file") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise MapImageInvalid(f"{named_by}: its image {path.name} has too many pixels, {limits}") from None
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise MapImageInvalid(f"{named_by}: its image {path.name} is damaged: {_reason(error)}") from None


def _open(file: BinaryIO) -> "Image.Image":
    """Read an image's header; Pillow's own warning about its size is an error here."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        if file.read(len(_PNG)) == _PNG:
            from PIL.PngImagePlugin import PngImageFile

            file.seek(0)
            with suppress(Exception):  # what is wrong with it is told below
                return PngImageFile(file)
        file.seek(0)
        return Image.open(file, formats=("PPM", "PNG", "BMP"))


def _decode(image: "Image.Image") -> GreyImage:
    if image.mode in ("I", "I;16", "I;16B", "I;16L"):
        wide = np.asarray(image, dtype=np.float64)
        return GreyImage(wide / 65535.0 * 255.0, np.ones(wide.shape, dtype=bool))
    alpha = image.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in image.info
    if alpha:
        rgba = image.convert("RGBA")
        opaque = np.asarray(rgba.getchannel("A")) == 255
        grey = np.array(rgba.convert("RGB").convert("L"))
        return GreyImage(grey, opaque)
    grey = np.array(image.convert("L"))
    return GreyImage(grey, np.ones(grey.shape, dtype=bool))


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).splitlines()[0]
