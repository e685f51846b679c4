"""intend: before each step, re-verify the rest of the plan from where the robot really is, then write down what will be done.

The intent lies on disk, with the route, before the robot is told; after a crash it says what to ask the robot about.
"""

from typing import TYPE_CHECKING

from langgraph.runtime import Runtime

from agent.carrying_on import broken_off
from agent.house_rules import rule_request
from agent.mending import mended_here
from agent.meter import limit_errors
from agent.nodes.check import subject_of, warnings_of
from agent.noting import notes_of
from agent.runtime import MissionRuntime
from agent.state import Json, MissionState
from skills import Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier import Verdict

__all__ = ["intend"]


async def intend(state: MissionState, runtime: Runtime[MissionRuntime]) -> Json:
    """Re-verify, check that the approval still holds, and record the intent.

    Where the rest no longer holds, but does with a door opened, a lift taken or a place explored first, no planner is asked.
    """
    from verifier.noted import ending_of

    mission = runtime.context
    if mission.folder is None:
        raise RuntimeError("a dry run has no steps to carry out")
    robot = await mission.observe_robot()
    plan = Plan.model_validate(state["plan"])
    step = state["step"]
    rest = plan.model_copy(update={"steps": plan.steps[step:], "revision": mission.world.revision})
    verdict = mission.judge_soon(rest, robot, notes_of(state))
    if mission.meter is not None and (over := mission.meter.exceeded() or limit_errors(verdict)):
        return {"status": "failed", "summary": mission.meter.tell(over), "findings": over}
    if not verdict.ok:
        findings = [f.model_dump(mode="json") for f in verdict.all_findings() if f.severity == "error"]
        request = rule_request(verdict)
        if request is not None:
            return {"request": request.model_dump(), "findings": findings}
        better = mended_here(mission, rest, verdict, robot, notes_of(state)) if mission.mend else None
        kept = {}
        if mission.setbacks and better is None and findings:
            kept = broken_off(state, rest.steps, findings[0]["code"], findings[0]["message"])
        return {**_replan(state, mission, findings, better), **kept}
    update: Json = {"digest": verdict.plan_digest}
    unseen = [finding for finding in warnings_of(verdict) if subject_of(finding) not in state.get("seen", [])]
    asks = any(finding.detail.get("ask") for finding in unseen)
    if asks or (unseen and mission.approval != "off"):
        # Nobody has approved what the robot has learnt since: ask again, with the new warnings shown.
        shown = [*state.get("warnings", []), *(finding.message for finding in unseen)]
        seen = [*state.get("seen", []), *map(subject_of, unseen)]
        return {**update, "approved": "", "warnings": shown, "seen": seen}
    number, attempt = state["round"], state.get("attempt", 0)
    action = f"{mission.folder.id}/{number}.{step + 1}.{attempt + 1}"
    route = verdict.steps[0].route
    intent = {
        "action": action,
        "call": plan.steps[step].model_dump(mode="json"),
        "route": None if route is None else route.to_json(),
        "number": step + 1,
        "of": len(plan.steps),
        "battery_wh": robot.battery_wh,
    }
    mission.folder.write_document("intent.json", intent)
    mission.emit("intent", intent)
    ending = ending_of(mission.steps[0]).to_json()
    return {**update, "approved": verdict.plan_digest, "action": action, "outcome": None, "ending": ending}


def _replan(
    state: MissionState, mission: MissionRuntime, findings: list[Json], better: "tuple[Plan, Verdict, Sequence[Json]] | None"
) -> Json:
    """The rest as it was mended goes to be checked; where it was not, the planner is asked."""
    messages = " ".join(finding["message"] for finding in findings[:3])
    if state.get("replans", 0) >= mission.max_replans:
        return {"status": "failed", "summary": f"Stopped after {mission.max_replans} new plans. {messages}"}
    mission.emit("replanning", {"why": "the rest of the plan no longer holds", "findings": findings})
    update: Json = {"findings": findings, "replans": state.get("replans", 0) + 1, "rejected": []}
    if better is None:
        return {**update, "plan": None}
    number, plan, edits = state["round"] + 1, better[0].to_json(), list(better[2])
    mission.emit("mended", {"round": number, "plan": plan, "edits": edits})
    return {**update, "plan": plan, "round": number, "step": 0, "attempt": 0, "verified": False}
