"""Settling: what the looks so far have decided of a mission, how its planner is told it, and what stands against a plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.decisions import Decided, Look, Named
    from agent.decisions.clauses import Conditional
    from agent.planners import Brief, Proposal
    from skills import Plan, SkillCall
    from verifier import Finding, Verdict

__all__ = ["Settled", "named_in", "refused", "settle", "up_to_looks"]

BY = "what was seen"
"""Who ends a mission of which nothing is left to do."""

_SILENT = frozenset({"pick", "place", "put_on", "press", "say", "report"})
"""Skills whose value says nothing that the call does not say."""


_LEADS_UP = frozenset({"pick", "open_door", "goto"})
"""What is done for the step behind it."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A mission some of whose conditions are decided.

    Attributes:
        brief: What the planner is told: the mission without what is decided, and why.
        decided: The decisions.
        named: What the whole mission names.
    """

    brief: Brief
    decided: Decided
    named: tuple[Named, ...]
    mission: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """Why, one sentence for each condition."""
        return tuple(decision.sentence() for decision in self.decided.decisions)

    def nothing_left(self) -> Proposal | None:
        """The end of a mission of which only looks that were made are left; None where a planner must be asked."""
        from agent.planners.planner import Proposal
        from skills import Plan

        return Proposal(plan=Plan(mission=self.mission, steps=()), planner=BY) if self.decided.spent else None

    def objections(self, plan: Plan) -> tuple[Finding, ...]:
        """What stands against a plan: it does what hangs on a condition that is not met, or nothing although one is."""
        from verifier import Finding

        if not plan.steps:
            decision = next((one for one in self.decided.decisions if one.kept), None)
            if not self.decided.due or decision is None:
                return ()
            due = " ".join(self.mission[start:end].strip() for start, end in decision.kept)
            why = _sentence(decision.sentence(), f"do {due!r}")
            return (Finding(code="CONDITION_IGNORED", subject=decision.condition, message=why),)
        found = []
        barred = dict(self._barred())
        for number, call in enumerate(plan.steps, 1):
            name = next((value for value in call.args.values() if isinstance(value, str) and value in barred), None)
            if name is not None:
                why = _sentence(f"Step {number}: {barred[name]}", f"leave out {call}")
                found.append(Finding(code="CONDITION_NOT_MET", step=number, subject=name, refuted=True, message=why))
        return tuple(found)

    def _barred(self) -> Iterator[tuple[str, str]]:
        """Names that only the words that are not done any more give, with the reason."""
        kept = {name for one in self.named for name in one.names if self._stands(one)}
        for decision in self.decided.decisions:
            for one in self.named:
                if len(one.names) == 1 and one.names[0] not in kept and any(a <= one.start < b for a, b in decision.dropped):
                    yield one.names[0], decision.sentence()

    def _stands(self, one: Named) -> bool:
        """Whether a mention is among the words that are left, or in the condition itself: what was looked at may be needed."""
        dropped = [span for decision in self.decided.decisions for span in decision.dropped]
        return not any(start <= one.start < end for start, end in dropped)


def _sentence(why: str, help: str) -> str:
    return f"{why} Instead: {help}."


def settle(brief: Brief) -> Settled | None:
    """Judge the conditions of a brief's mission by its history, before there is any by the map's doors; None for nothing."""
    from agent.decisions import decide

    looks, last = _looks(brief)
    if not looks and (brief.history or not brief.world.doors):
        return None
    named = tuple(named_in(brief))
    if not looks:
        looks = list(_doors(brief, named))
        last = len(looks)
    if not looks:
        return None
    places = {name: thing.place for name, thing in brief.world.things.items() if thing.place}
    decided = decide(brief.mission, named, looks, fresh=last, been=_been(brief, looks), places=places)
    if decided is None:
        return None
    sentences = tuple(decision.sentence() for decision in decided.decisions)
    told = replace(brief, mission=decided.text or brief.mission, settled=sentences, due=decided.due)
    return Settled(told, decided, named, brief.mission)


def _looks(brief: Brief) -> tuple[Sequence[Look], int]:
    """What the steps so far have shown, and how many of these looks nothing was done after."""
    from agent.decisions import Look

    looks: list[Look] = []
    last = 0
    for entry in brief.history:
        call, outcome = entry.call, entry.outcome
        skill = brief.skills.get(call.skill)
        thing = next((p.name for p in skill.parameters if p.kind in ("thing", "door")), None) if skill is not None else None
        name = call.args.get(thing) if thing is not None else None
        if not outcome.ok:
            continue
        found = outcome.value.get("found") if isinstance(outcome.value, dict) else None
        if isinstance(found, list):  # what turned up in a place is what was seen there
            looks += [Look(str(one), "", str(one)) for one in found]
            last += len(found)
            continue
        if call.skill in _SILENT or not isinstance(name, str) or outcome.value is None or outcome.value == name:
            last = 0
            continue
        question = call.args.get("question", "")
        looks.append(Look(name, question if isinstance(question, str) else "", outcome.value))
        last += 1
    return looks, last


def _doors(brief: Brief, named: Sequence[Named]) -> Iterator[Look]:
    """What the map knows of doors that a mission has two branches for; what is to be done if one turns out shut is not judged."""
    from agent.decisions import Look
    from agent.decisions.clauses import conditionals

    found = conditionals(brief.mission, [(one.start, one.end) for one in named])
    for number, one in enumerate(found):
        two = one.otherwise is not None or (number + 1 < len(found) and found[number + 1].elliptic is not None)
        for name in named if two else ():
            door = brief.world.doors.get(name.names[0]) if len(name.names) == 1 else None
            asked = one.question or one.condition
            if door is not None and (asked[0] <= name.start < asked[1] or one.condition[0] <= name.start < one.condition[1]):
                yield Look(door.name, "", {"state": brief.state.doors.get(door.name, door.state)})


def _been(brief: Brief, looks: Sequence[Look]) -> set[str]:
    """Places where the robot has been, and those of what it has looked at."""
    things = brief.world.things
    been = {things[look.name].place for look in looks if look.name in things}
    gone = {str(entry.call.args.get("place")) for entry in brief.history if entry.call.skill == "goto" and entry.outcome.ok}
    return {place for place in been | gone if place}


def named_in(brief: Brief) -> Iterator[Named]:
    """What the mission names on this map."""
    from agent.decisions import Named
    from maps.linking import index_of, link

    skills = [("skill", skill.name, skill.phrases) for skill in brief.skills]
    for mention in link(brief.mission, index_of(brief.world, skills)).mentions:
        names = tuple(candidate.name for candidate in mention.candidates if candidate.type != "skill")
        if names:
            seen = any(candidate.type in ("thing", "door") for candidate in mention.candidates)
            yield Named(mention.start, mention.end, names, seen)


def up_to_looks(proposal: Proposal, brief: Brief) -> Proposal:
    """A proposal up to the looks, or the exploring, on which what it does then hangs."""
    from agent.decisions.clauses import conditionals, masked
    from agent.decisions.several import hangs_on_several

    steps = proposal.plan.steps if proposal.plan is not None else ()
    looks = [number for number, step in enumerate(steps) if step.skill == "inspect"]
    seen = [entry for entry in brief.history if entry.call.skill == "inspect" and entry.outcome.ok]
    if proposal.plan is None or seen or not any(step.skill in ("inspect", "explore") for step in steps):
        return proposal
    named = tuple(named_in(brief))
    spans = [(one.start, one.end) for one in named]
    plain, found = masked(brief.mission, spans), conditionals(brief.mission, spans)
    if hangs_on_several(plain, (plain[slice(*one.condition)] for one in found)):
        if len({str(steps[at].args.get("thing")) for at in looks}) < 2:
            looks = [number for number, step in enumerate(steps) if step.skill == "explore"]
        end = looks[-1] + 1 if looks else 0
    else:
        end = _hanging(steps, found, named)
    if not end:
        return proposal
    return replace(proposal, plan=proposal.plan.model_copy(update={"steps": steps[:end]}), more=True)


def _hanging(steps: Sequence[SkillCall], found: Sequence[Conditional], named: Sequence[Named]) -> int:
    """The number of a plan's first step that hangs on a look right before it, by a condition's words; 0 where none does."""
    from agent.decisions.clauses import inside

    single = [name for name in named if len(name.names) == 1]
    for one in found:
        branches = [one.then] if one.otherwise is None else [one.then, one.otherwise]
        about = {name for words in named if words.start < one.condition[1] for name in words.names}
        within = [name for name in single if any(inside((name.start, name.end), branch) for branch in branches)]
        hanging = {name.names[0] for name in within} - {name.names[0] for name in single if name not in within}
        end = next((at for at, step in enumerate(steps) if hanging & {str(value) for value in step.args.values()}), 0)
        while end and steps[end - 1].skill in _LEADS_UP:
            end -= 1
        if end and steps[end - 1].skill == "inspect" and about & {str(steps[end - 1].args.get("thing"))}:
            return end
    return 0


def refused(verdict: Verdict, objections: Sequence[Finding]) -> Verdict:
    """A verdict with what stands against the plan besides."""
    return verdict.model_copy(update={"ok": False, "findings": (*verdict.findings, *objections)}) if objections else verdict
