"""The corridor, against brute force and against how the classic planner really drives."""

import math
from dataclasses import replace
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import Body, Pose, Route
from policies import simulate_follow
from policies.follow import follow_plan
from policies.pursuit import FollowState, Velocity, advance
from policies.runtime import Corridor, RouteDriver
from policies.runtime.base import BaseGuard
from policies.runtime.plant import BaseReading

BODY = Body()


def route(*points, headings=None, goal_yaw=None):
    length = sum(math.dist(a, b) for a, b in pairwise(points))
    return Route(
        points=tuple(points), goal_yaw=goal_yaw, length_m=length, grid_length_m=length, clearance_m=1.0, clearance_at=points[0],
        revision="r", headings=headings,
    )  # fmt: skip


def off(point, points):
    best = math.inf
    for (ax, ay), (bx, by) in pairwise(points):
        for share in [i / 2000 for i in range(2001)]:
            best = min(best, math.dist(point, (ax + share * (bx - ax), ay + share * (by - ay))))
    return best


legs = st.lists(st.tuples(st.floats(0.8, 3.0), st.floats(-1.2, 1.2)), min_size=1, max_size=4)


def polyline(legs):
    points, heading = [(0.0, 0.0)], 0.0
    for length, turn in legs:
        heading += turn
        x, y = points[-1]
        points.append((x + length * math.cos(heading), y + length * math.sin(heading)))
    return points


@settings(max_examples=25, deadline=None)
@given(legs, st.floats(0, 1), st.floats(-0.09, 0.09))
def test_it_tells_what_brute_force_tells(legs, where, aside):
    points = polyline(legs)
    corridor = Corridor(route(*points), BODY)
    along = 0.0
    total = sum(math.dist(a, b) for a, b in pairwise(points))
    # It is driven to where it is measured, as it follows along.
    while True:
        left = along
        for a, b in pairwise(points):
            if left <= math.dist(a, b) + 1e-9:
                break
            left -= math.dist(a, b)
        heading = math.atan2(b[1] - a[1], b[0] - a[0])
        at = (a[0] + left * math.cos(heading), a[1] + left * math.sin(heading))
        if along >= where * total - 1e-9:
            break
        assert corridor.check(Pose(*at, heading)) == ""
        along = min(along + 0.02, where * total)
    beside = Pose(at[0] - aside * math.sin(heading), at[1] + aside * math.cos(heading), heading)
    said = corridor.check(beside)
    truth = off(beside.point, points)
    assert corridor.off_m == pytest.approx(truth, abs=2e-3)
    if abs(truth - BODY.tracking_m) > 2e-3:
        assert bool(said) == (truth > BODY.tracking_m)


@settings(max_examples=25, deadline=None)
@given(legs, st.floats(-3, 3))
def test_the_classic_planner_never_leaves_it(legs, goal_yaw):
    way = route(*polyline(legs), goal_yaw=goal_yaw)
    driven = simulate_follow(way, Pose(0.0, 0.0, 0.3), BODY)
    corridor = Corridor(way, BODY)
    for x, y, yaw in zip(driven.xs, driven.ys, driven.yaws, strict=True):
        assert corridor.check(Pose(float(x), float(y), float(yaw))) == ""


def drive(way, start, *, push=lambda now: 0.0, body=BODY, seconds=60.0):
    """Drive with the guard at 100 Hz; ``push`` moves the base aside, m/s."""
    guard, driver = BaseGuard(body), RouteDriver(follow_plan(way, start, body), body)
    guard.drive(driver, Corridor(way, body))
    state, now, speeds = FollowState(start), 0.0, []
    while now < seconds and not driver.done:
        reading = BaseReading(stamp=now, pose=state.pose, linear=state.speed, angular=state.yaw_rate)
        linear, angular = guard.tick(reading, now, True)
        speeds.append(linear)
        state = advance(state, Velocity(linear, angular, 0, 0.0), 0.01)
        pose = state.pose
        aside = 0.01 * push(now)
        state = replace(state, pose=Pose(pose.x - aside * math.sin(pose.yaw), pose.y + aside * math.cos(pose.yaw), pose.yaw))
        now += 0.01
        if guard.left and linear == angular == 0.0:
            break
    return guard, driver, state, speeds


def test_a_route_is_driven_to_its_end_through_the_guard():
    way = route((0.0, 0.0), (2.0, 0.0), (2.0, 1.5), goal_yaw=0.0)
    guard, driver, state, speeds = drive(way, Pose(0.0, 0.0, 0.0))
    assert driver.done
    assert guard.left == ""
    assert guard.worst_off_m <= BODY.tracking_m
    assert state.pose.x == pytest.approx(2.0, abs=0.02)
    assert state.pose.y == pytest.approx(1.5, abs=0.02)
    assert max(speeds) > 0.8
    assert max(abs(b - a) for a, b in pairwise(speeds)) <= BODY.max_acceleration * 0.01 + 1e-9


def test_a_base_that_is_pushed_off_its_route_stops_for_good():
    way = route((0.0, 0.0), (5.0, 0.0))
    guard, driver, _state, speeds = drive(way, Pose(0.0, 0.0, 0.0), push=lambda now: 0.5 if now > 2.0 else 0.0)
    assert not driver.done
    assert "off its verified route at" in guard.left
    assert "its tracking bound is 0.050 m" in guard.left
    assert speeds[-1] == 0.0
    assert not guard.driving
    assert guard.tick(BaseReading(stamp=99.0, pose=Pose(1.0, 0.0)), 99.0, True) == (0.0, 0.0)


def test_a_base_that_does_not_know_where_it_is_stops():
    way = route((0.0, 0.0), (5.0, 0.0))
    for reading, said in (
        (None, "the robot does not say where it is"),
        (BaseReading(stamp=0.0, pose=Pose(0.0, 0.0)), "the localisation's last pose is 0.60 s old"),
        (BaseReading(stamp=0.6, pose=Pose(math.nan, 0.0)), "no finite pose"),
        (BaseReading(stamp=math.nan, pose=Pose(0.0, 0.0)), "the localisation's last pose is nan s old"),
    ):
        guard = BaseGuard(BODY)
        guard.drive(lambda *_: (1.0, 0.0), Corridor(way, BODY))
        assert guard.tick(reading, 0.6, True) == (0.0, 0.0)
        assert said in guard.left


def test_a_driver_that_asks_for_nonsense_is_not_obeyed():
    guard = BaseGuard(BODY)
    guard.drive(lambda *_: (math.nan, 0.0), Corridor(route((0.0, 0.0), (5.0, 0.0)), BODY))
    assert guard.tick(BaseReading(stamp=0.0, pose=Pose(0.0, 0.0)), 0.0, True) == (0.0, 0.0)
    assert "not finite" in guard.left
    guard = BaseGuard(BODY)
    guard.drive(lambda *_: (1e300, -1e300), Corridor(route((0.0, 0.0), (5.0, 0.0)), BODY))
    linear, angular = guard.tick(BaseReading(stamp=0.0, pose=Pose(0.0, 0.0)), 0.0, True)
    assert linear == pytest.approx(BODY.max_acceleration * 0.01)
    assert angular == pytest.approx(-BODY.max_yaw_acceleration * 0.01)


LONG = Body(footprint=((-0.5, -0.2), (0.5, -0.2), (0.5, 0.2), (-0.5, 0.2)))


def test_a_long_body_keeps_its_verified_heading():
    turn = route(
        (0.0, 0.0), (1.0, 0.0), (1.0, 0.0), (1.0, 1.0), headings=(0.0, 0.0, math.pi / 2, math.pi / 2), goal_yaw=math.pi / 2
    )
    driven = simulate_follow(turn, Pose(0.0, 0.0, 0.0), LONG)
    corridor = Corridor(turn, LONG)
    for x, y, yaw in zip(driven.xs, driven.ys, driven.yaws, strict=True):
        assert corridor.check(Pose(float(x), float(y), float(yaw))) == ""
    fresh = Corridor(turn, LONG)
    assert fresh.check(Pose(0.5, 0.0, 0.1)) == ""
    said = fresh.check(Pose(0.5, 0.0, 0.4))
    assert "turned 22.9 degrees away from its verified heading" in said
    assert "of its margin of 0.080 m" in said


def test_a_tick_takes_as_long_on_a_route_of_ten_thousand_vertices():
    def seconds(count):
        points = [(0.001 * i, 0.0005 * math.sin(i)) for i in range(count)]
        corridor = Corridor(route(*points), BODY)
        assert corridor.bound_m > 0.045
        begun = perf_counter()
        for i in range(300):
            corridor.check(Pose(0.001 * i, 0.0, 0.0))
        return perf_counter() - begun

    seconds(1000)
    assert min(seconds(20_000) for _ in range(3)) < 5 * min(seconds(1000) for _ in range(3))


def test_already_there():
    corridor = Corridor(route((1.0, 1.0), goal_yaw=1.0), BODY)
    assert corridor.check(Pose(1.02, 1.0, 2.0)) == ""
    assert "off its verified route" in corridor.check(Pose(1.1, 1.0, 2.0))
