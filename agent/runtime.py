"""MissionRuntime: the live parts of a mission (robot, world, planner, journal), handed to the nodes, never checkpointed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from agent.authorising import may_drive
from agent.events import EventType
from agent.state import MissionState
from maps import Body, Change, RobotState, Route, UnknownPolicy, World
from skills import NO_NOTES, Context, Notes, Observation, OnProgress, Outcome, Plan, Robot, SkillCall, SkillSet
from verifier import Verdict, examine, examine_soon

if TYPE_CHECKING:
    from agent.house_rules import RuleKeeper
    from agent.meter import Meter
    from agent.planners import Brief, Planner
    from agent.store import MissionFolder
    from verifier import Limits
    from verifier.step import Step

__all__ = ["ApprovalMode", "MissionRuntime"]

ApprovalMode: TypeAlias = Literal["off", "ask", "auto"]
Emit: TypeAlias = Callable[[EventType, dict[str, Any]], None]


@dataclass(kw_only=True)
class MissionRuntime:
    """Everything a node needs that is not state.

    Attributes:
        world: What is known now; sensing replaces it.
        robot: None for a dry run, which then starts from ``at``.
        at: The robot's state when there is no robot.
        folder: Where the mission lies on disk; None for a dry run.
        emit: Writes an event to the journal and to whoever watches.
        approval: ``off`` runs what the verifier accepts; ``ask`` always asks; ``auto`` asks only when there is a warning.
        mend: Whether a rejected plan gets what the findings prove to help, doors opened and charging, before the planner is asked.
        repair_rounds: How often the planner may mend a rejected plan.
        max_replans: How often a plan may be replaced, or a beginning gone on with, once the mission is under way.
        conditions: Whether a mission's conditions are judged by what was seen, before the planner goes on.
        setbacks: Whether a plan that broke off is gone on with by what is known and by what the mission says for this case, before
            the planner is asked; until then it is told the mission without that.
        best_of: So many plans are drawn at most when a mended one does not hold either, six times as many where the mission's words
            speak against the first; 0 for none.
        best_of_s: No further one is drawn after so many seconds.
        ask_below: Names of which the planner is less sure are asked about, 0 to 1.
        verdict: The last verdict, with its routes.
        steps: The simulated steps behind it, from which certificates are made.
        learnt: Number of the robot's last change that the world holds.
        dispatched_before: Actions that an earlier process of this mission had begun.
        limits: Most that a plan may take, for a dry run.
        meter: Measures what the mission takes against its limits while it runs; None for a mission without limits.
        keeper: Keeps the house rules while the mission runs; without it ``rules`` judge each plan by itself.
        bodies_before: Those of them whose skill's function had begun; before that only the implied drive can have happened.
    """

    world: World
    body: Body
    skills: SkillSet
    planner: "Planner"
    emit: Emit
    at: RobotState
    robot: Robot | None = None
    folder: "MissionFolder | None" = None
    rules: Sequence[Any] = ()
    unknown: UnknownPolicy = "blocked"
    approval: ApprovalMode = "ask"
    mend: bool = False
    repair_rounds: int = 2
    max_replans: int = 6
    conditions: bool = False
    setbacks: bool = False
    best_of: int = 0
    best_of_s: float = 2.0
    ask_below: float = 0.0
    verdict: Verdict | None = None
    steps: "Sequence[Step]" = ()
    learnt: int = 0
    dispatched_before: frozenset[str] = frozenset()
    bodies_before: frozenset[str] = frozenset()
    keeper: "RuleKeeper | None" = None
    limits: "Limits | None" = None
    meter: "Meter | None" = None

    @property
    def dry_run(self) -> bool:
        """Whether nothing will be carried out."""
        return self.robot is None

    async def observe_robot(self) -> RobotState:
        """Pull what the robot has sensed into the world and return the robot's state now."""
        if self.robot is None:
            return self.at
        self.learnt, changes = await self.robot.changes(self.learnt)
        if changes:
            self.changed(self.world.apply(*changes), len(changes))
        state = await self.robot.state()
        if self.keeper is not None:
            self.keeper.see(self.world, self.body, state, 0.0)
        return state

    def changed(self, world: World, count: int) -> None:
        """Replace the world and say so, if its revision is new."""
        if world.revision != self.world.revision:
            self.world = world
            self.emit("world_changed", {"changes": count, "revision": world.revision})

    def judge_soon(self, plan: Plan, state: RobotState, notes: Notes = NO_NOTES) -> Verdict:
        """Verify as ``judge`` does; a leg that a change has cut may keep a repaired route, which says so (``verifier.soon``).

        A refusal says why, for the planner: it is always the settled one.
        """
        rules = self.rules if self.keeper is None else self.keeper.rules()
        limits = self.limits if self.meter is None else self.meter.limits
        self.verdict, self.steps = examine_soon(
            plan, self.world, state, self.body, self.skills, rules, unknown=self.unknown, limits=limits, notes=notes
        )
        return self.verdict if self.verdict.ok else self.judge(plan, state, notes)

    def judge(self, plan: Plan, state: RobotState, notes: Notes = NO_NOTES, *, explain: bool = True) -> Verdict:
        """Verify a plan against the world as it is known now, what the steps so far have noted down, and the house rules.

        Without ``explain`` its findings carry no alternatives.
        """
        rules = self.rules if self.keeper is None else self.keeper.rules()
        limits = self.limits if self.meter is None else self.meter.limits
        self.verdict, self.steps = examine(
            plan,
            self.world,
            state,
            self.body,
            self.skills,
            rules,
            unknown=self.unknown,
            limits=limits,
            notes=notes,
            explain=explain,
        )
        return self.verdict

    def brief(self, state: MissionState, robot: RobotState) -> "Brief":
        """What the planner is told: the mission, the world, what was done, what was wrong with the last plan."""
        from agent.carrying_on import told_without
        from agent.planners import Brief, HistoryEntry
        from verifier import Finding

        place = self.world.place_at(self.at.pose.point)
        told = state.get("told") or {"mission": state["instruction"], "since": 0}
        brief = Brief(
            mission=told["mission"],
            world=self.world,
            state=robot,
            body=self.body,
            skills=self.skills,
            history=tuple(
                HistoryEntry(call=SkillCall.model_validate(entry["call"]), outcome=Outcome.model_validate(entry["outcome"]))
                for entry in state.get("history", [])[told["since"] :]
            ),
            findings=tuple(Finding.model_validate(finding) for finding in state.get("findings", [])),
            rejected=tuple(Plan.model_validate(plan) for plan in state.get("rejected", [])),
            refuted=tuple(SkillCall.model_validate(call) for call in state.get("refuted", [])),
            start_place=None if place is None else place.name,
        )
        if not self.setbacks or not all(entry.outcome.ok for entry in brief.history):
            return brief
        words, away = told_without(brief)
        return replace(brief, mission=words, kept_back=away) if away else brief

    def context_for(self, action: str, progress: OnProgress, observations: Sequence[Observation]) -> Context:
        """The guarded robot that one skill call is handed: it drives only routes on the world as it is, with room for its load."""
        if self.robot is None:
            raise RuntimeError("a dry run has no robot to hand out")
        robot: Robot = self.robot
        unwatched = robot

        async def authorise(route: Route) -> bool:
            allowed = may_drive(route, self.world, self.body, await unwatched.state())
            self.emit("authorised", {"action": action, "allowed": allowed, "route": route.to_json() if allowed else None})
            return allowed

        def learn(number: int, changes: Sequence[Change], world: World) -> None:
            self.learnt = number
            self.changed(world, len(changes))

        if self.meter is not None:
            from agent.meter import MeteredRobot

            robot = MeteredRobot(robot, self.meter)
        if self.keeper is not None:
            from agent.house_rules import WatchedRobot

            robot = WatchedRobot(robot, self.keeper, lambda: self.world)
        return Context(
            robot,
            self.world,
            action_prefix=action,
            on_progress=progress,
            on_changes=learn,
            authorise=authorise,
            observations=observations,
            changes_seen=self.learnt,
        )
