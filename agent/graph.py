"""The mission graph: which node follows which, and nothing else. ``docs/architecture.md`` shows it drawn from this code."""

from typing import Any, Literal, TypeAlias

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agent import nodes
from agent.runtime import MissionRuntime
from agent.state import MissionState

__all__ = ["MissionGraph", "build_graph"]

MissionGraph: TypeAlias = CompiledStateGraph[MissionState, MissionRuntime, MissionState, MissionState]


def build_graph(saver: BaseCheckpointSaver[Any]) -> MissionGraph:
    """Compile the graph. A saver is required: without one an interrupt could never be answered."""
    graph = StateGraph(MissionState, context_schema=MissionRuntime)
    graph.add_node("propose", nodes.propose)
    graph.add_node("check", nodes.check)
    graph.add_node("approve", nodes.approve)
    graph.add_node("intend", nodes.intend)
    graph.add_node("dispatch", nodes.dispatch)
    graph.add_node("observe", nodes.observe)
    graph.add_node("ask", nodes.ask)
    graph.add_node("report", nodes.report)
    graph.add_edge(START, "propose")
    graph.add_conditional_edges("propose", after_propose)
    graph.add_conditional_edges("check", after_check)
    graph.add_conditional_edges("approve", after_approve)
    graph.add_conditional_edges("intend", after_intend)
    graph.add_edge("dispatch", "observe")
    graph.add_conditional_edges("observe", after_observe)
    graph.add_conditional_edges("ask", after_ask)
    graph.add_edge("report", END)
    return graph.compile(checkpointer=saver, name="mission")


def after_propose(state: MissionState, runtime: Runtime[MissionRuntime]) -> Literal["check", "ask", "report"]:
    """A plan is checked, a question is asked; a refusal, an error or nothing left to do ends the mission."""
    if state.get("status"):
        return "report"
    if state.get("request"):
        return "report" if runtime.context.dry_run else "ask"
    return "check"


def after_check(state: MissionState, runtime: Runtime[MissionRuntime]) -> Literal["propose", "approve", "intend", "report"]:
    """A rejected plan goes back to the planner until its repairs are used up; an accepted one to its approver."""
    mission = runtime.context
    if state.get("status"):
        return "report"
    if not state["verified"]:
        return "propose"
    if mission.dry_run:
        return "report"
    return "approve" if needs_approval(state, mission) else "intend"


def after_approve(state: MissionState) -> Literal["intend", "report"]:
    """Approved or over."""
    return "report" if state.get("status") else "intend"


def after_intend(state: MissionState) -> Literal["dispatch", "check", "propose", "approve", "ask", "report"]:
    """The step is dispatched unless the world has changed so that plan or approval no longer hold, or a rule stands against it.

    A rest that had to be mended is checked first.
    """
    if state.get("status"):
        return "report"
    if state.get("request"):
        return "ask"
    if state.get("plan") is None:
        return "propose"
    if not state["verified"]:
        return "check"
    return "dispatch" if state.get("approved") == state["digest"] else "approve"


def after_observe(state: MissionState) -> Literal["intend", "propose", "ask", "report"]:
    """The next step, a new plan, the operator, or the end."""
    if state.get("status"):
        return "report"
    if state.get("request"):
        return "ask"
    return _next_step(state)


def after_ask(state: MissionState) -> Literal["intend", "propose", "report"]:
    """Go on with the answer."""
    return "report" if state.get("status") else _next_step(state)


def needs_approval(state: MissionState, mission: MissionRuntime) -> bool:
    """``off`` asks for nothing but skills that insist, ``ask`` always, ``auto`` also when the verdict has a warning.

    A skill insists by ``approval=True`` or by being unverifiable: it may move the robot in ways it has not declared. A warning
    that is a question (a way through unknown space, where that is to be asked for) insists too.
    """
    if state.get("approved") == state["digest"]:
        return False
    called = [mission.skills[step["skill"]] for step in (state["plan"] or {"steps": []})["steps"]]
    if state.get("asks") or any(skill.approval or skill.motion == "undeclared" for skill in called):
        return True
    return mission.approval == "ask" or (mission.approval == "auto" and bool(state.get("warnings")))


def _next_step(state: MissionState) -> Literal["intend", "propose", "report"]:
    plan = state.get("plan")
    if plan is None:
        return "propose"
    return "intend" if state["step"] < len(plan["steps"]) else "report"
