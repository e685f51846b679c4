"""Faults of doors, keep-outs, obstacles, bodies and poses: what the map and the robot are like."""

import random
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.fault_seed import Broken, Seed, Unfit, find, on_map, without
from benchmarks.good_plans import Good, reached
from maps import Door, Pose, World, Zone, distance, goal_at, reachable, start_pose
from maps.change import DoorChange, FeatureChange
from maps.clearance import clearance
from skills import SkillCall

__all__ = [
    "door_locked",
    "in_doorway",
    "into_wall",
    "keepout_across",
    "locked_and_not_opened",
    "off_the_map",
    "open_door_left_out",
    "start_in_wall",
    "widened",
]


def _door(good: Good) -> tuple[int, Door]:
    """The step that needs a door (its index), and the door."""
    number, name = next(iter(good.rooms.items()))
    return number - 1, good.world.doors[name]


def open_door_left_out(rng: random.Random, good: Good) -> Broken:
    """A closed door that the plan forgets to open."""
    _, door = _door(good)
    world = good.world.apply(DoorChange(door=door.name, state="closed", origin="operator"))
    short = on_map(without(good, find(good, "open_door")), world)
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
    broken = on_map(good, world)
    opening = find(good, "open_door") + 1
    if _first_behind(broken, door.name) < opening:
        raise Unfit
    return Broken(broken, opening, "PRECONDITION")


def locked_and_not_opened(rng: random.Random, good: Good) -> Broken:
    """A way through a door that is locked, and the plan does not know."""
    _, door = _door(good)
    world = good.world.apply(DoorChange(door=door.name, state="locked", origin="operator"))
    short = on_map(without(good, find(good, "open_door")), world)
    return Broken(short, _first_behind(short, door.name), "DOOR_CLOSED")


def keepout_across(rng: random.Random, good: Good) -> Broken:
    """A keep-out zone laid over the doorway."""
    _, door = _door(good)
    short = without(good, find(good, "open_door"))
    opened = good.world.apply(DoorChange(door=door.name, state="open", origin="operator"))
    number = _first_behind(on_map(short, opened), door.name)
    zone = Zone(name="wet floor", rule="keepout", outline=_around(door, 0.3))
    world = opened.apply(FeatureChange(type="zone", name=zone.name, feature=zone, origin="operator"))
    short = on_map(short, world)
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


def in_doorway(code: str, value: int, share: float) -> Seed:
    """Cells of this value over this share of a doorway that the plan drives through."""

    def seed(rng: random.Random, good: Good) -> Broken:
        _, door = _door(good)
        width = distance(*door.segment)
        part = 1.0 if share >= 1 else 1 - 0.75 * 2 * good.body.needed_clearance_m / width
        if not 0 < part <= 1:
            raise Unfit
        short = without(good, find(good, "open_door"))
        number = _first_behind(short, door.name)
        return Broken(on_map(short, _filled(good, door, value, part)), number, code)

    return seed


def into_wall(rng: random.Random, good: Good) -> Broken:
    """A place's pose lies in a wall."""
    index = find(good, "goto")
    walls = np.argwhere(good.world.cells == 100)
    row, col = walls[rng.randrange(len(walls))]
    return _moved(good, index, Pose(*good.world.frame.centre(int(row), int(col))), "GOAL_OCCUPIED")


def off_the_map(rng: random.Random, good: Good) -> Broken:
    """A place's pose lies outside of the map."""
    frame = good.world.frame
    corner = frame.centre(0, 0)
    return _moved(good, find(good, "goto"), Pose(corner[0] - 5, corner[1] - 5), "GOAL_OUTSIDE_MAP")


def _moved(good: Good, index: int, pose: Pose, code: str) -> Broken:
    name = str(good.plan.steps[index].args["place"])
    for other, call in enumerate(good.plan.steps):
        if other < index and call.args.get("place") == name:
            raise Unfit
    place = replace(good.world.places[name], pose=pose)
    world = good.world.apply(FeatureChange(type="place", name=name, feature=place, origin="operator"))
    return Broken(on_map(good, world), index + 1, code)


def start_in_wall(rng: random.Random, good: Good) -> Broken:
    """The robot believes that it stands in a wall."""
    walls = np.argwhere(good.world.cells == 100)
    row, col = walls[rng.randrange(len(walls))]
    pose = Pose(*good.world.frame.centre(int(row), int(col)))
    return Broken(replace(good, state=replace(good.state, pose=pose)), 1, "START_OCCUPIED")


def widened(rng: random.Random, good: Good) -> Broken:
    """A body that is wider than the doorway."""
    _, door = _door(good)
    short = without(good, find(good, "open_door"))
    world = good.world.apply(DoorChange(door=door.name, state="open", origin="operator"))
    body = replace(good.body, radius_m=distance(*door.segment) / 2 + rng.uniform(0.02, 0.08))
    start = start_pose(world)
    number = _first_behind(on_map(short, world), door.name)
    if clearance(world)[world.frame.cell(start.point)] < body.needed_clearance_m:
        raise Unfit
    for call in short.plan.steps[: number - 1]:
        goal = _goal(replace(short, body=body), call)
        if goal is not None and not reached(world, start, goal, body=body):
            raise Unfit
    return Broken(replace(on_map(short, world), body=body), number, "CLEARANCE")
