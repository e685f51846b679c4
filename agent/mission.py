"""Running a mission: the graph, its operator, and the orders (hold, cancel) that reach it from a key or another process."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from agent.errors import MissionEnded
from agent.events import EventType
from agent.journal import Journal, read_whole
from agent.operator import Operator, OperatorRequest
from agent.planners.errors import PlannerUnavailable
from agent.runtime import MissionRuntime
from agent.state import MissionState
from agent.store import MissionFolder, MissionStatus, Order

__all__ = ["Control", "MissionResult", "Watcher", "dry_run", "emitter", "resume_mission", "run_mission"]

Watcher: TypeAlias = Callable[[EventType, dict[str, Any]], None]
"""Is told of each event as it happens; must return at once."""

_STEPS_LIMIT = 2000
"""Graph steps per run: far above any mission, far below LangGraph's own limit."""

_QUIET: frozenset[EventType] = frozenset({"progress"})
"""Events that are shown and not written down: they come many times a second."""


@dataclass
class Control:
    """Orders to a running mission: ``hold`` stops the robot and keeps the mission, ``cancel`` ends it."""

    order: Order | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def interrupt(self) -> None:
        """One press of Ctrl-C: hold; a second one: cancel."""
        self.give("hold" if self.order is None else "cancel")

    def give(self, order: Order) -> None:
        """Give an order; ``cancel`` outranks ``hold``."""
        if self.order != "cancel":
            self.order = order
        self._changed.set()

    async def wait(self, seconds: float) -> None:
        """Wait for an order, at most so long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)
        self._changed.clear()


@dataclass(frozen=True, kw_only=True)
class MissionResult:
    """How a run of a mission ended; ``waiting`` and ``held`` missions can be resumed."""

    status: MissionStatus
    summary: str
    state: MissionState
    request: OperatorRequest | None = None


def emitter(folder: MissionFolder, watcher: Watcher) -> Callable[[EventType, dict[str, Any]], None]:
    """An ``emit`` that writes events to the mission's journal, then tells the watcher. Make it while the folder is locked.

    What is seen once a run has sealed its journal is told, and no longer written down, until the mission is taken up again.
    """
    journal = Journal(folder.journal, folder.id)
    closed = False

    def emit(type: EventType, data: dict[str, Any]) -> None:
        nonlocal closed
        if type == "sealed":
            closed = True
            folder.update(sealed=journal.append(type, data).seq)
            return
        closed = closed and type != "mission_resumed"
        if not closed and type not in _QUIET:
            journal.append(type, data)
        watcher(type, data)

    return emit


async def run_mission(
    folder: MissionFolder, runtime: MissionRuntime, operator: Operator, control: Control | None = None
) -> MissionResult:
    """Run a new mission until it ends, waits for its operator, or is told to hold.

    Raises:
        MissionBusy: Another process holds the mission.
        StoreError: The mission cannot be written down; the robot has been stopped.
    """
    with folder.locked():
        record = folder.read()
        runtime.emit("mission_started", {"instruction": record.instruction, "map": record.map})
        start: MissionState = {"instruction": record.instruction}
        return await _run(folder, runtime, operator, control or Control(), start)


async def resume_mission(
    folder: MissionFolder, runtime: MissionRuntime, operator: Operator, control: Control | None = None
) -> MissionResult:
    """Go on with a mission that waits, was held, or whose process died. No finished step is repeated.

    Raises:
        MissionEnded: It is over.
        MissionBusy: Another process holds the mission.
        JournalBroken: Its journal was altered or cut.
        StoreError: The mission cannot be written down; the robot has been stopped.
    """
    with folder.locked():
        record = folder.read()
        if record.ended:
            raise MissionEnded(f"Mission {folder.id} has ended ({record.status}: {record.summary}); there is nothing to resume.")
        events = read_whole(folder.journal, record.sealed).events
        runtime.dispatched_before = frozenset(event.data["action"] for event in events if event.type == "dispatched")
        runtime.bodies_before = frozenset(event.data["action"] for event in events if event.type == "skill_begun")
        if runtime.keeper is not None:
            runtime.keeper.replay(events)
        if runtime.meter is not None:
            runtime.meter.replay(events)
        runtime.emit("mission_resumed", {"instruction": record.instruction, "was": record.status})
        return await _run(folder, runtime, operator, control or Control(), None)


async def dry_run(runtime: MissionRuntime, instruction: str) -> MissionResult:
    """Plan, verify and repair without a robot; nothing is stored."""
    from langgraph.checkpoint.memory import InMemorySaver

    from agent.graph import build_graph

    _strict_messages()
    graph = build_graph(InMemorySaver())
    config: Any = {"configurable": {"thread_id": "dry-run"}, "recursion_limit": _STEPS_LIMIT}
    state: Any = await graph.ainvoke({"instruction": instruction}, config, context=runtime, durability="exit")
    status: MissionStatus = "waiting" if state.get("request") else state["status"]
    request = OperatorRequest.model_validate(state["request"]) if state.get("request") else None
    return MissionResult(status=status, summary=state.get("summary", ""), state=state, request=request)


async def _run(
    folder: MissionFolder, runtime: MissionRuntime, operator: Operator, control: Control, start: MissionState | None
) -> MissionResult:
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
    from langgraph.types import Command

    from agent.graph import build_graph

    _strict_messages()
    folder.update(status="running")
    async with AsyncSqliteSaver.from_conn_string(str(folder.graph)) as saver:
        graph = build_graph(saver)
        config: Any = {"configurable": {"thread_id": folder.id}, "recursion_limit": _STEPS_LIMIT}
        feed: Any = start
        if start is None and (await graph.aget_state(config)).created_at is None:
            feed = {"instruction": folder.read().instruction}  # it died before the first checkpoint
        while True:
            order = await _obey(graph.ainvoke(feed, config, context=runtime, durability="sync"), folder, control, runtime)
            snapshot = await graph.aget_state(config)
            state: Any = snapshot.values
            if order is not None:
                return await _stopped(order, folder, runtime, state)
            if not snapshot.interrupts:
                break
            request = OperatorRequest.model_validate(snapshot.interrupts[0].value)
            runtime.emit("approval_requested" if request.kind == "approval" else "question", request.model_dump())
            answer = await operator(request)
            given = folder.take_order()  # from another terminal, while a person thought about the answer
            if given is not None:
                control.give(given)
            if control.order is not None:
                return await _stopped(control.order, folder, runtime, state)
            if answer is None:
                runtime.emit("sealed", {"status": "waiting"})
                folder.update(status="waiting", summary=request.text)
                return MissionResult(status="waiting", summary=request.text, state=state, request=request)
            feed = Command(resume=answer.model_dump())
    status: MissionStatus = state["status"]
    runtime.emit("sealed", {"status": status})
    folder.update(status=status, summary=state.get("summary", ""))
    return MissionResult(status=status, summary=state.get("summary", ""), state=state)


async def _obey(work: Any, folder: MissionFolder, control: Control, runtime: MissionRuntime) -> Order | None:
    """Run the graph until it pauses or ends, or an order comes; whatever goes wrong, the robot is stopped first."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            waiter = asyncio.ensure_future(control.wait(0.2))
            await asyncio.wait({task, waiter}, return_when=asyncio.FIRST_COMPLETED)
            waiter.cancel()
            given = folder.take_order()
            if given is not None:
                control.give(given)
            if control.order is not None and not task.done():
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
                return control.order
        task.result()
        return control.order
    except BaseException as error:
        if not task.done():
            task.cancel()
        if runtime.robot is not None:
            await runtime.robot.stop()
        if isinstance(error, PlannerUnavailable):
            runtime.emit("sealed", {"status": "failed"})
            folder.update(status="failed", summary=str(error))
        raise


async def _stopped(
    order: Literal["hold", "cancel"], folder: MissionFolder, runtime: MissionRuntime, state: MissionState
) -> MissionResult:
    """Wait for the robot's evidence that it stands still, then write down that the mission holds or is over."""
    evidence = {}
    if runtime.robot is not None:
        stopped = await runtime.robot.stop()
        pose = stopped.state.pose
        evidence = {"pose": [pose.x, pose.y, pose.yaw], "seconds": stopped.seconds}
        if runtime.meter is not None:
            await runtime.meter.settle(runtime.robot)
            runtime.meter.note()
    status: MissionStatus = "held" if order == "hold" else "cancelled"
    summary = {
        "held": f"Held: the robot stands still. `surefoot resume {folder.id}` goes on.",
        "cancelled": "Cancelled by the operator; the robot stands still.",
    }[status]
    runtime.emit("held" if order == "hold" else "cancelled", evidence)
    runtime.emit("sealed", {"status": status})
    folder.update(status=status, summary=summary)
    return MissionResult(status=status, summary=summary, state=state)


def _strict_messages() -> None:
    """Checkpoints hold plain data only; anything else must fail here and not when a mission is resumed."""
    os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
