"""dispatch: carry out the step that was intended; after a crash, find out from the robot what became of it first."""

from langgraph.runtime import Runtime

from agent.meter import stopped_at, within_limits
from agent.runtime import MissionRuntime
from agent.state import Json, MissionState
from maps import Route
from skills import Observation, Outcome, SkillCall
from skills.execution import execute

__all__ = ["dispatch"]


async def dispatch(state: MissionState, runtime: Runtime[MissionRuntime]) -> Json:
    """Run the intended call. The node may run twice for one intent (a crash); the robot is never told twice."""
    mission = runtime.context
    if mission.folder is None or mission.robot is None:
        raise RuntimeError("a dry run has no steps to carry out")
    intent = mission.folder.read_document("intent.json")
    action = state["action"]
    if intent is None or intent["action"] != action:
        text = "The record of what was intended is gone; the operator must look."
        return {"outcome": Outcome(status="uncertain", code="NO_INTENT", message=text).model_dump(mode="json")}
    call = SkillCall.model_validate(intent["call"])
    meter = mission.meter
    if meter is not None:
        meter.begin_step(action, intent["number"], call, intent.get("battery_wh"))
    if action in mission.dispatched_before and (ended := await _before(action, call, mission)) is not None:
        return ended
    mission.emit("dispatched", {"action": action})
    route = None if intent["route"] is None else Route.from_json(intent["route"])

    def progress(fraction: float | None, message: str) -> None:
        mission.emit("progress", {"action": action, "fraction": fraction, "message": message})

    earlier = [Observation.of(data) for entry in state.get("history", []) for data in entry["outcome"]["observations"]]
    context = mission.context_for(action, progress, earlier)

    keeper = mission.keeper
    if keeper is not None:
        keeper.begin_step(intent["number"], action, route)

    def begun() -> None:
        mission.emit("skill_begun", {"action": action})
        if keeper is not None:
            keeper.begin_call(call, mission.skills, mission.world, mission.body)

    work = execute(call, skills=mission.skills, context=context, route=route, on_begin=begun)
    outcome = await (work if meter is None else within_limits(work, meter, mission.robot))
    return _ended(outcome, mission)


def _ended(outcome: Outcome, mission: MissionRuntime) -> Json:
    """How the step ended, unless a limit or a house rule has ended it."""
    meter, keeper = mission.meter, mission.keeper
    if meter is not None:
        broke = keeper is not None and keeper.breach is not None
        meter.end_step(done=outcome.status != "cancelled" and not broke)
        if meter.breach is not None:
            over = [meter.breach.model_dump(mode="json")]
            summary = meter.tell(over) if outcome.status == "cancelled" else f"{meter.tell(over)} {outcome.message}"
            return {"outcome": outcome.model_dump(mode="json"), "status": "failed", "summary": summary, "findings": over}
    if keeper is not None and (asked := keeper.request()) is not None:
        request, findings = asked
        stopped = Outcome(status="cancelled", code="RULE", message=request.text, evidence=outcome.evidence)
        return {"outcome": stopped.model_dump(mode="json"), "request": request.model_dump(), "findings": findings}
    return {"outcome": outcome.model_dump(mode="json")}


async def _before(action: str, call: SkillCall, mission: MissionRuntime) -> Json | None:
    """How a step that an earlier process began has ended; None when it is safe to go on with it."""
    assert mission.robot is not None
    meter = mission.meter
    if meter is not None:
        await meter.catch_up(mission.robot)
        if breach := meter.check():
            return _ended(await stopped_at(breach, meter, mission.robot, {}), mission)
    lost = await _lost(action, call, mission)
    if lost is not None and meter is not None:
        meter.end_step(done=lost.status != "cancelled")
    return None if lost is None else {"outcome": lost.model_dump(mode="json")}


async def _lost(action: str, call: SkillCall, mission: MissionRuntime) -> Outcome | None:
    """What is known of a step that was begun by a process that died; None when it is safe to go on with it.

    A skill whose doing goes through the robot's actions is safe: each action has an id, and starting an id twice is the
    same as once. The body of a user's skill may do anything: once it had begun, and unless it is idempotent, a person must
    say what happened.
    """
    assert mission.robot is not None
    if action in mission.bodies_before and not mission.skills[call.skill].idempotent:
        text = f"The program stopped while {call} was being carried out, and it must not be repeated unasked."
        return Outcome(status="uncertain", code="INTERRUPTED", message=text)
    first = await mission.robot.report(f"{action}/1")
    if first.status == "cancelled":
        return Outcome(status="cancelled", code="HELD", message="It was stopped; it is begun again from where the robot is.")
    return None
