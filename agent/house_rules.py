"""House rules while a mission runs: the robot is watched through a thin shell around it, and stopped when a rule breaks.

What the rules saw is written to the journal whenever it changes, so that a mission that is taken up again goes on with what
they remember. What a broken rule means for the mission is the operator's to say.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from agent.events import Event, EventType
from agent.operator import OperatorRequest
from agent.robot_shell import RobotShell
from agent.state import Json
from maps import Body, RobotState, Route, World
from skills import ActionReport, Robot, SkillCall, SkillFailed, SkillSet, Verb, View
from verifier import Rule, Verdict
from verifier.rules import HouseRule, RuleWatch
from verifier.rules.watch import Way

if TYPE_CHECKING:
    from verifier.rules.watch import Breach

__all__ = ["CHOICES", "RuleKeeper", "WatchedRobot", "broken_rules", "rule_request"]

CHOICES = ("plan again", "set the rule aside", "end")
"""What the operator may answer when a rule is or would be broken."""

_SPEED_NOISE = 0.02
"""How far a speed measured between two reports may be above the true one, m/s."""


class RuleKeeper:
    """Keeps a mission's rules: what they have seen, which are set aside, and which has just been broken.

    Args:
        rules: Bound to the map.
        emit: Writes an event to the journal.
        now: Robot time, seconds; only differences count.
        day_s: Time of day, seconds after midnight; None when it is not known.

    Attributes:
        breach: A rule of severity error that broke in this step and that nobody has been asked about.
        progress: The robot's action that was looked at last, how far it had driven, metres, and how long it had taken, seconds.
        routes: Routes by the actions that drive them.
        broken: What was broken in this mission, of any severity: ``rule``, ``severity``, ``where`` and ``sentence``.
    """

    def __init__(
        self,
        rules: Sequence[HouseRule],
        emit: Callable[[EventType, dict[str, Any]], None],
        now: Callable[[], float],
        day_s: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._watch = RuleWatch(rules)
        self._emit = emit
        self._now = now
        self._day_s = day_s
        self._state: RobotState | None = None
        self.progress = ("", 0.0, 0.0)
        self.routes: dict[str, Route] = {}
        self.breach: Breach | None = None
        self.broken: list[Json] = []

    def rules(self) -> tuple[Rule, ...]:
        """The rules with what they have seen, to judge the rest of the plan by."""
        return self._watch.rules(self._day_s())

    def replay(self, events: Iterable[Event]) -> None:
        """Remember again what the journal says was seen and set aside."""
        for event in events:
            if event.type == "rules":
                self._watch.waive([str(name) for name in event.data.get("set_aside", ())])
                if "seen" in event.data:
                    self._watch.replay([event.data["seen"]])
                    action, driven_m, seconds = event.data["progress"]
                    self.progress = (str(action), float(driven_m), float(seconds))
            elif event.type == "rule_broken":
                self._remember(event.data)

    def set_aside(self, names: Sequence[str]) -> None:
        """Judge by these rules no more in this mission; the operator has said so."""
        self._watch.waive(names)
        self._emit("rules", {"set_aside": list(names)})

    def begin_step(self, number: int, action: str = "", route: Route | None = None) -> None:
        """A step is dispatched, perhaps again after a crash: its drive, if any, has the id ``<action>/1``."""
        self.breach = None
        self.routes = {} if route is None else {f"{action}/1": route}
        if not self.progress[0].startswith(f"{action}/"):
            self._watch.begin_step(number)

    def begin_call(self, call: SkillCall, skills: SkillSet, world: World, body: Body) -> None:
        """The drive has ended and the step's function begins."""
        if self._state is None:
            return
        skill = skills[call.skill]
        named = (call.args.get(parameter.name) for parameter in skill.parameters if parameter.kind == "thing")
        things = tuple(world.resolve("thing", str(name)) or str(name) for name in named if name is not None)
        self._watch.begin_call(call.skill, things)
        self.see(world, body, self._state, 0.0)
        self._watch.end_call()
        self.see(world, body, self._state, 0.0)

    def see(self, world: World, body: Body, state: RobotState, speed: float, way: Way | None = None) -> None:
        """Take in the robot's state and the way that it has driven since the last look.

        What changed goes to the journal. A rule that broke is told; one of severity error is kept for ``request``.
        """
        self._state = state
        seen = self._watch.see(world, body, state, time_s=self._now(), speed=speed, clock_s=self._day_s(), way=way)
        if seen.record is not None:
            self._emit("rules", {"seen": seen.record, "progress": list(self.progress)})
        for breach in seen.breaches:
            self._note(breach)

    def foresee(self, world: World, body: Body, state: RobotState, route: Route) -> None:
        """Keep the rule that driving a route would certainly break, if there is one."""
        breach = self._watch.foresee(world, body, state, route, self._day_s())
        if breach is not None:
            self._note(breach)

    def _note(self, breach: "Breach") -> None:
        where = None if breach.where is None else list(breach.where)
        facts = {"broken": breach.rule.name, "severity": breach.rule.severity, "ahead": breach.ahead, "where": where}
        facts["sentence"] = breach.sentence
        self._emit("rule_broken", facts)
        self._remember(facts)
        if breach.rule.severity == "error" and self.breach is None:
            self.breach = breach

    def _remember(self, facts: Json) -> None:
        if not facts["ahead"]:
            self.broken.append({"rule": facts["broken"], **{key: facts[key] for key in ("severity", "where", "sentence")}})

    def request(self) -> tuple[OperatorRequest, list[Json]] | None:
        """What the operator is asked about a rule that broke in this step, and the finding; None when none did."""
        breach = self.breach
        if breach is None:
            return None
        self.breach = None
        text = f"{breach.sentence} The robot has stopped. What now?"
        finding = {"code": "RULE", "severity": "error", "subject": breach.rule.name, "message": breach.sentence}
        return OperatorRequest(kind="rule", text=text, choices=CHOICES), [finding]


class WatchedRobot(RobotShell):
    """A robot whose every report is shown to the rules. A rule that breaks stops it and fails the step with code RULE."""

    def __init__(self, robot: Robot, keeper: RuleKeeper, world: Callable[[], World]) -> None:
        super().__init__(robot)
        self._keeper = keeper
        self._world = world

    async def drive(self, action: str, route: Route) -> None:
        """Drive, unless a rule would certainly be broken on the way."""
        self._keeper.foresee(self._world(), self.body, await self._robot.state(), route)
        await self._check()
        self._keeper.routes[action] = route
        await self._robot.drive(action, route)

    async def act(self, action: str, verb: Verb, target: str, **options: JsonValue) -> None:
        """Act, unless a rule is broken."""
        await self._look(0.0)
        await self._robot.act(action, verb, target, **options)

    async def report(self, action: str) -> ActionReport:
        """The report on an action; each one is a look at the robot."""
        report = await self._robot.report(action)
        if report.status != "never_started":
            speed, way = self._progress(report)
            await self._look(speed, way)
        return report

    async def look(self, target: str | None = None) -> View:
        """Look, without moving."""
        await self._look(0.0)
        return await self._robot.look(target)

    def _progress(self, report: ActionReport) -> tuple[float, Way | None]:
        """Speed between this report and the one before, m/s, and the way driven meanwhile."""
        before = self._keeper.progress
        action, driven, seconds = before if before[0] == report.action else (report.action, 0.0, 0.0)
        self._keeper.progress = (action, report.driven_m, report.seconds)
        lasted, route = report.seconds - seconds, self._keeper.routes.get(action)
        if lasted < 1e-3:
            return 0.0, None
        way = None if route is None else Way(route, driven, report.driven_m, lasted)
        return max(0.0, (report.driven_m - driven) / lasted - _SPEED_NOISE), way

    async def _look(self, speed: float, way: Way | None = None) -> None:
        self._keeper.see(self._world(), self.body, await self._robot.state(), speed, way)
        await self._check()

    async def _check(self) -> None:
        if self._keeper.breach is not None:
            await self._robot.stop()
            raise SkillFailed("RULE", self._keeper.breach.sentence)


def rule_request(verdict: Verdict) -> OperatorRequest | None:
    """What the operator is asked when nothing but house rules speaks against going on; None when something else does."""
    errors = [finding for finding in verdict.all_findings() if finding.severity == "error"]
    if not errors or any(finding.code != "RULE" for finding in errors):
        return None
    sentences = tuple(finding.message for finding in errors)
    text = "The rest of the plan would break a house rule. The robot stands still. What now?"
    return OperatorRequest(kind="rule", text=text, choices=CHOICES, findings=sentences)


def broken_rules(findings: Sequence[Json]) -> list[str]:
    """Names of the rules that findings say are broken."""
    return [str(item["subject"]) for item in findings if item["code"] == "RULE" and item["severity"] == "error"]
