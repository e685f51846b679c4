"""What is driven for a skill: its verified route first, and what it may drive by itself."""

import pytest
from fake_robot import FakeRobot, route_to, run
from skills_house import BODY, START, house

from maps import Place, Pose, Route, Thing, goal_at
from skills import At, Context, Known, Near, Robot, SkillCall, SkillSet, execute, holding, library, skill
from skills.robots import Faults, SimulatedRobot, VirtualClock


@pytest.fixture
def world():
    return house()


@pytest.fixture
def robot():
    return FakeRobot()


async def test_the_verified_route_is_driven_before_the_function(world):
    @skill
    async def peek(context: Context, place: At[Place]) -> Place:
        """Peek.

        Args:
            place: Where.
        """
        assert (await context.state()).pose.x > 5
        context.observe("peeked")
        return place

    robot = SimulatedRobot(world, body=BODY, start=START, clock=VirtualClock())
    route = route_to(world, "east room")
    outcome = await run(peek, robot, world, route, place="east room")
    assert outcome.ok and outcome.value == "east room" and outcome.observations == ("peeked",)
    assert outcome.evidence["driven_m"] == pytest.approx(route.length_m, abs=0.05)
    assert outcome.evidence["pose"][:2] == pytest.approx(route.points[-1], abs=0.06)


async def test_the_beginning_of_the_function_is_told_after_the_drive(world):
    robot = FakeRobot()
    order = []

    @skill(takes=(0.0, 1.0))
    async def ring(context: Context, place: At[Place]) -> None:
        """Ring.

        Args:
            place: Where.
        """
        order.append("function")

    def begun():
        assert robot.told == ["m/1/1"]
        order.append("begun")

    route = route_to(world, "east room")
    context = Context(robot, world, action_prefix="m/1")
    call = SkillCall(skill="ring", args={"place": "east room"})
    outcome = await execute(call, skills=SkillSet([ring]), context=context, route=route, on_begin=begun)
    assert outcome.ok and order == ["begun", "function"]

    robot.answer("m/2/1", "failed", code="BLOCKED")
    context = Context(robot, world, action_prefix="m/2")
    outcome = await execute(call, skills=SkillSet([ring]), context=context, route=route, on_begin=begun)
    assert outcome.status == "failed" and order == ["begun", "function"], "a drive that failed begins nothing"


async def test_without_a_verified_route_nothing_is_driven(robot, world):
    outcome = await run(library()["goto"].function, robot, world, place="east room")
    assert (outcome.status, outcome.code, robot.told) == ("failed", "UNVERIFIED", [])


async def test_a_route_that_starts_elsewhere_is_not_driven(robot, world):
    robot.pose = Pose(2.0, 2.0)
    outcome = await run(library()["goto"].function, robot, world, route_to(world, "east room"), place="east room")
    assert (outcome.status, outcome.code, robot.told) == ("failed", "START_OFF_ROUTE", [])


async def test_blocked_on_the_way(world):
    robot = SimulatedRobot(world, body=BODY, start=START, clock=VirtualClock(), faults=Faults(block_after_m=1.0))
    outcome = await run(library()["goto"].function, robot, world, route_to(world, "east room"), place="east room")
    assert outcome.status == "failed" and outcome.code == "PATH_BLOCKED"
    assert 0 < outcome.evidence["driven_m"] < 2


async def test_the_frame_rule(world):
    @skill(effects=holding("thing"))
    async def pretend(context: Context, thing: Near[Thing]):
        """Pretend to pick.

        Args:
            thing: What.
        """

    robot = FakeRobot()
    here = START.point
    route = Route(points=(here,), length_m=0, grid_length_m=0, clearance_m=1, clearance_at=here, revision=world.revision)
    outcome = await run(pretend, robot, world, route, thing="fern")
    assert outcome.evidence["unexpected"] == ["carries nothing instead of fern"]


async def test_a_skill_that_does_not_say_so_may_not_drive(robot, world):
    @skill
    async def sneak(context: Context, place: Known[Place]):
        """Sneak.

        Args:
            place: Where.
        """
        await context.drive_to(goal_at(context.world, place, context.body))

    @skill(uses={"base"})
    async def sneak_robot(robot: Robot):
        """Sneak with the robot itself."""
        await robot.drive("go", route_to(house(unknown_east=True), "west room"))

    outcome = await run(sneak, robot, world, place="east room")
    assert outcome.code == "NOT_AUTHORISED" and "motion='inside'" in outcome.message and robot.told == []
    assert (await run(sneak_robot, robot, world)).code == "NOT_AUTHORISED"


async def test_each_route_of_a_skill_that_drives_inside_is_authorised(robot, world):
    asked: list[Route] = []

    @skill(motion="inside")
    async def roam(context: Context):
        """Roam."""
        await context.drive_to(goal_at(context.world, context.world.places["east room"], context.body))

    call = SkillCall(skill="roam")
    for answer in (True, False):
        robot.told.clear()

        async def authorise(route, answer=answer):
            asked.append(route)
            return answer

        context = Context(robot, world, authorise=authorise)
        outcome = await execute(call, skills=SkillSet([roam]), context=context)
        assert (outcome.code, bool(robot.told)) == (("", True) if answer else ("NOT_AUTHORISED", False))
    assert [route.revision for route in asked] == [world.revision] * 2


async def test_no_way_is_a_failure_with_its_code(robot):
    @skill(motion="inside")
    async def roam(context: Context):
        """Roam."""
        await context.drive_to(goal_at(context.world, context.world.places["east room"], context.body))

    outcome = await run(roam, robot, house(door="locked"))
    assert (outcome.status, outcome.code) == ("failed", "DOOR_CLOSED")


async def test_a_skill_that_asks_for_a_robot_gets_a_guarded_one(world):
    @skill(uses={"base"})
    async def stroll(robot: Robot) -> list[float]:
        """Stroll."""
        await robot.drive("go", route_to(world, "east room"))
        while (await robot.report("go")).status == "running":
            await robot.wait(1.0)
        await robot.act("talk", "say", "here I am")
        assert (await robot.look()).things and robot.body == BODY and (await robot.changes(0))[0] >= 0
        return list((await robot.state()).pose.point)

    robot = SimulatedRobot(world, body=BODY, start=START, clock=VirtualClock())
    outcome = await run(stroll, robot, world)
    assert outcome.ok and outcome.value[0] > 5
    assert (await robot.report("m/1/own/go")).status == "succeeded"
    assert (await run(stroll, robot, world)).value == outcome.value
