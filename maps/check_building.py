"""Checks of a building: each level by itself, from where a robot gets onto it, and whether lifts lead to all of them."""

from collections.abc import Iterator
from dataclasses import replace

from maps.body import Body
from maps.building import Building, Level
from maps.checks.issue import MapIssue
from maps.errors import MapError
from maps.geometry import Pose
from maps.joining import level_worlds
from maps.saved_map import start_pose
from maps.world import World

__all__ = ["check_levels"]


def check_levels(world: World, building: Building, body: Body | None, start: Pose | None) -> Iterator[MapIssue]:
    """Find mistakes on the levels, and levels that no lift leads to.

    Args:
        world: The building, as joined.
        building: Its levels and lifts.
        body: The robot, if there is one.
        start: Where it will start; by default as for any map.

    Yields:
        The issues of each level, with the level's name; points are those of the joined map, numbers in sentences the level's own.
    """
    from maps.check import check_map

    own = level_worlds(world)
    try:
        start = start or start_pose(world)
    except MapError:
        start = None
    first = (None if start is None else building.level_at(start.point)) or building.levels[0]
    for level in building.levels:
        begin: Pose | None = None
        if level == first and start is not None:
            begin = Pose(*level.own(start.point), start.yaw)
        elif (cabin := _cabin(world, building, level)) is not None:
            begin = Pose(*level.own(cabin.point), cabin.yaw)
        for issue in check_map(own[level.name], body, start=begin):
            if issue.code != "NO_DOCK":
                yield _told(issue, level)
        if next(building.ways(first.name, level.name), None) is None:
            yield MapIssue(
                code="LEVEL_APART",
                severity="warning",
                subject=level.name,
                sentence=f"no lift leads from level {first.name!r}, where the robot starts, to level {level.name!r}",
                fix="add the lift to levels.json, with a place in its cabin on each level, or start the robot there",
            )
    if not world.docks:
        yield MapIssue(
            code="NO_DOCK",
            severity="note",
            sentence="no level has a dock, so no way back to one is kept in the battery's budget",
            fix="add the charger to the level where it stands: surefoot maps add dock LEVEL-FOLDER NAME --at x,y,yaw",
        )


def _cabin(world: World, building: Building, level: Level) -> Pose | None:
    """Where a lift lets the robot out on a level."""
    ride = next(building.rides(level.name), None)
    if ride is None:
        return None
    place = world.places[ride[1]]
    return place.pose or Pose(*place.centre)


def _told(issue: MapIssue, level: Level) -> MapIssue:
    x, y = issue.where or (0.0, 0.0)
    where = None if issue.where is None else (x + level.offset[0], y + level.offset[1])
    return replace(issue, where=where, sentence=f"level {level.name}: {issue.sentence}", repair=issue.repair)
