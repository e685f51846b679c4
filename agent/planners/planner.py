"""What a planner is given (a Brief), what it gives back (a Proposal), and the protocol between them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from agent.planners.errors import MissionInvalid
from agent.planners.refuted import refuted_part
from maps import Body, RobotState
from skills.call import Plan, SkillCall
from skills.outcome import Outcome
from verifier.finding import Finding

if TYPE_CHECKING:
    from maps import World
    from skills import SkillSet

__all__ = ["MISSION_LIMIT", "Brief", "HistoryEntry", "NamedArgument", "Planner", "Proposal", "check_mission"]

MISSION_LIMIT = 4000
"""Longest mission, characters."""


def check_mission(text: str) -> str:
    """The mission without surrounding white space, if it can be planned for.

    Args:
        text: What the operator typed.

    Returns:
        The text, stripped.

    Raises:
        MissionInvalid: It is empty, longer than ``MISSION_LIMIT`` characters, or not valid text.
    """
    mission = text.strip()
    if not mission:
        raise MissionInvalid('The mission is empty: say what the robot should do, e.g. "inspect the pressure gauge".')
    if len(mission) > MISSION_LIMIT:
        raise MissionInvalid(
            f"The mission is {len(mission)} characters long and at most {MISSION_LIMIT} are read: say it more shortly."
        )
    if any((ord(char) < 32 and char not in "\n\t") or 0xD800 <= ord(char) <= 0xDFFF for char in mission):
        raise MissionInvalid("The mission holds control characters or broken Unicode: give it as plain UTF-8 text.")
    return mission


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One call that was carried out in this mission, and how it ended."""

    call: SkillCall
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """All that a planner may know.

    Attributes:
        mission: The operator's sentence; checked by ``check_mission``.
        world: What is known of the map.
        state: What the robot knows of itself now.
        body: The robot's body.
        skills: The skills that a plan may call.
        history: What this mission has already done, in order.
        findings: What is wrong with the last of ``rejected``, errors first.
        rejected: Plans that the verifier refused since the mission was last (re)planned, in order.
        refuted: Calls that cannot hold whatever comes before them; they leave the grammar. Each keeps only the arguments that
            the refutation rests on: names alone, unless a number or a text is to blame.
        start_place: The place the robot is in, if it has a name.
        settled: Why the mission is told without some of its conditions: what was seen has decided them, a sentence each.
        due: By that, something is left to do.
        kept_back: Conditions of the operator's sentence that the mission is told without until something has failed.
        unsaid: Skills of the library, ``[decline]``, ``[done]`` and ``[more]`` that a small model's second draft is to do without.
    """

    mission: str
    world: World
    state: RobotState
    body: Body
    skills: SkillSet
    history: tuple[HistoryEntry, ...] = ()
    findings: tuple[Finding, ...] = ()
    rejected: tuple[Plan, ...] = ()
    refuted: tuple[SkillCall, ...] = ()
    start_place: str | None = None
    settled: tuple[str, ...] = ()
    due: bool = False
    kept_back: tuple[str, ...] = ()
    unsaid: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Check the mission and gather the calls that the findings refute."""
        object.__setattr__(self, "mission", check_mission(self.mission))
        calls = dict.fromkeys(map(_frozen, self.refuted))
        if self.rejected:
            steps = self.rejected[-1].steps
            for finding in self.findings:
                if finding.refuted and finding.step is not None and 1 <= finding.step <= len(steps):
                    call = steps[finding.step - 1]
                    calls.setdefault(_frozen(refuted_part(call, finding, self.skills.get(call.skill))))
        object.__setattr__(self, "refuted", tuple(SkillCall.model_validate_json(call) for call in calls))

    def after_rejection(self, plan: Plan, findings: Iterable[Finding]) -> Brief:
        """The brief for the next repair round: this plan was refused, for these reasons.

        Refuted calls of earlier rounds stay refuted.

        Args:
            plan: The plan that the verifier refused.
            findings: What it found, of this plan alone.
        """
        return replace(self, rejected=(*self.rejected, plan), findings=tuple(findings))


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedArgument:
    """How sure a model was of a name in its plan.

    Attributes:
        step: Number of the step, from 1.
        parameter: The argument's parameter.
        name: The name that it took.
        confidence: Its share among the names that could have stood there, 0 to 1.
        others: The likeliest other names with theirs, where the model chooses names as a whole.
        about: The words of the mission that name it, where that is known.
    """

    step: int
    parameter: str
    name: str
    confidence: float
    others: tuple[tuple[str, float], ...] = ()
    about: str = ""

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        others = {name: round(p, 4) for name, p in self.others}
        place = {"step": self.step, "parameter": self.parameter, "name": self.name}
        return {**place, "confidence": round(self.confidence, 4), "others": others}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a planner answers: exactly one of a plan, a question to the operator, or the reason why it declines.

    Attributes:
        plan: The plan, well-typed and not yet verified.
        more: The plan is a beginning: once it is carried out, the planner is to be asked again, with what was seen.
        question: What the planner must know first.
        choices: Names to choose from, when the question is which of several is meant.
        about: The words of the mission that the question is about, exactly as they stand in it.
        reason: Why it will not plan.
        planner: Who answered, e.g. ``local:planner.gguf``.
        text: The model's answer, as it came.
        thought: What the model said about its plan, if it was asked to.
        names: How sure the model was of each name in the plan; empty where it does not tell.
        seconds: Wall time of this answer.
        tokens: Tokens generated; 0 where unknown.
        prompt_tokens: Tokens read; 0 where unknown.
    """

    plan: Plan | None = None
    more: bool = False
    question: str = ""
    choices: tuple[str, ...] = ()
    about: str = ""
    reason: str = ""
    planner: str = ""
    text: str = ""
    thought: str = ""
    names: tuple[NamedArgument, ...] = ()
    seconds: float = 0.0
    tokens: int = 0
    prompt_tokens: int = 0

    def __post_init__(self) -> None:
        """Check that exactly one of the three answers is given."""
        given = [self.plan is not None, bool(self.question), bool(self.reason)]
        if sum(given) != 1:
            raise ValueError("A Proposal holds exactly one of plan, question and reason")

    @property
    def confidence(self) -> float | None:
        """That of the name that the model was least sure of; None where it does not tell, or names nothing."""
        return min((name.confidence for name in self.names), default=None)


@runtime_checkable
class Planner(Protocol):
    """Language in, a proposal out. Implementations: local, cloud, fallback, scripted."""

    @property
    def name(self) -> str:
        """Who plans, for logs and reports, e.g. ``cloud:some-model``."""

    async def propose(self, brief: Brief) -> Proposal:
        """Answer a brief.

        Raises:
            PlannerUnavailable: This planner cannot plan now.
            PlanUnreadable: The model's answer is not a plan, a question or a reason.
        """

    async def close(self) -> None:
        """Give back memory and connections."""


def _frozen(call: SkillCall) -> str:
    """A call as a hashable text, the same for equal calls."""
    return json.dumps(call.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
