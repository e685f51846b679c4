"""Local first, the cloud when it is allowed, reachable and needed; every switch is told with its reason."""

import logging
from pathlib import Path

import pytest
from planner_world import small_brief

from agent.planners import (
    CloudPlanner,
    FallbackPlanner,
    LocalPlanner,
    MissionInvalid,
    ModelInvalid,
    PlannerUnavailable,
    PlanUnreadable,
    Proposal,
    ScriptedPlanner,
    make_planner,
    shipped_model,
)
from agent.settings import CloudSettings, Settings
from skills import Plan, SkillCall

GO = Plan(steps=(SkillCall(skill="goto", args={"place": "kitchen"}),))
FAR = Plan(steps=(SkillCall(skill="goto", args={"place": "dock one"}),))


def pair(local: list, cloud: list, **options) -> tuple[FallbackPlanner, list[str]]:
    said: list[str] = []
    planner = FallbackPlanner(
        ScriptedPlanner(local, name="near"), ScriptedPlanner(cloud, name="far"), log=said.append, **({"allowed": True} | options)
    )
    return planner, said


async def test_a_local_plan_is_taken_and_the_cloud_is_not_asked() -> None:
    planner, said = pair([GO], [FAR])
    assert (await planner.propose(small_brief())).planner == "near"
    assert not said
    assert not planner.cloud.briefs


async def test_a_local_question_goes_to_the_operator_not_to_the_cloud() -> None:
    planner, said = pair([Proposal(question="which?")], [FAR])
    assert (await planner.propose(small_brief())).question == "which?"
    assert not said


@pytest.mark.parametrize("error", [ModelInvalid("The model is gone."), PlanUnreadable("The answer is noise.")])
async def test_a_local_failure_switches_with_its_reason(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "agent.planners.fallback")
    planner, said = pair([error], [FAR])
    assert (await planner.propose(small_brief())).plan == FAR
    assert said == [f"Planning switches from near to far: {error}"]
    assert said[0] in caplog.text


async def test_a_declined_mission_is_tried_in_the_cloud() -> None:
    planner, said = pair([Proposal(reason="I cannot read this.")], [FAR])
    assert (await planner.propose(small_brief())).planner == "far"
    assert said == ["Planning switches from near to far: it declined: I cannot read this."]


async def test_a_declined_mission_stays_declined_when_the_cloud_is_away() -> None:
    planner, said = pair([Proposal(reason="no")], [PlannerUnavailable("The network is gone.")])
    assert (await planner.propose(small_brief())).reason == "no"
    assert said[1] == "Planning switches from far to near: The network is gone."


async def test_after_the_repair_budget_the_cloud_is_asked() -> None:
    planner, said = pair([GO, GO], [FAR], repair_rounds=1)
    brief = small_brief().after_rejection(GO, [])
    assert (await planner.propose(brief)).planner == "near"
    assert (await planner.propose(brief.after_rejection(GO, []))).planner == "far"
    assert said == ["Planning switches from near to far: 2 of its plans were rejected."]


async def test_after_the_repair_budget_without_a_network_local_goes_on() -> None:
    planner, said = pair([GO], [PlannerUnavailable("The network is gone.")], repair_rounds=0)
    assert (await planner.propose(small_brief().after_rejection(GO, []))).planner == "near"
    assert len(said) == 2


async def test_when_neither_can_plan_both_reasons_are_given() -> None:
    planner, _ = pair([ModelInvalid("The model is gone.")], [PlannerUnavailable("The network is gone.")])
    with pytest.raises(PlannerUnavailable, match=r"The model is gone\. The cloud cannot help either: The network is gone\."):
        await planner.propose(small_brief())


async def test_without_permission_the_cloud_is_never_asked() -> None:
    planner, said = pair([ModelInvalid("The model is gone."), GO], [FAR], allowed=False)
    assert planner.name == "near"
    with pytest.raises(ModelInvalid):
        await planner.propose(small_brief())
    brief = small_brief()
    for _ in range(9):
        brief = brief.after_rejection(GO, [])
    assert (await planner.propose(brief)).planner == "near"
    assert not said


async def test_a_bad_mission_is_nobody_elses() -> None:
    planner, said = pair([MissionInvalid("Too long.")], [FAR])
    with pytest.raises(MissionInvalid):
        await planner.propose(small_brief())
    assert not said


async def test_the_settings_make_the_planner() -> None:
    local = make_planner(Settings())
    assert isinstance(local, LocalPlanner)
    assert local.model == shipped_model()
    assert local.model.parts[-4:] == ("agent", "models", "planner", "planner.gguf")
    cloud = CloudSettings(allowed=True, model="big", base_url="http://127.0.0.1:9/v1", structured="grammar")
    both = make_planner(Settings(model=Path("mine.gguf"), lora=Path("mine-lora.gguf"), cloud=cloud, repair_rounds=1))
    assert both.name == "local:mine.gguf+mine-lora.gguf, then cloud:big"
    assert isinstance(both.cloud, CloudPlanner)
    await both.close()
    with pytest.raises(PlannerUnavailable, match=r"set cloud\.model"):
        make_planner(Settings(cloud=CloudSettings(allowed=True)))


async def test_a_missing_local_model_and_an_unreachable_cloud_are_one_sentence_each() -> None:
    cloud = CloudSettings(allowed=True, model="big", base_url="http://127.0.0.1:9/v1", timeout_s=5)
    planner = make_planner(Settings(model=Path("none.gguf"), cloud=cloud))
    with pytest.raises(PlannerUnavailable, match=r"'none\.gguf' is not there.*127\.0\.0\.1:9/v1 cannot be reached"):
        await planner.propose(small_brief())
