"""The files: what reading them has already found, above all unknown space (grey 205) that counts as free."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from maps.checks.issue import MapIssue, SetKey
from maps.checks.look import Look
from maps.errors import MapError
from maps.geometry import Point
from maps.grid import FREE, UNKNOWN
from maps.map_server import OccupancyMap, read_map
from maps.world import World

__all__ = ["check_files"]

UNKNOWN_THRESH = 0.196
"""Grey 205 is 0.19608 occupied: with this threshold it is unknown, as savers mean it."""


def check_files(look: Look) -> Iterator[MapIssue]:
    """Turn every warning of the readers into an issue."""
    told = look.world.folder is not None  # by check_masks, from the same files, with numbers
    for warning in look.world.warnings:
        if "grey 205" in warning:
            yield _grey_205(look.world, warning)
            continue
        if told and any(words in warning for words in ("the mask lies wholly outside", "the mask covers only")):
            continue
        sentence, _, fix = warning.partition("; ")
        code = "MASK" if " mask" in warning else "FILE"
        yield MapIssue(code=code, severity="warning", sentence=sentence, fix=fix or "see docs/formats.md")


def _grey_205(world: World, warning: str) -> MapIssue:
    """The trap with its numbers; the file is read once more to tell where the largest such area is."""
    sentence, _, fix = warning.partition("; ")
    file = warning.partition(":")[0]
    saved = None if world.folder is None else _read(world.folder / file)
    if saved is None:
        return MapIssue(code="GREY_205", severity="warning", sentence=sentence, fix=fix)
    freed = (saved.values == UNKNOWN) & (world.cells == FREE) if saved.values.shape == world.cells.shape else None
    # In the other modes no threshold makes the grey unknown: what lies between the thresholds becomes a number, here 0.
    trinary = saved.yaml.mode == "trinary"
    return MapIssue(
        code="GREY_205",
        severity="warning",
        where=None if freed is None else _largest(world, freed),
        needed=UNKNOWN_THRESH,
        available=saved.yaml.free_thresh,
        sentence=sentence,
        fix=fix if trinary else f"write `mode: trinary` and `free_thresh: {UNKNOWN_THRESH}` in {file} if they are unknown",
        repair=SetKey(file=file, key="free_thresh", value=str(UNKNOWN_THRESH)) if trinary else None,
    )


def _read(path: Path) -> OccupancyMap | None:
    try:
        return read_map(path, treat_205_as_unknown=True)
    except MapError:
        return None


def _largest(world: World, cells: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Point | None:
    """The innermost cell of the largest area."""
    from scipy import ndimage

    labels, count = ndimage.label(cells)
    if not count:
        return None
    largest = labels == 1 + int(np.bincount(labels[labels > 0])[1:].argmax())
    depth = ndimage.distance_transform_edt(np.pad(largest, 1))[1:-1, 1:-1]
    row, col = np.unravel_index(int(np.argmax(depth)), largest.shape)
    return world.frame.centre(int(row), int(col))
