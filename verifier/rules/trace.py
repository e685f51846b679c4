"""Trace: a simulated plan as the moments that a rule speaks of: along every leg what is entered, left and crossed, then the call.

Along a leg the robot's motion is the one that ``policies.follow`` plans for the verified route: positions at most 5 cm apart,
each within the tracking bound of the route, with the speed there and bounds on the time.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

import numpy as np
import numpy.typing as npt

from maps import Body, Point, Route, World
from skills import PlanState
from verifier.rules.atom import SPATIAL, Atom
from verifier.rules.moment import Moment
from verifier.rules.motion import Motion, motion_along
from verifier.rules.shapes import BoolArray, crossings, holds_at
from verifier.step import Step
from verifier.verdict import Interval

__all__ = ["Motion", "Reader", "Setting", "moments", "motion_along"]

Bits = npt.NDArray[np.int64]

_DAY_S = 86_400.0
_HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a rule's atoms are read against besides the steps.

    Attributes:
        atoms: The rule's atoms, in the order of their bits.
        kinds: Kinds of things by name, from when the rules were read: what is carried is no longer on the map.
        clock_s: Time of day when the first moment begins, seconds after midnight; None when nobody says.
    """

    atoms: tuple[Atom, ...]
    kinds: Mapping[str, str] = field(default_factory=dict)
    clock_s: float | None = None


def moments(steps: Sequence[Step], setting: Setting) -> Iterator[Moment]:
    """The moments of a plan.

    Args:
        steps: The plan, simulated.
        setting: The rule's atoms and what they are read against.

    Yields:
        First where the robot stands, then for each step its drive, its call and how it ends. Where a step's way cannot be
        foretold (it explores, it has no route, or an earlier one left nobody knows where) what hangs on the place is not known.
    """
    if not steps:
        return
    first = steps[0]
    pose = first.before.state.pose
    reader = Reader(setting, first.scope.world, first.scope.body)
    yield reader.still(first.before.state, None if pose is None else pose.point, (0.0, 0.0))
    lost = pose is None
    clock: Interval = (0.0, 0.0)
    for step in steps:
        if step.scope.body != reader.body:  # larger or smaller by what is carried
            reader = Reader(setting, step.scope.world, step.scope.body)
        for index, moment in enumerate(_step(reader, step, lost, clock)):
            yield replace(moment, step=step.number, new_step=index == 0)
        lost = _lost_after(step, lost)
        clock = (clock[0] + step.cost.time_s[0], clock[1] + step.cost.time_s[1])


def _step(reader: "Reader", step: Step, lost: bool, clock: Interval) -> Iterator[Moment]:
    before = step.before.state
    here: Point | None = None if lost or before.pose is None else before.pose.point
    driven: Interval = (0.0, 0.0)
    leg = step.leg
    if leg is not None and isinstance(leg.result, Route):
        motion = motion_along(step.scope.world, step.scope.body, leg.result)
        driven = (float(motion.soonest[-1]), float(motion.latest[-1]))
        if lost or leg.provisional:
            yield reader.wandering(before, leg.result.start, driven, clock, float(motion.speeds.max()))
        else:
            yield from reader.drive(before, motion, clock)
        here = leg.result.end.point
    elif leg is not None:
        nowhere = reader.wandering(before, None, (0.0, 0.0), clock, step.scope.body.max_speed)
        yield replace(nowhere, hollow=True)
        here = None if step.arrived.pose is None else step.arrived.pose.point
    there = (clock[0] + driven[0], clock[1] + driven[1])
    lasts = (max(0.0, step.cost.time_s[0] - driven[0]), max(0.0, step.cost.time_s[1] - driven[1]))
    yield reader.still(step.arrived, here, there, duration_s=lasts, call=_call_of(step))
    if _roams(step):
        roaming = reader.wandering(step.arrived, here, lasts, there, step.scope.body.max_speed)
        yield replace(roaming, hollow=step.skill is None or bool(step.arguments.mistakes))
        here = None
    ended = (there[0] + lasts[0], there[1] + lasts[1])
    spent = replace(step.after, battery=_least(step.spent, step.after.battery))
    yield reader.still(spent, here, ended)


def _call_of(step: Step) -> tuple[str, tuple[str, ...]]:
    """A step's skill and the things that it names."""
    parameters = step.skill.parameters if step.skill is not None else ()
    values = (step.arguments.values.get(parameter.name) for parameter in parameters if parameter.kind == "thing")
    return step.call.skill, tuple(str(value) for value in values if value is not None)


def _least(spent: Interval, after: Interval) -> Interval:
    return spent if spent[0] < after[0] else after


def _roams(step: Step) -> bool:
    return step.skill is None or bool(step.arguments.mistakes) or step.skill.motion in ("inside", "undeclared")


def _lost_after(step: Step, lost: bool) -> bool:
    """Whether nobody can say where the robot is after a step."""
    if _roams(step):
        return True
    return lost if step.leg is None else False


class Reader:
    """Reads a rule's atoms at given places, times and states."""

    def __init__(self, setting: Setting, world: World, body: Body) -> None:
        self.setting = setting
        self.world = world
        self.body = body
        self.things = {**setting.kinds, **{name: thing.kind for name, thing in world.things.items()}}

    def still(
        self,
        state: PlanState,
        where: Point | None,
        since: Interval,
        *,
        duration_s: Interval = (0.0, 0.0),
        call: tuple[str, tuple[str, ...]] | None = None,
        speed: float = 0.0,
    ) -> Moment:
        """A moment in one place: a skill's call, with the names of its things, if one is given."""
        points = np.array([where if where is not None else (0.0, 0.0)])
        motion = Motion(
            points=points, along=np.zeros(1), speeds=np.array([speed]), soonest=np.zeros(1), latest=np.array([duration_s[1]])
        )
        sure, perhaps = self._letters(state, motion, since, drains=False)
        true, unknown = int(sure[0]), int(perhaps[0])
        if where is None:
            true, unknown = self._blurred(true, unknown)
        for bit, atom in enumerate(self.setting.atoms):
            if call is not None and self._calls(atom, *call):
                true |= 1 << bit
        return Moment(
            letter=(true, unknown),
            where=where,
            duration_s=duration_s,
            speed=speed,
            battery_wh=state.battery[0],
            carried=state.carrying,
        )

    def wandering(self, state: PlanState, where: Point | None, lasts: Interval, since: Interval, speed: float) -> Moment:
        """A drive of which only how long it takes is known."""
        points = np.zeros((1, 2))
        motion = Motion(
            points=points, along=np.zeros(1), speeds=np.array([speed]), soonest=np.zeros(1), latest=np.array([lasts[1]])
        )
        sure, perhaps = self._letters(state, motion, since, drains=True)
        fast = reduce(int.__or__, (1 << b for b, a in enumerate(self.setting.atoms) if a.predicate == "speed_over"), 0)
        true, unknown = int(sure[0]), int(perhaps[0])
        true, unknown = true & ~fast, unknown | (true & fast)
        return Moment(
            letter=self._blurred(true, unknown), where=where, duration_s=lasts, wandering=True,
            speed=speed, battery_wh=state.battery[0], carried=state.carrying,
        )  # fmt: skip

    def drive(self, state: PlanState, motion: Motion, since: Interval) -> Iterator[Moment]:
        """The moments of a drive: one for each stretch in which nothing changes, one for each door."""
        sure, perhaps = self._letters(state, motion, since, drains=True)
        doors: dict[int, int] = {}
        for bit, atom in enumerate(self.setting.atoms):
            if atom.predicate == "crosses":
                for index in crossings(atom, self.world, motion.points):
                    doors[index] = doors.get(index, 0) | 1 << bit
        changes = np.flatnonzero((np.diff(sure) != 0) | (np.diff(perhaps) != 0)) + 1
        cuts = sorted({0, *changes.tolist(), *(index + 1 for index in doors), len(sure)})
        for start, end in itertools.pairwise(cuts):
            if start - 1 in doors:
                yield self._stretch(state, motion, start, start, int(sure[start]) | doors[start - 1], int(perhaps[start]))
            yield self._stretch(state, motion, start, end, int(sure[start]), int(perhaps[start]))

    def _stretch(self, state: PlanState, motion: Motion, start: int, end: int, true: int, unknown: int) -> Moment:
        last = min(end, len(motion.along) - 1)
        lasts = (float(motion.soonest[last] - motion.soonest[start]), float(motion.latest[last] - motion.latest[start]))
        watts = self.body.idle_w + self.body.drive_w
        speeds = motion.speeds[start : max(end, start + 1)]
        return Moment(
            letter=(true, unknown),
            where=(float(motion.points[start, 0]), float(motion.points[start, 1])),
            along_m=float(motion.along[start]),
            duration_s=(0.0, 0.0) if end == start else lasts,
            speed=float(speeds.max()),
            battery_wh=state.battery[0] - float(motion.latest[last]) * watts / _HOUR,
            carried=state.carrying,
        )

    def _blurred(self, true: int, unknown: int) -> tuple[int, int]:
        """A letter without what hangs on the place."""
        where = reduce(int.__or__, (1 << bit for bit, atom in enumerate(self.setting.atoms) if atom.predicate in SPATIAL), 0)
        return true & ~where, unknown | where

    def _letters(self, state: PlanState, motion: Motion, since: Interval, *, drains: bool) -> tuple[Bits, Bits]:
        sure = np.zeros(len(motion.points), dtype=np.int64)
        perhaps = np.zeros(len(motion.points), dtype=np.int64)
        for bit, atom in enumerate(self.setting.atoms):
            holds, may = self._read(atom, state, motion, since, drains)
            sure |= np.where(holds, 1 << bit, 0)
            perhaps |= np.where(may, 1 << bit, 0)
        return sure, perhaps

    def _read(self, atom: Atom, state: PlanState, motion: Motion, since: Interval, drains: bool) -> tuple[BoolArray, BoolArray]:
        count = len(motion.points)
        never = np.zeros(count, dtype=bool)
        if atom.predicate in ("at", "in", "near"):
            return holds_at(atom, self.world, self.body, motion.points, lambda name: _put(name, state))
        if atom.predicate == "speed_over":
            assert atom.amount is not None
            return motion.speeds > atom.amount + 1e-6, never
        if atom.predicate == "battery_below":
            watts = (self.body.idle_w + self.body.drive_w) / _HOUR if drains else 0.0
            floor = self._charge(atom)
            most, least = state.battery[1] - motion.soonest * watts, state.battery[0] - motion.latest * watts
            return most < floor, (least < floor) & ~(most < floor)
        if atom.predicate == "clock":
            return self._clock(atom, since, motion)
        if atom.predicate in ("carrying", "carrying_over"):
            holds, may = self._carries(atom, state)
            return never | holds, never | may
        return never, never

    def _charge(self, atom: Atom) -> float:
        assert atom.amount is not None
        return atom.amount * self.body.battery_wh / 100.0 if atom.unit == "%" else atom.amount

    def _carries(self, atom: Atom, state: PlanState) -> tuple[bool, bool]:
        """Whether enough of what an atom wants is carried, certainly or possibly; nobody knows the kind of a strange thing."""
        if atom.name is not None:
            return atom.name in state.carrying, atom.name in state.maybe_carrying
        of_kind = sum(atom.kind is None or self.things.get(name) == atom.kind for name in state.carrying)
        doubtful = sum(atom.kind is not None and name not in self.things for name in state.carrying)
        doubtful += sum(atom.kind is None or self.things.get(name, atom.kind) == atom.kind for name in state.maybe_carrying)
        wanted = 1 if atom.amount is None else int(atom.amount) + 1
        return of_kind >= wanted, of_kind < wanted <= of_kind + doubtful

    def _calls(self, atom: Atom, skill: str, named: tuple[str, ...]) -> bool:
        if atom.predicate == "calls":
            return skill == atom.name
        if atom.predicate not in ("inspects", "picks") or skill != atom.predicate[:-1]:
            return False
        if atom.name is not None:
            return atom.name in named
        return atom.kind is None or any(self.things.get(name) == atom.kind for name in named)

    def _clock(self, atom: Atom, since: Interval, motion: Motion) -> tuple[BoolArray, BoolArray]:
        """Whether it is certainly, or only possibly, within a window of the day at each point of a motion."""
        never = np.zeros(len(motion.points), dtype=bool)
        if self.setting.clock_s is None or atom.window is None:
            return never, ~never
        start, end = (60.0 * minutes for minutes in atom.window)
        length = (end - start) % _DAY_S
        soonest = self.setting.clock_s + since[0] + motion.soonest
        spread = since[1] - since[0] + motion.latest - motion.soonest
        into = (soonest - start) % _DAY_S
        inside = into + spread < length
        outside = (into >= length) & (into + spread < _DAY_S)
        return inside, ~inside & ~outside


def _put(name: str, state: PlanState) -> Point | bool | None:
    """Where a thing is by now, as ``holds_at`` asks."""
    if name in state.carrying:
        return True
    return state.thing_places.get(name) if name in state.thing_places else False
