"""propose: the planner turns the brief into a plan, a question or a refusal."""

from typing import TYPE_CHECKING

from langgraph.runtime import Runtime

from agent.carrying_on import carry_on, with_rest
from agent.choices import told_of
from agent.doubt import question_of_doubt
from agent.mending import mended
from agent.noting import notes_of
from agent.reporting import refusal
from agent.runtime import MissionRuntime
from agent.settling import settle, up_to_looks
from agent.state import Json, MissionState
from agent.waiting import awaited
from maps import RobotState

if TYPE_CHECKING:
    from agent.planners import Brief, Proposal
    from agent.settling import Settled
    from skills import Plan

__all__ = ["propose"]

_DOUBTED = 6
"""So many times as many plans are drawn for one that leaves doubts: to count those takes no verifier, and little time."""


async def propose(state: MissionState, runtime: Runtime[MissionRuntime]) -> Json:
    """Ask the planner; what it cannot do ends the mission with its reason, never with a guess."""
    from agent.operator import OperatorRequest
    from agent.planners.errors import PlannerError, PlannerUnavailable
    from agent.planners.plan_parts import docked

    mission = runtime.context
    robot = await mission.observe_robot()
    try:
        brief = mission.brief(state, robot)
        waits = awaited(brief) if mission.conditions else None
        if waits is not None and waits.given_up:
            return {"plan": None, "request": None, "status": "failed", "summary": waits.given_up}
        brief = brief if waits is None else waits.brief
        settled = settle(brief) if mission.conditions and (waits is None or waits.so) else None
        brief = brief if settled is None else settled.brief
        ended = None if settled is None else settled.nothing_left()
        ended = waits.next() if waits is not None and (waits.over or not waits.so) else ended

        async def ask(about: "Brief") -> "Proposal":
            return (await _proposal(state, mission, about, robot, None))[0]

        carried = await carry_on(state, mission, robot, ask) if mission.setbacks else None
        if carried is not None:
            proposal, drawn = carried[0], 0
        else:
            proposal, drawn = (ended, 0) if ended is not None else await _proposal(state, mission, brief, robot, settled)
            proposal = with_rest(state, proposal)
    except PlannerError as error:
        mission.emit("planner_failed", {"planner": mission.planner.name, "error": str(error)})
        if isinstance(error, PlannerUnavailable) and not state.get("history"):
            raise  # nothing was begun: a missing model or network is the user's to mend, not a mission that failed
        return {"plan": None, "request": None, "status": "failed", "summary": str(error)}
    number = state.get("round", 0) + 1
    why = () if settled is None or carried is not None else settled.sentences
    why = (*why, waits.sentence) if waits is not None and carried is None else why
    kept = {"broken": None} if carried is None else carried[1]
    facts = {"planner": proposal.planner, "seconds": proposal.seconds, "tokens": proposal.tokens, "text": proposal.text}
    facts |= {"settled": list(why)} if why else {}
    facts |= {"kept_back": list(brief.kept_back)} if brief.kept_back and carried is None else {}
    if proposal.question:
        mission.emit("proposed", {"round": number, "question": proposal.question, **facts})
        choices, about, told = proposal.choices, proposal.about, told_of(brief.world, proposal.choices)
        request = OperatorRequest(kind="question", text=proposal.question, choices=choices, about=about, told=told)
        return {"round": number, "plan": None, "request": request.model_dump()}
    if proposal.plan is None:
        mission.emit("proposed", {"round": number, "declined": proposal.reason, **facts})
        errors = [finding["message"] for finding in state.get("findings", []) if state.get("rejected")]
        summary = refusal(errors) if errors else proposal.reason
        return {"round": number, "plan": None, "request": None, "status": "refused", "summary": summary}
    if carried is None and mission.conditions and waits is None:
        proposal = up_to_looks(proposal, brief)
    assert proposal.plan is not None
    plan = (proposal.plan if proposal.more else docked(proposal.plan, brief)).model_copy(
        update={"mission": state["instruction"], "map": mission.world.name, "revision": mission.world.revision}
    )
    facts |= {"more": proposal.more, "drawn": drawn, "names": [name.to_json() for name in proposal.names]}
    mission.emit("proposed", {"round": number, "plan": plan.to_json(), **facts})
    asked = state.get("asked", [])
    doubt = question_of_doubt(proposal, mission.ask_below, asked)
    if doubt is not None:
        request = doubt[0].model_copy(update={"told": told_of(brief.world, doubt[0].choices)})
        return {"round": number, "plan": None, "request": request.model_dump(), "asked": [*asked, *doubt[1]]}
    finished = not plan.steps and bool(state.get("history")) and not (settled is not None and settled.objections(plan))
    return {
        "round": number,
        "plan": plan.to_json(),
        "proposed": [call.model_dump(mode="json") for call in plan.steps],
        "more": proposal.more,
        "waits": waits is not None and not waits.so and carried is None,
        "step": 0,
        "attempt": 0,
        "refuted": [call.model_dump(mode="json") for call in brief.refuted],
        "request": None,
        **kept,
        **({"status": "succeeded", "summary": " ".join(("Nothing is left to do.", *why))} if finished else {}),
    }


async def _proposal(
    state: MissionState, mission: MissionRuntime, brief: "Brief", robot: RobotState, settled: "Settled | None"
) -> "tuple[Proposal, int]":
    """The planner's answer, or a better one of several drawn.

    They are drawn where the first one cannot be read, where the mission's own words speak against it, and where a mended plan does
    not hold either.
    """
    from agent.planners.candidates import Sampler, best_of, readable, surest

    planner = mission.planner
    if not mission.best_of or not isinstance(planner, Sampler):
        return await planner.propose(brief), 0
    proposal = await readable(planner, brief, mission.best_of)

    def holds(plan: "Plan") -> bool:
        verdict = mission.judge(plan, robot, notes_of(state))
        if settled is not None and settled.objections(plan):
            return False
        if verdict.ok or not mission.mend:
            return verdict.ok
        return mended(plan, verdict, lambda changed: mission.judge(changed, robot, notes_of(state))) is not None

    if not brief.rejected:
        return await surest(planner, brief, proposal, holds, count=_DOUBTED * mission.best_of, seconds=mission.best_of_s)
    if proposal.plan is None or holds(proposal.plan):
        return proposal, 0
    better, drawn = await best_of(planner, brief, holds, count=mission.best_of, seconds=mission.best_of_s)
    return better or proposal, drawn
