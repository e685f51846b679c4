"""Carrying on: what a mission keeps of a plan that broke off, and the proposal that goes on from there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from agent.noting import notes_of
from agent.state import Json, MissionState
from skills import Outcome, Plan, SkillCall

if TYPE_CHECKING:
    from agent.planners import Brief, Proposal
    from agent.runtime import MissionRuntime
    from agent.setbacks import Broken
    from maps import RobotState
    from verifier import Verdict

__all__ = ["BY", "broken_off", "carry_on", "told_without", "with_rest"]

BY = "what failed"
"""Who proposes how a mission goes on after a setback."""


def broken_off(state: MissionState, rest: Sequence[SkillCall], code: str, message: str, *, said: bool = False) -> Json:
    """What is kept of a plan that breaks off, as an update of the state.

    Args:
        state: The state.
        rest: The plan's steps from the one that failed.
        code: What it failed with.
        message: In words.
        said: It did not fail, but what it found may be what the mission's words for failures speak of.
    """
    before = state.get("broken") or {}
    if before.get("sought") and rest[0].skill == "search":
        return {"broken": before}
    failed = rest[0].model_dump(mode="json")
    again = any(entry["call"] == failed and entry["outcome"]["status"] != "succeeded" for entry in state.get("history", []))
    steps = [call.model_dump(mode="json") for call in rest]
    pending = _pending(state.get("proposed", steps), steps)
    return {
        "broken": {
            "failed": failed,
            "steps": pending,
            "more": bool(state.get("more")),
            "code": code,
            "message": message,
            "again": again,
            "said": said,
        }
    }


def _pending(proposed: list[Json], rest: list[Json]) -> list[Json]:
    """What is left of the steps that were proposed; mending has put others between them."""
    for at in range(len(proposed)):
        left = iter(rest)
        if all(step in left for step in proposed[at:]):
            return proposed[at:]
    return []


def told_without(brief: Brief) -> tuple[str, tuple[str, ...]]:
    """A mission without what is only to be done once something has failed, and the words that are kept back."""
    from agent.setbacks import fallbacks, kept_back
    from agent.settling import named_in

    named, mission = tuple(named_in(brief)), brief.mission
    text, away = kept_back(mission, fallbacks(mission, named), named)
    return text, tuple(mission[slice(*one.one.condition)].strip() for one in away)


async def carry_on(
    state: MissionState,
    mission: MissionRuntime,
    robot: RobotState,
    ask: Callable[[Brief], Awaitable[Proposal]],
) -> tuple[Proposal, Json] | None:
    """How a mission goes on after a setback, with what the state keeps of it; None where its planner has to tell.

    Args:
        state: The state; ``broken`` is the plan that broke off.
        mission: The live parts.
        robot: The robot's state now.
        ask: Asks the planner.
    """
    from agent.mending import mended_here
    from agent.planners.planner import Proposal
    from agent.setbacks import fallbacks, onward
    from agent.settling import named_in

    broken = _broken(state)
    if broken is None:
        return None
    notes = notes_of(state)

    def judge(plan: Plan) -> Verdict:
        verdict = mission.judge(plan, robot, notes)
        better = None if verdict.ok or not mission.mend else mended_here(mission, plan, verdict, robot, notes)
        return verdict if better is None else better[1]

    instruction = state["instruction"]
    whole = replace(mission.brief(state, robot), mission=instruction)
    named = tuple(named_in(whole))
    taken = [(start, end) for start, end in state.get("taken", [])]
    going = onward(broken, whole, instruction, fallbacks(instruction, named), named, judge, taken)
    if going is None:
        return None
    update: Json = {"broken": None, "taken": [list(span) for span in going.taken]}
    if going.sought:
        update["broken"] = {**(state["broken"] or {}), "sought": going.sought}
    steps, more = going.steps, going.more
    if going.mission:
        answer = await ask(replace(whole, mission=going.mission, history=(), rejected=(), findings=(), refuted=()))
        if answer.plan is None or not answer.plan.steps:
            return None
        steps, more = (*_possible((), steps, judge), *answer.plan.steps), answer.more
        since = len(state.get("history", []))
        left = _possible(steps, [call for call in going.after if call not in answer.plan.steps], judge)
        after = [call.model_dump(mode="json") for call in left]
        update["told"] = {"mission": going.mission, "since": since, "after": after if more else []}
        steps = steps if more else (*steps, *left)
    if not more and (going.report or not steps) and "report" in mission.skills:
        steps = (*steps, SkillCall(skill="report", args={"text": going.report} if going.report else {}))
    return Proposal(plan=Plan(mission=instruction, steps=steps), more=more, planner=BY, text=going.why), update


def _possible(steps: Sequence[SkillCall], after: Sequence[SkillCall], judge: Callable[[Plan], Verdict]) -> list[SkillCall]:
    """What can still be done behind some steps: what lies behind the locked door as well cannot."""
    from agent.planners.plan_parts import parts_of

    parts = parts_of(Plan(steps=tuple(after)))
    while parts:
        left = [step for part in parts for step in part]
        verdict = judge(Plan(steps=(*steps, *left)))
        wrong = [one.step - len(steps) for one in verdict.all_findings() if one.severity == "error" and one.step]
        first = min((number for number in wrong if number > 0), default=0)
        if verdict.ok or not first:
            return left
        ends = accumulate(len(part) for part in parts)
        del parts[next(number for number, end in enumerate(ends) if first <= end)]
    return []


def with_rest(state: MissionState, proposal: Proposal) -> Proposal:
    """A proposal with the steps that wait behind what was planned for a setback, where it is no beginning."""
    told = state.get("told")
    if not told or proposal.plan is None or proposal.more:
        return proposal
    there = [step.model_dump(mode="json") for step in proposal.plan.steps]
    there += [entry["call"] for entry in state.get("history", [])[told["since"] :]]
    left = [SkillCall.model_validate(step) for step in told["after"] if step not in there]
    steps = (*proposal.plan.steps, *left)
    return replace(proposal, plan=proposal.plan.model_copy(update={"steps": steps})) if left else proposal


def _broken(state: MissionState) -> Broken | None:
    """The plan that broke off, with what became of the search for its thing."""
    from agent.setbacks import Broken, Setback

    kept, refused = state.get("broken"), state.get("rejected", [])
    if not kept and not state.get("history") and len(refused) == 1:  # the map knows already what is in the way
        first = tuple(SkillCall.model_validate(step) for step in state.get("proposed", []))
        return Broken(first, bool(state.get("more")), None, said=True) if first else None
    if not kept or not kept["steps"] or refused:
        return None
    steps = tuple(SkillCall.model_validate(step) for step in kept["steps"])
    setback: Setback | None = Setback(kept["code"], kept["message"])
    sought = kept.get("sought", "")
    if sought:
        last = Outcome.model_validate(state["history"][-1]["outcome"])
        found = last.ok and isinstance(last.value, dict) and bool(last.value.get("found"))
        setback = None if found else Setback("NOT_FOUND", f"{sought!r} was not found")
    own = kept["failed"] == kept["steps"][0]
    return Broken(steps, kept["more"], setback, own=own, again=kept["again"], sought=sought, said=kept["said"])
