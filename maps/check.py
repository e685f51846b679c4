"""Map check: what a user should repair or know before a robot relies on a map, each with where, how bad, and how to mend it."""

from maps.body import Body
from maps.checks.issue import MapIssue, Severity
from maps.geometry import Pose
from maps.grid import FREE
from maps.world import World

__all__ = ["MapIssue", "Severity", "check_map"]

_ORDER: tuple[Severity, ...] = ("error", "warning", "note")


def check_map(
    world: World, body: Body | None = None, *, start: Pose | None = None, only: frozenset[str] | None = None
) -> tuple[MapIssue, ...]:
    """Look for mistakes in a map.

    Args:
        world: The map; of a building, each level is looked at by itself.
        body: The robot; with it, what is too tight or out of reach for this robot is found too.
        start: Where the robot will start; the map's first dock, or its first place, otherwise.
        only: Names of features: issues of others may be left out where that is cheaper, as after an edit.

    Returns:
        Issues, errors first, then in the order of the checks and of the file.
    """
    if world.building is not None and world.folder is not None:
        from maps.check_building import check_levels

        found = check_levels(world, world.building, body, start)
        return tuple(sorted(found, key=lambda issue: _ORDER.index(issue.severity)))
    from maps.checks import BODY_CHECKS, MAP_CHECKS
    from maps.checks.look import BodyLook, Look

    issues = [issue for check in MAP_CHECKS for issue in check(Look(world, only=only))]
    if body is not None and (world.cells == FREE).any():
        look = BodyLook(world, body, start)
        issues += [issue for own in BODY_CHECKS for issue in own(look)]
    return tuple(sorted(issues, key=lambda issue: _ORDER.index(issue.severity)))
