"""Routes with headings: turns in place and straight drives, forward and in reverse, kept to by motion and by controller."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from maps import Body, Pose, Route, distance, wrap_angle
from policies import follow_plan, simulate_follow, travel_time_bounds
from policies.pursuit import FollowState, advance, follow_step

BODY = Body(footprint=((-0.5, -0.3), (0.5, -0.3), (0.5, 0.3), (-0.5, 0.3)))
STOPS = [
    (1.0, 1.0, 0.0), (1.0, 1.0, math.pi / 2), (1.0, 3.0, math.pi / 2), (1.0, 2.0, math.pi / 2), (1.0, 2.0, -2.5),
    (1.0, 2.0, 0.5), (1.0 + 1.5 * math.cos(0.5), 2.0 + 1.5 * math.sin(0.5), 0.5),
    (1.0 + 2 * math.cos(0.5), 2.0 + 2 * math.sin(0.5), 0.5),
]  # fmt: skip
ROUTE = Route(
    points=tuple(stop[:2] for stop in STOPS), headings=tuple(stop[2] for stop in STOPS), goal_yaw=0.5, length_m=5.0,
    grid_length_m=5.0, clearance_m=0.4, clearance_at=(0.0, 0.0), body_clearance_m=0.1, revision="x",
)  # fmt: skip
START = Pose(*STOPS[0])


def off(pose: Pose, body: Body = BODY) -> float:
    """How far the farthest corner of the body is from where it may be, over all moves of the route."""
    best = math.inf
    for a, b in pairwise(STOPS):
        if a[:2] == b[:2]:
            whole = wrap_angle(b[2] - a[2])
            turned = wrap_angle(pose.yaw - a[2])
            turned = min(max(turned, min(0.0, whole)), max(0.0, whole))
            near = (a[0], a[1], a[2] + turned)
        else:
            dx, dy = b[0] - a[0], b[1] - a[1]
            share = ((pose.x - a[0]) * dx + (pose.y - a[1]) * dy) / (dx * dx + dy * dy)
            share = min(max(share, 0.0), 1.0)
            near = (a[0] + share * dx, a[1] + share * dy, a[2])
        best = min(best, distance(pose.point, near[:2]) + body.radius_m * abs(wrap_angle(pose.yaw - near[2])))
    return best


def test_the_motion_keeps_to_every_heading_exactly_and_drives_in_reverse() -> None:
    motion = simulate_follow(ROUTE, START, BODY)
    poses = [Pose(x, y, yaw) for x, y, yaw in zip(motion.xs, motion.ys, motion.yaws, strict=True)]
    assert max(off(pose) for pose in poses) < 1e-6
    end = poses[-1]
    assert (end.x, end.y, wrap_angle(end.yaw)) == pytest.approx(STOPS[-1], abs=1e-6)
    assert motion.length_m == pytest.approx(5.0)
    backwards = (np.diff(motion.ys) < -1e-6) & (np.abs(motion.yaws[1:] - math.pi / 2) < 1e-9)
    assert backwards.any()
    low, high = travel_time_bounds(ROUTE, BODY)
    assert low <= motion.duration <= high < motion.duration + 0.01


def test_the_controller_keeps_the_whole_body_within_the_tracking_bound() -> None:
    plan = follow_plan(ROUTE, START, BODY)
    state, worst = FollowState(START), 0.0
    for _ in range(4000):
        command = follow_step(state, plan, BODY, 0.05)
        if command.done:
            break
        state = advance(state, command, 0.05)
        worst = max(worst, off(state.pose))
    assert command.done
    assert worst <= BODY.tracking_m
    assert distance(state.pose.point, STOPS[-1][:2]) < 0.02
    assert abs(wrap_angle(state.pose.yaw - 0.5)) < 0.02


def test_a_route_with_headings_survives_json() -> None:
    assert Route.from_json(ROUTE.to_json()) == ROUTE
    old = replace(ROUTE, headings=None, body_clearance_m=None)
    data = {key: value for key, value in old.to_json().items() if key not in ("headings", "body_clearance_m")}
    assert Route.from_json(data) == old


def test_only_the_body_s_own_clearance_counts_for_a_route_with_headings() -> None:
    assert ROUTE.keeps(BODY)
    assert not replace(ROUTE, body_clearance_m=0.05).keeps(BODY)
    assert not replace(ROUTE, headings=None, body_clearance_m=None).keeps(BODY)
