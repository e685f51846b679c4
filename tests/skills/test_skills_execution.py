"""Executing a call: what comes of what a skill returns or raises, of its limits and of robots that are gone."""

import asyncio
import threading
import time

import pytest
from fake_robot import FakeRobot, run
from skills_house import BODY, house

from maps import Pose
from skills import Context, Outcome, RetryWith, Robot, RobotUnreachable, SkillCall, SkillFailed, execute, library, skill
from skills.testing import Trial


@pytest.fixture
def world():
    return house()


@pytest.fixture
def robot():
    return FakeRobot()


def test_a_fake_robot_is_a_robot(robot):
    assert isinstance(robot, Robot)


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


def test_the_world_learns_while_a_skill_runs():
    trial = Trial(house(unknown_east=True, things=()), truth=house(), body=BODY, start=Pose(0.5, 0.5))
    outcome = trial.run(library()["goto"], place="dock 1")
    assert outcome.ok and outcome.learnt and "gauge" in trial.world.things
    assert "unexpected" not in outcome.evidence
    assert trial.progress and all(0 <= fraction <= 1 for fraction, _ in trial.progress if fraction is not None)
