"""Good plans by construction, on the shipped maps and on generated buildings: what the mutation benchmark breaks.

Nothing here asks the verifier. Where the robot can go is told by component labels of the map; the steps of a plan are put
together so that what one needs the ones before it have done.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from maps import Body, DoorState, Goal, Pose, RobotState, World, goal_at, goal_door, goal_near, load_world, reachable, start_pose
from maps.saved_map import find_map
from skills import Plan, SkillCall

__all__ = ["BODY", "SHIPPED", "Good", "good_plan", "reached", "world_of"]

BODY = Body()
SHIPPED = ("warehouse", "hospital", "home", "plant")


@dataclass(frozen=True)
class Good:
    """A good plan with everything that it is judged against.

    Attributes:
        world: The map.
        state: The robot before the plan.
        plan: The plan, for this map at this revision.
        rooms: A door that the plan opens, or an open door that it needs, by the number of the first step that needs it.
        body: The robot.
    """

    world: World
    state: RobotState
    plan: Plan
    rooms: Mapping[int, str] = field(default_factory=dict)
    body: Body = BODY


@cache
def world_of(number: int) -> World:
    """The shipped maps first, then generated buildings."""
    if number < len(SHIPPED):
        return load_world(find_map(SHIPPED[number]))
    from agent.learning.buildings import building

    return building(number)


def reached(world: World, start: Pose, goal: Goal, doors: Mapping[str, DoorState] | None = None, body: Body = BODY) -> bool:
    """Whether component labels join a start with a goal."""
    here = reachable(world, body, start, doors=doors)
    return bool(len(goal.cells)) and bool(here[goal.cells[:, 0], goal.cells[:, 1]].all())


def good_plan(rng: random.Random, world: World) -> Good:
    """Fetch a thing and bring it somewhere, go behind a door, look at something, wait, tell, and go home.

    Args:
        rng: Everything random comes from here.
        world: The map.

    Raises:
        LookupError: The map lacks something for such a plan.
    """
    start = start_pose(world)
    site = _site(world)
    fetched, looked = rng.sample(site.things, 2)
    target = rng.choice(site.places)
    door = rng.choice(site.doors)
    room = rng.choice(site.behind[door])
    steps = [
        _call("goto", place=rng.choice(site.places)),
        _call("pick", thing=fetched),
        _call("place", place=target),
        _call("inspect", thing=looked),
        _call("open_door", door=door),
        _call("goto", place=room),
        _call("wait", seconds=float(rng.randrange(5, 60))),
        rng.choice((_call("report"), _call("say", text="on my way"))),
    ]
    if site.docks:
        steps.append(_call("dock"))
    state = RobotState(pose=start, battery_wh=BODY.battery_wh)
    plan = Plan(map=world.name, revision=world.revision, steps=tuple(steps))
    return Good(world, state, plan, {6: door})


@dataclass(frozen=True)
class _Site:
    places: tuple[str, ...]
    things: tuple[str, ...]
    doors: tuple[str, ...]
    behind: Mapping[str, tuple[str, ...]]
    docks: tuple[str, ...]


@cache
def _site(world: World) -> _Site:
    """What the robot can get to with the doors as they are, and what only one door leads to."""
    start = start_pose(world)
    here = reachable(world, BODY, start)

    def within(goal: Goal, cells: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> bool:
        return bool(len(goal.cells)) and bool(cells[goal.cells[:, 0], goal.cells[:, 1]].all())

    docks = tuple(place.name for place in world.places.values() if place.is_dock and within(goal_at(world, place, BODY), here))
    everywhere = [place for place in world.places.values() if not place.is_dock]
    places = tuple(place.name for place in everywhere if within(goal_at(world, place, BODY), here))
    light = [
        thing for thing in world.things.values()
        if float(thing.attributes.get("weight_kg", 0.0)) <= BODY.payload_kg and within(goal_near(world, thing, BODY), here)
    ]  # fmt: skip
    behind: dict[str, tuple[str, ...]] = {}
    for door in world.doors.values():
        if door.state == "locked" or not within(goal_door(world, door, BODY), here | _opened(world, start, door.name)):
            continue
        shut = reachable(world, BODY, start, doors={door.name: "closed"})
        opened = _opened(world, start, door.name)
        rooms = [
            place.name for place in everywhere
            if within(goal_at(world, place, BODY), opened) and not _meets(goal_at(world, place, BODY), shut)
        ]  # fmt: skip
        if rooms:
            behind[door.name] = tuple(rooms)
    if len(light) < 2 or len(places) < 2 or not behind:
        raise LookupError(f"map {world.name!r} has too little on it")
    return _Site(places, tuple(thing.name for thing in light), tuple(behind), behind, docks)


def _opened(world: World, start: Pose, door: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    return reachable(world, BODY, start, doors={door: "open"})


def _meets(goal: Goal, cells: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> bool:
    return bool(cells[goal.cells[:, 0], goal.cells[:, 1]].any())


def _call(skill: str, **args: object) -> SkillCall:
    return SkillCall.model_validate({"skill": skill, "args": args})
