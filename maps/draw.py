"""Draw a Scene over its map, as a PNG or SVG that is readable at a glance and the same every time."""

import os
import tempfile
import threading
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maps.errors import MapError
from maps.world import World

if TYPE_CHECKING:
    from maps.scene import Scene

__all__ = ["draw"]

_RC: Any = {
    "svg.hashsalt": "surefoot",
    "svg.fonttype": "path",
    "path.simplify": True,
    "hatch.linewidth": 0.7,
    "image.composite_image": False,
    "agg.path.chunksize": 0,
}
_FEW_THINGS = 12
_ONE_AT_A_TIME = threading.Lock()
"""matplotlib's settings belong to the whole process."""


def draw(world: World, scene: "Scene", path: Path, *, width_px: int = 1600) -> Path:
    """Draw a map and what a scene says about it.

    Args:
        world: The map.
        scene: A title, marks over the map, captions beside it.
        path: Where to write, ending in ``.png`` or ``.svg``; an existing picture is replaced in one stroke.
        width_px: The picture's width in pixels, 200 to 10000; its height follows from the map.

    Returns:
        The path that was written.

    Raises:
        MapError: Another suffix, a width out of range, or a folder that is not there or cannot be written to.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in (".png", ".svg"):
        raise MapError(f"cannot draw to {str(path)!r}: the name must end in .png or .svg")
    if not 200 <= width_px <= 10000:
        raise MapError(f"cannot draw {str(path)!r} {width_px} pixels wide: the width must be 200 to 10000")
    if not path.parent.is_dir():
        raise MapError(f"cannot draw to {str(path)!r}: there is no folder {str(path.parent)!r}")
    with _ONE_AT_A_TIME:
        content = _picture(world, scene, suffix[1:], width_px)
    try:
        _replace(path, content)
    except OSError as error:
        raise MapError(f"cannot write {str(path)!r}: {error.strerror or error}") from error
    return path


def _picture(world: World, scene: "Scene", format: str, width_px: int) -> bytes:
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from maps.drawing.sheet import SHEET_WIDTH

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_RC)
        figure = Figure(figsize=(SHEET_WIDTH / 100, 8), dpi=100)
        canvas = FigureCanvasAgg(figure)
        _compose(figure, canvas, world, scene, crisp=format == "svg")
        content = BytesIO()
        metadata = {"Date": None} if format == "svg" else {"Software": None}
        figure.savefig(content, format=format, dpi=width_px * 100 / SHEET_WIDTH, metadata=metadata)
    return content.getvalue()


def _compose(figure: Any, canvas: Any, world: World, scene: "Scene", *, crisp: bool) -> None:
    """Lay out and draw the whole picture."""
    from maps.drawing.fonts import choose_typeface, latin_names
    from maps.drawing.frame import draw_frame, open_sheet
    from maps.drawing.ground import draw_ground, draw_symbols
    from maps.drawing.legend import plan_legend
    from maps.drawing.levels import draw_levels
    from maps.drawing.marks import draw_marks
    from maps.drawing.names import draw_names, named_in
    from maps.drawing.ruler import Ruler
    from maps.drawing.sheet import plan_layout, view_box
    from maps.scene import Caption

    texts = [scene.title, world.name, *(getattr(mark, "text", getattr(mark, "label", "")) for mark in scene.marks)]
    texts += [name for group in (world.places, world.things, world.zones) for name in group]
    typeface = choose_typeface(texts, latin_names(world))
    ruler = Ruler(canvas.get_renderer(), typeface)
    legend = plan_legend(ruler, scene, world)
    layout = plan_layout(view_box(world, scene), legend.width, legend.height)
    sheet = open_sheet(figure, layout, ruler)
    named = named_in(scene, world)
    quiet = not any(isinstance(mark, Caption) for mark in scene.marks)
    draw_ground(sheet, world, crisp=crisp)
    draw_levels(sheet, world)
    draw_symbols(sheet, world, named)
    draw_marks(sheet, scene)
    draw_names(sheet, world, named, all_things=quiet or len(world.things) <= _FEW_THINGS)
    legend.draw(sheet)
    draw_frame(sheet, world, scene)


def _replace(path: Path, content: bytes) -> None:
    """Write beside the target, then rename."""
    handle, rough = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(rough, 0o644)
        os.replace(rough, path)
    except OSError:
        Path(rough).unlink(missing_ok=True)
        raise
