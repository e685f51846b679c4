"""Calling a function: it ends neither the program nor the mission, and what it returns or raises can be written down."""

import asyncio

import numpy as np
import pytest
from fake_robot import FakeRobot, run
from skills_house import house

from skills import Context, Outcome, SkillFailed, calling, skill
from skills.testing import Trial


@pytest.fixture
def world():
    return house()


@pytest.fixture
def robot():
    return FakeRobot()


def loop_in_itself():
    found = []
    found.append(found)
    return found


class Unshowable(Exception):
    def __str__(self):
        raise RuntimeError("no")


@pytest.mark.parametrize(
    "value",
    [float("nan"), {"a": [float("inf")]}, b"\xff\xfe", "a\udc80", loop_in_itself(), object, {"a": object()},
     Outcome(status="succeeded", value=float("nan")), Outcome(status="failed", message="a\udc80")],
    ids=["nan", "inf inside", "bytes", "surrogate", "in itself", "a class", "an object inside", "nan outcome", "surrogate outcome"],
)  # fmt: skip
async def test_what_json_cannot_hold_is_a_bug_of_the_skill(robot, world, value):
    @skill
    async def give(context: Context):
        """Give something."""
        return value

    outcome = await run(give, robot, world)
    assert (outcome.status, outcome.code, robot.stops) == ("failed", "SKILL_BUG", 1)
    assert "JSON" in outcome.message and outcome.model_dump_json()


async def test_numbers_and_arrays_of_numpy_are_values(robot, world):
    @skill
    def measure(context: Context):
        """Measure."""
        return {"mean": np.float32(1.5), "counts": np.arange(3), "on": np.bool_(True)}

    assert (await run(measure, robot, world)).value == {"mean": 1.5, "counts": [0, 1, 2], "on": True}


@pytest.mark.parametrize("raised", [SystemExit(3), KeyboardInterrupt(), Unshowable(), ValueError("a\udc80b")])
@pytest.mark.parametrize("plain", [True, False])
async def test_nothing_that_a_function_raises_ends_the_program(robot, world, raised, plain):
    @skill
    def plainly(context: Context):
        """Raise."""
        raise raised

    @skill
    async def awaited(context: Context):
        """Raise."""
        await asyncio.sleep(0)
        raise raised

    outcome = await run(plainly if plain else awaited, robot, world)
    assert (outcome.status, outcome.code, robot.stops) == ("failed", "SKILL_BUG", 1)
    assert type(raised).__name__ in outcome.message and outcome.model_dump_json()


async def test_a_function_that_cancels_its_own_task_has_a_bug(robot, world):
    @skill
    async def give_up(context: Context):
        """Give up."""
        asyncio.current_task().cancel()
        await asyncio.sleep(1)

    outcome = await run(give_up, robot, world)
    assert (outcome.status, outcome.code, robot.stops) == ("failed", "SKILL_BUG", 1)


async def test_failures_in_odd_words_are_told(robot, world):
    @skill
    async def fail(context: Context, silent: bool):
        """Fail.

        Args:
            silent: Without words.
        """
        raise SkillFailed("", "") if silent else SkillFailed(404, ValueError("a\udc80"))

    silent = await run(fail, robot, world, silent=True)
    assert (silent.code, silent.message) == ("FAILED", "fail failed and does not say why")
    odd = await run(fail, robot, world, silent=False)
    assert (odd.code, odd.message) == ("404", "a\\udc80")


@pytest.mark.parametrize("how", ["limit", "cancelled"])
async def test_a_function_that_will_not_be_cancelled_is_left_behind(robot, world, monkeypatch, how):
    monkeypatch.setattr(calling, "CLEAN_UP_S", 0.05)
    begun, refused = asyncio.Event(), asyncio.Event()

    @skill(timeout=0.1 if how == "limit" else 60)
    async def stubborn(context: Context):
        """Go on whatever comes."""
        while not refused.is_set():
            begun.set()
            try:
                await asyncio.sleep(0.01)
                await context.say("more")
            except asyncio.CancelledError:
                continue
            except SkillFailed:
                refused.set()

    task = asyncio.create_task(run(stubborn, robot, world))
    await begun.wait()
    if how == "cancelled":
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 10)
    else:
        assert (await asyncio.wait_for(task, 10)).status == "timed_out"
    assert robot.stops == 1
    await asyncio.wait_for(refused.wait(), 10)
    said = len(robot.told)
    await asyncio.sleep(0.05)
    assert len(robot.told) == said


async def test_a_cancelled_function_may_clean_up(robot, world):
    begun, cleaned = asyncio.Event(), []

    @skill
    async def tidy(context: Context):
        """Tidy up at the end."""
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            cleaned.append(True)

    task = asyncio.create_task(run(tidy, robot, world))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cleaned and robot.stops == 1


async def test_an_observation_that_cannot_be_written_is_a_bug(robot, world):
    @skill
    async def note(context: Context):
        """Note something odd."""
        context.observe("a\udc80")

    outcome = await run(note, robot, world)
    assert outcome.code == "SKILL_BUG" and outcome.model_dump_json() and "\udc80" not in outcome.message


async def test_a_trial_in_a_running_loop_says_what_to_write(world):
    @skill
    async def hum():
        """Hum."""

    trial = Trial(world)
    with pytest.raises(RuntimeError, match="await Trial"):
        trial.run(hum)
    with pytest.raises(RuntimeError, match="await Trial"):
        _ = trial.state
    assert (await trial.run_async(hum)).ok
