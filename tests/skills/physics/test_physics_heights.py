"""Heights in physics: tables as high as the map says, boards under what stands higher, and an arm that gets as far as it claims."""

import asyncio
import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from maps import Body, Pose, World, distance, find_map, load_world
from maps.arm_reach import described, height_of, reach_at, reach_to
from policies.arm import ARM
from policies.expert.kinematics import ArmKinematics, pointing_down
from skills.robot import ActionReport
from skills.robots.physics import MujocoRobot
from skills.robots.physics.building import building_of

TIP_M = 0.025
"""From the point between the fingers to their tips."""


@cache
def factory(**heights: float) -> World:
    """The factory with things that stand at given heights, told by their first word; of the others no height is known."""
    world = load_world(find_map("factory"))
    things = [
        replace(thing, attributes={**described(thing), **({"z_m": heights[first]} if first in heights else {})})
        for thing in world.things.values()
        for first in [thing.name.split()[0]]
    ]
    return World.build(
        world.name, world.frame, world.cells, places=world.places.values(), things=things, doors=world.doors.values()
    )  # fmt: skip


def test_the_body_claims_what_the_arm_has_and_not_more() -> None:
    body = Body(reach_m=5.0)
    assert body.arm_top_m == ARM.top_m
    for height in np.linspace(-0.1, ARM.top_m, 60):
        assert ARM.reach_at(height) - 0.003 <= reach_at(body, height) <= ARM.reach_at(height)
    assert reach_at(Body(), 0.0) == reach_at(Body(), 0.5) == Body().reach_m


@pytest.mark.parametrize("height", [0.2, 0.65, 0.97, 1.1])
def test_inverse_kinematics_gets_as_far_as_the_arm_claims_and_not_farther(height: float) -> None:
    arm, far = ArmKinematics(), ARM.reach_at(height)

    def missed(away: float) -> float:
        joints = np.array(ARM.ready[:6])
        for _ in range(120):
            joints = arm.step(joints, np.array([away, 0.0, height + TIP_M]), pointing_down(0.0), 0.05)
        at, turn = arm.pose(joints)
        return float(np.linalg.norm(at - (away, 0.0, height + TIP_M)) + 0.1 * np.arccos(np.clip(-turn[2, 2], -1, 1)))

    assert missed(far - 0.02) < 0.004 < 0.012 < missed(far + 0.08)


@pytest.mark.parametrize(("away", "height"), [(0.2, 0.6), (0.2, 0.98), (0.51, 0.667), (0.51, 0.98)])
def test_a_hand_that_is_told_to_point_down_there_does(away: float, height: float) -> None:
    joints = (0.0, *ARM.pointing_down(away, height), 0.0)
    assert all(low <= joint <= high for low, joint, high in zip(ARM.lower, joints, ARM.upper, strict=False))
    at, turn = ArmKinematics().pose(np.array(joints))
    assert at == pytest.approx([away, 0.0, height + TIP_M], abs=1e-6) and turn[2, 2] == pytest.approx(-1.0)


def test_tables_are_as_high_as_the_lowest_thing_on_them_says_and_the_rest_stands_on_boards() -> None:
    worlds = factory(), factory(red=0.7, green=0.7, blue=0.82)
    plain, high = (building_of(world, Body(), Pose(1.9, 8.8, 1.3)) for world in worlds)
    there = {item.name: item.at[2] for item in high.items}
    assert {item.name: item.at[2] for item in plain.items}["red block"] == 0.5
    assert (there["red block"], there["green block"], there["blue tray"]) == (0.7, 0.7, 0.82)
    on_boards = [brick for brick in high.bricks if brick.bottom > 0.0]
    assert len(on_boards) == len([brick for brick in plain.bricks if brick.bottom > 0.0]) + 1
    board = next(brick for brick in on_boards if brick.top == 0.82)
    tray = next(item for item in high.items if item.name == "blue tray")
    assert board.x0 < tray.at[0] < board.x1 and board.y0 < tray.at[1] < board.y1
    assert {0.5, 0.7} <= {brick.top for brick in high.surfaces}


async def taken(world: World, start: Pose) -> tuple[MujocoRobot, ActionReport]:
    robot = MujocoRobot(world, truth=world, start=start)
    await robot.act("1", "pick", "red block")
    while (report := await robot.report("1")).status == "running" and robot.now < 60:
        await robot.wait(0.2)
    return robot, report


def test_it_picks_from_a_high_table_as_far_away_as_the_arm_s_reach_says() -> None:
    world = factory(red=0.8, green=0.8, blue=0.8)
    block = world.things["red block"]
    away = reach_to(Body(), block) - Body().tracking_m
    robot, report = asyncio.run(taken(world, Pose(block.position[0], block.position[1] - away, math.pi / 2)))
    assert distance(robot.simulation.pose().point, block.position) == pytest.approx(away, abs=0.01)
    assert report.status == "succeeded", report
    assert robot.simulation.grip_force() > 1.0 and asyncio.run(robot.state()).carrying == ("red block",)
    robot.close()


def test_what_stands_too_high_is_refused_before_the_arm_moves() -> None:
    world = factory(red=1.0, green=1.0, blue=1.0)
    x, y = world.things["red block"].position
    robot, report = asyncio.run(taken(world, Pose(x, y - 0.6, math.pi / 2)))
    assert (report.status, report.code) == ("failed", "OUT_OF_REACH") and "1.00 m above the floor" in report.message
    assert height_of(world.things["red block"]) == 1.0
    robot.close()
