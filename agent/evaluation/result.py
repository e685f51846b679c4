"""What became of one mission of a set: what was answered first, what passed the verifier, whether the goal was reached."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from agent.evaluation.exact import same_calls
from agent.evaluation.holds import missing, says
from agent.evaluation.mission_set import Expectation, Mission, Reason, Want
from agent.evaluation.stray import stray_deeds
from agent.evaluation.trace import Trace
from agent.operator import OperatorRequest
from agent.planners.errors import PlannerError
from agent.planners.planner import Proposal
from maps import FeatureType, World
from skills import Plan, SkillSet

__all__ = ["Case", "Record", "judge"]


class Case(BaseModel):
    """One mission's result.

    Attributes:
        id: The mission.
        lang: Its language.
        tags: Its capabilities.
        size: Number of places, things and doors that the agent's map names.
        want: What the first answer should be.
        answer: What it was: ``unreadable`` when it was none.
        text: The first answer, as the model gave it or as it reads.
        exact: The first answer is the reference plan; None without one.
        first: The first plan passed the verifier; None when there was no plan.
        repaired: The first plan or a mended one passed; None when there was no plan.
        ran: Something was carried out.
        right: The mission was treated as it should be.
        asked: The first answer asked what it should; None where it should not ask.
        declined: Nothing was carried out, and the operator was told so; None where it should not decline.
        neither: It neither asked nor declined at first; None where it should.
        why: What was missing; empty when it was right.
        status: How the mission ended.
        summary: In a sentence.
        rounds: Number of answers.
        seconds: Wall time of each answer.
        tokens: Tokens generated for each answer.
        confidence: The planner's own, of its first answer, in [0, 1]; None when it gives none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    lang: str
    tags: tuple[str, ...]
    size: int
    want: Want
    answer: str
    text: str
    exact: bool | None
    first: bool | None
    repaired: bool | None
    ran: bool
    right: bool
    asked: bool | None
    declined: bool | None
    neither: bool | None
    why: str
    status: str
    summary: str
    rounds: int
    seconds: tuple[float, ...]
    tokens: tuple[int, ...]
    confidence: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What there is to judge a mission by.

    Attributes:
        trace: What happened.
        answers: The planner's answers, in order.
        question: What the operator was asked before any plan was verified: by the planner, or because it was unsure of a name.
        verdicts: The verdicts on plans before anything was carried out, in order.
        status: How the mission ended.
        summary: In a sentence.
    """

    trace: Trace
    answers: Sequence[Proposal | PlannerError]
    question: OperatorRequest | None
    verdicts: Sequence[bool]
    status: str
    summary: str

    @property
    def first(self) -> Proposal | PlannerError | None:
        """The first answer as the operator met it."""
        if self.question is not None:
            return Proposal(question=self.question.text, choices=self.question.choices)
        return self.answers[0] if self.answers else None


def judge(mission: Mission, record: Record, exact: Plan | None, skills: SkillSet) -> Case:
    """Judge one mission.

    Args:
        mission: What was wanted.
        record: What happened.
        exact: The reference plan, if the mission is to be planned at once.
        skills: What the robot can do.
    """
    first, known = record.first, record.trace.known
    planned = record.answers[0] if record.answers else None
    given = [answer for answer in record.answers if isinstance(answer, Proposal)]
    faults = [_fault(way, mission.allow, record) for way in mission.ways]
    asks = [_wrong_question(way, known, first) for way in mission.ways if way.ask is not None]
    right = "" in faults
    return Case(
        id=mission.id, lang=mission.lang, tags=mission.tags, size=_size(known), want=mission.want, answer=_kind(first),
        text=_text(planned), exact=_same(planned, exact, known, skills),
        first=_passed(record.verdicts[:1], planned), repaired=_passed(record.verdicts, planned),
        ran=bool(record.trace.deeds), right=right,
        asked="" in asks if mission.want == "ask" else None,
        declined=None if mission.decline is None else not _carried_on(mission.decline, record),
        neither=_kind(first) == "plan" if {way.want for way in mission.ways} == {"plan"} else None,
        why="" if right else faults[0], status=record.status, summary=record.summary, rounds=len(record.answers),
        seconds=tuple(proposal.seconds for proposal in given), tokens=tuple(proposal.tokens for proposal in given),
        confidence=planned.confidence if isinstance(planned, Proposal) else None,
    )  # fmt: skip


def _passed(verdicts: Sequence[bool], first: Proposal | PlannerError | None) -> bool | None:
    return any(verdicts) if isinstance(first, Proposal) and first.plan is not None else None


def _fault(way: Expectation, allow: Collection[str], record: Record) -> str:
    """What is wrong with how a mission went, if this was the right way; empty when nothing is."""
    trace = record.trace
    if way.decline is not None:
        return _carried_on(way.decline, record)
    if way.answer is not None:
        told = "" if says(way.answer, "\n".join(trace.told)) else f"the operator was not told {' '.join(way.answer)!r}"
        return told or next(stray_deeds(None, trace, allow), "")
    wrong = "" if way.ask is None else _wrong_question(way, trace.known, record.first)
    if wrong or way.goal is None:
        return wrong
    return missing(way.goal, trace) or next(stray_deeds(way.goal, trace, allow), "")


def _carried_on(why: Reason, record: Record) -> str:
    """What is wrong with how a mission was declined; empty when it was declined well.

    The planner says why it will not, or does no more than speak. Where there is no way or a rule is against it, plans that the
    verifier refused are as good: the operator is told its reason.
    """
    done = [deed for deed in record.trace.deeds if deed.call.skill not in ("report", "say")]
    if done:
        return f"nothing was to be done, and {done[0].call} was"
    last = record.answers[-1] if record.answers else None
    if record.trace.deeds or (isinstance(last, Proposal) and last.reason):
        return ""
    if record.status == "refused" and not record.verdicts:
        return ""  # what was drawn last need not be what was answered
    tried = any(isinstance(answer, Proposal) and answer.plan is not None and answer.plan.steps for answer in record.answers)
    if tried and why in ("impossible", "rule"):
        return ""
    return f"it was to decline, and its first answer was {_kind(record.first)}"


def _wrong_question(way: Expectation, world: World, first: Proposal | PlannerError | None) -> str:
    """What is wrong with the first answer as a question; empty when it is the right one."""
    if not isinstance(first, Proposal) or not first.question:
        return f"it was to ask, and the first answer was {_kind(first)}"
    wanted = {_plain(name) for name in way.ask or ()}
    named = {_plain(_canonical(name, world)) for name in first.choices}
    if not named:  # a model that asks in free words
        named = {name for name in wanted if name in _plain(first.question)}
    if wanted and named != wanted:
        return (
            f"it was to ask about {', '.join(sorted(wanted))}, and asked about {', '.join(sorted(named)) or 'nothing on the map'}"
        )
    return ""


def _canonical(name: str, world: World) -> str:
    kinds: tuple[FeatureType, ...] = ("place", "thing", "door")
    for kind in kinds:
        found = world.resolve(kind, name)
        if found is not None:
            return found
    return name


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _kind(answer: Proposal | PlannerError | None) -> str:
    if not isinstance(answer, Proposal):
        return "unreadable"
    return "plan" if answer.plan is not None else "ask" if answer.question else "decline"


def _text(answer: Proposal | PlannerError | None) -> str:
    if not isinstance(answer, Proposal):
        return "" if answer is None else str(answer)
    plan = "; ".join(map(str, answer.plan.steps)) if answer.plan is not None else ""
    return plan or answer.question or answer.reason


def _same(first: Proposal | PlannerError | None, exact: Plan | None, world: World, skills: SkillSet) -> bool | None:
    if exact is None:
        return None
    return isinstance(first, Proposal) and first.plan is not None and same_calls(first.plan, exact, world, skills)


def _size(world: World) -> int:
    return len(world.places) + len(world.things) + len(world.doors)
