"""Parts of a plan that belong together, told again in the order that the mission's words say, and with a part that was left out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.planners.planner import Brief
    from maps.linking import Mention
    from skills import Plan, SkillCall

__all__ = ["at_the_end", "behind", "clause_of", "docked", "for_each", "in_order", "instead", "parts_of", "with_part", "without"]

_FOLLOWS = frozenset({"place", "put_on", "say", "wait", "press", "ask", "report"})
"""What is done where, and with what, the step before has brought the robot."""
_ENDS = re.compile(
    r"[,;:.!?\uff0c\uff1b\uff1a\u3002\uff01\uff1f\n]+\s*|\s+-+\s+|\b(?:and\s+then|and|then|but)\b|然后|接着|再|并且|顺便",
    re.IGNORECASE,
)
_CHARGER = re.compile(r"charg|dock|充", re.IGNORECASE)
_MOST = 3
"""A part has so many steps at most."""


def docked(plan: Plan, brief: Brief) -> Plan:
    """A plan whose last drive to a charger is to charge there, which is to be there as well, where the mission names it as one.

    Args:
        plan: The plan.
        brief: What it was made for.
    """
    from agent.planners.dialect.mentions import find_mentions
    from agent.planners.pointers import POINTER_3
    from skills import SkillCall

    last = plan.steps[-1] if plan.steps else None
    place = None if last is None or last.skill != "goto" else brief.world.places.get(str(last.args.get("place")))
    if last is None or place is None or not place.is_dock or "dock" not in brief.skills:
        return plan
    named = [m for m in find_mentions(brief, frozenset(), POINTER_3).mentions if place.name in [c.name for c in m.candidates]]
    if not any(_CHARGER.search(brief.mission, m.start, m.end) for m in named):
        return plan
    return plan.model_copy(update={"steps": (*plan.steps[:-1], SkillCall(skill="dock", args=dict(last.args)))})


def parts_of(plan: Plan) -> list[list[SkillCall]]:
    """The steps in groups that must stay together: what is picked and put, where something is said, the door before a way."""
    parts: list[list[SkillCall]] = []
    door = False
    for step in plan.steps:
        if parts and (step.skill in _FOLLOWS or door):
            parts[-1].append(step)
        else:
            parts.append([step])
        door = step.skill == "open_door"
    return parts


def _joined(parts: Iterable[Sequence[SkillCall]], plan: Plan) -> Plan:
    return plan.model_copy(update={"steps": tuple(step for part in parts for step in part)})


def _uses(part: Sequence[SkillCall], name: str) -> bool:
    return any(value == name for step in part for value in step.args.values())


def in_order(plan: Plan, earlier: str, later: str) -> Plan:
    """A plan in which the part about one name comes before the part about another; steps are moved, never changed.

    Args:
        plan: A plan that has both the other way round.
        earlier: The name that is to come first.
        later: The other one.
    """
    parts = parts_of(plan)
    to = next((number for number, part in enumerate(parts) if _uses(part, later)), None)
    moved = next((number for number, part in enumerate(parts) if _uses(part, earlier)), None)
    if to is None or moved is None or moved <= to:
        return plan
    part = parts.pop(moved)
    parts.insert(to, part)
    return _joined(parts, plan)


def at_the_end(plan: Plan, name: str) -> Plan:
    """A plan whose first part about a name comes behind all others."""
    parts = parts_of(plan)
    moved = next((number for number, part in enumerate(parts) if _uses(part, name)), None)
    return plan if moved is None else _joined([*parts[:moved], *parts[moved + 1 :], parts[moved]], plan)


def instead(plan: Plan, old: SkillCall, new: SkillCall | None) -> Plan:
    """A plan with one call, or none, in the stead of another; where nothing is picked up any more, nothing is put down."""
    steps: list[SkillCall] = []
    put = False
    for step in plan.steps:
        if put and step.skill in ("place", "put_on"):
            put = False
            continue
        dropped = step == old and old.skill == "pick" and (new is None or new.skill != "pick")
        put = dropped or (put and step.skill != "pick")
        steps += [step] if step != old else [new] if new is not None else []
    return plan.model_copy(update={"steps": tuple(steps)})


def behind(plan: Plan, call: SkillCall, new: SkillCall) -> Plan:
    """A plan with one call right behind the last that is the same as another."""
    at = max((number for number, step in enumerate(plan.steps, 1) if step == call), default=len(plan.steps))
    return plan.model_copy(update={"steps": (*plan.steps[:at], new, *plan.steps[at:])})


def for_each(plan: Plan, done: Sequence[str], left: Sequence[str], *, behind: bool = True) -> Plan:
    """A plan that does to further members of a group what it does to some; the same plan where that differs between them.

    Only parts that begin with a member are about it: "take the towel to 101" is about the towel.

    Args:
        plan: The plan.
        done: The members that it has steps for.
        left: The members to do the same to, in order.
        behind: They come behind the last of the others, not before the first.
    """
    parts = parts_of(plan)
    own = [
        (number, next(name for name in done if _uses(part[:1], name)))
        for number, part in enumerate(parts)
        if any(_uses(part[:1], name) for name in done)
    ]
    if not own:
        return plan
    first, name = own[0]
    model = [step for number, step in enumerate(parts[first]) if number == 0 or step.skill != "report"]
    for number, other in own:
        if [_renamed(step, name, other) for step in model] != parts[number][: len(model)]:
            return plan
    more = [[_renamed(step, name, other) for step in model] for other in left]
    if not behind:
        return _joined([*parts[:first], *more, *parts[first:]], plan)
    last = own[-1][0]
    rest = parts[last][len(model) :]
    return _joined([*parts[:last], parts[last][: len(model)], *more, rest, *parts[last + 1 :]], plan)


def without(plan: Plan, names: Collection[str]) -> Plan:
    """A plan without the parts that begin with any of some names; the same one where nothing would be left.

    Args:
        plan: The plan.
        names: What nothing is to be done with.
    """
    parts = parts_of(plan)
    kept = [part for part in parts if not any(_uses(part[:1], name) for name in names)]
    return _joined(kept, plan) if kept else plan


def _renamed(step: SkillCall, old: str, new: str) -> SkillCall:
    """A step about another name."""
    return step.model_copy(update={"args": {key: new if value == old else value for key, value in step.args.items()}})


def clause_of(mission: str, mention: Mention) -> str:
    """The clause of a mission that a mention stands in, without the word that joins it to what stands before."""
    start = max((end.end() for end in _ENDS.finditer(mission, 0, mention.start)), default=0)
    after = _ENDS.search(mission, mention.end)
    return mission[start : after.start() if after else len(mission)].strip()


def with_part(plan: Plan, part: Sequence[SkillCall], mention: Mention, mentions: Sequence[Mention]) -> Plan | None:
    """A plan with what its mission says of a mention that it left out, behind what it does about the mentions before.

    Args:
        plan: The plan.
        part: What is to be done about the mention.
        mention: It.
        mentions: All that the mission names, in order.

    Returns:
        None where the part is no short one, or is in the plan already.
    """
    if not 0 < len(part) <= _MOST or any(step in plan.steps for step in part):
        return None
    parts = parts_of(plan)
    before = {candidate.name for other in mentions if other.end <= mention.start for candidate in other.candidates}
    after = {candidate.name for other in mentions if other.start >= mention.end for candidate in other.candidates}
    done = [number for number, group in enumerate(parts) if any(_uses(group, name) for name in before)]
    to_come = [number for number, group in enumerate(parts) if any(_uses(group, name) for name in after - before)]
    at = max(done) + 1 if done else min(to_come, default=len(parts))
    if to_come and at > min(to_come):
        return None
    return _joined([*parts[:at], part, *parts[at:]], plan)
