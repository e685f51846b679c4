"""What skills note down (facts, one-ofs, sets, numbers, parts kept) stands for the rest of the mission, also after a crash."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import plan

from agent.journal import read_journal
from maps import Place, Thing
from skills import (
    Context,
    Known,
    Outcome,
    SkillFailed,
    SkillSet,
    adds,
    at_least,
    at_most,
    fact,
    frees,
    in_set,
    keeps,
    library,
    one_of,
    size_of,
    skill,
)

HERE = Path(__file__).parent


@skill(
    effects=[
        fact("{thing} is watered"), ~fact("the can is full"), one_of("mode", "wet"), in_set("tray", "thing"), adds("litres", 2),
    ],
    takes=(0.0, 1.0),
)  # fmt: skip
async def water(context: Context, thing: Known[Thing]) -> None:
    """Water a plant.

    Args:
        thing: Which.
    """


@skill(
    requires=[
        fact("{thing} is watered"), one_of("mode", "wet"), in_set("tray", "thing"), at_least("litres", 2), at_most("litres", 2),
        at_least(size_of("tray"), 1),
    ],
    takes=(0.0, 1.0),
)  # fmt: skip
async def feed(context: Context, thing: Known[Thing]) -> None:
    """Feed a plant that has been watered.

    Args:
        thing: Which.
    """


@skill(outcomes={"ripe": fact("{thing} is ripe"), "green": ()}, takes=(0.0, 1.0))
async def feel(context: Context, thing: Known[Thing], say: str) -> object:
    """Feel whether a fruit is ripe.

    Args:
        thing: Which.
        say: What to return.
    """
    return {"ripe": "ripe", "as a field": {"outcome": "ripe", "firmness": 3}, "green": "green"}.get(say, say)


@skill(requires=fact("{thing} is ripe"), takes=(0.0, 1.0))
async def harvest(context: Context, thing: Known[Thing]) -> None:
    """Take a ripe fruit.

    Args:
        thing: Which.
    """


@skill(effects=[fact("{thing} is cut"), keeps("arm")], on_failure=~fact("{thing} is watered"), takes=(0.0, 1.0))
async def cut(context: Context, thing: Known[Thing]) -> None:
    """Cut a plant, which fails.

    Args:
        thing: Which.
    """
    raise SkillFailed("BLUNT", "the knife is blunt")


@skill(effects=keeps("arm"), uses={"arm"}, takes=(0.0, 1.0))
async def stretch(context: Context) -> None:
    """Hold the arm out."""


@skill(effects=frees("arm"), uses={"arm"}, takes=(0.0, 1.0))
async def fold(context: Context) -> None:
    """Fold the arm."""


@skill(uses={"arm"}, takes=(0.0, 1.0))
async def wave(context: Context) -> None:
    """Wave."""


@skill(effects=adds("visits", 1), requires=at_most("visits", 1), takes=(0.0, 1.0))
async def count(context: Context, place: Known[Place]) -> None:
    """Count a visit; two are the most.

    Args:
        place: Which place.
    """


@skill(effects=fact("light is on"), excludes=fact("curtain is open"), takes=(0.0, 1.0))
async def light_up(context: Context) -> None:
    """Turn the light on; the curtain stays shut while it is on."""


@skill(effects=fact("curtain is open"), takes=(0.0, 1.0))
async def open_curtain(context: Context) -> None:
    """Open the curtain."""


@skill(requires=~fact("{thing} is soaked"), effects=fact("{thing} is soaked"), takes=(0.0, 1.0))
async def soak(context: Context, thing: Known[Thing]) -> Outcome:
    """Soak a plant that is not soaked; nobody can tell how that ends.

    Args:
        thing: Which.
    """
    return Outcome(status="uncertain", code="LOST", message="It did not answer.")


@skill(requires=fact("{thing} is soaked"), takes=(0.0, 1.0))
async def drain(context: Context, thing: Known[Thing]) -> None:
    """Drain a plant that is soaked.

    Args:
        thing: Which.
    """


SKILLS = SkillSet(
    [
        *library(), water, feed, feel, harvest, cut, stretch, fold, wave, count, light_up, open_curtain, soak, drain,
    ]
)  # fmt: skip
BOX = {"thing": "box"}
WATER_AND_FEED = plan(("water", BOX), ("goto", {"place": "right room"}), ("feed", BOX))


async def test_what_a_succeeded_step_has_brought_about_is_there_for_a_later_one(stage):
    mission = stage([WATER_AND_FEED], skills=SKILLS)
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    assert mission.of("replanning") == [] and len(mission.of("proposed")) == 1
    assert mission.done == [("water", "succeeded"), ("goto", "succeeded"), ("feed", "succeeded")]


async def test_it_is_there_for_the_next_plan_too_and_the_approval_binds_the_same_digest(stage):
    first, second = plan(("water", BOX), ("cut", {"thing": "gauge"})), plan(("feed", BOX))
    mission = stage([first, second], skills=SKILLS, approval="ask", answers=["yes", "yes"])
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    assert mission.done == [("water", "succeeded"), ("cut", "failed"), ("feed", "succeeded")]
    assert len(mission.requests) == 2


async def test_a_failure_leaves_open_what_it_may_have_undone(stage):
    mission = stage([plan(("water", BOX), ("cut", BOX)), *[plan(("feed", BOX))] * 3], skills=SKILLS)
    result = await mission.run()
    assert result.status == "failed" and "not known to hold" in result.summary, result.summary
    assert mission.done == [("water", "succeeded"), ("cut", "failed")]
    condition = mission.of("verified")[-1]["verdict"]["steps"][0]["findings"][0]
    assert (condition["code"], condition["detail"]["known"]) == ("PRECONDITION", False)


@pytest.mark.parametrize("say", ["ripe", "as a field"])
async def test_the_outcome_that_a_step_tells_is_the_one_that_counts(stage, say):
    mission = stage([plan(("feel", {**BOX, "say": say}), ("harvest", BOX))], skills=SKILLS)
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    assert mission.of("replanning") == []


@pytest.mark.parametrize("say, known", [("green", True), ("no idea", False)])
async def test_an_other_outcome_and_one_that_nobody_tells_do_not_do(stage, say, known):
    mission = stage([plan(("feel", {**BOX, "say": say}), ("harvest", BOX)), plan(("goto", {"place": "dock"}))], skills=SKILLS)
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    assert [skill for skill, _ in mission.done] == ["feel", "goto"]
    assert [item["detail"]["known"] for item in mission.of("replanning")[0]["findings"]] == [known]


async def test_a_part_that_is_kept_stays_kept_until_it_is_freed(stage):
    mission = stage([plan(("stretch", {})), plan(("wave", {}))], skills=SKILLS)
    assert (await mission.run()).status == "succeeded"
    kept = stage([plan(("stretch", {}), ("cut", BOX)), plan(("wave", {})), plan(("fold", {}), ("wave", {}))], skills=SKILLS)
    result = await kept.run()
    assert result.status == "succeeded", result.summary
    assert [skill for skill, _ in kept.done] == ["stretch", "cut", "fold", "wave"]
    refused = kept.of("verified")[1]["verdict"]["steps"][0]["findings"][0]
    assert (refused["code"], refused["subject"]) == ("PRECONDITION", "the arm is free")


async def test_a_number_is_counted_once_for_each_step(stage):
    counts = ("count", {"place": "dock"})
    mission = stage([plan(counts, ("cut", BOX)), plan(counts, ("cut", BOX)), *[plan(counts)] * 3], skills=SKILLS)
    result = await mission.run()
    assert result.status == "failed", result.summary
    assert [skill for skill, _ in mission.done] == ["count", "cut", "count", "cut"]


async def test_facts_that_exclude_one_another_still_do_in_the_next_plan(stage):
    mission = stage([plan(("light_up", {}), ("cut", BOX)), *[plan(("open_curtain", {}))] * 3], skills=SKILLS)
    result = await mission.run()
    assert result.status == "failed" and "exclude" in result.summary, result.summary


@pytest.mark.parametrize("answers, times", [(["done"], 1), (["repeat", "done"], 2)])
async def test_what_the_operator_saw_of_a_lost_step_counts(stage, answers, times):
    mission = stage([plan(("soak", BOX), ("drain", BOX))], skills=SKILLS, answers=answers)
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    assert mission.done == [("soak", "uncertain")] * times + [("drain", "succeeded")]
    assert mission.of("replanning") == []


@pytest.mark.slow
@pytest.mark.parametrize("when", ["observed 1", "dispatched 2", "skill_begun 3"])
async def test_a_killed_mission_knows_it_still(stage, tmp_path, when):
    mission = stage([WATER_AND_FEED], skills=SKILLS)
    path = f"{HERE.parent.parent}{os.pathsep}{HERE}"
    command = [sys.executable, __file__, str(tmp_path), mission.folder.id, *when.split()]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, (done.stdout, done.stderr)
    mission.answers = ["done"]
    result = await mission.resume()
    assert result.status == "succeeded", result.summary
    types = [event.type for event in read_journal(mission.folder.journal)]
    assert "replanning" not in types and types.count("proposed") == 1


if __name__ == "__main__":
    import asyncio

    from conftest import Stage, two_rooms

    from agent.store import MissionStore

    world = two_rooms()
    mission = Stage(
        folder=MissionStore(Path(sys.argv[1])).open(sys.argv[2]), world=world, truth=world, script=[WATER_AND_FEED], skills=SKILLS
    )

    def kill(type: str) -> None:
        """Die once so many events of a type are written."""
        if type == sys.argv[3] and len(mission.of(type)) == int(sys.argv[4]):
            os.kill(os.getpid(), signal.SIGKILL)

    mission.on_event = kill
    asyncio.run(mission.run())
