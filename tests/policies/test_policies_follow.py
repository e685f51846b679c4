import math
import time
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import Body, GridFrame, Pose, Route, World, Zone, wrap_angle
from policies import OffRoute, Trajectory, simulate_follow, speed_limit_of, travel_time_bounds, turn_time

BODY = Body()


def route(*points: tuple[float, float], goal_yaw: float | None = None) -> Route:
    length = sum(math.dist(a, b) for a, b in pairwise(points))
    return Route(
        points=points,
        goal_yaw=goal_yaw,
        length_m=length,
        grid_length_m=length,
        clearance_m=1.0,
        clearance_at=points[0],
        revision="r",
    )


yaws = st.floats(-math.pi, math.pi)
headings = st.one_of(yaws, st.integers(0, 7).map(lambda eighth: eighth * math.pi / 4))
lengths = st.one_of(st.floats(0.02, 0.3), st.floats(0.3, 5.0), st.sampled_from([0.05, 0.05 * math.sqrt(2)]))


@st.composite
def routes(draw: st.DrawFn) -> Route:
    points = [(0.0, 0.0)]
    for length, heading in draw(st.lists(st.tuples(lengths, headings), max_size=10)):
        points.append((points[-1][0] + length * math.cos(heading), points[-1][1] + length * math.sin(heading)))
    return route(*points, goal_yaw=draw(st.none() | yaws))


def worst_deviation(motion: Trajectory, followed: Route) -> float:
    points = followed.points if len(followed.points) > 1 else followed.points * 2
    return float(shapely.distance(shapely.LineString(points), shapely.points(motion.xs, motion.ys)).max())


@settings(max_examples=60, deadline=None)
@given(routes(), yaws)
def test_the_driven_path_stays_within_the_tracking_bound_and_the_limits(followed: Route, yaw: float) -> None:
    motion = simulate_follow(followed, Pose(0.0, 0.0, yaw), BODY)
    assert worst_deviation(motion, followed) <= BODY.tracking_m
    steps = np.diff(motion.times)
    assert (steps > 0).all() and steps.max(initial=0.0) <= 0.05 + 1e-9
    assert motion.speeds.min() >= 0.0 and motion.speeds.max() <= BODY.max_speed + 1e-9
    assert np.abs(np.diff(motion.speeds) / steps).max(initial=0.0) <= BODY.max_acceleration * 1.001
    assert np.abs(np.diff(motion.yaws) / steps).max(initial=0.0) <= BODY.max_yaw_rate * 1.01
    assert np.hypot(np.diff(motion.xs), np.diff(motion.ys)).sum() == pytest.approx(motion.length_m, rel=0.01, abs=0.01)


@settings(max_examples=60, deadline=None)
@given(routes(), yaws)
def test_it_ends_at_the_goal_with_the_goal_heading(followed: Route, yaw: float) -> None:
    motion = simulate_follow(followed, Pose(0.0, 0.0, yaw), BODY)
    end = motion.pose_at(motion.duration)
    assert math.dist(end.point, followed.points[-1]) < 0.001
    if followed.goal_yaw is not None:
        assert abs(wrap_angle(end.yaw - followed.goal_yaw)) < 1e-6
    assert motion.speed_at(0.0) == 0.0 and motion.speed_at(motion.duration) == 0.0
    assert motion.pose_at(motion.duration + 100.0) == end


@settings(max_examples=60, deadline=None)
@given(routes(), yaws)
def test_the_time_bounds_contain_the_simulated_duration(followed: Route, yaw: float) -> None:
    start = Pose(0.0, 0.0, yaw)
    duration = simulate_follow(followed, start, BODY).duration
    low, high = travel_time_bounds(followed, BODY)
    assert low <= duration <= high
    low, high = travel_time_bounds(followed, BODY, start=start)
    assert low <= duration <= high and high - low < 1e-4


@settings(max_examples=60, deadline=None)
@given(routes(), st.floats(0.0, BODY.tracking_m), yaws)
def test_a_start_beside_the_route_is_followed_within_the_bound(followed: Route, off: float, side: float) -> None:
    start = Pose(off * math.cos(side), off * math.sin(side), 0.0)
    motion = simulate_follow(followed, start, BODY)
    assert worst_deviation(motion, followed) <= BODY.tracking_m + 1e-9
    assert math.dist(motion.pose_at(motion.duration).point, followed.points[-1]) < 0.001


def test_a_straight_metre_takes_as_long_as_the_textbook_says() -> None:
    motion = simulate_follow(route((0, 0), (10, 0)), Pose(0, 0, 0), BODY)
    assert motion.duration == pytest.approx(10 / 1.0 + 1.0 / 0.8, abs=0.01)
    assert motion.length_m == pytest.approx(10.0)
    assert motion.length_driven(motion.duration / 2) == pytest.approx(5.0, abs=0.01)
    assert motion.time_at(5.0) == pytest.approx(motion.duration / 2, abs=0.01)


def test_a_reversal_stops_and_turns_in_place() -> None:
    motion = simulate_follow(route((0, 0), (2, 0), (0, 0)), Pose(0, 0, 0), BODY)
    at_vertex = (np.abs(motion.xs - 2.0) < 1e-6) & (motion.speeds < 1e-6)
    assert motion.times[at_vertex].max() - motion.times[at_vertex].min() == pytest.approx(turn_time(math.pi, BODY), abs=0.06)


def test_a_gentle_corner_is_rounded_without_stopping() -> None:
    motion = simulate_follow(route((0, 0), (3, 0), (6, 1.5)), Pose(0, 0, 0), BODY)
    middle = (motion.times > 2.0) & (motion.times < motion.duration - 2.0)
    assert motion.speeds[middle].min() > 0.5


def test_a_robot_that_is_there_only_turns() -> None:
    motion = simulate_follow(route((1, 1), goal_yaw=1.0), Pose(1, 1, 0), BODY)
    assert motion.length_m == 0.0
    assert motion.duration == pytest.approx(turn_time(1.0, BODY))
    assert simulate_follow(route((1, 1)), Pose(1, 1, 0), BODY).duration == 0.0


def test_a_start_away_from_the_route_is_refused_with_the_distance() -> None:
    with pytest.raises(OffRoute, match=r"0\.30 m from the start of its route.*0\.05 m"):
        simulate_follow(route((0, 0), (1, 0)), Pose(0.3, 0, 0), BODY)


def test_slow_zones_are_obeyed_by_the_whole_footprint() -> None:
    frame = GridFrame(0.05, Pose(0, 0), 400, 80)
    zone = Zone(name="quiet", rule="slow", outline=((8, 0), (12, 0), (12, 4), (8, 4)), max_speed=0.3)
    world = World.build("w", frame, np.zeros(frame.shape, np.int8), zones=[zone])
    limit = speed_limit_of(world, BODY)
    assert limit is not None
    motion = simulate_follow(route((1, 2), (19, 2)), Pose(1, 2, 0), BODY, speed_limit=limit)
    touching = (motion.xs > 8 - BODY.radius_m) & (motion.xs < 12 + BODY.radius_m)
    assert motion.speeds[touching].max() <= 0.3 + 1e-6
    assert motion.speeds[~touching].max() == pytest.approx(1.0, abs=0.01)
    low, high = travel_time_bounds(route((1, 2), (19, 2)), BODY, limit)
    assert low <= motion.duration <= high
    assert speed_limit_of(World.build("w", frame, np.zeros(frame.shape, np.int8)), BODY) is None


def test_breaking_off_keeps_to_the_path_and_brakes() -> None:
    whole = simulate_follow(route((0, 0), (10, 0)), Pose(0, 0, 0), BODY)
    broken = whole.until(5.0, halt=1.25)
    assert broken.duration == pytest.approx(6.25)
    assert broken.length_m == pytest.approx(whole.length_driven(5.0) + 0.625, abs=0.01)
    assert broken.pose_at(3.0) == whole.pose_at(3.0)
    assert broken.speed_at(6.25) == 0.0
    assert np.abs(np.diff(broken.speeds) / np.diff(broken.times)).max() <= BODY.max_acceleration * 1.01


def test_a_hundred_metres_are_simulated_fast() -> None:
    points = [(0.0, 0.0)]
    while len(points) < 40:
        points.append((points[-1][0] + 2.0, points[-1][1] + (1.6 if len(points) % 2 else 0.0)))
    followed = route(*points)
    assert followed.length_m > 80
    started = time.process_time()
    for _ in range(5):
        simulate_follow(followed, Pose(0, 0, 0), BODY)
    assert (time.process_time() - started) / 5 < 0.1
