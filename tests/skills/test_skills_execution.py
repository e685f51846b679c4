import asyncio
import threading
import time

import pytest
from skills_house import BODY, START, house

from maps import Body, Goal, Place, Pose, RobotState, Route, Thing, find_route, goal_at
from skills import (
    ActionReport,
    At,
    Context,
    Known,
    Near,
    Outcome,
    RetryWith,
    Robot,
    RobotUnreachable,
    SkillCall,
    SkillFailed,
    SkillSet,
    Stopped,
    View,
    execute,
    holding,
    library,
    skill,
)
from skills.robots import Faults, SimulatedRobot, VirtualClock
from skills.testing import Trial


class FakeRobot:
    """A robot that does what its answers say, and remembers what it was told."""

    body: Body = BODY

    def __init__(self) -> None:
        self.told: list[str] = []
        self.answers: dict[str, list[ActionReport]] = {}
        self.pose = START
        self.carrying: tuple[str, ...] = ()
        self.stops = 0
        self.dead = False

    def answer(self, action: str, *statuses: str, **fields):
        self.answers[action] = [ActionReport(action=action, status=status, **fields) for status in statuses]

    async def state(self) -> RobotState:
        self.check()
        return RobotState(pose=self.pose, battery_wh=100.0, carrying=self.carrying)

    async def drive(self, action: str, route: Route) -> None:
        self.told.append(action)

    async def act(self, action: str, verb, target: str, **options) -> None:
        self.told.append(action)

    async def report(self, action: str) -> ActionReport:
        self.check()
        waiting = self.answers.get(action, [])
        if len(waiting) > 1:
            return waiting.pop(0)
        if waiting:
            return waiting[0]
        return ActionReport(action=action, status="succeeded" if action in self.told else "never_started")

    async def look(self, target=None) -> View:
        return View(at=self.pose.point)

    async def stop(self) -> Stopped:
        self.check()
        self.stops += 1
        return Stopped(state=await self.state(), seconds=0.25)

    async def changes(self, after: int):
        return after, ()

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(0)

    def check(self) -> None:
        if self.dead:
            raise RobotUnreachable("the robot does not answer")


@pytest.fixture
def world():
    return house()


@pytest.fixture
def robot():
    return FakeRobot()


def route_to(world, place: str, start: Pose = START) -> Route:
    found = find_route(world, BODY, start, goal_at(world, world.places[place], BODY))
    assert isinstance(found, Route)
    return found


async def run(function, robot, world, route=None, prefix="m/1", **args):
    call = SkillCall(skill=function.skill.name, args=args)
    return await execute(call, skills=SkillSet([function]), context=Context(robot, world, action_prefix=prefix), route=route)


def test_a_fake_robot_is_a_robot(robot):
    assert isinstance(robot, Robot)


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


@pytest.mark.parametrize(
    ("skills_call", "code"),
    [
        (SkillCall(skill="fly"), "UNKNOWN_SKILL"),
        (SkillCall(skill="goto"), "BAD_ARGUMENT"),
        (SkillCall(skill="wait", args={"seconds": -1}), "BAD_ARGUMENT"),
        (SkillCall(skill="goto", args={"place": "east rom"}), "UNKNOWN_NAME"),
    ],
)
async def test_calls_that_do_not_fit(robot, world, skills_call, code):
    outcome = await execute(skills_call, skills=library(), context=Context(robot, world))
    assert (outcome.status, outcome.code) == ("failed", code)
    assert code != "UNKNOWN_NAME" or "did you mean 'east room'" in outcome.message


@pytest.mark.parametrize(
    ("raised", "status", "code", "stops"),
    [
        (SkillFailed("JAMMED", "it is stuck"), "failed", "JAMMED", 0),
        (RetryWith("use a smaller cup"), "failed", "RETRY", 0),
        (ZeroDivisionError("1/0"), "failed", "SKILL_BUG", 1),
        (TimeoutError("own"), "failed", "SKILL_BUG", 1),
        (asyncio.CancelledError(), "failed", "SKILL_BUG", 1),
        (RobotUnreachable("gone"), "uncertain", "ROBOT_UNREACHABLE", 1),
    ],
)
async def test_what_is_raised_becomes_an_outcome(robot, world, raised, status, code, stops):
    @skill
    async def fail(context: Context):
        """Fail."""
        raise raised

    outcome = await run(fail, robot, world)
    assert (outcome.status, outcome.code, robot.stops) == (status, code, stops)
    assert "Traceback" not in outcome.message
    if code == "SKILL_BUG":
        assert type(raised).__name__ in outcome.message and "test_skills_execution.py" in outcome.evidence["traceback"]
        assert outcome.evidence["stopped_after_s"] == 0.25


async def test_outcomes_pass_through_and_odd_values_are_bugs(robot, world):
    @skill
    async def ask_first(context: Context):
        """Ask first."""
        return Outcome(status="needs_operator", message="which?", observations=("saw two",), evidence={"seen": 2})

    @skill
    async def odd(context: Context):
        """Return something odd."""
        return object()

    asked = await run(ask_first, robot, world)
    assert asked.status == "needs_operator" and asked.observations == ("saw two",) and asked.evidence["seen"] == 2
    assert (await run(odd, robot, world)).code == "SKILL_BUG"


async def test_the_limit_on_the_whole_call(robot, world):
    @skill(timeout=0.05)
    async def dawdle(context: Context):
        """Dawdle."""
        while True:
            context.progress(0.5)
            await asyncio.sleep(0.005)

    outcome = await run(dawdle, robot, world)
    assert (outcome.status, outcome.code, robot.stops) == ("timed_out", "TIMEOUT", 1)
    assert "took longer than 0.05 s" in outcome.message


async def test_the_idle_limit_starts_anew_with_progress(robot, world):
    @skill(idle_timeout=0.1)
    async def plod(context: Context, silent: bool):
        """Plod.

        Args:
            silent: Whether to say nothing.
        """
        for _ in range(10):
            if not silent:
                context.progress(None, "still here")
            await asyncio.sleep(0.03)

    assert (await run(plod, robot, world, silent=False)).ok
    outcome = await run(plod, robot, world, silent=True)
    assert outcome.status == "timed_out" and "no sign of life for 0.1 s" in outcome.message


async def test_cancelling_stops_the_robot_and_goes_on_up(robot, world):
    begun = asyncio.Event()

    @skill
    async def sleep(context: Context):
        """Sleep."""
        begun.set()
        await asyncio.sleep(60)

    task = asyncio.create_task(run(sleep, robot, world))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert robot.stops == 1


async def test_a_robot_that_is_gone_leaves_it_uncertain(robot, world):
    @skill
    async def unplug(context: Context):
        """Pull the plug."""
        robot.dead = True
        await context.state()

    outcome = await run(unplug, robot, world)
    assert outcome.status == "uncertain" and "it may still move" in outcome.message
    assert (await run(unplug, robot, world)).status == "uncertain"


async def test_a_plain_function_runs_in_a_thread_and_can_use_the_context(robot, world):
    @skill
    def knock(context: Context, times: int) -> str:
        """Knock.

        Args:
            times: How often.
        """
        for n in range(times):
            context.progress(n / times)
            context.run(context.say("knock"))
        return threading.current_thread().name

    outcome = await run(knock, robot, world, times=2)
    assert outcome.value == "skill" and robot.told == ["m/1/1", "m/1/2"]


async def test_a_plain_function_that_hangs_is_refused_everything_later(robot, world):
    refused = threading.Event()

    @skill(timeout=0.05)
    def hang(context: Context):
        """Hang."""
        time.sleep(0.15)
        try:
            context.progress(1.0)
        except SkillFailed:
            refused.set()

    outcome = await run(hang, robot, world)
    assert outcome.status == "timed_out"
    assert await asyncio.to_thread(refused.wait, 5)


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


async def test_after_a_crash_what_was_done_is_not_repeated(robot, world):
    """The drive had ended, picking was under way: nothing is told again, the running action is waited for."""
    robot.answer("m/1/1", "succeeded", driven_m=3.0)
    robot.answer("m/1/2", "running", "running", "succeeded")
    pick = library()["pick"].function
    outcome = await run(pick, robot, world, route_to(world, "east room"), thing="fern")
    assert outcome.ok and robot.told == [] and outcome.evidence["driven_m"] == 3.0


async def test_a_running_drive_is_waited_for_and_the_rest_is_told(robot, world):
    robot.answer("m/1/1", "running", "running", "succeeded", driven_m=1.0)
    pick = library()["pick"].function
    outcome = await run(pick, robot, world, route_to(world, "east room"), thing="fern")
    assert outcome.ok and robot.told == ["m/1/2"]


async def test_an_action_that_nobody_knows_of_is_uncertain(robot, world):
    robot.answer("m/1/1", "unknown")
    outcome = await run(library()["goto"].function, robot, world, route_to(world, "east room"), place="east room")
    assert (outcome.status, outcome.code, robot.told) == ("uncertain", "ROBOT_UNREACHABLE", [])


async def test_a_drive_that_led_elsewhere_is_passed_over(robot, world):
    """A search taken up again may ask for another goal first: an old drive counts only if it ended at this goal."""
    goal = Goal(*_cell(world, (2.0, 2.0)), exact=Pose(2.0, 2.0))
    robot.answer("m/1/1", "succeeded", driven_m=1.0)
    context = Context(robot, world, action_prefix="m/1")
    await context.drive_to(goal)
    assert robot.told == ["m/1/2"]
    robot.pose, robot.told = Pose(2.0, 2.0), []
    await Context(robot, world, action_prefix="m/1").drive_to(goal)
    assert robot.told == []


def _cell(world, point):
    import numpy as np

    return np.array([world.frame.cell(point)]), np.zeros(1)


async def test_a_killed_simulated_robot_is_found_again(tmp_path, world):
    """The process dies while the robot drives; another one executes the same call and the robot drives once."""
    clock = VirtualClock()
    robot = SimulatedRobot(world, state_file=tmp_path / "robot.json", body=BODY, start=START, clock=clock)
    route = route_to(world, "east room")
    await robot.drive("m/1/1", route)
    await robot.wait(2.0)
    again = SimulatedRobot.open(tmp_path / "robot.json", world, clock=VirtualClock())
    assert (await again.report("m/1/1")).status == "running"
    outcome = await run(library()["goto"].function, again, world, route, place="east room")
    assert outcome.ok and outcome.evidence["driven_m"] == pytest.approx(route.length_m, abs=0.05)
    repeated = await run(library()["goto"].function, again, world, route, place="east room")
    assert repeated.ok and (await again.state()).pose.point == pytest.approx(route.points[-1], abs=0.06)


def test_the_world_learns_while_a_skill_runs():
    trial = Trial(house(unknown_east=True, things=()), truth=house(), body=BODY, start=Pose(0.5, 0.5))
    outcome = trial.run(library()["goto"], place="dock 1")
    assert outcome.ok and outcome.learnt and "gauge" in trial.world.things
    assert "unexpected" not in outcome.evidence
    assert trial.progress and all(0 <= fraction <= 1 for fraction, _ in trial.progress if fraction is not None)


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
