"""Ideas: what may work instead of a call, or before it, from what a finding says. Nothing is judged here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import islice

from maps import Door, Feature, FeatureType, Place, Point, Thing, distance
from maps.naming import near_names
from skills import Condition, Skill, SkillCall
from skills.whereabouts import Rides
from verifier.contracts import needs
from verifier.finding import Code, Finding
from verifier.riding import rides
from verifier.step import Situation, Step

__all__ = ["IDEAS", "LEADS", "PLACES", "TRIES", "Idea", "near_names_of", "near_places"]

TRIES = 8
"""How many candidates are tried for one finding."""
_ALIKE = 3
"""How many skills whose names look alike are candidates."""


@dataclass(frozen=True, slots=True)
class Idea:
    """Something that may work: the last call in this step's stead, or this step's own, the others before it.

    With a ``situation`` it is not the plan that changes but what holds before it.
    """

    calls: tuple[SkillCall, ...]
    change: str | None = None
    situation: Situation | None = None


def _replaced(call: SkillCall, parameter: str, value: str) -> SkillCall:
    return SkillCall(skill=call.skill, args={**call.args, parameter: value})


def _other_skill(step: Step, finding: Finding) -> Iterator[Idea]:
    for name in get_close_matches(step.call.skill, step.scope.skills.names, n=_ALIKE):
        yield Idea((SkillCall(skill=name, args=step.call.args),))


def _other_arguments(step: Step, finding: Finding) -> Iterator[Idea]:
    """An argument under a wrong name: the one that is missing, or none."""
    if step.skill is None:
        return
    for name in finding.detail.get("docks") or finding.detail.get("instead") or ():
        if finding.detail.get("parameter"):
            yield Idea((_replaced(step.call, finding.detail["parameter"], name),))
    extra = [name for name in step.call.args if step.skill.parameter(name) is None]
    missing = [parameter.name for parameter in step.skill.parameters if parameter.name not in step.call.args]
    for name in extra[:2]:
        kept = {key: value for key, value in step.call.args.items() if key not in extra}
        for other in missing:
            yield Idea((SkillCall(skill=step.call.skill, args={**kept, other: step.call.args[name]}),))
        yield Idea((SkillCall(skill=step.call.skill, args=kept),))


def _other_names(step: Step, finding: Finding) -> Iterator[Idea]:
    parameter = str(finding.detail["parameter"])
    for name in _alike(step, finding):
        yield Idea((_replaced(step.call, parameter, name),))


def _alike(step: Step, finding: Finding) -> tuple[str, ...]:
    """Names of the right type that look alike; for a place also where a thing of that name stands."""
    world, kind = step.scope.world, finding.detail["kind"]
    names = [feature.name for feature in near_names_of(step, kind, finding.subject)]
    if kind == "place":
        thing = world.things.get(world.resolve("thing", finding.subject) or "")
        if thing is not None:
            home = world.places.get(thing.place or "") or world.place_at(thing.position)
            names[:0] = [] if home is None else [home.name]
    return tuple(dict.fromkeys(names))


def near_names_of(step: Step, kind: FeatureType, text: str) -> Iterator[Feature]:
    """Features of a type whose name or alias looks like a text, best first."""
    features = step.scope.world.features(kind)
    spoken = {label: feature for feature in features.values() for label in (feature.name, *feature.aliases)}
    for label in near_names(text, spoken, most=5):
        yield spoken[label]


def _open_doors(step: Step, finding: Finding) -> Iterator[Idea]:
    """Open what is closed, by a skill that can; say which lock to open where no skill can."""
    doors: Mapping[str, str] = finding.detail.get("doors", {})
    openers = [call for name, state in doors.items() if state == "closed" for call in _openers(step, name)]
    for call in openers:
        yield Idea((call, step.call), f"{_text(call)} before step {step.number}")
    if len(doors) > 1 and len(openers) >= len(doors):
        change = " and ".join(_text(call) for call in openers) + f" before step {step.number}"
        yield Idea((*openers, step.call), change)
    state = step.before.state
    for name in doors:
        state = state.with_door(name, "open")
    if any(value == "locked" for value in doors.values()):
        listed = " and ".join(repr(name) for name in doors)
        yield Idea((step.call,), f"unlock {listed} before the plan starts", replace(step.before, state=state))
    yield from _nearest_places(step, finding)


def _look_around(step: Step, finding: Finding) -> Iterator[Idea]:
    """See first what has not been seen yet."""
    for look in _looks(step, finding):
        yield Idea((look, step.call), f"{_text(look)} before step {step.number}")
    yield from _nearest_places(step, finding)


def _looks(step: Step, finding: Finding) -> Iterator[SkillCall]:
    """Calls that explore the place that a leg leads into, or the one that it is stopped in."""
    world, leg = step.scope.world, step.leg
    explore = step.scope.skills["explore"] if "explore" in step.scope.skills else None
    if explore is None or _only(explore, "place") is None or step.call.skill == explore.name:
        return
    points = (None if leg is None else leg.target, finding.where)
    places = (None if point is None else world.place_at(point) for point in points)
    for name in dict.fromkeys(place.name for place in places if place is not None):
        yield SkillCall(skill=explore.name, args={"place": name})


def _openers(step: Step, door: str) -> Iterator[SkillCall]:
    """Calls whose declared effect opens a door."""
    feature = step.scope.world.doors[door]
    for skill in step.scope.skills:
        parameter = _only(skill, "door")
        if parameter is not None and any(
            effect.apply(step.before.state, {parameter: feature}).doors.get(door) == "open"
            for effect in skill.effects
            if effect.parameters() == (parameter,)
        ):
            yield SkillCall(skill=skill.name, args={parameter: door})


def _take_lifts(step: Step, finding: Finding) -> Iterator[Idea]:
    """Ride to the level that the step is about, by each of the shortest ways."""
    building = step.scope.world.building
    if building is None:
        return
    riders = [(skill, effect) for skill in step.scope.skills if (effect := rides(skill)) is not None and _takes_two(skill, effect)]
    for way in islice(building.ways(*finding.detail["levels"]), TRIES):
        for skill, effect in riders:
            calls = tuple(SkillCall(skill=skill.name, args={effect.lift: here, effect.to: there}) for here, there in way)
            change = " and ".join(_text(call) for call in calls) + f" before step {step.number}"
            yield Idea((*calls, step.call), change)


def _takes_two(skill: Skill, effect: Rides) -> bool:
    """Whether a call needs nothing but the two cabins."""
    return {parameter.name for parameter in skill.parameters if parameter.required} <= {effect.lift, effect.to}


def _only(skill: Skill, kind: str) -> str | None:
    """The parameter of this kind, where a call needs nothing else."""
    needed = [parameter for parameter in skill.parameters if parameter.required]
    fitting = [parameter for parameter in skill.parameters if parameter.kind == kind]
    return fitting[0].name if len(fitting) == 1 and all(parameter is fitting[0] for parameter in needed) else None


def _nearest_places(step: Step, finding: Finding) -> Iterator[Idea]:
    """The places nearest to the goal that the robot can get to: for the same call, or to go there instead."""
    goto = step.call if _place_parameter(step) else None
    parameter = _place_parameter(step) or "place"
    if goto is None and "goto" in step.scope.skills:
        goto = SkillCall(skill="goto", args={})
    if goto is None or step.leg is None or step.leg.target is None:
        return
    for place, _ in near_places(step, step.leg.target):
        yield Idea((_replaced(goto, parameter, place.name),))


def near_places(step: Step, point: Point) -> Iterator[tuple[Place, float]]:
    """Reachable places by distance from a point, without the one that was asked for."""
    from verifier.routes import Target, reaches

    leg = step.leg
    places = sorted(step.scope.world.places.values(), key=lambda place: (distance(place.centre, point), place.name))
    for place in places:
        if leg is not None and place.name == leg.subject:
            continue
        target = Target(motion="at", feature=place)
        if reaches(step.scope, step.before.pose, target, step.before.state.doors, unknown=step.scope.unknown):
            yield place, distance(place.centre, point)


def _place_parameter(step: Step) -> str | None:
    leg, skill = step.leg, step.skill
    if leg is None or skill is None or not leg.parameter:
        return None
    parameter = skill.parameter(leg.parameter)
    return leg.parameter if parameter is not None and parameter.kind == "place" else None


def _make_it_hold(step: Step, finding: Finding) -> Iterator[Idea]:
    """Calls whose declared effects bring about what is required, made before this step."""
    if step.skill is None:
        return
    wanted = [item for item in needs(step.skill, step.leg is not None) if item.to_json() == finding.detail.get("condition")]
    for call in (call for condition in wanted for call in _suppliers(step, condition)):
        yield Idea((call, step.call), f"{_text(call)} before step {step.number}")


def _suppliers(step: Step, condition: Condition) -> Iterator[SkillCall]:
    named = step.named
    for skill in step.scope.skills:
        for args in _fillings(step, skill):
            state = step.before.state
            features: dict[str, object] = dict(args)
            for name, value in args.items():
                parameter = skill.parameter(name)
                if parameter is not None and parameter.is_name:
                    features[name] = step.scope.world.feature(parameter.kind, value)  # type: ignore[arg-type]
            for effect in skill.effects:
                state = effect.apply(state, features)
            if condition.holds(state, named):
                yield SkillCall(skill=skill.name, args=dict(args))


def _fillings(step: Step, skill: Skill) -> Iterator[dict[str, str]]:
    """Arguments for a skill from what this step is about and from where the robot is."""
    needed = [parameter for parameter in skill.parameters if parameter.required]
    if not skill.effects or len(needed) > 1:
        return
    if not needed:
        yield {}
        return
    kinds: Mapping[type, str] = {Place: "place", Thing: "thing", Door: "door"}
    about = [feature for feature in step.arguments.features.values() if kinds.get(type(feature)) == needed[0].kind]
    names = [feature.name for feature in about]
    if needed[0].kind == "place":
        here = step.scope.world.place_at(step.before.pose.point)
        names += [] if here is None else [here.name]
    for name in dict.fromkeys(names):
        yield {needed[0].name: name}


def _text(call: SkillCall) -> str:
    from verifier.wording import short

    return short(call)


PLACES: tuple[Code, ...] = (
    "NO_VALID_PATH", "UNKNOWN_SPACE", "KEEPOUT", "CLEARANCE", "DOOR_CLOSED", "GOAL_OCCUPIED", "GOAL_OUTSIDE_MAP", "OUT_OF_REACH",
    "NOT_VISIBLE", "WITHIN_TOLERANCE", "NOT_DRIVABLE", "NO_LANE",
)  # fmt: skip
"""What is wrong with where a leg is to end, so that another place may do."""

LEADS: dict[Code, Callable[[Step, Finding], Iterator[Idea]]] = {
    "DOOR_CLOSED": _open_doors,
    "NEEDS_LIFT": _take_lifts,
    "UNKNOWN_SPACE": _look_around,
    "PRECONDITION": _make_it_hold,
    "INVARIANT": _make_it_hold,
}
"""What can be put before a call so that it holds."""

IDEAS: dict[Code, Callable[[Step, Finding], Iterator[Idea]]] = {
    "UNKNOWN_SKILL": _other_skill,
    "BAD_ARGUMENT": _other_arguments,
    "UNKNOWN_NAME": _other_names,
    **dict.fromkeys(PLACES, _nearest_places),
    **LEADS,
}
"""What may work, by the finding's code; the likeliest first."""
