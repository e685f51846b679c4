"""The map checks, in the order in which their issues are listed. Adding one is adding a file and a line here."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from maps.checks.docks import check_docks
from maps.checks.door_width import check_door_width
from maps.checks.doors import check_doors
from maps.checks.files import check_files
from maps.checks.floors import check_floors
from maps.checks.grid import check_grid
from maps.checks.issue import MapIssue
from maps.checks.lanes import check_lanes
from maps.checks.look import BodyLook, Look
from maps.checks.masks import check_masks
from maps.checks.names import check_names
from maps.checks.places import check_places
from maps.checks.reach import check_reach
from maps.checks.regions import check_regions
from maps.checks.sounds import check_sounds
from maps.checks.things import check_things

__all__ = ["BODY_CHECKS", "MAP_CHECKS", "BodyCheck", "MapCheck"]

MapCheck: TypeAlias = Callable[[Look], Iterable[MapIssue]]
BodyCheck: TypeAlias = Callable[[BodyLook], Iterable[MapIssue]]

MAP_CHECKS: tuple[MapCheck, ...] = (
    check_files,
    check_masks,
    check_grid,
    check_places,
    check_regions,
    check_things,
    check_doors,
    check_names,
    check_sounds,
)
"""What can be told from the map alone."""

BODY_CHECKS: tuple[BodyCheck, ...] = (
    check_docks,
    check_door_width,
    check_floors,
    check_reach,
    check_lanes,
)
"""What depends on the robot; not asked of a map without free space."""
