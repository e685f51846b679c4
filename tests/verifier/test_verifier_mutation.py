"""Good plans on the shipped maps have no errors; one seeded fault is found at its step with its code."""

from collections.abc import Callable
from functools import cache

import pytest
from verifier_worlds import BODY, LIBRARY, call

from maps import RobotState, Route, World, find_map, load_world, start_pose
from skills import Plan, SkillCall
from verifier import Verdict, verify

MAPS = ["warehouse", "hospital", "home", "plant"]


@cache
def world_of(name: str) -> World:
    return load_world(find_map(name))


def judged(world: World, steps: list[SkillCall], battery_wh: float = 200.0) -> Verdict:
    state = RobotState(pose=start_pose(world), battery_wh=battery_wh)
    return verify(Plan(steps=tuple(steps), map=world.name, revision=world.revision), world, state, BODY, LIBRARY)


@cache
def reachable(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Some places and light things of a map that the robot can get to as the doors are, told by the verifier itself."""
    world = world_of(name)
    places = [place.name for place in world.places.values() if not place.is_dock][:8]
    light = [thing.name for thing in world.things.values() if float(thing.attributes.get("weight_kg", 0.0)) <= BODY.payload_kg][:8]
    steps = [call("goto", place=place) for place in places] + [call("inspect", thing=thing) for thing in light]
    ok = {index for index, step in enumerate(judged(world, steps).steps) if step.ok and isinstance(step.route, Route)}
    return (
        tuple(place for index, place in enumerate(places) if index in ok),
        tuple(thing for index, thing in enumerate(light, start=len(places)) if index in ok),
    )


def good_plan(name: str) -> list[SkillCall]:
    """Fetch a thing, deliver it, inspect another, wait, report, return."""
    places, things = reachable(name)
    return [
        call("goto", place=places[0]),
        call("pick", thing=things[0]),
        call("place", place=places[1]),
        call("inspect", thing=things[1]),
        call("wait", seconds=20),
        call("report"),
        call("dock"),
    ]


FAULTS: dict[str, tuple[str, Callable[[list[SkillCall]], tuple[list[SkillCall], int]]]] = {
    "misspelt place": ("UNKNOWN_NAME", lambda p: ([call("goto", place=p[0].args["place"] + "qx"), *p[1:]], 1)),
    "unknown skill": ("UNKNOWN_SKILL", lambda p: ([*p[:4], call("dance"), *p[4:]], 5)),
    "missing argument": ("BAD_ARGUMENT", lambda p: ([*p[:3], call("inspect"), *p[4:]], 4)),
    "negative wait": ("BAD_ARGUMENT", lambda p: ([*p[:4], call("wait", seconds=-5), *p[5:]], 5)),
    "pick left out": ("PRECONDITION", lambda p: ([p[0], *p[2:]], 2)),
    "picked twice": ("PRECONDITION", lambda p: ([*p[:2], p[1], *p[2:]], 3)),
    "put down twice": ("PRECONDITION", lambda p: ([*p[:3], p[2], *p[3:]], 4)),
    "waits too long": ("BATTERY", lambda p: ([*p[:4], *[call("wait", seconds=3600)] * 8, *p[5:]], 12)),
    "docks at no dock": ("BAD_ARGUMENT", lambda p: ([*p[:6], call("dock", place=p[0].args["place"])], 7)),
}


@pytest.mark.parametrize("name", MAPS)
def test_the_good_plan_has_no_error(name: str) -> None:
    verdict = judged(world_of(name), good_plan(name))
    assert verdict.ok, [finding.message for finding in verdict.all_findings()]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", MAPS)
def test_a_seeded_fault_is_found_at_its_step(name: str, fault: str) -> None:
    code, seed = FAULTS[fault]
    steps, step = seed(good_plan(name))
    found = [
        (f.step, f.code) for f in judged(world_of(name), steps).all_findings() if f.severity == "error" and f.because_of is None
    ]
    assert set(found) == {(step, code)}


@pytest.mark.parametrize("name", MAPS)
def test_shut_doors_are_blamed_and_opening_them_is_verified(name: str) -> None:
    """Every place behind a closed door gets DOOR_CLOSED and, unless locked or beyond another fault, a verified way in."""
    world = world_of(name)
    closed = [door for door in world.doors.values() if door.state == "closed"]
    for door in closed[:2]:
        for place in [side for side in door.between if side in world.places]:
            verdict = judged(world, [call("goto", place=place)])
            for finding in verdict.all_findings():
                if finding.code == "DOOR_CLOSED" and finding.subject == door.name:
                    openers = [a.call for a in finding.alternatives if a.change is not None and a.call is not None]
                    opener, there = call("open_door", door=door.name), call("goto", place=place)
                    ways = ([opener, there], [opener, call("explore", place=place), there])  # the unseen is looked at first
                    assert openers == ([opener] if any(judged(world, way).ok for way in ways) else [])
