"""Regions: outlines that overlap, and rooms that no outline covers, so that no mission can name them."""

from collections.abc import Iterator

import numpy as np

from maps.checks.issue import MapIssue
from maps.checks.look import Look
from maps.features import Place
from maps.grid import FREE
from maps.labels import components
from maps.polygon import touched_cells
from maps.world import World

__all__ = ["check_regions"]

OVERLAP_M2 = 0.05
OVERLAP_SHARE = 0.05
"""Overlaps smaller than this area, or this share of the smaller place, are the width of a pen."""

NAMELESS_M2 = 4.0
"""Smaller uncovered floors are nobody's destination, square metres."""

INWARD_M = 0.5
"""So far from walls and outlines uncovered floor begins: what is narrower lies between outlines that were drawn apart, metres."""


def check_regions(look: Look) -> Iterator[MapIssue]:
    """Find outlines that overlap and floors without a name."""
    outlined = [place for place in look.world.places.values() if place.outline]
    if not outlined:
        return
    yield from _overlaps(outlined)
    yield from _nameless(look.world, outlined)


def _overlaps(places: list[Place]) -> Iterator[MapIssue]:
    import shapely

    shapes = np.array([shapely.Polygon(place.outline) for place in places])
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T
    for i, j in sorted(map(tuple, pairs[pairs[:, 0] < pairs[:, 1]].tolist())):
        both = shapely.intersection(shapes[i], shapes[j])
        smaller = min(shapes[i].area, shapes[j].area)
        share = both.area / smaller
        if both.area < OVERLAP_M2 or share < OVERLAP_SHARE:
            continue
        spot = shapely.point_on_surface(both)
        where = (float(spot.x), float(spot.y))
        a, b = places[i].name, places[j].name
        if both.area >= 0.9 * max(shapes[i].area, shapes[j].area):
            yield MapIssue(
                code="PLACES_SAME", severity="warning", subject=b, where=where, available=round(both.area, 3), unit="m2",
                sentence=f"the places {a!r} and {b!r} are one region: {both.area:.1f} m2 of it are both",
                fix=f"remove one, and write its name as an alias of the other ({a!r}: aliases [{b!r}])",
            )  # fmt: skip
        elif share <= 0.9:  # what lies wholly in another is a part of it: the smaller one is meant
            yield MapIssue(
                code="PLACES_OVERLAP", severity="warning", subject=b, where=where, available=round(both.area, 3), unit="m2",
                sentence=f"the places {a!r} and {b!r} overlap by {both.area:.1f} m2, {share:.0%} of the smaller one",
                fix="draw their common border once, or one wholly inside the other",
            )  # fmt: skip


def _nameless(world: World, places: list[Place]) -> Iterator[MapIssue]:
    from scipy import ndimage

    bare = world.cells == FREE
    for place in places:
        rows, cols = touched_cells(world.frame, place.outline).T
        bare[rows, cols] = False
    if world.keepout is not None:
        bare &= ~world.keepout
    depth = ndimage.distance_transform_edt(np.pad(bare, 1))[1:-1, 1:-1] * world.frame.resolution
    labels, count = components(depth >= INWARD_M)
    if not count:
        return
    # The floor around each core counts too: a cell belongs to the core that it is nearest to, as far as it was taken off.
    away, nearest = ndimage.distance_transform_edt(labels == 0, return_indices=True)
    owner = np.where(bare & (away * world.frame.resolution <= INWARD_M + world.frame.resolution), labels[tuple(nearest)], 0)
    sizes = np.bincount(owner.ravel(), minlength=count + 1) * world.frame.resolution**2
    for label in np.argsort(-sizes[1:], kind="stable") + 1:
        if sizes[label] < NAMELESS_M2:
            break
        inner = np.where(labels == label, depth, 0.0)
        row, col = np.unravel_index(int(np.argmax(inner)), inner.shape)
        x, y = world.frame.centre(int(row), int(col))
        yield MapIssue(
            code="REGION_NAMELESS", severity="note", where=(x, y), available=round(float(sizes[label]), 2), unit="m2",
            sentence=f"{sizes[label]:.1f} m2 of free space around ({x:.2f}, {y:.2f}) belong to no place: no mission can name them",
            fix="add a place with an outline there, or draw a neighbouring outline larger",
        )  # fmt: skip
