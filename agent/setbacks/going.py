"""Going on: what is left of a plan that broke off, and how it changes by the mission's own words for this case."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from agent.decisions.clauses import Span, inside, masked
from agent.setbacks.fallbacks import Fallback
from agent.setbacks.kinds import Setback
from agent.setbacks.others import other_dock, other_thing
from agent.setbacks.saying import asks_operator, made_plain, statement, tells_operator
from agent.setbacks.wording import (
    any_will_do,
    carries,
    comes,
    does_more,
    ends,
    hands_over,
    seeks,
    skips,
    supposes,
    without_skipping,
)
from skills import SkillCall

if TYPE_CHECKING:
    from agent.decisions import Named
    from agent.planners import Brief

__all__ = ["Going", "Onward"]

_FOLLOWS = frozenset({"place", "put_on", "say", "wait", "press", "ask"})
"""What is done where, and with what, the step before has brought the robot."""
_ANOTHER = re.compile(r"\b(?:other|another|second|spare|next|different|alternative)\b|别的|另|备用|第二|换", re.IGNORECASE)
_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """How a mission goes on.

    Attributes:
        steps: Steps of the plan that broke off, as far as they stand; with ``mission`` those before it.
        more: The planner is asked again behind them.
        mission: What the planner is asked to plan in between, in words; empty for nothing.
        after: Steps behind that.
        sought: A thing that is looked for first.
        report: What the operator is told at the end.
        why: A sentence for the record.
        taken: The conditions of the mission's words that were gone by, in characters.
    """

    steps: tuple[SkillCall, ...] = ()
    more: bool = False
    mission: str = ""
    after: tuple[SkillCall, ...] = ()
    sought: str = ""
    report: str = ""
    why: str = ""
    taken: tuple[Span, ...] = ()


@dataclass
class Going:
    """One decision in the making.

    Attributes:
        brief: What is known now.
        found: What the mission says for the case of failures.
        named: What it names.
        mission: Its words.
        steps: What is left of the plan.
        said: It is gone on with by the mission's words, or not at all.
        reports: What the operator is told.
        taken: Conditions that were gone by.
        why: For the record.
    """

    brief: Brief
    found: Sequence[Fallback]
    named: Sequence[Named]
    mission: str
    steps: list[SkillCall]
    said: bool = False
    reports: list[str] = field(default_factory=list)
    taken: list[Span] = field(default_factory=list)
    why: str = ""

    def told(self, done: Onward) -> Onward:
        """An answer with what is to be reported, and why."""
        report = " ".join(f"{text}." for text in self.reports)
        return replace(done, why=self.why or done.why, taken=tuple(self.taken), report=report)

    def part(self, at: int) -> set[int]:
        """The numbers of the steps that hang on a step: what is done with what it picks, or said where it goes."""
        part = {at}
        for number in range(at + 1, len(self.steps)):
            if self.steps[number].skill not in _FOLLOWS:
                break
            part.add(number)
        return part

    def give_up(self, at: int) -> None:
        """Leave out a step and what hangs on it."""
        part = self.part(at)
        self.steps = [step for number, step in enumerate(self.steps) if number not in part]

    def leave_out(self, at: int, setback: Setback) -> None:
        """Give up a step of whose failure nothing was said; the operator is told of it."""
        told = statement(setback, self._about(at, setback), chinese=_CJK.search(self.mission) is not None)
        if told not in self.reports:
            self.reports.append(told)
        self.give_up(at)

    def dock_elsewhere(self, at: int) -> bool:
        """Charge at another dock, where there is one that was not tried."""
        calls = [self.steps[at], *(entry.call for entry in self.brief.history if entry.call.skill == "dock")]
        dock = other_dock(self.brief, {str(call.args["place"]) for call in calls if "place" in call.args})
        if dock is None:
            return False
        self.steps[at] = SkillCall(skill="dock", args={"place": dock})
        return True

    def thing(self, at: int) -> str | None:
        """The thing that a step is about."""
        call = self.steps[at]
        skill = self.brief.skills.get(call.skill)
        kinds = {parameter.name: parameter.kind for parameter in skill.parameters} if skill is not None else {}
        names = [str(value) for name, value in call.args.items() if kinds.get(name) == "thing" or name == "what"]
        return names[0] if names else None

    def fallback(self, at: int, setback: Setback) -> Fallback | None:
        """What the mission says for a failure of a step."""
        known = replace(setback, subjects=setback.subjects | self._subjects(at))
        return next((one for one in self.found if one.one.condition not in self.taken and one.meets(known)), None)

    def open_the_way(self) -> None:
        """Open a closed door of a place before it is searched or explored, for which no verifier asks."""
        step = self.steps[0]
        skill = self.brief.skills.get(step.skill)
        if skill is not None and skill.motion == "inside":
            self.steps[:0] = self._shut(step.args.get("place"))

    def _shut(self, place: object) -> list[SkillCall]:
        """What opens a place none of whose doors is open."""
        doors = [door for door in self.brief.world.doors.values() if place in door.between]
        shut = [door.name for door in doors if door.state == "closed"]
        if not shut or any(door.state == "open" for door in doors) or "open_door" not in self.brief.skills:
            return []
        return [SkillCall(skill="open_door", args={"door": shut[0]})]

    def search(self, thing: str, place: str | None = None) -> Onward:
        """Look for a thing first."""
        steps = [SkillCall(skill="search", args={"what": thing} if place is None else {"what": thing, "place": place})]
        if place is not None:
            steps = [*self._shut(place), *steps]
        why = self.why or f"{thing!r} is not where the map has it: it is looked for."
        return self.told(Onward(steps=tuple(steps), more=True, sought=thing, why=why))

    def take(self, at: int, setback: Setback, one: Fallback) -> Onward | None:
        """Do what the mission says for a failure; None where the steps that are left say it now."""
        start, end = one.one.then
        words = without_skipping(self.mission[start:end].strip())
        names = [name for name in self.named if inside((name.start, name.end), (start, end))]
        where = bool(setback.kinds & {"shut", "blocked"})
        own = [name for name in self.named if inside((name.start, name.end), one.one.condition) and (where or name.thing)]
        about = self.mission[own[0].start : own[0].end] if own else self._about(at, setback)
        told = statement(setback, about, chinese=_CJK.search(self.mission) is not None)
        carried = self._carried(at)
        if carried is not None and hands_over(words):
            about = self._called([carried]) or about
        self.taken.append(one.one.condition)
        self.why = f"{self.steps[at]}: {setback.message or setback.code}, so {words!r} is done."
        thing = self.thing(at)
        if tells_operator(words) and not names:
            there = next((self.steps[number].args.get("place") for number in sorted(self.part(at)) if number > at), None)
            if comes(words) and there is not None:
                self.give_up(at)
                met = (SkillCall(skill="goto", args={"place": there}), SkillCall(skill="say", args={"text": told}))
                return self.told(Onward(steps=(*met, *self.steps)))
            self.reports.append(told)
            self.give_up(at)
            return None
        if (asked := asks_operator(words)) is not None and "ask" in self.brief.skills:
            self.give_up(at)
            question = SkillCall(skill="ask", args={"question": f"{told[0].upper()}{told[1:]}. {asked}?"})
            return self.told(Onward(steps=(question, *self.steps)))
        if thing and (seeks(words) or supposes(words)) and not any(name.thing and thing not in name.names for name in names):
            place = next((name.names[0] for name in names if name.names[0] in self.brief.world.places), None)
            return self.search(thing, place)
        if skips(words) and not names:
            self.give_up(at)
            return None
        if self._instead(at, self._verbs(start, end), names):
            return None
        places = [name for name in self.named if name.end <= start and not name.thing]
        mission = made_plain(words, told, about, self.mission[:start], places)
        if carried is not None and at and self.steps[at - 1].args.get("thing") == carried:
            at -= 1  # it has not been picked up yet
        self.give_up(at)
        if ends(words):
            return self.told(Onward(mission=mission))
        if told in mission:  # of what failed is told when the rest is done
            return self.told(Onward(steps=tuple(self.steps), mission=mission))
        return self.told(Onward(mission=mission, after=tuple(self.steps)))

    def _verbs(self, start: int, end: int) -> str:
        """Words of the mission without the names in them: "dock" is a verb and a place."""
        names = [(name.start, name.end) for name in self.named]
        return masked(self.mission, names)[start:end]

    def _subjects(self, at: int) -> frozenset[str]:
        """All names that a failure of a step may be said to be about."""
        world = self.brief.world
        names = {value for number in self.part(at) for value in self.steps[number].args.values() if isinstance(value, str)}
        names |= {str(world.things[name].place) for name in names & world.things.keys() if world.things[name].place}
        names |= {side for name in names & world.doors.keys() for side in world.doors[name].between}
        names |= {door.name for door in world.doors.values() if names & set(door.between)}
        return frozenset(names)

    def _about(self, at: int, setback: Setback) -> str:
        """What the mission calls what failed; its name where it calls it nothing."""
        world, step = self.brief.world, self.steps[at]
        names = [value for value in step.args.values() if isinstance(value, str)]
        if setback.kinds & {"shut", "blocked"}:
            rooms = [str(world.things[name].place) for name in names if name in world.things and world.things[name].place]
            rooms += [side for name in names if name in world.doors for side in world.doors[name].between]
            names = rooms or names
        return self._called(names) or (names[0] if names else step.skill)

    def _called(self, names: Sequence[str]) -> str:
        """What the mission calls the first of some names that it speaks of; empty where it speaks of none."""
        for name in names:
            fitting = sorted((one for one in self.named if name in one.names), key=lambda one: len(one.names))
            if fitting:
                return self.mission[fitting[0].start : fitting[0].end]
        return ""

    def _carried(self, at: int) -> str | None:
        """The thing that a step puts down: what was picked up last."""
        if self.steps[at].skill not in ("place", "put_on"):
            return None
        calls = [*(entry.call for entry in self.brief.history if entry.outcome.ok), *self.steps[:at]]
        picked = next((call for call in reversed(calls) if call.skill == "pick"), None)
        return None if picked is None else str(picked.args.get("thing"))

    def _instead(self, at: int, words: str, names: Sequence[Named]) -> bool:
        """Whether a step is done with what is named in the stead of its own place or thing: then the steps are so now."""
        world, step = self.brief.world, self.steps[at]
        if any(len(one.names) != 1 for one in names) or does_more(words):
            return False
        own = {value for value in step.args.values() if isinstance(value, str)}
        places = [one.names[0] for one in names if one.names[0] in world.places]
        things = [one.names[0] for one in names if one.names[0] in world.things and one.names[0] not in own]
        rooms = {str(world.things[name].place) for name in things}
        elsewhere = [name for name in places if name not in rooms]
        if (
            not things
            and any_will_do(words)
            and (old := self.thing(at)) is not None
            and (other := other_thing(self.brief, old, places)) is not None
        ):
            self._exchange(at, old, other)
            return True
        if step.skill == "dock" and not places and _ANOTHER.search(words) and (dock := other_dock(self.brief, own)) is not None:
            self.steps[at] = SkillCall(skill="dock", args={"place": dock})
            return True
        old_place = next((value for value in own if value in world.places), None)
        if step.skill == "dock" and len(places) == 1 and not things and world.places[places[0]].is_dock:
            self.steps[at] = SkillCall(skill="dock", args={"place": places[0]})
        elif old_place and len(places) == 1 and not things:
            self._exchange(at, old_place, places[0])
        elif len(things) == 1 and len(elsewhere) == 1 and carries(words):
            pick, put = SkillCall(skill="pick", args={"thing": things[0]}), SkillCall(skill="place", args={"place": elsewhere[0]})
            self.steps[at : max(self.part(at)) + 1] = [pick, put]
        elif len(things) == 1 and not elsewhere and (old := self.thing(at)) is not None:
            self._exchange(at, old, things[0])
        else:
            return False
        return True

    def _exchange(self, at: int, old: str, new: str) -> None:
        for number in sorted(self.part(at)):
            args = {key: new if value == old else value for key, value in self.steps[number].args.items()}
            self.steps[number] = SkillCall(skill=self.steps[number].skill, args=args)
        again = next(
            (later for later in range(max(self.part(at)) + 1, len(self.steps)) if new in self.steps[later].args.values()), None
        )
        if new in self.brief.world.things and again is not None:  # what was planned with it is what is done now
            self.give_up(again)
