"""Goals: where one may stand to be at a place, near a thing, in sight of it, or before a door."""

import math

import numpy as np
import pytest

from maps import (
    Body,
    Door,
    GridFrame,
    Place,
    Pose,
    Route,
    Thing,
    World,
    find_route,
    goal_at,
    goal_door,
    goal_near,
    goal_pose,
    goal_seen,
)

BODY = Body()


def house(**features):
    """8 m x 5 m at 5 cm; a wall 0.1 m thick at x = 4 with a doorway at y 2 to 3; a shelf before it on the west side."""
    cells = np.zeros((100, 160), np.int8)
    cells[:, 80:82] = 100
    cells[40:60, 80:82] = 0
    cells[70:90, 72:80] = 100
    places = (
        Place(name="west", outline=((0.0, 0.0), (4.0, 0.0), (4.0, 5.0), (0.0, 5.0))),
        Place(name="east", outline=((4.1, 0.0), (8.0, 0.0), (8.0, 5.0), (4.1, 5.0))),
    )
    return World.build("house", GridFrame(0.05, Pose(0.0, 0.0), 160, 100), cells, **{"places": places, **features})


def spots(world, goal):
    return world.frame.centres(goal.cells)


def test_at_a_region_prefers_where_there_is_room():
    world = house()
    goal = goal_at(world, world.places["east"], BODY)
    best = spots(world, goal)[goal.costs.argmin()]
    assert goal.costs.min() == 0.0 and goal.subject == "east" and goal.exact is None
    assert 5.9 < best[0] < 6.2 and 1.9 < best[1] < 3.1
    assert (spots(world, goal)[:, 0] > 4.1).all()


def test_at_a_place_with_a_pose_is_exactly_there():
    world = house(places=(Place(name="dock", kind="dock", pose=Pose(6.01, 1.02, 0.5)),))
    goal = goal_at(world, world.places["dock"], BODY)
    assert (goal.exact, goal.cells.tolist()) == (Pose(6.01, 1.02, 0.5), [[20, 120]])


def test_a_pose_outside_the_map_has_no_cell():
    assert goal_pose(house(), Pose(9.0, 1.0)).cells.shape == (0, 2)


def test_a_place_too_tight_for_the_body_keeps_its_free_cells():
    world = house(places=(Place(name="corner", outline=((0.0, 0.0), (0.2, 0.0), (0.2, 0.2), (0.0, 0.2))),))
    assert len(goal_at(world, world.places["corner"], BODY).cells) == 16
    taken = house(places=(Place(name="shelf", outline=((3.6, 3.5), (3.9, 3.5), (3.9, 4.0), (3.6, 4.0))),))
    assert len(goal_at(taken, taken.places["shelf"], BODY).cells) == 0


@pytest.mark.parametrize("place", [None, "west"])
def test_near_a_thing_on_a_shelf_is_on_the_shelfs_own_side_of_the_wall(place):
    thing = Thing(name="jar", position=(3.8, 4.0), place=place)
    world = house(things=(thing,), places=house().places.values() if place else ())
    goal = goal_near(world, thing, BODY)
    assert len(goal.cells) and goal.face == (3.8, 4.0)
    assert (spots(world, goal)[:, 0] < 3.6).all()
    apart = np.hypot(*(spots(world, goal) - (3.8, 4.0)).T)
    assert apart.max() <= BODY.reach_m


def test_near_a_thing_turns_to_it():
    thing = Thing(name="cup", position=(6.0, 3.0))
    world = house(things=(thing,))
    route = find_route(world, BODY, Pose(1.0, 1.0), goal_near(world, thing, BODY))
    assert isinstance(route, Route)
    x, y = route.points[-1]
    assert math.dist((x, y), (6.0, 3.0)) <= BODY.reach_m
    assert route.goal_yaw == pytest.approx(math.atan2(3.0 - y, 6.0 - x))


def test_a_things_own_reach_counts():
    thing = Thing(name="sign", position=(6.0, 3.0), reach_m=2.0)
    world = house(things=(thing,))
    assert 1.8 < np.hypot(*(spots(world, goal_near(world, thing, BODY)) - (6.0, 3.0)).T).max() <= 2.0


def test_a_thing_close_to_a_wall_is_not_reached_through_it():
    thing = Thing(name="vase", position=(3.9, 1.0))
    world = house(things=(thing,))
    assert (spots(world, goal_near(world, thing, BODY))[:, 0] < 4.0).all()


def test_sight_goes_through_the_doorway_but_not_through_walls_or_shut_doors():
    thing = Thing(name="clock", position=(6.0, 2.5))
    door = Door(name="door", segment=((4.05, 2.0), (4.05, 3.0)))
    world = house(things=(thing,), doors=(door,))
    seen = {tuple(cell) for cell in goal_seen(world, thing, BODY).cells.tolist()}
    assert (50, 60) in seen
    assert (15, 70) not in seen
    shut = house(things=(thing,), doors=(Door(name="door", segment=door.segment, state="closed"),))
    assert (spots(shut, goal_seen(shut, thing, BODY))[:, 0] > 4.1).all()
    far = np.hypot(*(spots(world, goal_seen(world, thing, BODY)) - (6.0, 2.5)).T).max()
    assert 3.9 < far <= BODY.view_range_m


def test_a_diagonal_wall_of_touching_corners_hides_what_is_behind():
    cells = np.zeros((60, 60), np.int8)
    cells[np.arange(60), np.arange(60)] = 100
    thing = Thing(name="ball", position=(2.0, 1.0))
    world = World.build("diagonal", GridFrame(0.05, Pose(0.0, 0.0), 60, 60), cells, things=(thing,))
    centres = spots(world, goal_seen(world, thing, BODY))
    assert (centres[:, 0] > centres[:, 1]).all()


def test_a_door_is_within_reach_from_both_sides_also_when_shut():
    door = Door(name="door", segment=((4.05, 2.0), (4.05, 3.0)), state="closed")
    world = house(doors=(door,))
    goal = goal_door(world, door, BODY)
    x = spots(world, goal)[:, 0]
    assert (x < 4.0).any() and (x > 4.1).any()
    assert (np.abs(x - 4.05) <= BODY.reach_m).all()
    route = find_route(world, BODY, Pose(1.0, 1.0), goal)
    assert isinstance(route, Route) and route.points[-1][0] < 4.0


def test_what_lies_outside_the_map_has_no_goal():
    world = house()
    assert len(goal_near(world, Thing(name="far", position=(99.0, 0.0)), BODY).cells) == 0
    assert len(goal_door(world, Door(name="far", segment=((99.0, 0.0), (99.0, 1.0))), BODY).cells) == 0
