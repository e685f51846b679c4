"""check: the verifier judges the plan; what it rejects is mended where its findings say how, else goes back to the planner."""

from contextlib import suppress
from typing import TYPE_CHECKING

from langgraph.runtime import Runtime

from agent.mending import mended_here
from agent.meter import limit_errors
from agent.noting import notes_of
from agent.reporting import refusal
from agent.runtime import MissionRuntime
from agent.settling import refused, settle
from agent.state import Json, MissionState
from maps import MapError, RobotState
from skills import Notes, Plan
from verifier import Finding, Verdict

if TYPE_CHECKING:
    from agent.store import MissionFolder

__all__ = ["check", "subject_of", "warned", "warnings_of"]


async def check(state: MissionState, runtime: Runtime[MissionRuntime]) -> Json:
    """Verify the current plan from the robot's state now; keep plan, verdict and the accepted plan's certificates on disk."""
    mission = runtime.context
    robot = await mission.observe_robot()
    number = state["round"]
    plan = Plan.model_validate(state["plan"])
    against = _objections(state, mission, robot, plan)
    plan, verdict = _judged(mission, plan, robot, notes_of(state), number, against)
    if mission.folder is not None:
        mission.folder.write_document(f"plan-{number}.json", plan.to_json())
        mission.folder.write_document(f"verdict-{number}.json", verdict.to_json())
        if verdict.ok:
            _keep_certificates(mission, mission.folder, verdict, f"certificates-{number}.json")
    findings = [finding.model_dump(mode="json") for finding in verdict.all_findings() if finding.severity == "error"]
    update: Json = {
        "plan": plan.to_json(),
        "verified": verdict.ok,
        "digest": verdict.plan_digest,
        "findings": findings,
        **warned(verdict),
    }
    if verdict.ok:
        return {**update, "rejected": []}
    rejected = state.get("rejected", [])
    update["rejected"] = [*rejected, plan.to_json()]
    if len(rejected) >= mission.repair_rounds:
        update |= {"status": "failed", "summary": refusal(finding["message"] for finding in findings)}
        if mission.meter is not None and state.get("history") and (over := limit_errors(verdict)):
            update["summary"] = mission.meter.tell(over)
    return update


def _objections(state: MissionState, mission: MissionRuntime, robot: RobotState, plan: Plan) -> tuple[Finding, ...]:
    """What stands against a plan by what the mission's looks have settled of its conditions."""
    if not mission.conditions or not state.get("history"):
        return ()
    settled = settle(mission.brief(state, robot))
    return () if settled is None else settled.objections(plan)


def _judged(
    mission: MissionRuntime, plan: Plan, robot: RobotState, notes: Notes, number: int, against: tuple[Finding, ...]
) -> tuple[Plan, Verdict]:
    """A plan with its verdict; where it lacks only what makes its own steps possible, with that put in."""
    verdict = refused(mission.judge(plan, robot, notes), against)
    mission.emit("verified", {"round": number, "verdict": verdict.to_json()})
    if verdict.ok or against or not mission.mend:
        return plan, verdict
    better = mended_here(mission, plan, verdict, robot, notes)
    if better is None:
        return plan, mission.judge(plan, robot, notes)  # the one that is drawn and certified is the one that was judged last
    plan, verdict, edits = better
    mission.emit("mended", {"round": number, "plan": plan.to_json(), "edits": edits})
    mission.emit("verified", {"round": number, "verdict": verdict.to_json()})
    return plan, verdict


def _keep_certificates(mission: MissionRuntime, folder: "MissionFolder", verdict: Verdict, name: str) -> None:
    """Write the evidence for an accepted plan; a map whose files are gone can be driven on but not certified."""
    from verifier.certify import certify

    with suppress(MapError):
        folder.write_text(name, certify(verdict, mission.steps, mission.world).to_text())


def warned(verdict: Verdict) -> Json:
    """What an approver must have seen of a verdict, as an update of the state.

    Returns:
        ``warnings``, the sentences to show; ``seen``, what each warns of, whatever number its step has by then; ``asks``, whether
        one of them is a question to the operator rather than a remark.
    """
    found = warnings_of(verdict)
    return {
        "warnings": [finding.message for finding in found],
        "seen": [subject_of(finding) for finding in found],
        "asks": any(finding.detail.get("ask") for finding in found),
    }


def warnings_of(verdict: Verdict) -> list[Finding]:
    """A verdict's warnings."""
    return [finding for finding in verdict.all_findings() if finding.severity == "warning"]


def subject_of(finding: Finding) -> str:
    """What a finding is about, the same in every verdict on the same plan: not its step's number, nor its amounts."""
    return f"{finding.code} {finding.subject}"
