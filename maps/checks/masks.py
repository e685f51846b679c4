"""Masks: keep-out and speed masks that do not line up with the map, or that lie beside it unread."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from maps.checks.issue import MapIssue
from maps.checks.look import Look
from maps.errors import MapError
from maps.geometry import distance
from maps.grid import GridFrame
from maps.map_server import read_map, read_map_yaml
from maps.masks import Overlap
from maps.world import World

__all__ = ["check_masks"]

LINED_UP_CELLS = 0.01
"""How far a mask's cells may be off the map's grid, cells, before they count as off."""

_LOOK_AT = 200
"""So many files of a folder are looked at."""

_WORDS = {"keepout": ("keepout", "keep_out", "keep-out"), "speed": ("speed",)}


def check_masks(look: Look) -> Iterator[MapIssue]:
    """Compare each mask's grid with the map's."""
    folder = look.world.folder
    if folder is None:
        return
    for layer, read in (("keepout", look.world.keepout_mask), ("speed", look.world.speed_mask)):
        file = folder / f"{layer}.yaml"
        if read is not None:
            yield from _lined_up(look.world, file)
        elif not file.exists():
            yield from _unread(look.world, folder, layer)


def _lined_up(world: World, file: Path) -> Iterator[MapIssue]:
    try:
        mask = read_map(file).frame
    except MapError:
        return  # the world was not read from these files
    frame = world.frame
    covered = Overlap.of(mask, frame).covered()
    middle = mask.to_map(mask.width * mask.resolution / 2, mask.height * mask.resolution / 2)
    where = middle if frame.contains(middle) else None
    off = distance(mask.origin.point, frame.origin.point)
    if covered == 0:
        yield MapIssue(
            code="MASK_OUTSIDE", severity="error", subject=file.name, available=0.0,
            sentence=f"{file.name}: the mask lies wholly outside the map and changes nothing",
            fix=f"check its origin: it is {off:.2f} m from the map's",
        )  # fmt: skip
    elif covered < 0.5:
        yield MapIssue(
            code="MASK_PARTIAL", severity="warning", subject=file.name, where=where, available=round(covered, 4),
            sentence=f"{file.name}: the mask covers only {covered:.0%} of the map; elsewhere it says nothing",
            fix="check its origin and resolution",
        )  # fmt: skip
    elif mask.shape == frame.shape and mask.resolution == frame.resolution and off > 1e-6:
        yield MapIssue(
            code="MASK_SHIFTED", severity="warning", subject=file.name, where=where, needed=0.0, available=round(off, 6), unit="m",
            sentence=f"{file.name}: the mask is as large as the map, pixel for pixel, but lies {off:.3f} m from it",
            fix="write the map's origin in it if it was drawn over the map",
        )  # fmt: skip
    elif (slack := _off_grid(mask, frame)) > LINED_UP_CELLS:
        yield MapIssue(
            code="MASK_OFF_GRID", severity="note", subject=file.name, where=where, available=round(slack * frame.resolution, 6),
            unit="m",
            sentence=f"{file.name}: the mask's cells ({mask.resolution:g} m) do not line up with the map's "
            f"({frame.resolution:g} m), so that what it says is grown to every cell it touches",
            fix="save it with the map's resolution, and an origin that is whole cells from the map's",
        )  # fmt: skip


def _off_grid(mask: GridFrame, frame: GridFrame) -> float:
    """How far the mask's cells are off the map's grid, as a share of a map cell; a grid turned or of another step is off by 1."""
    if mask == frame:
        return 0.0
    times = mask.resolution / frame.resolution
    if frame.origin.yaw != 0.0 or min(times % 1, -times % 1) > 1e-6 or times < 0.5:
        return 1.0
    x, y = frame.local([mask.origin.point])[0]
    return float(max(abs(x - round(x)), abs(y - round(y))))


def _unread(world: World, folder: Path, layer: str) -> Iterator[MapIssue]:
    """YAMLs beside the map whose name says that they are such a mask."""
    for file in sorted(islice(folder.glob("*.yaml"), _LOOK_AT)):
        if not any(word in file.stem.lower() for word in _WORDS[layer]):
            continue
        try:
            read_map_yaml(file)
        except MapError:
            continue
        yield MapIssue(
            code="MASK_NOT_READ", severity="warning", subject=file.name,
            sentence=f"{file.name} lies beside the map and looks like a {layer} mask, but only {layer}.yaml is read",
            fix=f"save it as {layer}.yaml if it belongs to {world.name!r}",
        )  # fmt: skip
