"""Random small domains (contracts over facts, one-ofs, numbers, sets, doors and the hand) and plans, without geometry."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np

from maps import Body, Door, GridFrame, Place, Pose, RobotState, Route, Thing, World
from skills import (
    Condition,
    Effect,
    Parameter,
    Plan,
    Skill,
    SkillCall,
    SkillSet,
    adds,
    at,
    at_least,
    at_most,
    docked,
    door_is,
    fact,
    frees,
    hand_empty,
    hand_free,
    holding,
    in_set,
    keeps,
    near,
    one_of,
    puts_down,
    sets,
    size_of,
)  # fmt: skip
from verifier.checks.conditions import check_conditions
from verifier.checks.exclusions import check_exclusions
from verifier.checks.invariants import check_invariants
from verifier.checks.lifts import check_lifts
from verifier.checks.reach import check_reach
from verifier.finding import Finding
from verifier.step import Cost, Leg, Scope, Situation, Step
from verifier.walk import begin, proceed, simulate

__all__ = ["BODY", "DOORS", "PLACES", "THINGS", "judge", "plans", "random_skills", "small_world", "start_state", "without_geometry"]

PLACES = ("Hall A", "lab-2", "Büro")
THINGS = ("red box", "Cup", "x_1")
DOORS = ("gate", "hatch 3")
AMOUNTS = (0.5, 1.0, 2.0)
WORDS = ("hello", "Good Day!")
BODY = Body(gripper_capacity=2)
_MOST_UNCERTAIN = 4
"""With more uncertain steps the simulator carries the union of the branches only."""


def small_world(rng: random.Random) -> World:
    """Three places, three things (most with a weight) and two doors, on a map that nothing is asked of."""
    things = [
        Thing(name=name, position=(2.0, 2.0), attributes={"weight_kg": rng.choice([1.0, 2.0, 3.5])} if rng.random() < 0.8 else {})
        for name in THINGS
    ]
    places = [Place(name=name, pose=Pose(2.0, 2.0)) for name in PLACES]
    doors = [
        Door(name=name, segment=((1.0, 2.5), (2.0, 2.5)), state=rng.choice(["open", "closed", "locked"]))  # type: ignore[arg-type]
        for name in DOORS
    ]
    cells = np.zeros((40, 40), dtype=np.int8)
    return World.build("small", GridFrame(0.1, Pose(0, 0), 40, 40), cells, places=places, things=things, doors=doors)


def start_state(rng: random.Random) -> RobotState:
    """A robot that may carry something and may be docked."""
    carrying = tuple(rng.sample(THINGS, rng.choice([0, 0, 0, 1, 2])))
    return RobotState(pose=Pose(2.0, 2.0), battery_wh=100.0, carrying=carrying, docked=rng.random() < 0.3)


def random_skills(rng: random.Random, *, outcomes: bool, after: bool) -> SkillSet:
    """Four to seven random skills.

    Args:
        rng: Chance.
        outcomes: Whether some of them have several outcomes; then nothing is asked that only a measurement can tell.
        after: Whether invariants and exclusions may be about what other effects change, which PDDL does not see.
    """
    return SkillSet(_skill(rng, f"do_{index}", outcomes=outcomes, after=after) for index in range(rng.randint(4, 7)))


def plans(rng: random.Random, skills: SkillSet, world: World, state: RobotState, count: int, length: int) -> Iterator[Plan]:
    """Random plans of up to so many steps, most steps chosen so that they hold, so that plans go on for a while."""
    sure = [skill for skill in skills if not skill.uncertain]
    for _ in range(count):
        uncertain = 0
        scope = Scope(plan=Plan(steps=()), world=world, state=state, body=BODY, skills=skills)
        situation, steps = begin(scope), []
        patience = rng.choice([1, 3, 6, 10])
        for number in range(1, rng.randint(1, length) + 1):
            for _ in range(patience):
                call = _call(rng, rng.choice(sure if uncertain == _MOST_UNCERTAIN else skills.skills), world)
                step = simulate(scope, situation, number, call)
                if not any(finding.severity == "error" for finding in _findings(step)):
                    break
            steps.append(call)
            uncertain += skills[call.skill].uncertain
            situation = proceed(step)
        yield Plan(steps=tuple(steps))


def judge(plan: Plan, skills: SkillSet, world: World, state: RobotState, *, outcomes: bool) -> list[tuple[str, str]]:
    """What the simulator says of each step until the first that cannot hold.

    Args:
        plan: The plan.
        skills: Random skills.
        world: The small world.
        state: The robot's state.
        outcomes: Whether skills have several outcomes. If not, every finding counts as ``never``, also what nobody has measured: a
            planner knows of no measuring.

    Returns:
        For each step two of ``ok``, ``open`` (in some outcomes only) and ``never``: of its conditions, and of what has to hold
        still after its effects.
    """
    scope = Scope(plan=plan, world=world, state=state, body=BODY, skills=skills)
    situation: Situation = begin(scope)
    told: list[tuple[str, str]] = []
    for number, call in enumerate(plan.steps, start=1):
        step = simulate(scope, situation, number, call)
        before, after = "ok", "ok"
        for finding in _findings(step):
            grade = "open" if finding.severity == "warning" and outcomes else "never"
            if finding.detail.get("moment") == "end":
                after = max(after, grade, key=_GRADES.index)
            else:
                before = max(before, grade, key=_GRADES.index)
        told.append((before, "ok" if before == "never" else after))
        if "never" in (before, after):
            break
        situation = proceed(step)
    return told


_GRADES = ("ok", "open", "never")


@contextmanager
def without_geometry() -> Iterator[None]:
    """Within it every drive has a route and costs nothing, so that only conditions and effects count."""

    def find_leg(scope: Scope, situation: Situation, skill: Skill, arguments: Any) -> Leg | None:
        from verifier.legs import targets

        for parameter, target in targets(scope, situation, skill, arguments):
            return Leg(
                subject=target.name,
                parameter=parameter,
                motion=target.motion,
                start=_POSE,
                result=_ROUTE,
                target=(2.0, 2.0),
                goal=target,
            )
        return None

    with (
        mock.patch("verifier.walk.find_leg", find_leg),
        mock.patch("verifier.walk.step_cost", lambda *_: Cost()),
        mock.patch("verifier.walk.find_home", lambda *_: None),
        mock.patch("verifier.walk._home_after", lambda *_: None),
        mock.patch("verifier.walk._used", lambda step: step.before.used),
    ):
        yield


_POSE = Pose(2.0, 2.0)
_ROUTE = Route(
    points=((2.0, 2.0), (2.0, 2.0)), length_m=0.0, grid_length_m=0.0, clearance_m=1.0, clearance_at=(2.0, 2.0), revision=""
)


def _findings(step: Step) -> Iterator[Finding]:
    if step.scope.world.building is not None:
        yield from check_reach(step)
        yield from check_lifts(step)
    yield from check_conditions(step)
    yield from check_invariants(step)
    yield from check_exclusions(step)


def _call(rng: random.Random, skill: Skill, world: World) -> SkillCall:
    choices: dict[str, tuple[Any, ...]] = {
        "place": (*world.places,),
        "thing": THINGS,
        "door": DOORS,
        "number": AMOUNTS,
        "text": WORDS,
    }
    choices["described"] = WORDS
    given = [item for item in skill.parameters if item.required or rng.random() < 0.5]
    return SkillCall(skill=skill.name, args={item.name: rng.choice(choices[item.kind]) for item in given})


def _skill(rng: random.Random, name: str, *, outcomes: bool, after: bool) -> Skill:
    parameters = _parameters(rng)
    kinds: dict[str, list[str]] = {}
    for parameter in parameters:
        kinds.setdefault(parameter.kind, []).append(parameter.name)
    moves = any(parameter.motion for parameter in parameters)
    inside = not moves and rng.random() < 0.15
    effects = _effects(rng, kinds, rng.randint(1, 3), inside=inside)
    ways: dict[str, tuple[Effect, ...]] = {}
    if outcomes and name != "do_0" and rng.random() < 0.3:
        ways = {"found": _effects(rng, kinds, 1, inside=False, hand=False), "not found": ()}
        taken = {_target(effect) for effect in effects}
        ways["found"] = tuple(effect for effect in ways["found"] if _target(effect) not in taken)

    def some(most: int) -> tuple[Condition, ...]:
        return tuple(_condition(rng, kinds, measured=not outcomes) for _ in range(rng.randint(0, most)))

    return Skill(
        name=name,
        summary="Do.",
        parameters=parameters,
        requires=some(2),
        effects=effects,
        invariant=some(1) if rng.random() < 0.3 and after else (),
        excludes=(fact("late"),) if rng.random() < 0.1 and after else (),
        confirms=some(1) if rng.random() < 0.2 else (),
        outcomes=ways,
        uncertain=bool(ways),
        uses=frozenset(rng.sample(("base", "arm"), rng.randint(0, 1))),
        motion="implied" if moves else "inside" if inside else "none",
        function=_nothing,
    )


def _nothing() -> None:
    """What no test calls."""


def _parameters(rng: random.Random) -> tuple[Parameter, ...]:
    found = []
    for kind, name in (("place", "p"), ("thing", "t"), ("thing", "u"), ("door", "d"), ("number", "n"), ("text", "w")):
        if rng.random() < (0.5 if kind == "thing" else 0.35):
            annotation = {"number": float, "text": str}.get(kind, Any)
            found.append(Parameter(name=name, kind=kind, annotation=annotation, doc="x"))  # type: ignore[arg-type]
    movable = [index for index, item in enumerate(found) if item.kind in ("place", "thing", "door")]
    if movable and rng.random() < 0.5:
        index = rng.choice(movable)
        found[index] = replace(found[index], motion="at" if found[index].kind == "place" else "near")
    return tuple(found)


def _condition(rng: random.Random, kinds: dict[str, list[str]], *, measured: bool) -> Condition:
    options: list[Condition] = [
        fact("late"), fact("late"), one_of("mode", "day"), one_of("mode", "night"), hand_empty(), hand_free(), holding(), docked(),
        at_least("litres", rng.choice(AMOUNTS)), at_most("litres", rng.choice(AMOUNTS)),
        at_most(size_of("tray"), rng.choice((0, 1))),
        at_least(size_of("tray"), 1), keeps("arm"),
    ]  # fmt: skip
    for name in kinds.get("thing", ()):
        options += [fact(f"wet {{{name}}}"), holding(name), in_set("tray", name), one_of(f"lid of {{{name}}}", "open")]
    for name in kinds.get("door", ()):
        options += [door_is(name, "open"), door_is(name, "locked"), fact(f"oiled {{{name}}}")]
    for name in kinds.get("number", ()):
        options += [at_least("litres", name), at_most(name, 1.0)]
    for name in kinds.get("text", ()):
        options += [fact(f"said {{{name}}}"), one_of("greeting", f"{{{name}}}")]
    chosen = rng.choice(options)
    located: list[Condition] = [at(name) for name in kinds.get("place", ())]
    located += [near(name) for kind in ("thing", "door") for name in kinds.get(kind, ())]
    if measured and located and rng.random() < 0.2:
        return rng.choice(located)
    if measured and kinds.get("thing") and rng.random() < 0.15:
        chosen = at_most(f"{kinds['thing'][0]}.weight_kg", rng.choice((1.0, 2.0)))
    return ~chosen if rng.random() < 0.4 else chosen


def _effects(rng: random.Random, kinds: dict[str, list[str]], count: int, *, inside: bool, hand: bool = True) -> tuple[Effect, ...]:
    options: list[Effect] = [
        fact("late"), ~fact("late"), one_of("mode", "day"), one_of("mode", "night"), adds("litres", rng.choice((-1, -0.5, 0.5, 1))),
        sets("litres", 2), keeps("arm"), frees("arm"), docked(), frees("base"), keeps("base"),
    ]  # fmt: skip
    for name in kinds.get("thing", ()):
        options += [fact(f"wet {{{name}}}"), ~fact(f"wet {{{name}}}"), in_set("tray", name), ~in_set("tray", name)]
        options += [one_of(f"lid of {{{name}}}", "open"), one_of(f"lid of {{{name}}}", "shut")]
    for name in kinds.get("door", ()):
        options += [door_is(name, state) for state in ("open", "closed", "locked")] + [fact(f"oiled {{{name}}}")]
    for name in kinds.get("number", ()):
        options += [adds("litres", name), adds("litres", f"-{name}"), sets("litres", name)]
    for name in kinds.get("text", ()):
        options += [fact(f"said {{{name}}}"), one_of("greeting", f"{{{name}}}")]
    if inside:
        options += [at(name) for name in kinds.get("place", ())] + [near(name) for name in kinds.get("door", ())]
    if hand:
        options += [puts_down()] + [effect(name) for name in kinds.get("thing", ()) for effect in (holding, puts_down)]
    chosen: list[Effect] = []
    once: set[str] = set()
    for effect in rng.sample(options, min(count, len(options))):
        target = _target(effect)
        if target is None or target not in once:
            chosen.append(effect)
            once |= set() if target is None else {target}
    return tuple(chosen)


def _target(effect: Effect) -> str | None:
    """What may be changed once only in a call, since PDDL cannot follow it twice; facts and numbers may be changed again."""
    data = effect.to_json()
    kind = str(data["is"])
    if kind in ("Holding", "PutsDown"):
        return "hand"
    if kind == "OneOf":
        return str(data["name"])
    inner = data.get("condition", data)
    return "tray" if inner.get("is") == "Member" else None
