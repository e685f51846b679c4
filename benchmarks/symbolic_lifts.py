"""Random small buildings for the comparison with unified-planning: levels, lifts, and rides among the calls, without geometry."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np

from benchmarks.symbolic_plans import without_geometry
from benchmarks.symbolic_skills import DOORS, PLACES, THINGS, random_skills
from maps import Door, GridFrame, NoRoute, Place, Point, Pose, RobotState, Route, Thing, World
from maps.building import Building, Level, Lift
from skills import Skill, SkillSet, library
from verifier.step import Leg, Scope, Situation

__all__ = ["lift_skills", "lift_state", "lift_world", "with_levels"]

_WIDE = 6.0
"""How wide a level is, metres; its features lie in a row in its middle."""


def lift_world(rng: random.Random) -> World:
    """Two or three levels with the places, things and doors of the small world spread over them, and one or two lifts.

    A lift may leave out a level, and a level may be without any.
    """
    count = rng.choice((2, 3))
    names = tuple(f"floor {number}" for number in range(count))
    levels = tuple(
        Level(name=name, folder=name, offset=(_WIDE * i, 0.0), box=(_WIDE * i + 0.1, 0.0, _WIDE * (i + 1) - 0.1, 4.0))
        for i, name in enumerate(names)
    )
    lifts: list[Lift] = []
    cabins: list[Place] = []
    for number in range(rng.choice((1, 1, 2))):
        stops = tuple(sorted(rng.sample(range(count), rng.randint(2, count))))
        own = tuple(Place(name=f"Lift {number} at {stop}", kind="lift", pose=Pose(*_spot(stop, number))) for stop in stops)
        cabins += own
        lifts.append(
            Lift(name=f"lift {number}", levels=tuple(names[stop] for stop in stops), cabins=tuple(each.name for each in own))
        )

    def anywhere(index: int) -> Point:
        return _spot(rng.randrange(count), 2 + index)

    places = [Place(name=name, pose=Pose(*anywhere(i))) for i, name in enumerate(PLACES)]
    things = [Thing(name=name, position=anywhere(3 + i), attributes={"weight_kg": 1.0}) for i, name in enumerate(THINGS)]
    doors = []
    for i, name in enumerate(DOORS):
        x, y = anywhere(6 + i)
        state = rng.choice(["open", "closed", "locked"])
        doors.append(Door(name=name, segment=((x - 0.1, y), (x + 0.1, y)), state=state))  # type: ignore[arg-type]
    frame = GridFrame(0.1, Pose(0, 0), round(10 * _WIDE) * count, 40)
    world = World.build("small", frame, np.zeros(frame.shape, dtype=np.int8), places=[*places, *cabins], things=things, doors=doors)
    return replace(world, building=Building(levels, tuple(lifts)))


def _spot(level: int, index: int) -> Point:
    """One of eleven spots of a level, far enough from each other and from its edges for a cabin, metres."""
    return (_WIDE * level + 0.7 + 0.45 * index, 2.0)


def lift_state(rng: random.Random, world: World) -> RobotState:
    """A robot on some level, which may carry something and may be docked."""
    assert world.building is not None
    carrying = tuple(rng.sample(THINGS, rng.choice([0, 0, 1, 2])))
    at = _spot(rng.randrange(len(world.building.levels)), 5)
    return RobotState(pose=Pose(*at), battery_wh=100.0, carrying=carrying, docked=rng.random() < 0.3)


def lift_skills(rng: random.Random, world: World) -> SkillSet:
    """Random skills with the one that takes lifts, and ``goto``, ``pick`` and ``place`` to carry things from level to level.

    None of them drives by itself: then nobody knows where something was put down, which PDDL cannot say.
    """
    shipped = library(world)
    own = [skill for skill in random_skills(rng, outcomes=False, after=False) if skill.motion != "inside"]
    return SkillSet([shipped[name] for name in ("take_lift", "goto", "pick", "place")] + own)


@contextmanager
def with_levels() -> Iterator[None]:
    """As ``without_geometry``, but a drive has a route only where it stays on its level."""

    def find_leg(scope: Scope, situation: Situation, skill: Skill, arguments: Any) -> Leg | None:
        from verifier.legs import targets

        building = scope.world.building
        assert building is not None
        for parameter, target in targets(scope, situation, skill, arguments):
            point = target.point
            assert point is not None
            here = situation.pose.point
            result: Route | NoRoute = Route(
                points=(here, point), length_m=0.0, grid_length_m=0.0, clearance_m=1.0, clearance_at=here, revision=""
            )
            if building.apart(here, point):
                result = NoRoute(code="NO_VALID_PATH")
            return Leg(
                subject=target.name, parameter=parameter, motion=target.motion, start=situation.pose, result=result, target=point,
                goal=target,
            )  # fmt: skip
        return None

    with without_geometry(), mock.patch("verifier.walk.find_leg", find_leg):
        yield
