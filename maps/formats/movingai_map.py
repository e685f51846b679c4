"""MovingAI ``.map`` files as a map format: free or blocked, nothing else."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from maps.bounded import read_bytes
from maps.errors import MapFileInvalid
from maps.formats.format import Format, Imported, ReadOptions, WriteOptions
from maps.formats.writing import write_bytes
from maps.geometry import Pose
from maps.grid import FREE, UNKNOWN, GridFrame
from maps.map_image import MAX_PIXELS
from maps.movingai import read_map
from maps.world import World

__all__ = ["MOVINGAI"]


def fits(head: bytes) -> bool:
    """The first line says so."""
    return head.lstrip().startswith(b"type octile")


def read(path: Path, options: ReadOptions) -> Imported:
    """A benchmark map; it has no scale, so a cell is 1 m unless a resolution is given."""
    read_bytes(path, MAX_PIXELS + 1_000_000)
    world = read_map(path)
    resolution = options.resolution or 1.0
    if not 0 < resolution < 1000:
        raise MapFileInvalid(f"{path.name}: a cell cannot be {resolution:g} m")
    frame = GridFrame(resolution, Pose(0.0, 0.0), world.frame.width, world.frame.height)
    said = (
        ()
        if options.resolution
        else (f"{path.name}: MovingAI maps have no scale; a cell is taken as 1 m (--resolution to change)",)
    )
    return Imported(levels={"": replace(world, name=options.name, frame=frame)}, warnings=said)


def write(world: World, path: Path, options: WriteOptions) -> tuple[str, ...]:
    """``.`` where the robot may be; ``@`` for walls, unknown cells and keep-outs."""
    free = world.cells == FREE
    unknown, kept_out = int(np.count_nonzero(world.cells == UNKNOWN)), 0
    if world.keepout is not None:
        kept_out = int(np.count_nonzero(free & world.keepout))
        free &= ~world.keepout
    grid = np.where(free[::-1], np.uint8(ord(".")), np.uint8(ord("@")))
    lines = np.concatenate((grid, np.full((len(grid), 1), ord("\n"), np.uint8)), axis=1)
    height, width = grid.shape
    write_bytes(path, f"type octile\nheight {height}\nwidth {width}\nmap\n".encode() + lines.tobytes())
    notes = []
    if unknown:
        notes.append(f"{unknown} unknown cells are written as blocked")
    if kept_out:
        notes.append(f"{kept_out} free cells in keep-outs are written as blocked")
    return tuple(notes)


MOVINGAI = Format(
    name="movingai",
    title="MovingAI benchmark .map",
    carries="which cells are free; unknown cells and keep-outs become blocked; no scale, origin, speed limits or features",
    fits=fits,
    read=read,
    write=write,
)
