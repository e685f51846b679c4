"""Zones touched, against shapely; the room of a start among walls, against the field of the walls."""

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from maps import FREE, OCCUPIED, Door, GridFrame, Pose, World, Zone
from maps.clearance import layers
from maps.crossings import _apart, doors_crossed, zones_touched
from maps.entry import _room_in_walls
from maps.swept import room_at

ROUND = st.integers(0, 40).map(lambda n: n / 4)
SPOT = st.tuples(ROUND, ROUND)
FRAME = GridFrame(0.1, Pose(0.0, 0.0), 100, 100)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.floats(0.3, 3.0), min_size=3, max_size=8), SPOT, st.lists(SPOT, min_size=2, max_size=6))
def test_distances_of_segments_to_a_polygon_are_those_of_shapely(radii, middle, points):
    angles = np.arange(len(radii)) * 2 * math.pi / len(radii)
    ring = np.stack((middle[0] + radii * np.cos(angles), middle[1] + radii * np.sin(angles)), axis=1)
    shape = shapely.Polygon(ring)
    assume(shape.is_valid)
    line = np.array(points)
    found = _apart(line[:-1], line[1:], ring)
    expected = [shape.distance(shapely.LineString(leg)) for leg in pairwise(line)]
    assert np.allclose(found, expected, atol=1e-9)


def test_zones_are_touched_in_order_and_by_the_footprint():
    def zone(name, low, high):
        return Zone(name=name, rule="slow", max_speed=0.3, outline=((low, 1.0), (high, 1.0), (high, 3.0), (low, 3.0)))

    frame = GridFrame(0.1, Pose(0.0, 0.0), 100, 50)
    world = World.build("hall", frame, np.zeros((50, 100), np.int8), zones=[zone("far", 6.0, 7.0), zone("near", 2.0, 3.0)])
    assert zones_touched(world, [(0.5, 2.0), (9.0, 2.0)], 0.2) == ("near", "far")
    assert zones_touched(world, [(0.5, 0.7), (9.0, 0.7)], 0.2) == ()
    assert zones_touched(world, [(0.5, 0.7), (9.0, 0.7)], 0.31) == ("near", "far")
    assert zones_touched(world, [(2.5, 2.0)], 0.1) == ("near",)
    assert zones_touched(world, [], 0.1) == ()


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(SPOT, SPOT), min_size=1, max_size=12), st.lists(SPOT, min_size=1, max_size=8))
def test_compiled_or_not_the_same_doors_are_crossed_in_the_same_order(segments, points):
    doors = [Door(name=f"door {n}", segment=ends, state="open") for n, ends in enumerate(segments) if ends[0] != ends[1]]
    world = World.build("hall", FRAME, np.zeros(FRAME.shape, np.int8), doors=doors)
    told = []
    for engine in "01":
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SUREFOOT_NUMBA", engine)
            told.append(doors_crossed(world, points))
    assert told[0] == told[1]
    line = shapely.LineString(points) if len(points) > 1 else None
    for door in doors:
        if line is not None and shapely.LineString(door.segment).distance(line) > 1e-6:
            assert door.name not in told[0]


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 10**6))
def test_the_room_in_walls_is_what_their_field_says(seed):
    dice = np.random.default_rng(seed)
    height, width = (int(side) for side in dice.integers(3, 40, 2))
    cells = np.where(dice.random((height, width)) < dice.choice([0.0, 0.02, 0.2]), OCCUPIED, FREE).astype(np.int8)
    world = World.build("walls", GridFrame(0.1, Pose(0.0, 0.0), width, height), cells)
    here = layers(world, ignore=frozenset(("unknown", "doors", "keepout")))
    most = float(dice.uniform(0.3, 6.0))
    for at in dice.uniform((0, 0), (width, height), (8, 2)):
        if cells[int(at[1]), int(at[0])] == FREE:
            expected = room_at(here.blocked, here.clearance, at[None], most, 0.1)[0]
            assert abs(_room_in_walls(world, at, most) - expected) < 1e-9
