"""Deciding and sweeping: free and stuck are proofs, checked against shapely on random maps and bodies."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity

from maps.footprint.bricks import Space
from maps.footprint.decide import Decider
from maps.footprint.drive import drivable
from maps.footprint.intervals import Shape, inner_polygon, outer_polygon, supports
from maps.footprint.obstacles import rectangles
from maps.footprint.shape import circumscribed_radius, convex_parts, inscribed_radius
from maps.footprint.sweep import Sweeper, gaps
from maps.footprint.trace import trace
from maps.squares import distance_field

RECTANGLE = ((-4.0, -2.0), (4.0, -2.0), (4.0, 2.0), (-4.0, 2.0))
HOOK = ((-4.0, -2.0), (4.0, -2.0), (4.0, 0.5), (1.0, 0.5), (1.0, 3.0), (-4.0, 3.0))


def shape_of(ring: tuple[tuple[float, float], ...], margin: float) -> Shape:
    return Shape(convex_parts(ring), margin, inscribed_radius(ring), circumscribed_radius(ring))


def space_of(blocked: np.ndarray, shape: Shape) -> Space:
    return Space(shape, distance_field(blocked, 1.0), rectangles(blocked))


def solid(blocked: np.ndarray) -> shapely.Geometry:
    height, width = blocked.shape
    squares = [shapely.box(c, r, c + 1, r + 1) for r, c in np.argwhere(blocked)]
    return shapely.union_all(
        [*squares, shapely.box(-50, -50, width + 50, height + 50).difference(shapely.box(0, 0, width, height))]
    )


def placed(ring: tuple[tuple[float, float], ...], x: float, y: float, yaw: float) -> shapely.Polygon:
    return affinity.translate(affinity.rotate(shapely.Polygon(ring), yaw, origin=(0, 0), use_radians=True), x, y)


@settings(deadline=None, max_examples=60)
@given(st.floats(0.001, 0.5), st.floats(-1, 1), st.booleans())
def test_polygons_of_an_interval_hold_and_lie_in_every_heading(half: float, share: float, hook: bool) -> None:
    for part in convex_parts(HOOK if hook else RECTANGLE):
        turned = affinity.rotate(shapely.Polygon(part), share * half, origin=(0, 0), use_radians=True)
        outer = shapely.MultiPoint(outer_polygon(np.array(part), half)).convex_hull
        assert outer.buffer(1e-9).covers(turned)
        inner = inner_polygon(np.array(part), half)
        if len(inner):
            assert turned.buffer(1e-9).covers(shapely.Polygon(inner))


@pytest.mark.parametrize("ring", [RECTANGLE, HOOK])
@pytest.mark.parametrize("margin", [0.0, 0.7])
def test_boxes_are_free_or_stuck_only_where_all_of_them_is(ring: tuple[tuple[float, float], ...], margin: float) -> None:
    draw = np.random.default_rng(1)
    blocked = draw.random((24, 24)) < 0.006
    space, obstacles = space_of(blocked, shape_of(ring, margin)), solid(blocked)
    seen = {-1: 0, 0: 0, 1: 0}
    for level in (0, 1, 2, 4):
        count = 2 ** max(level - 1, 0)
        side, width = 0.5 ** max(level - 1, 0), 2 * math.pi / (32 * count)
        for _ in range(6):
            column, row, turn = (int(draw.integers(n)) for n in (3 * count, 3 * count, count))
            brick = space.judge((level, column, row, turn))
            for _ in range(40):
                k, i, j = (int(draw.integers(n)) for n in brick.labels.shape)
                label = brick.labels[k, i, j]
                kind = -1 if label == 0 else int(brick.free[label])
                yaw = draw.uniform(0, 2 * math.pi) if level == 0 else (turn * 32 + k + draw.random()) * width
                body = placed(ring, (column * 8 + j + draw.random()) * side, (row * 8 + i + draw.random()) * side, yaw)
                fits = body.distance(obstacles) >= margin - 1e-9 if margin else body.intersection(obstacles).area < 1e-12
                seen[kind] += 1
                assert kind == 0 or fits == (kind == 1)
    assert min(seen.values()) > 3


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from((1, 2, 3, 5, 8)))
def test_obstacles_and_half_planes_that_are_left_out_decide_no_box(seed: int, level: int) -> None:
    draw = np.random.default_rng(seed)
    ring, margin = (RECTANGLE, HOOK)[seed % 2], float(draw.choice((0.0, 0.7)))
    space = space_of(draw.random((24, 24)) < 0.03, shape_of(ring, margin))
    side = 0.5 ** (level - 1)
    low = draw.integers(0, int(24 / side / 8), 2) * (8 * side)
    key = (level, int(low[0] / side / 8), int(low[1] / side / 8), int(draw.integers(2 ** (level - 1))))
    edges = np.arange(9) * side
    free, stuck = np.ones((32, 8, 8), dtype=bool), np.zeros((32, 8, 8), dtype=bool)
    for inner, ends in ((False, edges[:-1] + side / 2), (True, edges)):
        y, x = np.meshgrid(low[1] + ends, low[0] + ends, indexing="ij")
        points = np.stack((x, y), axis=-1)
        for one in supports(space.shape, level, key[3], inner=inner):
            for box in space.boxes:
                corners = np.array([(box[a], box[b]) for a in (0, 2) for b in (1, 3)])
                far = (one.normals @ corners.T).max(axis=2)
                apart = np.einsum("hki,yxi->hkyx", one.normals, points) - (one.reach + far)[..., None, None]
                hit = apart.max(axis=1) < -1e-9
                if inner:
                    stuck |= hit[:, :-1, :-1] & hit[:, 1:, :-1] & hit[:, :-1, 1:] & hit[:, 1:, 1:]
                else:
                    free &= ~hit
    brick = space.judge(key)
    assert np.array_equal(brick.labels == 0, stuck)
    assert np.array_equal(brick.free[brick.labels], free)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from((7, 9, 12, 16, 20)))
def test_the_finest_boxes_are_right_where_the_body_only_just_fits(seed: int, level: int) -> None:
    draw = np.random.default_rng(seed)
    shape = shape_of((RECTANGLE, HOOK)[seed % 2], float(draw.choice((0.0, 0.3, 0.7))))
    space = space_of(draw.random((24, 24)) < 0.01, shape)
    sweeper = Sweeper(shape, space.boxes)
    found: dict[bool, np.ndarray] = {}
    for _ in range(2000):
        at = draw.uniform((0, 0, 0), (24, 24, 2 * math.pi))
        found.setdefault(sweeper.clear(sweeper.at(*at)), at)
        if len(found) == 2:
            break
    if len(found) < 2:
        return
    fits, hits = found[True], found[False]
    while np.abs(fits - hits).max() > 1e-9:
        middle = (fits + hits) / 2
        fits, hits = (middle, hits) if sweeper.clear(sweeper.at(*middle)) else (fits, middle)
    side, width = 0.5 ** (level - 1), 2 * math.pi / (32 << (level - 1))
    column, row, turn = (int(fits[0] / side / 8), int(fits[1] / side / 8), int(fits[2] / width / 32))
    brick = space.judge((level, column, row, turn))
    for _ in range(60):
        k, i, j = (int(draw.integers(n)) for n in brick.labels.shape)
        x, y = (column * 8 + j + draw.random()) * side, (row * 8 + i + draw.random()) * side
        at = (x, y, (turn * 32 + k + draw.random()) * width)
        room, label = sweeper.at(*at), brick.labels[k, i, j]
        if label == 0:
            assert room < shape.margin
        elif brick.free[label]:
            assert room >= shape.margin - 2e-9


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 10_000))
def test_gaps_are_exact_distances(seed: int) -> None:
    draw = np.random.default_rng(seed)
    hull = shapely.MultiPoint(draw.uniform(0, 10, (6, 2))).convex_hull
    ring = np.array(shapely.geometry.polygon.orient(hull).exterior.coords)[:-1]
    low = draw.uniform(-10, 20, (5, 2))
    boxes = np.concatenate((low, low + draw.uniform(0.1, 4, (5, 2))), axis=1)
    truth = min(hull.distance(shapely.box(*box)) for box in boxes)
    found = float(gaps(ring[None], boxes)[0])
    if truth > 0:
        assert found == pytest.approx(truth, abs=1e-9)
    else:
        assert found <= 1e-9


def doorway(gap: int) -> np.ndarray:
    """Two rooms of 30 x 14 cells and a doorway in the wall between."""
    blocked = np.zeros((30, 30), dtype=bool)
    blocked[:, 15] = True
    blocked[15 - gap // 2 : 15 - gap // 2 + gap, 15] = False
    return blocked


@pytest.mark.parametrize(
    ("gap", "outcome"), [pytest.param(4, "undecided", marks=pytest.mark.slow), (3, "stuck"), (5, "free"), (6, "free")]
)
def test_a_long_body_passes_a_doorway_lengthwise_only(gap: int, outcome: str) -> None:
    shape = shape_of(RECTANGLE, 0.0)
    decider = Decider(space_of(doorway(gap), shape))
    found = decider.decide((7.0, 8.0, math.pi / 2), [(23.0, 20.0, math.pi / 2)])
    assert found.outcome == outcome
    if outcome == "free":
        way = trace(decider, found.chain, (7.0, 8.0, math.pi / 2), (23.0, 20.0, math.pi / 2))
        stops = drivable(Sweeper(shape, decider.space.boxes), way)
        assert stops is not None
        through = [stop for stop in stops if 12 < stop[0] < 18]
        assert all(abs(math.sin(stop[2])) < 0.3 for stop in through)


def test_a_body_that_all_but_touches_a_wall_gets_away_from_it() -> None:
    shape = shape_of(RECTANGLE, 0.0)
    decider = Decider(space_of(doorway(6), shape))
    for gap in (1e-3, 1e-5):
        at = (2.0 + gap, 8.0, math.pi / 2)
        assert decider.decide(at, [(7.0, 8.0, math.pi / 2)]).outcome == "free"


def test_a_turn_between_two_good_headings_that_hits_a_post_is_refused() -> None:
    blocked = np.zeros((30, 30), dtype=bool)
    blocked[18:20, 17:19] = True
    sweeper = Sweeper(shape_of(RECTANGLE, 0.0), rectangles(blocked))
    assert sweeper.clear(sweeper.at(15.0, 15.0, 0.0)) and not sweeper.clear(sweeper.at(15.0, 15.0, math.pi / 4))
    assert not sweeper.clear(sweeper.turn(15.0, 15.0, 0.0, math.pi / 2))
    assert sweeper.clear(sweeper.turn(15.0, 15.0, 0.0, -math.pi / 3))


def test_an_obstacle_inside_of_the_outline_is_found() -> None:
    blocked = np.zeros((30, 30), dtype=bool)
    blocked[15, 15] = True
    sweeper = Sweeper(shape_of(RECTANGLE, 0.0), rectangles(blocked))
    assert sweeper.at(15.5, 15.5, 0.3) < 0
    assert sweeper.straight(5.0, 15.5, 25.0, 15.5, 0.0) < 0


def test_questions_are_answered_the_same_in_any_order_and_both_ways() -> None:
    draw = np.random.default_rng(3)
    blocked = doorway(5) | (draw.random((30, 30)) < 0.01)
    shape = shape_of(RECTANGLE, 0.3)
    sweeper = Sweeper(shape, rectangles(blocked))
    found: list[tuple[float, float, float]] = []
    while len(found) < 4:
        at = (float(draw.uniform(0, 30)), float(draw.uniform(0, 30)), float(draw.uniform(-3, 3)))
        if sweeper.clear(sweeper.at(*at)):
            found.append(at)
    shared = Decider(space_of(blocked, shape))
    for a in found:
        for b in found[:2]:
            fresh = Decider(space_of(blocked, shape)).decide(a, [b]).outcome
            assert {fresh, shared.decide(a, [b]).outcome, shared.decide(b, [a]).outcome} in ({fresh}, {fresh, "undecided"})
