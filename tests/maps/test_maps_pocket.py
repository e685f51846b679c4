"""Pockets: what is told from a window around a start or a goal holds on the whole map."""

from itertools import pairwise

import numpy as np
import pytest
from pocket_worlds import BODY, SCALE, site

from maps import GridFrame, NoRoute, Pose, World, find_route, goal_pose, pocket
from maps.goals import Goal
from maps.pocket import is_shut_in


@pytest.mark.parametrize("reaches", [(6, 20), (40,)], ids=["tight", "wide"])
def test_a_pocket_is_never_told_where_there_is_a_way(monkeypatch, reaches):
    monkeypatch.setattr(pocket, "_REACHES", reaches)
    told = refused = 0
    for seed in range(10):
        world, poses = site(seed)
        for number, (start, end) in enumerate(pairwise(poses)):
            goal = goal_pose(world, end)
            if number % 2:  # any of some cells around it
                row, col = goal.cells[0]
                around = np.stack(np.mgrid[row - 3 : row + 4, col - 3 : col + 4], axis=-1).reshape(-1, 2)
                inside = ((around >= 0) & (around < world.frame.shape)).all(axis=1)
                goal = Goal(cells=around[inside], costs=np.zeros(int(inside.sum())))
            for unknown in ("blocked", "allowed"):
                for doors in ({}, {"a": "open", "b": "closed"}):
                    shut_in = is_shut_in(world, BODY, start, goal, unknown=unknown, doors=doors)
                    route = find_route(world, BODY, start, goal, unknown=unknown, doors=doors)
                    assert not shut_in or isinstance(route, NoRoute), (seed, start, end, unknown, doors)
                    told += shut_in
                    refused += isinstance(route, NoRoute)
    assert told > 20 and refused > told


def test_a_room_without_a_door_is_a_pocket_from_either_side():
    cells = np.zeros((400, 900), dtype=np.int8)
    cells[100, 100:160] = cells[160, 100:161] = cells[100:160, 100] = cells[100:160, 160] = 100
    world = World.build("room", GridFrame(SCALE, Pose(0.0, 0.0), 900, 400), cells)
    inside, outside, beside = (Pose(x * SCALE, y * SCALE) for x, y in ((130.5, 130.5), (800.5, 300.5), (110.5, 120.5)))
    assert is_shut_in(world, BODY, outside, goal_pose(world, inside))
    assert is_shut_in(world, BODY, inside, goal_pose(world, outside))
    assert not is_shut_in(world, BODY, inside, goal_pose(world, beside))
    assert not is_shut_in(world, BODY, outside, goal_pose(world, Pose(20.0, 15.0)))
    both = np.concatenate((goal_pose(world, inside).cells, goal_pose(world, outside).cells))
    assert not is_shut_in(world, BODY, Pose(5.0, 15.0), Goal(cells=both, costs=np.zeros(2)))  # one of them can be reached
