"""Alternatives: what would work instead. Each is simulated and judged by the same checks before anybody hears of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import islice

from maps import Door, Feature, FeatureType, Place, Point, Thing, distance
from maps.naming import near_names
from skills import Condition, Skill, SkillCall
from skills.whereabouts import Rides
from verifier.checks import found_in
from verifier.contracts import needs
from verifier.edit import Edit
from verifier.finding import Alternative, Code, Finding
from verifier.riding import rides
from verifier.step import Situation, Step
from verifier.walk import proceed, simulate

__all__ = ["MOST", "with_alternatives"]

MOST = 3
"""How many alternatives a finding carries."""
_TRIES = 8
"""How many candidates are tried for one finding."""


@dataclass(frozen=True, slots=True)
class _Idea:
    """Something that may work: the last call in this step's stead, or this step's own, the others before it.

    With a ``situation`` it is not the plan that changes but what holds before it.
    """

    calls: tuple[SkillCall, ...]
    change: str | None = None
    situation: Situation | None = None


def with_alternatives(step: Step, finding: Finding) -> Finding:
    """Add what would work instead of, or before, this step.

    Args:
        step: The step that the finding is about, as simulated.
        finding: The finding.

    Returns:
        The finding with at most three verified alternatives, and in ``detail`` names that look alike and the nearest place
        that the robot can reach. An alternative with a call alone stands for this step; one with a call and a ``change``
        is inserted before it.
    """
    think = _IDEAS.get(finding.code)
    if think is None or finding.because_of is not None:
        return finding
    found: dict[str, Alternative] = {}
    for idea in islice(think(step, finding), _TRIES):
        if len(found) == MOST:
            break
        good = idea if works(step, idea) else next(_led_up_to(step, idea), None)
        if good is not None:
            alternative = _alternative(step, good)
            found.setdefault(alternative.model_dump_json(), alternative)
    facts = _facts(step, finding)
    return finding.model_copy(update={"alternatives": tuple(found.values()), "detail": {**finding.detail, **facts}})


def works(step: Step, idea: _Idea) -> bool:
    """Whether the calls, made one after the other from this step's situation, have no error."""
    situation = step.before if idea.situation is None else idea.situation
    for call in idea.calls:
        tried = simulate(step.scope, situation, step.number, call)
        if any(finding.severity == "error" for finding in found_in(tried)):
            return False
        situation = proceed(tried)
    return True


def _led_up_to(step: Step, idea: _Idea) -> Iterator[_Idea]:
    """What a call that would do in this step's stead needs first: a door opened, a condition brought about."""
    if len(idea.calls) != 1 or idea.change is not None or idea.calls[0] == step.call:
        return
    tried = simulate(step.scope, step.before, step.number, idea.calls[0])
    errors = [finding for finding in found_in(tried) if finding.severity == "error"]
    for finding in errors[:1]:
        think = _LEADS.get(finding.code)
        for more in islice(think(tried, finding), _TRIES) if think is not None else ():
            if len(more.calls) > 1 and more.situation is None and more.calls[-1] == idea.calls[0] and works(step, more):
                yield replace(more, change=f"{more.change}, and {_text(idea.calls[0])} instead of it")


def _alternative(step: Step, idea: _Idea) -> Alternative:
    """An idea as data: what it does to the plan is spelt out where it is more than one call in one place."""
    if idea.situation is not None:
        return Alternative(change=idea.change)
    before, last = idea.calls[:-1], idea.calls[-1]
    if idea.change is None:
        return Alternative(call=last)
    if len(before) == 1 and last == step.call:
        return Alternative(call=before[0], change=idea.change)
    edits = [] if last == step.call else [Edit(verb="replace", step=step.number, call=last)]
    edits += [Edit(verb="insert", step=step.number, call=call) for call in reversed(before)]
    return Alternative(call=before[0] if before else None, change=idea.change, edits=tuple(edits))


def _replaced(call: SkillCall, parameter: str, value: str) -> SkillCall:
    return SkillCall(skill=call.skill, args={**call.args, parameter: value})


def _other_skill(step: Step, finding: Finding) -> Iterator[_Idea]:
    for name in get_close_matches(step.call.skill, step.scope.skills.names, n=MOST):
        yield _Idea((SkillCall(skill=name, args=step.call.args),))


def _other_arguments(step: Step, finding: Finding) -> Iterator[_Idea]:
    """An argument under a wrong name: the one that is missing, or none."""
    if step.skill is None:
        return
    for name in finding.detail.get("docks") or finding.detail.get("instead") or ():
        if finding.detail.get("parameter"):
            yield _Idea((_replaced(step.call, finding.detail["parameter"], name),))
    extra = [name for name in step.call.args if step.skill.parameter(name) is None]
    missing = [parameter.name for parameter in step.skill.parameters if parameter.name not in step.call.args]
    for name in extra[:2]:
        kept = {key: value for key, value in step.call.args.items() if key not in extra}
        for other in missing:
            yield _Idea((SkillCall(skill=step.call.skill, args={**kept, other: step.call.args[name]}),))
        yield _Idea((SkillCall(skill=step.call.skill, args=kept),))


def _other_names(step: Step, finding: Finding) -> Iterator[_Idea]:
    parameter = str(finding.detail["parameter"])
    for name in _alike(step, finding):
        yield _Idea((_replaced(step.call, parameter, name),))


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


def _open_doors(step: Step, finding: Finding) -> Iterator[_Idea]:
    """Open what is closed, by a skill that can; say which lock to open where no skill can."""
    doors: Mapping[str, str] = finding.detail.get("doors", {})
    openers = [call for name, state in doors.items() if state == "closed" for call in _openers(step, name)]
    for call in openers:
        yield _Idea((call, step.call), f"{_text(call)} before step {step.number}")
    if len(doors) > 1 and len(openers) >= len(doors):
        change = " and ".join(_text(call) for call in openers) + f" before step {step.number}"
        yield _Idea((*openers, step.call), change)
    state = step.before.state
    for name in doors:
        state = state.with_door(name, "open")
    if any(value == "locked" for value in doors.values()):
        listed = " and ".join(repr(name) for name in doors)
        yield _Idea((step.call,), f"unlock {listed} before the plan starts", replace(step.before, state=state))
    yield from _nearest_places(step, finding)


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


def _take_lifts(step: Step, finding: Finding) -> Iterator[_Idea]:
    """Ride to the level that the step is about, by each of the shortest ways."""
    building = step.scope.world.building
    if building is None:
        return
    riders = [(skill, effect) for skill in step.scope.skills if (effect := rides(skill)) is not None and _takes_two(skill, effect)]
    for way in islice(building.ways(*finding.detail["levels"]), _TRIES):
        for skill, effect in riders:
            calls = tuple(SkillCall(skill=skill.name, args={effect.lift: here, effect.to: there}) for here, there in way)
            change = " and ".join(_text(call) for call in calls) + f" before step {step.number}"
            yield _Idea((*calls, step.call), change)


def _takes_two(skill: Skill, effect: Rides) -> bool:
    """Whether a call needs nothing but the two cabins."""
    return {parameter.name for parameter in skill.parameters if parameter.required} <= {effect.lift, effect.to}


def _only(skill: Skill, kind: str) -> str | None:
    """The parameter of this kind, where a call needs nothing else."""
    needed = [parameter for parameter in skill.parameters if parameter.required]
    fitting = [parameter for parameter in skill.parameters if parameter.kind == kind]
    return fitting[0].name if len(fitting) == 1 and all(parameter is fitting[0] for parameter in needed) else None


def _nearest_places(step: Step, finding: Finding) -> Iterator[_Idea]:
    """The places nearest to the goal that the robot can get to: for the same call, or to go there instead."""
    goto = step.call if _place_parameter(step) else None
    parameter = _place_parameter(step) or "place"
    if goto is None and "goto" in step.scope.skills:
        goto = SkillCall(skill="goto", args={})
    if goto is None or step.leg is None or step.leg.target is None:
        return
    for place, _ in _near(step, step.leg.target):
        yield _Idea((_replaced(goto, parameter, place.name),))


def _near(step: Step, point: Point) -> Iterator[tuple[Place, float]]:
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


def _make_it_hold(step: Step, finding: Finding) -> Iterator[_Idea]:
    """Calls whose declared effects bring about what is required, made before this step."""
    if step.skill is None:
        return
    wanted = [item for item in needs(step.skill, step.leg is not None) if item.to_json() == finding.detail.get("condition")]
    for call in (call for condition in wanted for call in _suppliers(step, condition)):
        yield _Idea((call, step.call), f"{_text(call)} before step {step.number}")


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


def _facts(step: Step, finding: Finding) -> dict[str, object]:
    """What the sentence says besides: names that look alike, the nearest place or point within reach."""
    if finding.code == "UNKNOWN_NAME":
        near = () if "is" in finding.detail else near_names_of(step, finding.detail["kind"], finding.subject)
        alike = list(dict.fromkeys(feature.name for feature in near))[:MOST]
        return {"alike": alike} if alike else {}
    if finding.code not in _PLACES or step.leg is None or step.leg.target is None:
        return {}
    nearest = next(_near(step, step.leg.target), None)
    return {} if nearest is None else {"nearest": nearest[0].name, "nearest_m": round(nearest[1], 3)}


_PLACES: tuple[Code, ...] = (
    "NO_VALID_PATH", "UNKNOWN_SPACE", "KEEPOUT", "CLEARANCE", "DOOR_CLOSED", "GOAL_OCCUPIED", "GOAL_OUTSIDE_MAP", "OUT_OF_REACH",
    "NOT_VISIBLE", "WITHIN_TOLERANCE", "NOT_DRIVABLE", "NO_LANE",
)  # fmt: skip

_LEADS: dict[Code, Callable[[Step, Finding], Iterator[_Idea]]] = {
    "DOOR_CLOSED": _open_doors,
    "NEEDS_LIFT": _take_lifts,
    "PRECONDITION": _make_it_hold,
    "INVARIANT": _make_it_hold,
}

_IDEAS: dict[Code, Callable[[Step, Finding], Iterator[_Idea]]] = {
    "UNKNOWN_SKILL": _other_skill,
    "BAD_ARGUMENT": _other_arguments,
    "UNKNOWN_NAME": _other_names,
    **dict.fromkeys(_PLACES, _nearest_places),
    **_LEADS,
}
