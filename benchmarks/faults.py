"""Faults: one thing that is wrong with an otherwise good plan, its map, its robot or its limits, and what must be found."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.good_plans import Good, reached
from maps import Door, Pose, World, Zone, distance, goal_at, reachable, start_pose
from maps.change import DoorChange, FeatureChange
from maps.clearance import clearance
from skills import Plan, SkillCall, library
from verifier import Finding, Limits, Rule, Verdict, verify
from verifier.step import Step

__all__ = ["FAULTS", "Broken", "Unfit"]


class Unfit(LookupError):
    """This fault cannot be seeded in this plan."""


@dataclass(frozen=True)
class Broken:
    """A plan with one fault.

    Attributes:
        good: What was broken, with what changed of map, robot and plan.
        step: Where it must be found; None for the plan as a whole.
        code: How.
        limits: The caller's.
        rules: House rules.
    """

    good: Good
    step: int | None
    code: str
    limits: Limits | None = None
    rules: tuple[Rule, ...] = ()


Seed = Callable[[random.Random, Good], Broken]


def _with(good: Good, steps: list[SkillCall]) -> Good:
    return replace(good, plan=good.plan.model_copy(update={"steps": tuple(steps)}))


def _in(good: Good, world: World) -> Good:
    """The same plan on another map, of which it knows nothing."""
    plan = good.plan.model_copy(update={"revision": None})
    return replace(good, world=world, plan=plan)


def _find(good: Good, *skills: str) -> int:
    """The index of the first step with one of these skills."""
    for index, call in enumerate(good.plan.steps):
        if call.skill in skills:
            return index
    raise Unfit


def _changed(good: Good, index: int, **args: Any) -> Good:
    steps = list(good.plan.steps)
    steps[index] = SkillCall(skill=steps[index].skill, args={**steps[index].args, **args})
    return _with(good, steps)


def _inserted(good: Good, index: int, call: SkillCall) -> Good:
    steps = list(good.plan.steps)
    steps.insert(index, call)
    return _with(good, steps)


def _without(good: Good, index: int) -> Good:
    steps = list(good.plan.steps)
    del steps[index]
    return _with(good, steps)


def _misspelt(rng: random.Random, name: str) -> str:
    """A name with a slip of the finger: two letters changed places, one lost, one typed twice."""
    at = rng.randrange(1, max(2, len(name) - 1))
    how = rng.randrange(3)
    if how == 0 and name[at - 1] != name[at]:
        return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]
    return name[:at] + name[at + 1 :] if how == 1 and len(name) > 3 else name[:at] + name[at] + name[at:]


def misspelt_name(kind: str, *skills: str) -> Seed:
    """A name with a slip of the finger."""

    def seed(rng: random.Random, good: Good) -> Broken:
        index = _find(good, *skills)
        name = str(good.plan.steps[index].args[kind])
        for _ in range(50):
            wrong = _misspelt(rng, name)
            if good.world.resolve(kind, wrong) is None:  # type: ignore[arg-type]
                return Broken(_changed(good, index, **{kind: wrong}), index + 1, "UNKNOWN_NAME")
        raise Unfit

    return seed


def misspelt_skill(rng: random.Random, good: Good) -> Broken:
    """A skill with a slip of the finger."""
    index = rng.randrange(len(good.plan.steps))
    steps = list(good.plan.steps)
    wrong = _misspelt(rng, steps[index].skill)
    if wrong in ("say", "ask", "pick", "place", "dock", "wait", "goto", "search", "report", "inspect", "explore", "open_door"):
        raise Unfit
    steps[index] = SkillCall(skill=wrong, args=steps[index].args)
    return Broken(_with(good, steps), index + 1, "UNKNOWN_SKILL")


def invented_skill(rng: random.Random, good: Good) -> Broken:
    """A step that no skill can do."""
    index = rng.randrange(len(good.plan.steps) + 1)
    name = rng.choice(("dance", "juggle", "paint_wall", "levitate", "brew_coffee"))
    return Broken(_inserted(good, index, SkillCall(skill=name)), index + 1, "UNKNOWN_SKILL")


def wrong_type(rng: random.Random, good: Good) -> Broken:
    """An argument of another type."""
    index = _find(good, rng.choice(("goto", "wait", "inspect", "pick")))
    name = next(iter(good.plan.steps[index].args))
    value = rng.choice(([], {"x": 1}, True)) if name == "seconds" else rng.choice((3, ["a"], {"x": 1}, None))
    return Broken(_changed(good, index, **{name: value}), index + 1, "BAD_ARGUMENT")


def missing_argument(rng: random.Random, good: Good) -> Broken:
    """A required argument left out."""
    index = _find(good, rng.choice(("goto", "inspect", "pick", "place", "open_door", "wait")))
    steps = list(good.plan.steps)
    steps[index] = SkillCall(skill=steps[index].skill)
    return Broken(_with(good, steps), index + 1, "BAD_ARGUMENT")


def extra_argument(rng: random.Random, good: Good) -> Broken:
    """An argument that the skill does not have."""
    index = rng.randrange(len(good.plan.steps))
    return Broken(_changed(good, index, **{rng.choice(("speed", "colour", "priority")): 1}), index + 1, "BAD_ARGUMENT")


def renamed_argument(rng: random.Random, good: Good) -> Broken:
    """An argument under another name."""
    index = _find(good, rng.choice(("goto", "inspect", "pick", "open_door")))
    steps = list(good.plan.steps)
    steps[index] = SkillCall(skill=steps[index].skill, args={"location": next(iter(steps[index].args.values()))})
    return Broken(_with(good, steps), index + 1, "BAD_ARGUMENT")


def out_of_range(rng: random.Random, good: Good) -> Broken:
    """A number that the skill does not take."""
    index = _find(good, "wait")
    return Broken(_changed(good, index, seconds=rng.choice((-5.0, 0.0, 1e6))), index + 1, "BAD_ARGUMENT")


def not_a_dock(rng: random.Random, good: Good) -> Broken:
    """Sent to charge where there is no dock."""
    index = _find(good, "dock")
    place = good.plan.steps[_find(good, "goto")].args["place"]
    return Broken(_changed(good, index, place=place), index + 1, "BAD_ARGUMENT")


def swapped(rng: random.Random, good: Good) -> Broken:
    """Put down before it is picked up."""
    pick, place = _find(good, "pick"), _find(good, "place")
    steps = list(good.plan.steps)
    steps[pick], steps[place] = steps[place], steps[pick]
    return Broken(_with(good, steps), pick + 1, "PRECONDITION")


def pick_left_out(rng: random.Random, good: Good) -> Broken:
    """Put down what nobody has picked up."""
    index = _find(good, "pick")
    return Broken(_without(good, index), index + 1, "PRECONDITION")


def picked_twice(rng: random.Random, good: Good) -> Broken:
    """The same thing picked up again."""
    index = _find(good, "pick")
    return Broken(_inserted(good, index + 1, good.plan.steps[index]), index + 2, "PRECONDITION")


def hand_full(rng: random.Random, good: Good) -> Broken:
    """Another thing picked up before the hand is free."""
    index = _find(good, "pick")
    other = good.plan.steps[_find(good, "inspect")].args["thing"]
    return Broken(_inserted(good, index + 1, SkillCall(skill="pick", args={"thing": other})), index + 2, "PRECONDITION")


def put_down_twice(rng: random.Random, good: Good) -> Broken:
    """Put down again with nothing in the hand."""
    index = _find(good, "place")
    return Broken(_inserted(good, index + 1, good.plan.steps[index]), index + 2, "PRECONDITION")


def too_heavy(rng: random.Random, good: Good) -> Broken:
    """The thing turns out to weigh more than the robot may carry."""
    index = _find(good, "pick")
    thing = good.world.things[str(good.plan.steps[index].args["thing"])]
    heavy = replace(thing, attributes={**thing.attributes, "weight_kg": good.body.payload_kg + rng.uniform(0.1, 60.0)})
    world = good.world.apply(FeatureChange(type="thing", name=thing.name, feature=heavy, origin="operator"))
    return Broken(_in(good, world), index + 1, "PRECONDITION")


def _door(good: Good) -> tuple[int, Door]:
    """The step that needs a door (its index), and the door."""
    number, name = next(iter(good.rooms.items()))
    return number - 1, good.world.doors[name]


def open_door_left_out(rng: random.Random, good: Good) -> Broken:
    """A closed door that the plan forgets to open."""
    _, door = _door(good)
    world = good.world.apply(DoorChange(door=door.name, state="closed", origin="operator"))
    short = _in(_without(good, _find(good, "open_door")), world)
    return Broken(short, _first_behind(short, door.name), "DOOR_CLOSED")


def _first_behind(good: Good, door: str) -> int:
    """The first step that is sent to where only this door leads."""
    start = start_pose(good.world)
    shut = reachable(good.world, good.body, start, doors={door: "closed"})
    for number, call in enumerate(good.plan.steps, start=1):
        goal = _goal(good, call)
        if goal is None or call.skill == "open_door" or shut[goal.cells[:, 0], goal.cells[:, 1]].any():
            continue
        if not reached(good.world, start, goal, {door: "open"}):
            raise Unfit
        return number
    raise Unfit


def _goal(good: Good, call: SkillCall) -> Any:
    from maps import goal_near

    place, thing = call.args.get("place"), call.args.get("thing")
    if isinstance(place, str):
        return goal_at(good.world, good.world.places[place], good.body)
    if isinstance(thing, str):
        return goal_near(good.world, good.world.things[thing], good.body)
    return None


def door_locked(rng: random.Random, good: Good) -> Broken:
    """The door that the plan opens is locked."""
    _, door = _door(good)
    world = good.world.apply(DoorChange(door=door.name, state="locked", origin="operator"))
    broken = _in(good, world)
    opening = _find(good, "open_door") + 1
    if _first_behind(broken, door.name) < opening:
        raise Unfit
    return Broken(broken, opening, "PRECONDITION")


def locked_and_not_opened(rng: random.Random, good: Good) -> Broken:
    """A way through a door that is locked, and the plan does not know."""
    _, door = _door(good)
    world = good.world.apply(DoorChange(door=door.name, state="locked", origin="operator"))
    short = _in(_without(good, _find(good, "open_door")), world)
    return Broken(short, _first_behind(short, door.name), "DOOR_CLOSED")


def keepout_across(rng: random.Random, good: Good) -> Broken:
    """A keep-out zone laid over the doorway."""
    _, door = _door(good)
    short = _without(good, _find(good, "open_door"))
    opened = good.world.apply(DoorChange(door=door.name, state="open", origin="operator"))
    number = _first_behind(_in(short, opened), door.name)
    zone = Zone(name="wet floor", rule="keepout", outline=_around(door, 0.3))
    world = opened.apply(FeatureChange(type="zone", name=zone.name, feature=zone, origin="operator"))
    short = _in(short, world)
    if _touches(short, zone):
        raise Unfit
    return Broken(short, number, "KEEPOUT")


def _touches(good: Good, zone: Zone) -> bool:
    """Whether the start or an earlier goal lies in the zone."""
    x = [point[0] for point in zone.outline]
    y = [point[1] for point in zone.outline]
    start = start_pose(good.world)
    return min(x) - 1 < start.x < max(x) + 1 and min(y) - 1 < start.y < max(y) + 1


def _around(door: Door, depth: float, grow: float = 0.3) -> tuple[tuple[float, float], ...]:
    """A rectangle over a doorway: so deep on both sides, and wider than it."""
    (x0, y0), (x1, y1) = door.segment
    span = max(distance(*door.segment), 1e-9)
    ux, uy = (x1 - x0) / span, (y1 - y0) / span
    ax, ay, bx, by = x0 - grow * ux, y0 - grow * uy, x1 + grow * ux, y1 + grow * uy
    return (
        (ax - depth * uy, ay + depth * ux), (bx - depth * uy, by + depth * ux),
        (bx + depth * uy, by - depth * ux), (ax + depth * uy, ay - depth * ux),
    )  # fmt: skip


def _filled(good: Good, door: Door, value: int, share: float) -> World:
    """The map with cells of a doorway, from one end to this share of its width, set to a value; the door open."""
    from maps.polygon import touched_cells

    (x0, y0), (x1, y1) = door.segment
    end = (x0 + share * (x1 - x0), y0 + share * (y1 - y0))
    part = replace(door, segment=((x0, y0), end))
    cells = touched_cells(good.world.frame, _around(part, 0.15, 0.0))
    grid = np.array(good.world.cells)
    there = grid[cells[:, 0], cells[:, 1]]
    grid[cells[:, 0], cells[:, 1]] = np.where(there == 100, 100, value)
    world = good.world
    doors = [replace(d, state="open") if d.name == door.name else d for d in world.doors.values()]
    return World.build(
        world.name, world.frame, grid, world.places.values(), world.things.values(), doors, world.zones.values(),
        None if world.keepout_mask is None else world.keepout_mask.array,
        None if world.speed_mask is None else world.speed_mask.array,
    )  # fmt: skip


def _in_doorway(code: str, value: int, share: float) -> Seed:
    def seed(rng: random.Random, good: Good) -> Broken:
        _, door = _door(good)
        width = distance(*door.segment)
        part = 1.0 if share >= 1 else 1 - 0.75 * 2 * good.body.needed_clearance_m / width
        if not 0 < part <= 1:
            raise Unfit
        short = _without(good, _find(good, "open_door"))
        number = _first_behind(short, door.name)
        return Broken(_in(short, _filled(good, door, value, part)), number, code)

    return seed


def into_wall(rng: random.Random, good: Good) -> Broken:
    """A place's pose lies in a wall."""
    index = _find(good, "goto")
    walls = np.argwhere(good.world.cells == 100)
    row, col = walls[rng.randrange(len(walls))]
    return _moved(good, index, Pose(*good.world.frame.centre(int(row), int(col))), "GOAL_OCCUPIED")


def off_the_map(rng: random.Random, good: Good) -> Broken:
    """A place's pose lies outside of the map."""
    frame = good.world.frame
    corner = frame.centre(0, 0)
    return _moved(good, _find(good, "goto"), Pose(corner[0] - 5, corner[1] - 5), "GOAL_OUTSIDE_MAP")


def _moved(good: Good, index: int, pose: Pose, code: str) -> Broken:
    name = str(good.plan.steps[index].args["place"])
    for other, call in enumerate(good.plan.steps):
        if other < index and call.args.get("place") == name:
            raise Unfit
    place = replace(good.world.places[name], pose=pose)
    world = good.world.apply(FeatureChange(type="place", name=name, feature=place, origin="operator"))
    return Broken(_in(good, world), index + 1, code)


def start_in_wall(rng: random.Random, good: Good) -> Broken:
    """The robot believes that it stands in a wall."""
    walls = np.argwhere(good.world.cells == 100)
    row, col = walls[rng.randrange(len(walls))]
    pose = Pose(*good.world.frame.centre(int(row), int(col)))
    return Broken(replace(good, state=replace(good.state, pose=pose)), 1, "START_OCCUPIED")


def widened(rng: random.Random, good: Good) -> Broken:
    """A body that is wider than the doorway."""
    _, door = _door(good)
    short = _without(good, _find(good, "open_door"))
    world = good.world.apply(DoorChange(door=door.name, state="open", origin="operator"))
    body = replace(good.body, radius_m=distance(*door.segment) / 2 + rng.uniform(0.02, 0.08))
    start = start_pose(world)
    number = _first_behind(_in(short, world), door.name)
    if clearance(world)[world.frame.cell(start.point)] < body.needed_clearance_m:
        raise Unfit
    for call in short.plan.steps[: number - 1]:
        goal = _goal(replace(short, body=body), call)
        if goal is not None and not reached(world, start, goal, body=body):
            raise Unfit
    return Broken(replace(_in(short, world), body=body), number, "CLEARANCE")


def battery_cut(rng: random.Random, good: Good) -> Broken:
    """A battery that does for all but a long wait."""
    index = _find(good, "wait")
    hours = rng.uniform(0.6, 1.0)
    long = _changed(good, index, seconds=round(3600 * hours, 1))
    return Broken(replace(long, state=replace(good.state, battery_wh=good.body.reserve_wh + 12.0)), index + 1, "BATTERY")


def waits_too_long(rng: random.Random, good: Good) -> Broken:
    """Waiting again and again until the charge is too little."""
    index, hours = _find(good, "wait"), rng.randrange(1, 4)
    steps = list(good.plan.steps)
    steps[index : index + 1] = [SkillCall(skill="wait", args={"seconds": 3600})] * (hours + 2)
    charge = good.body.reserve_wh + (hours + 0.6) * good.body.idle_w
    return Broken(replace(_with(good, steps), state=replace(good.state, battery_wh=charge)), index + 1 + hours, "BATTERY")


def time_limit(rng: random.Random, good: Good) -> Broken:
    """Less time than the wait alone takes."""
    index = _find(good, "wait")
    long = _changed(good, index, seconds=3600.0)
    return Broken(long, index + 1, "TIME", limits=Limits(time_s=3000.0))


def step_limit(rng: random.Random, good: Good) -> Broken:
    """One step more than is allowed."""
    most = len(good.plan.steps) - rng.randrange(1, 3)
    return Broken(good, most + 1, "STEPS", limits=Limits(steps=most))


def distance_limit(rng: random.Random, good: Good) -> Broken:
    """The limit is reached halfway through one of the later drives."""
    lengths = [step.distance_m[1] for step in _verdict(good).steps]
    far = [index for index, length in enumerate(lengths) if length > 2.0 and index >= len(lengths) // 2]
    if not far:
        raise Unfit
    index = rng.choice(far)
    limit = round(sum(lengths[:index]) + lengths[index] / 2, 2)
    return Broken(good, index + 1, "DISTANCE", limits=Limits(distance_m=limit))


def _verdict(good: Good) -> Verdict:
    """What the good plan drives is taken from its own verdict: a limit has to be set by something."""
    return verify(good.plan, good.world, good.state, good.body, library())


def wrong_map(rng: random.Random, good: Good) -> Broken:
    """A plan for another map."""
    plan = good.plan.model_copy(update={"map": "moon base", "revision": None})
    return Broken(replace(good, plan=plan), None, "WRONG_MAP")


def no_steps(rng: random.Random, good: Good) -> Broken:
    """Nothing to do."""
    return Broken(replace(good, plan=Plan(map=good.plan.map, steps=())), None, "EMPTY_PLAN")


@dataclass(frozen=True)
class OffLimits:
    """A house rule: never sent to one place."""

    place: str
    name: str = "off limits"

    def to_json(self) -> dict[str, Any]:
        """As data."""
        return {"never at": self.place}

    def judge(self, steps: tuple[Step, ...]) -> Iterator[Finding]:
        """Every step that is sent there."""
        for step in steps:
            if step.leg is not None and step.leg.subject == self.place:
                yield Finding(code="RULE", step=step.number, subject=self.name, detail={"reason": f"{self.place!r} is off limits"})


def rule_violated(rng: random.Random, good: Good) -> Broken:
    """A house rule forbids a place that the plan goes to."""
    index = _find(good, "goto")
    return Broken(good, index + 1, "RULE", rules=(OffLimits(str(good.plan.steps[index].args["place"])),))


FAULTS: dict[str, Seed] = {
    "misspelt place": misspelt_name("place", "goto"),
    "misspelt thing": misspelt_name("thing", "inspect", "pick"),
    "misspelt door": misspelt_name("door", "open_door"),
    "misspelt skill": misspelt_skill,
    "invented skill": invented_skill,
    "wrong type": wrong_type,
    "missing argument": missing_argument,
    "extra argument": extra_argument,
    "argument under another name": renamed_argument,
    "number out of range": out_of_range,
    "docks at no dock": not_a_dock,
    "pick and place swapped": swapped,
    "pick left out": pick_left_out,
    "picked twice": picked_twice,
    "hand full": hand_full,
    "put down twice": put_down_twice,
    "thing too heavy": too_heavy,
    "open_door left out": open_door_left_out,
    "door locked": locked_and_not_opened,
    "opens a locked door": door_locked,
    "keep-out across the doorway": keepout_across,
    "doorway walled up": _in_doorway("NO_VALID_PATH", 100, 1.0),
    "obstacle in the doorway": _in_doorway("CLEARANCE", 100, 0.5),
    "doorway not seen yet": _in_doorway("UNKNOWN_SPACE", -1, 1.0),
    "body too wide": widened,
    "place in a wall": into_wall,
    "place off the map": off_the_map,
    "start in a wall": start_in_wall,
    "battery too low": battery_cut,
    "waits too long": waits_too_long,
    "time limit": time_limit,
    "distance limit": distance_limit,
    "step limit": step_limit,
    "wrong map": wrong_map,
    "no steps": no_steps,
    "house rule": rule_violated,
}
