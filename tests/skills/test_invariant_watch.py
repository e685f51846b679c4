"""Invariants while a skill runs: the robot's own state is watched, a broken one stops it and fails the step."""

import asyncio
from dataclasses import replace

import pytest
from skills_house import BODY, START, house

from maps import Body, Door, Place, Pose, RobotState, find_route, goal_at
from skills import (
    At,
    Context,
    Known,
    Robot,
    SkillCall,
    SkillSet,
    at,
    at_least,
    door_is,
    execute,
    fact,
    hand_empty,
    holding,
    skill,
)
from skills.invariant_watch import InvariantWatch
from skills.robots import SimulatedRobot, VirtualClock


def carry(*conditions):
    @skill(invariant=conditions)
    async def carry(context: Context, place: At[Place]) -> None:
        """Carry.

        Args:
            place: Where to.
        """
        await context.wait(5.0)

    return carry


class Slippery:
    """A simulated robot that tells, from some moment on, that its hand is empty."""

    def __init__(self, world, drops_after_s: float):
        start = RobotState(pose=START, battery_wh=100.0, carrying=("red box",))
        self.robot = SimulatedRobot(world, body=BODY, start=START, clock=VirtualClock())
        self.start = start
        self.after = drops_after_s
        self.clock = 0.0
        self.stops = 0

    def __getattr__(self, name):
        return getattr(self.robot, name)

    async def state(self):
        held = ("red box",) if self.clock < self.after else ()
        return replace(await self.robot.state(), carrying=held)

    async def wait(self, seconds):
        self.clock += seconds
        await self.robot.wait(seconds)

    async def stop(self):
        self.stops += 1
        return await self.robot.stop()


async def carried(robot, world, function, place="east room"):
    route = find_route(world, BODY, START, goal_at(world, world.places[place], BODY))
    call = SkillCall(skill="carry", args={"place": place})
    return await execute(call, skills=SkillSet([function]), context=Context(robot, world, action_prefix="m/1"), route=route)


async def test_a_thing_that_falls_on_the_way_stops_the_robot_there():
    world = house()
    robot = Slippery(world, drops_after_s=4.0)
    outcome = await carried(robot, world, carry(holding()))
    assert (outcome.status, outcome.code, robot.stops) == ("failed", "INVARIANT", 1)
    assert outcome.message == "carry needs all the time that something is carried, which is not so any more"
    assert (await robot.state()).pose.x < 5.0, "it stands where it happened"
    arrived = await carried(Slippery(world, drops_after_s=1e9), world, carry(holding()))
    assert arrived.ok


async def test_a_thing_that_falls_while_the_function_runs_ends_it():
    world = house()
    robot = Slippery(world, drops_after_s=1e9)

    async def watcher():
        while (await robot.robot.state()).pose.x < 5.0:
            await asyncio.sleep(0)
        robot.after = robot.clock + 2.0

    task = asyncio.create_task(watcher())
    outcome = await carried(robot, world, carry(holding()))
    task.cancel()
    assert (outcome.code, robot.stops) == ("INVARIANT", 1)


@pytest.mark.parametrize(
    ("condition", "state", "broken"),
    [
        (hand_empty(), {"carrying": ("cup",)}, True),
        (hand_empty(), {}, False),
        (~hand_empty(), {}, True),
        (at_least("battery_wh", 30.0), {"battery_wh": 29.0}, True),
        (at_least("battery_wh", 30.0), {"battery_wh": 31.0}, False),
        (door_is("door", "open"), {"doors": {"gate": "closed"}}, True),
        (door_is("door", "open"), {}, False),
        (fact("room is dark"), {}, False),
    ],
)
def test_only_what_the_robot_tells_is_watched(condition, state, broken):
    @skill(invariant=(condition,), requires=door_is("door", "open"))
    async def watch(door: Known[Door]) -> None:
        """Watch.

        Args:
            door: Which.
        """

    gate = Door(name="gate", segment=((0.0, 0.0), (1.0, 0.0)))
    watcher = InvariantWatch(watch.skill, {"door": gate}, Body())
    now = RobotState(**{"pose": Pose(0.0, 0.0), "battery_wh": 50.0, **state})
    assert (watcher.broken(now) is not None) is broken
    assert bool(watcher) is (condition != fact("room is dark"))


def test_where_the_robot_is_counts_once_it_has_arrived():
    world = house()
    watcher = InvariantWatch(carry(at("place")).skill, {"place": world.places["east room"]}, Body())
    away = RobotState(pose=START, battery_wh=50.0)
    assert watcher.broken(away) is None
    watcher.arrived = True
    assert watcher.broken(away) is not None


def test_the_robot_of_these_tests_is_one():
    assert isinstance(Slippery(house(), 1.0), Robot)
