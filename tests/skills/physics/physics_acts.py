"""What the tests of the robot in physics share: where it stands before the table, routes, and waiting for an action's end."""

from maps import NoRoute, Pose, World, find_route
from maps.goals import goal_at
from skills.robots.physics import MujocoRobot

AT_TABLE = Pose(1.9, 8.8, 1.3)


def route(world: World, robot: MujocoRobot, place: str, start: Pose):  # type: ignore[no-untyped-def]
    found = find_route(world, robot.body, start, goal_at(world, world.places[place], robot.body))
    assert not isinstance(found, NoRoute)
    return found


async def ended(robot: MujocoRobot, action: str, limit_s: float = 120.0):  # type: ignore[no-untyped-def]
    begun = robot.now
    while (report := await robot.report(action)).status == "running" and robot.now - begun < limit_s:
        await robot.wait(0.2)
    return report
