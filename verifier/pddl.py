"""A planning problem in PDDL from a map and the robot's state, and a plan in the actions of the domain of ``skills.pddl``."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import permutations
from typing import Any

from maps import Body, DoorState, Feature, Place, Point, RobotState, World, contains
from skills import Plan, Skill, SkillCall, SkillSet, UnknownSkill
from skills.parameter import Parameter
from skills.pddl import Domain, encode, object_name
from skills.pddl.conditions import number
from skills.pddl.vocabulary import LEVEL
from verifier.riding import cabin_pose
from verifier.routes import Target, TargetMotion, reaches
from verifier.step import Scope

__all__ = ["action_text", "plan_text", "problem_text"]


def problem_text(domain: Domain, world: World, state: RobotState, body: Body, skills: SkillSet, plan: Plan | None = None) -> str:
    """The problem that the robot's state is: what there is and what holds; its goal is empty, for others to write.

    Args:
        domain: The domain of these skills.
        world: The map.
        state: The robot's state.
        body: Its capacity and battery.
        skills: The skills, for the values that their calls take.
        plan: A plan whose numbers and words are objects, too.

    Returns:
        PDDL. ``is-reachable`` holds for each place, thing and door that can be reached from here with every door open and
        unseen space free, or where skills take lifts from a cabin on its level: where it does not hold, no plan gets there. Where
        the robot is at the start is told by outlines.

    Raises:
        NotExpressible: With this map's names two facts read the same.
        SkillError: The plan has a call that is wrong.
    """
    carried = [name for name in state.carrying if name not in world.things]
    values = _values(domain, skills, plan)
    names = {"map-place": list(world.places), "map-thing": [*world.things, *carried], "map-door": list(world.doors)}
    domain.words.check_names({**names, "value": list(values)})
    levels = list(_levels(world)) if domain.words.rides else []
    objects = [
        *(f"{level} - {LEVEL}" for level in levels),
        *(f"{object_name('place', name)} - map-place" for name in world.places),
        *(f"{object_name('thing', name)} - map-thing" for name in (*world.things, *carried)),
        *(f"{object_name('door', name)} - map-door" for name in world.doors),
        *(f"{object_name('value', text)} - value" for text in values),
    ]
    init = [
        *_reached(Scope(plan=Plan(steps=()), world=world, state=state, body=body, skills=skills), lifts=domain.words.rides),
        *(_on_levels(world, state) if domain.words.rides else ()),
        *_holds_now(world, state),
        *_amounts(domain, world, state, body, values),
    ]
    return "\n".join(
        [
            f"(define (problem {encode(world.name)})",
            f"  (:domain {encode(domain.name)})",
            "  (:objects\n    " + "\n    ".join(objects) + ")",
            "  (:init\n    " + "\n    ".join(init) + ")",
            "  (:goal (and)))",
            "",
        ]
    )


def plan_text(domain: Domain, plan: Plan, world: World, outcomes: Mapping[int, str] | None = None) -> str:
    """A plan as lines of actions, as validators read it.

    Args:
        domain: The domain.
        plan: The plan; its arguments are right.
        world: Whose names count.
        outcomes: How each uncertain step ends, by its number; the first outcome that the skill declares otherwise.

    Raises:
        SkillError: A call names no skill of the domain, or its arguments are wrong.
    """
    lines = [action_text(domain, call, world, (outcomes or {}).get(number)) for number, call in enumerate(plan.steps, start=1)]
    return "".join(f"{line}\n" for line in lines)


def action_text(domain: Domain, call: SkillCall, world: World, outcome: str | None = None) -> str:
    """One call as an action: ``(pick thing-red_toolbox)``."""
    skill = _skill(domain, call)
    args = skill.check_args(call.args)
    action = domain.action(call.skill, args, next(iter(skill.outcomes), "") if outcome is None else outcome)
    objects = [_object(parameter, args[name], world) for name in action.parameters if (parameter := skill.parameter(name))]
    return f"({' '.join((action.name, *objects))})"


def _skill(domain: Domain, call: SkillCall) -> Skill:
    if call.skill not in domain.skills:
        raise UnknownSkill(f"there is no skill {call.skill!r} in this domain; it has {', '.join(domain.skills)}")
    return domain.skills[call.skill]


def _object(parameter: Parameter, value: Any, world: World) -> str:
    if parameter.kind in ("place", "thing", "door"):
        return object_name(parameter.kind, world.resolve(parameter.kind, value) or str(value))
    return object_name("value", _text(value))


def _text(value: Any) -> str:
    """A value as facts tell it."""
    return str(getattr(value, "name", value))


def _values(domain: Domain, skills: SkillSet, plan: Plan | None) -> dict[str, Any]:
    """The values that can be arguments, by their text: choices, defaults, and what the plan's calls give."""
    matter = {(key[0], name) for key, action in domain.actions.items() for name in action.parameters}
    found: list[Any] = []
    for skill in skills:
        for parameter in skill.parameters:
            if (skill.name, parameter.name) in matter and not parameter.is_name:
                found += [parameter.validate(choice) for choice in parameter.choices]
                found += [] if parameter.required or parameter.default is None else [parameter.default]
    for call in plan.steps if plan is not None else ():
        skill = _skill(domain, call)
        args = skill.check_args(call.args)
        found += [args[p.name] for p in skill.parameters if (call.skill, p.name) in matter and not p.is_name]
    return {_text(value): value for value in found if value is not None}


def _reached(scope: Scope, *, lifts: bool) -> Iterator[str]:
    world, building = scope.world, scope.world.building
    opened: dict[str, DoorState] = dict.fromkeys(world.doors, "open")
    starts = [scope.state.pose]
    if lifts and building is not None:
        starts += [cabin_pose(world.places[name]) for lift in building.lifts for name in lift.cabins if name in world.places]
    for feature in _features(world):
        motions: tuple[TargetMotion, ...] = ("at",) if isinstance(feature, Place) else ("near", "seen")
        targets = [Target(motion=motion, feature=feature) for motion in motions]
        near = [pose for pose in starts if building is None or not building.apart(pose.point, _point(feature))]
        if any(reaches(scope, pose, target, opened, unknown="allowed") for pose in near for target in targets):
            yield f"(is-reachable {_name(feature)})"


def _features(world: World) -> Iterable[Feature]:
    return (*world.places.values(), *world.things.values(), *world.doors.values())


def _point(feature: Feature) -> Point:
    point = Target(motion="at", feature=feature).point
    assert point is not None  # only a zone has none
    return point


_ONE_LEVEL = object_name("level", "ground")


def _levels(world: World) -> Iterator[str]:
    """The levels as objects: all is on one where the map has no lifts."""
    if world.building is None:
        yield _ONE_LEVEL
    else:
        yield from (object_name("level", level.name) for level in world.building.levels)


def _on_levels(world: World, state: RobotState) -> Iterator[str]:
    """On which level the robot and everything else is, and which cabins a lift joins."""
    building = world.building

    def level(point: Point) -> str | None:
        found = None if building is None else building.level_at(point)
        return _ONE_LEVEL if building is None else None if found is None else object_name("level", found.name)

    if (here := level(state.pose.point)) is not None:
        yield f"(robot-on {here})"
    for feature in _features(world):
        if (there := level(_point(feature))) is not None:
            yield f"(is-on {_name(feature)} {there})"
    for lift in () if building is None else building.lifts:
        for here, there in permutations(lift.cabins, 2):
            yield f"(lift-joins {object_name('place', here)} {object_name('place', there)})"


def _name(feature: Feature) -> str:
    kind = "place" if isinstance(feature, Place) else type(feature).__name__.lower()
    return object_name(kind, feature.name)


def _holds_now(world: World, state: RobotState) -> Iterator[str]:
    for place in world.places.values():
        if place.outline and contains(place.outline, state.pose.point):
            yield f"(at-place {object_name('place', place.name)})"
    for name in state.carrying:
        yield f"(is-holding {object_name('thing', name)})"
    for name, door in world.doors.items():
        yield f"(door-{state.doors.get(name, door.state)} {object_name('door', name)})"
    if state.docked:
        yield "(is-docked)"


def _amounts(domain: Domain, world: World, state: RobotState, body: Body, values: Mapping[str, Any]) -> Iterator[str]:
    words = domain.words
    if words.counts_hand:
        yield f"(= (carried-count) {len(state.carrying)})"
        yield f"(= (hand-capacity) {body.gripper_capacity})"
    if words.knows_battery:
        yield f"(= (battery-wh) {number(state.battery_wh)})"
        yield f"(= (battery-full-wh) {number(body.battery_wh)})"
    if words.knows_values:
        for text, value in values.items():
            counts = isinstance(value, int | float) and not isinstance(value, bool)
            yield f"(= (value-of {object_name('value', text)}) {number(value) if counts else 0})"
    yield from (f"(= (count-{encode(name)}) 0)" for name in words.quantities)
    yield from (f"(= (size-{encode(name)}) 0)" for name in words.sized)
    features: dict[str, Mapping[str, Feature]] = {"map-place": world.places, "map-thing": world.things, "map-door": world.doors}
    for attribute, kind in words.attributes.items():
        for feature in (f for name, group in features.items() if kind in (name, "map-feature") for f in group.values()):
            value = getattr(feature, "attributes", {}).get(attribute)
            amount = value if isinstance(value, int | float) and not isinstance(value, bool) else None
            if amount is not None:
                yield f"(known-{encode(attribute)} {_name(feature)})"
            yield f"(= (attr-{encode(attribute)} {_name(feature)}) {number(amount or 0)})"
