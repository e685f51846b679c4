"""Film file: pictures into an mp4 or a GIF, small, and there only once it is whole."""

from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from skills.robots.physics.gl import PhysicsMissing

__all__ = ["FRAMES_PER_S", "FilmFile"]

FRAMES_PER_S = 20


class FilmFile:
    """Takes pictures one after the other. The file appears when it is closed.

    Args:
        path: Ends in ``.mp4`` or ``.gif``.

    Raises:
        PhysicsMissing: ``imageio`` with ffmpeg, which an mp4 needs, is not installed.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._rough = path, path.with_name(f".{path.stem}.new{path.suffix.lower()}")
        self._writer: _Gif | Any = _Gif(self._rough) if path.suffix.lower() == ".gif" else _mp4(self._rough)
        self.frames = 0

    @property
    def seconds(self) -> float:
        """How long it plays so far."""
        return self.frames / FRAMES_PER_S

    def append(self, picture: NDArray[np.uint8]) -> None:
        """Add a picture (H, W, 3); all are of one size, both sides multiples of 16."""
        self._writer.append_data(picture)
        self.frames += 1

    def close(self) -> None:
        """Finish the file; without any picture there is none."""
        self._writer.close()
        if self.frames and self._rough.exists():
            self._rough.replace(self._path)
        else:
            self._rough.unlink(missing_ok=True)


def _mp4(path: Path) -> Any:
    """A writer of H.264, which plays before it has been loaded whole."""
    try:
        import imageio.v2 as imageio

        import_module("imageio_ffmpeg")  # imageio finds it by itself; its absence should be told now
    except ImportError as error:
        raise PhysicsMissing(f"--video needs {error.name}: pip install 'surefoot[physics]'") from error
    return imageio.get_writer(
        path, fps=FRAMES_PER_S, codec="libx264", quality=None, macro_block_size=16, ffmpeg_log_level="error",
        output_params=["-crf", "27", "-preset", "veryfast", "-movflags", "+faststart"],
    )  # fmt: skip


class _Gif:
    """A GIF of every second picture at half the size, in few colours: it compresses little."""

    EVERY, SHRUNK, COLOURS = 2, 2, 96

    def __init__(self, path: Path) -> None:
        self._path, self._seen = path, 0
        self._kept: list[bytes] = []

    def append_data(self, picture: NDArray[np.uint8]) -> None:
        """Take a picture; it is kept as a PNG until the end, when the GIF is written at once."""
        if self._seen % self.EVERY == 0:
            height, width = picture.shape[:2]
            small = Image.fromarray(picture).resize((width // self.SHRUNK, height // self.SHRUNK), Image.Resampling.BOX)
            out = BytesIO()
            small.quantize(self.COLOURS, dither=Image.Dither.NONE).save(out, "PNG", compress_level=1)
            self._kept.append(out.getvalue())
        self._seen += 1

    def close(self) -> None:
        """Write what was taken."""
        pictures = self._pictures()
        first = next(pictures, None)
        if first is not None:
            duration = round(1000 * self.EVERY / FRAMES_PER_S)
            first.save(self._path, save_all=True, append_images=pictures, duration=duration, loop=0)

    def _pictures(self) -> Iterator[Image.Image]:
        return (Image.open(BytesIO(kept)) for kept in self._kept)
