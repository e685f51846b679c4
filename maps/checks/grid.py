"""The grid: a map without free space, places or docks."""

from collections.abc import Iterator

from maps.checks.issue import MapIssue
from maps.checks.look import Look
from maps.grid import FREE

__all__ = ["check_grid"]


def check_grid(look: Look) -> Iterator[MapIssue]:
    """Find what the map has none of."""
    world = look.world
    if not (world.cells == FREE).any():
        yield MapIssue(
            code="NO_FREE_SPACE",
            severity="error",
            sentence="the map has no free cell at all",
            fix="check negate, mode and the thresholds in map.yaml",
        )
    if not world.places:
        yield MapIssue(
            code="NO_PLACES",
            severity="warning",
            sentence="the map names no place, and no room was found on it",
            fix="add a places.geojson beside map.yaml",
        )
    if not any(place.is_dock for place in world.places.values()):
        yield MapIssue(
            code="NO_DOCK",
            severity="note",
            sentence="the map has no dock, so no return for charging can be planned",
            fix="add a feature of type dock with a pose",
        )
