"""What a robot carries drives with it: a way that only the empty body fits through stops the laden one in simulation too."""

from functools import cache

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from skills_house import BODY, START, house

from maps import Body, DoorChange, NoRoute, Pose, Route, Thing, World, find_route, goal_pose
from skills.laden import laden
from skills.robots import SimulatedRobot, VirtualClock

THERE = Pose(6.0, 2.0)
CELL = 0.05


def loaded_house(**attributes: object) -> World:
    return house(things=(Thing(name="load", position=(1.3, 1.2), attributes=attributes),))  # type: ignore[arg-type]


@cache
def solid() -> shapely.Geometry:
    cells = zip(*(house().cells == 100).nonzero(), strict=True)
    walls = shapely.union_all([shapely.box(c * CELL, r * CELL, (c + 1) * CELL, (r + 1) * CELL) for r, c in cells])
    shapely.prepare(walls)
    return walls


async def laden_robot(world: World, truth: World | None = None) -> SimulatedRobot:
    robot = SimulatedRobot(world, truth=truth or world, body=BODY, start=START, clock=VirtualClock())
    await robot.act("take", "pick", "load")
    await robot.wait(20.0)
    assert (await robot.state()).carrying == ("load",)
    return robot


async def driven(robot: SimulatedRobot, route: Route) -> tuple[str, str]:
    await robot.drive("go", route)
    await robot.wait(120.0)
    report = await robot.report("go")
    return report.status, report.code


def way(world: World, body: Body = BODY) -> Route | NoRoute:
    return find_route(world, body, START, goal_pose(world, THERE))


async def test_a_way_that_ignores_the_load_ends_at_the_doorway_and_after_putting_it_down_it_does_not() -> None:
    world = loaded_house(carried_radius_m=0.7)
    route = way(world)
    assert isinstance(route, Route) and isinstance(way(world, laden(BODY, ["load"], world)), NoRoute)
    robot = await laden_robot(world)
    assert await driven(robot, route) == ("failed", "PATH_BLOCKED")
    pose = (await robot.state()).pose
    assert 2.0 < pose.x < 4.05 - 0.3  # the load's edge is at the wall, the empty body would be far from it
    await robot.act("put", "place", "west room")
    await robot.wait(20.0)
    on = find_route(world, BODY, pose, goal_pose(world, THERE))
    assert isinstance(on, Route)
    await robot.drive("on", on)
    await robot.wait(120.0)
    assert (await robot.report("on")).status == "succeeded"


@given(st.one_of(
    st.fixed_dictionaries({"carried_radius_m": st.floats(0.05, 0.9)}),
    st.fixed_dictionaries({"carried_length_m": st.floats(0.1, 0.6), "carried_width_m": st.floats(0.1, 1.4)}),
))  # fmt: skip
@settings(max_examples=10, deadline=None)
def test_a_way_for_the_laden_body_is_driven_and_one_through_which_the_load_does_not_fit_is_not(
    attributes: dict[str, float],
) -> None:
    import asyncio

    world = loaded_house(**attributes)
    whole = laden(BODY, ["load"], world)
    fitting = way(world, whole)
    if isinstance(fitting, Route):
        assert asyncio.run(_once(world, fitting)) == ("succeeded", "")
    route = way(world)
    assert isinstance(route, Route)
    status, code = asyncio.run(_once(world, route))
    if status == "succeeded":
        return
    assert code == "PATH_BLOCKED"
    # It was stopped by its load: the empty body takes the same way.
    assert asyncio.run(_once(loaded_house(), route)) == ("succeeded", "")


async def _once(world: World, route: Route) -> tuple[str, str]:
    return await driven(await laden_robot(world), route)


@given(st.floats(0.05, 0.9))
@settings(max_examples=30, deadline=None)
def test_simulation_stops_every_load_that_would_hit_a_wall_by_more_than_a_few_cells(radius: float) -> None:
    import asyncio

    world = loaded_house(carried_radius_m=radius)
    route = way(world)
    assert isinstance(route, Route)
    nearest = shapely.distance(shapely.LineString(route.points), solid())
    status, _ = asyncio.run(_once(world, route))
    if max(radius, BODY.radius_m) - 3 * CELL > nearest + BODY.tracking_m:
        assert status == "failed"
    if max(radius, BODY.radius_m) + CELL + BODY.tracking_m < nearest:
        assert status == "succeeded"


async def test_a_door_is_not_closed_on_the_load() -> None:
    world = loaded_house(carried_radius_m=0.7)
    robot = await laden_robot(world)
    near = find_route(world, BODY, START, goal_pose(world, Pose(3.3, 2.0)))
    assert isinstance(near, Route)
    assert (await driven(robot, near))[0] == "succeeded"
    await robot.act("shut", "close_door", "middle door")
    await robot.wait(20.0)
    assert (await robot.report("shut")).status == "succeeded"  # 0.75 m away from it
    assert world.doors["middle door"].state == "open"


@pytest.mark.parametrize("radius", [0.0, 0.6])
async def test_a_shut_door_that_only_the_load_touches_stops_it(radius: float) -> None:
    world = loaded_house(**({"carried_radius_m": radius} if radius else {}))
    truth = world.apply(DoorChange(door="middle door", state="closed"))
    robot = await laden_robot(world, truth)
    near = find_route(world, BODY, START, goal_pose(world, Pose(3.6, 2.0)))
    assert isinstance(near, Route)
    assert (await driven(robot, near))[0] == ("failed" if radius else "succeeded")


async def test_a_process_that_takes_over_finds_the_laden_drive_where_it_is(tmp_path) -> None:  # type: ignore[no-untyped-def]
    world = loaded_house(carried_radius_m=0.35)
    whole = laden(BODY, ["load"], world)
    route, clock = way(world, whole), VirtualClock()
    assert isinstance(route, Route)
    robot = SimulatedRobot(world, truth=world, body=BODY, start=START, clock=clock, state_file=tmp_path / "robot.json")
    await robot.act("take", "pick", "load")
    await robot.wait(20.0)
    await robot.drive("go", route)
    await robot.wait(2.0)
    robot._course.save(durable=True)
    before = (await robot.state()).pose
    other = SimulatedRobot.open(tmp_path / "robot.json", world, truth=world, clock=VirtualClock())
    after = (await other.state()).pose
    assert (after.x, after.y) == pytest.approx((before.x, before.y), abs=1e-6)
    await other.wait(120.0)
    assert (await other.report("go")).status == "succeeded" and (await other.state()).pose.x > 5.5
