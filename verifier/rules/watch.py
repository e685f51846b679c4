"""RuleWatch: house rules while a mission runs, fed with what the robot reports; the same automata that judged the plan.

Its state is what each rule remembers. It can be written down as the letters that were seen and is got back by seeing them again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from maps import Body, Point, RobotState, Route, World
from skills import PlanState
from skills.laden import laden
from verifier.rules.atom import Atom
from verifier.rules.automaton import Automaton, Letter
from verifier.rules.house_rule import HouseRule, culprit
from verifier.rules.moment import Memory, Moment, advance, begin
from verifier.rules.motion import Motion, motion_along
from verifier.rules.shapes import crossings
from verifier.rules.trace import Reader

__all__ = ["Breach", "RuleWatch", "Seen", "Way"]


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken now, or would be.

    Attributes:
        rule: The rule.
        atom: What broke it, as it is written.
        where: Where, metres.
        ahead: Whether it would happen next rather than has happened.
    """

    rule: HouseRule
    atom: str
    where: Point | None
    ahead: bool = False

    @property
    def sentence(self) -> str:
        """One sentence for the operator."""
        why = f" ({self.rule.why})" if self.rule.why else ""
        place = "" if self.where is None else f" at ({self.where[0]:.2f}, {self.where[1]:.2f})"
        cause = f": {self.atom}" if self.atom else ""
        return f"House rule {self.rule.name!r}{why} {'would be' if self.ahead else 'is'} broken{place}{cause}."


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look at the robot brought.

    Attributes:
        record: Plain data to write down, for ``replay``; None when nothing changed.
        breaches: Rules that broke just now.
    """

    record: dict[str, Any] | None = None
    breaches: tuple[Breach, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """A part of a drive: between two arc lengths of its route as it is driven, metres, in so many seconds."""

    route: Route
    start_m: float
    end_m: float
    seconds: float


_Stay: TypeAlias = tuple[int, int, float]
"""A letter and how long it lasted, seconds."""

_NOWHERE: Mapping[str, Sequence[Point | None]] = MappingProxyType({})


class RuleWatch:
    """Watches rules over one mission.

    Args:
        rules: Bound to the map.
    """

    def __init__(self, rules: Sequence[HouseRule]) -> None:
        self._rules: dict[str, HouseRule] = {rule.name: replace(rule, memory=begin(rule.automaton)) for rule in rules}
        self._waived: set[str] = set()
        self._time_s: float | None = None
        self._last: Point | None = None
        self._step = 0
        self._new_step = False
        self._call: tuple[str, tuple[str, ...]] | None = None

    def rules(self, clock_s: float | None = None) -> tuple[HouseRule, ...]:
        """The rules as they stand now, to judge what is still to come by.

        Args:
            clock_s: Time of day now, seconds after midnight.
        """
        return tuple(replace(rule, clock_s=clock_s) for name, rule in self._rules.items() if name not in self._waived)

    def begin_step(self, number: int) -> None:
        """A step begins, with its drive."""
        self._step, self._new_step, self._call = number, True, None

    def begin_call(self, skill: str, things: tuple[str, ...]) -> None:
        """The step's function begins."""
        self._call = (skill, things)

    def end_call(self) -> None:
        """The step's function has ended."""
        self._call = None

    def waive(self, names: Sequence[str]) -> None:
        """Rules that the operator sets aside for the rest of the mission."""
        self._waived |= set(names)

    def see(
        self,
        world: World,
        body: Body,
        state: RobotState,
        *,
        time_s: float,
        speed: float | None = None,
        clock_s: float | None = None,
        way: Way | None = None,
    ) -> Seen:
        """Take in where the robot is and how it stands.

        Args:
            world: What is known of the map now.
            body: The empty body; what the robot carries counts as part of it.
            state: What the robot reports.
            time_s: Robot time; only differences count.
            speed: Its speed, m/s; None when it is not known.
            clock_s: Time of day, seconds after midnight.
            way: What it has driven since the last look, however long ago that was; nothing on it is missed.
        """
        here = state.pose.point
        body = laden(body, state.carrying, world)
        planned = PlanState.of(state, body)
        letters: dict[str, list[_Stay]] = {}
        spots: dict[str, list[Point | None]] = {}
        driven = None if way is None else _driven(world, body, way, speed or 0.0)
        for name, rule in self._active():
            setting = replace(rule.setting, clock_s=clock_s)
            reader = Reader(setting, world, body)
            moment = reader.still(planned, here, (0.0, 0.0), call=self._call, speed=speed or 0.0)
            letter = moment.letter if speed is not None else _unknown(moment.letter, setting.atoms, "speed_over")
            if driven is not None:
                on_the_way = list(reader.drive(planned, driven, (0.0, 0.0)))
                spots[name] = [passing.where for passing in on_the_way]
                letters[name] = [(*passing.letter, passing.duration_s[0]) for passing in on_the_way]
            else:
                passed = _passed(setting.atoms, world, self._last, here)
                letters[name] = [(letter[0] | passed, letter[1], 0.0)] if passed else []
            letters[name].append((*letter, 0.0))
        self._last = here
        return self._take(letters, time_s, spots)

    def foresee(self, world: World, body: Body, state: RobotState, route: Route, clock_s: float | None = None) -> Breach | None:
        """Whether driving a route would certainly break a rule, and where first."""
        body = laden(body, state.carrying, world)
        planned = PlanState.of(state, body)
        motion = motion_along(world, body, route)
        for _, rule in self._active():
            reader = Reader(replace(rule.setting, clock_s=clock_s), world, body)
            memory = rule.memory or begin(rule.automaton)
            if _is_dead(rule.automaton, memory):
                continue
            for moment in reader.drive(planned, motion, (0.0, 0.0)):
                before, memory = memory, advance(rule.automaton, memory, moment)
                if rule.severity == "error" and _is_dead(rule.automaton, memory):
                    return Breach(rule, _text(culprit(rule.automaton, before, memory)), moment.where, ahead=True)
        return None

    def replay(self, records: Sequence[Mapping[str, Any]]) -> None:
        """See again what was written down before a crash; rules whose formula is another by now begin anew."""
        for record in records:
            self._step, self._new_step = int(record["step"]), bool(record["new_step"])
            told = record["rules"]
            letters: dict[str, list[_Stay]] = {
                name: [(int(holds), int(unknown), float(lasts)) for holds, unknown, lasts in told[name]["letters"]]
                for name, rule in self._active()
                if name in told and told[name]["formula"] == str(rule.formula)
            }
            self._take(letters, float(record["time_s"]))

    def _take(
        self, letters: Mapping[str, Sequence[_Stay]], time_s: float, spots: Mapping[str, Sequence[Point | None]] = _NOWHERE
    ) -> Seen:
        """Advance each rule over the time since the last look, and then by what is seen now."""
        lasted = 0.0 if self._time_s is None else max(0.0, time_s - self._time_s)
        first, self._new_step, self._time_s = self._new_step, False, time_s
        changed = first
        breaches = []
        for name, seen in letters.items():
            rule = self._rules[name]
            old = rule.memory or begin(rule.automaton)
            course = _course(rule.automaton, old, seen, lasted, first)
            changed |= len({memory.letter for memory in (old, *course)}) > 1
            self._rules[name] = fresh = replace(rule, memory=course[-1])
            where = [None] * (len(course) - len(seen)) + [*spots.get(name, ()), self._last]
            for index, (before, after) in enumerate(pairwise((old, *course))):
                if _is_dead(rule.automaton, after) and not _is_dead(rule.automaton, before):
                    at = where[index] if index < len(where) else self._last
                    breaches.append(Breach(fresh, _text(culprit(rule.automaton, before, after)), at or self._last))
        record = {
            "time_s": round(time_s, 3),
            "step": self._step,
            "new_step": first,
            "rules": {
                name: {"formula": str(self._rules[name].formula), "letters": [list(letter) for letter in seen]}
                for name, seen in letters.items()
            },
        }
        return Seen(record if changed else None, tuple(breaches))

    def _active(self) -> list[tuple[str, HouseRule]]:
        return [(name, rule) for name, rule in self._rules.items() if name not in self._waived]


def _course(automaton: Automaton, memory: Memory, seen: Sequence[_Stay], lasted: float, new_step: bool) -> list[Memory]:
    """What is remembered after each stay of what was seen; their time is the end of the time since the last look."""
    course: list[Memory] = []
    lasted -= sum(lasts for _, _, lasts in seen)
    if memory.letter is not None and lasted > 0 and memory.waits:
        late = sum(1 << bit for bit, atom in enumerate(automaton.atoms) if atom.deadline is not None)
        letter = (memory.letter[0] & ~late, memory.letter[1] & ~late)
        memory = advance(automaton, memory, Moment(letter=letter, duration_s=(lasted, lasted)))
        course.append(memory)
    for index, (true, unknown, lasts) in enumerate(seen):
        moment = Moment(letter=(true, unknown), duration_s=(lasts, lasts), new_step=new_step and index == 0)
        memory = advance(automaton, memory, moment)
        course.append(memory)
    return course


def _driven(world: World, body: Body, way: Way, speed: float) -> Motion | None:
    """The part of a drive that was driven since the last look, its time spread evenly; None when it is none."""
    motion = motion_along(world, body, way.route)
    start, end = (min(max(metres, 0.0), float(motion.along[-1])) for metres in (way.start_m, way.end_m))
    if end - start < 1e-6:
        return None
    between = (motion.along > start) & (motion.along < end)
    along = np.concatenate([[start], motion.along[between], [end]])
    points = np.column_stack([np.interp(along, motion.along, motion.points[:, axis]) for axis in (0, 1)])
    times = (along - start) * (way.seconds / (end - start))
    return Motion(points=points, along=along, speeds=np.full(len(along), speed), soonest=times, latest=times)


def _unknown(letter: Letter, atoms: tuple[Atom, ...], predicate: str) -> Letter:
    mask = sum(1 << bit for bit, atom in enumerate(atoms) if atom.predicate == predicate)
    return (letter[0] & ~mask, letter[1] | mask)


def _passed(atoms: tuple[Atom, ...], world: World, last: Point | None, here: Point) -> int:
    """Bits of the doors that were crossed since the last look."""
    if last is None or last == here:
        return 0
    way = np.array([last, here])
    return sum(1 << bit for bit, atom in enumerate(atoms) if atom.predicate == "crosses" and crossings(atom, world, way))


def _text(atom: Atom | None) -> str:
    return "" if atom is None else str(atom)


def _is_dead(automaton: Automaton, memory: Memory) -> bool:
    return memory.states & automaton.dead == memory.states
