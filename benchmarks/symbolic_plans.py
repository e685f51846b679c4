"""Random small worlds, and plans of random skills on them, judged without geometry."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np

from benchmarks.symbolic_skills import AMOUNTS, DOORS, PLACES, THINGS, WORDS
from maps import Body, Door, GridFrame, Place, Pose, RobotState, Route, Thing, World
from skills import Plan, Skill, SkillCall, SkillSet
from verifier.checks.conditions import check_conditions
from verifier.checks.exclusions import check_exclusions
from verifier.checks.invariants import check_invariants
from verifier.checks.lifts import check_lifts
from verifier.checks.reach import check_reach
from verifier.finding import Finding
from verifier.step import Cost, Leg, Scope, Situation, Step
from verifier.walk import begin, proceed, simulate

__all__ = ["BODY", "judge", "plans", "small_world", "start_state", "without_geometry"]

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
