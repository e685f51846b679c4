import math
from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import Body, Pose, Route, wrap_angle
from policies import FollowState, advance, follow_plan, follow_step, simulate_follow

BODY = Body()
DT = 0.05


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


@st.composite
def routes(draw: st.DrawFn) -> Route:
    points = [(0.0, 0.0)]
    eighths = st.integers(0, 7).map(lambda eighth: eighth * math.pi / 4)
    for length, heading in draw(st.lists(st.tuples(st.floats(0.05, 3.0), eighths | st.floats(-3.1, 3.1)), min_size=1, max_size=6)):
        points.append((points[-1][0] + length * math.cos(heading), points[-1][1] + length * math.sin(heading)))
    return route(*points, goal_yaw=draw(st.none() | st.floats(-3.1, 3.1)))


def drive(followed: Route, start: Pose, *, noise: float = 0.0) -> list[FollowState]:
    """Closed loop until done; noise is the standard deviation of the measured position, metres."""
    plan = follow_plan(followed, start, BODY)
    random = np.random.default_rng(0)
    states = [FollowState(start)]
    for _ in range(20_000):
        state = states[-1]
        jitter = random.normal(0.0, noise, 2) if noise else (0.0, 0.0)
        measured = Pose(state.pose.x + jitter[0], state.pose.y + jitter[1], state.pose.yaw)
        command = follow_step(FollowState(measured, state.speed, state.yaw_rate, state.leg, state.along), plan, BODY, DT)
        states.append(advance(state, command, DT))
        if command.done:
            return states
    raise AssertionError("the controller never arrived")


def worst_deviation(states: list[FollowState], followed: Route) -> float:
    return float(shapely.distance(shapely.LineString(followed.points), shapely.points([s.pose.point for s in states])).max())


@settings(max_examples=25, deadline=None)
@given(routes(), st.floats(-math.pi, math.pi))
def test_the_closed_loop_keeps_to_the_route_and_the_limits(followed: Route, yaw: float) -> None:
    states = drive(followed, Pose(0.0, 0.0, yaw))
    assert worst_deviation(states, followed) <= BODY.tracking_m
    assert math.dist(states[-1].pose.point, followed.points[-1]) <= 0.02
    if followed.goal_yaw is not None:
        assert abs(wrap_angle(states[-1].pose.yaw - followed.goal_yaw)) < 0.02
    speeds, rates = np.array([s.speed for s in states]), np.array([s.yaw_rate for s in states])
    assert speeds.max() <= BODY.max_speed + 1e-9 and np.abs(rates).max() <= BODY.max_yaw_rate + 1e-9
    assert np.abs(np.diff(speeds)).max() <= BODY.max_acceleration * DT + 1e-9
    assert np.abs(np.diff(rates)).max() <= BODY.max_yaw_acceleration * DT + 1e-9


def test_it_takes_about_as_long_as_the_exact_motion() -> None:
    followed = route((0, 0), (4, 0), (6, 2), (6, 6))
    seconds = (len(drive(followed, Pose(0, 0, 0))) - 1) * DT
    exact = simulate_follow(followed, Pose(0, 0, 0), BODY).duration
    assert exact * 0.98 <= seconds <= exact * 1.2


def test_noise_of_the_localisation_is_not_amplified() -> None:
    followed = route((0, 0), (4, 0), (6, 2), (6, 6))
    states = drive(followed, Pose(0, 0, 0), noise=0.003)
    assert worst_deviation(states, followed) <= BODY.tracking_m
    assert math.dist(states[-1].pose.point, (6, 6)) <= 0.02
