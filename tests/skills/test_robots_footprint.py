"""A simulated robot that is no disc drives through a doorway with the headings it was verified with."""

import numpy as np

from maps import Body, GridFrame, Pose, Route, World, find_route, goal_pose
from skills.robots import SimulatedRobot, VirtualClock
from skills.robots.conformance import check_robot

CART = Body(footprint=((-0.5, -0.2), (0.5, -0.2), (0.5, 0.2), (-0.5, 0.2)), margin_m=0.05, tracking_m=0.05)


def two_rooms() -> World:
    cells = np.zeros((30, 50), dtype=np.int8)
    cells[:, 24:26] = 100
    cells[12:18, 24:26] = 0
    return World.build("two rooms", GridFrame(0.1, Pose(0.0, 0.0), 50, 30), cells)


async def test_a_cart_conforms_while_it_drives_a_route_with_headings() -> None:
    world, start = two_rooms(), Pose(0.8, 1.0, 1.5)
    route = find_route(world, CART, start, goal_pose(world, Pose(4.2, 2.0, -1.0)))
    assert isinstance(route, Route) and route.headings is not None
    robot = SimulatedRobot(world, body=CART, start=start, clock=VirtualClock())
    assert await check_robot(robot, route) == []
    assert (await robot.state()).pose.x > 4.0


async def test_what_the_map_does_not_know_stops_it_only_where_the_body_touches_it() -> None:
    world, start = two_rooms(), Pose(0.8, 1.5, 0.0)
    route = find_route(world, CART, start, goal_pose(world, Pose(4.2, 1.5, 0.0)))
    assert isinstance(route, Route)
    for row, status in ((19, "succeeded"), (16, "failed")):
        cells = np.array(world.cells)
        cells[row, 33] = 100
        truth = World.build("two rooms", world.frame, cells)
        robot = SimulatedRobot(world, truth=truth, body=CART, start=start, clock=VirtualClock())
        await robot.drive("a", route)
        await robot.wait(60.0)
        assert (await robot.report("a")).status == status
