"""Pursuit: the feedback controller that keeps a base on a plan made by ``policies.follow``; a pure step per control period.

Pure pursuit (R. C. Coulter, "Implementation of the pure pursuit path tracking algorithm", CMU-RI-TR-92-01) steers along the arc
through a point ahead on the smooth path. It is regulated (Macenski et al., Autonomous Robots 47, 2023): the speed is the plan's,
which has slowed for curvature, zones and the next stop already; large heading errors are turned away in place.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from maps.body import Body
from maps.geometry import Pose, wrap_angle
from policies.follow import FollowPlan
from policies.smooth import Leg

__all__ = ["FollowState", "Velocity", "advance", "follow_step"]

LOOKAHEAD_M = 0.08
LOOKAHEAD_S = 0.22
ARRIVED_M = 0.005
ALIGNED = 0.01
TURN_IN_PLACE = math.radians(45.0)
TURN_NEAR_STOP = math.radians(20.0)
NEAR_M = 0.12
CRAWL = 0.02


@dataclass(frozen=True, slots=True)
class FollowState:
    """Where the base is and how far it has got.

    Attributes:
        pose: As the localisation says.
        speed: Forward, m/s.
        yaw_rate: rad/s.
        leg: Which smooth piece it is on; the number of pieces when it turns to the goal heading.
        along: How far along that piece, metres.
    """

    pose: Pose
    speed: float = 0.0
    yaw_rate: float = 0.0
    leg: int = 0
    along: float = 0.0


@dataclass(frozen=True, slots=True)
class Velocity:
    """A command for one control period, and the progress to hand back in the next.

    Attributes:
        linear: m/s.
        angular: rad/s.
        leg: As in ``FollowState``.
        along: Metres.
        done: Whether the robot rests at the end of the plan.
    """

    linear: float
    angular: float
    leg: int
    along: float
    done: bool = False


def follow_step(state: FollowState, plan: FollowPlan, body: Body, dt: float) -> Velocity:
    """The velocity for the next control period.

    Args:
        state: Measured pose and velocity, and the progress from the last step.
        plan: From ``follow_plan``.
        body: Whose limits hold.
        dt: Control period, seconds.

    Returns:
        A command that changes the velocity by no more than the body's accelerations allow.
    """
    if state.leg >= len(plan.legs):
        return _final_turn(state, plan, body, dt)
    leg = plan.legs[state.leg]
    if leg.is_turn:
        return _turn_leg(state, float(leg.yaws[0]), body, dt)
    if leg.reverse:
        return _mirrored(_follow(_turned_about(state), _backwards(leg), body, dt))
    return _follow(state, leg, body, dt)


def _follow(state: FollowState, leg: Leg, body: Body, dt: float) -> Velocity:
    """The velocity along a piece that is driven forward."""
    along, left = _progress(leg, state)
    x, y = _ahead(leg, along + LOOKAHEAD_M + LOOKAHEAD_S * state.speed)
    dx, dy = x - state.pose.x, y - state.pose.y
    away = math.hypot(float(leg.xs[-1]) - state.pose.x, float(leg.ys[-1]) - state.pose.y)
    if away < ARRIVED_M or (left < ARRIVED_M and away < 3 * ARRIVED_M):
        linear, angular = _limited(state, 0.0, 0.0, body, dt)
        rests = linear == 0.0 and angular == 0.0
        return Velocity(linear, angular, state.leg + rests, 0.0 if rests else along)
    error = wrap_angle(math.atan2(dy, dx) - state.pose.yaw)
    if abs(error) > _tolerated(state, along, away, body, dt):
        return Velocity(*_limited(state, 0.0, _turning(error, body, dt), body, dt), state.leg, along)
    left = max(left, away) if left < NEAR_M else left
    curvature = 2 * math.sin(error) / max(math.hypot(dx, dy), 1e-6)
    next_speed = state.speed + body.max_acceleration * dt
    ahead = along + 0.5 * (state.speed + next_speed) * dt
    planned = float(np.interp(ahead, leg.along, leg.speeds))
    braking = math.sqrt(2 * body.max_acceleration * max(left - state.speed * dt, 0.0))
    speed = max(min(planned, braking), min(CRAWL, left / dt))
    if abs(curvature) * speed > body.max_yaw_rate:
        speed = body.max_yaw_rate / abs(curvature)
    linear, angular = _limited(state, speed, curvature * speed, body, dt)
    return Velocity(linear, angular, state.leg, along)


def advance(state: FollowState, velocity: Velocity, dt: float) -> FollowState:
    """What an ideal base does with a command: an exact arc. For simulations and tests.

    Args:
        state: Before.
        velocity: The command.
        dt: How long it holds, seconds.
    """
    pose, turned = state.pose, velocity.angular * dt
    chord = velocity.linear * dt * (math.sin(turned / 2) / (turned / 2) if abs(turned) > 1e-9 else 1.0)
    heading = pose.yaw + turned / 2
    moved = Pose(pose.x + chord * math.cos(heading), pose.y + chord * math.sin(heading), wrap_angle(pose.yaw + turned))
    return FollowState(moved, velocity.linear, velocity.angular, velocity.leg, velocity.along)


def _turned_about(state: FollowState) -> FollowState:
    """A base that drives backwards, as if its back were its front."""
    pose = Pose(state.pose.x, state.pose.y, wrap_angle(state.pose.yaw + math.pi))
    return replace(state, pose=pose, speed=-state.speed)


def _backwards(leg: Leg) -> Leg:
    return replace(leg, yaws=leg.yaws + math.pi, reverse=False)


def _mirrored(velocity: Velocity) -> Velocity:
    return replace(velocity, linear=-velocity.linear)


def _turn_leg(state: FollowState, yaw: float, body: Body, dt: float) -> Velocity:
    """Turn in place to a heading, then take the next piece."""
    error = wrap_angle(yaw - state.pose.yaw)
    resting = abs(state.yaw_rate) <= 0.5 * body.max_yaw_acceleration * dt and state.speed == 0.0
    if abs(error) < ALIGNED and resting:
        return Velocity(0.0, 0.0, state.leg + 1, 0.0)
    return Velocity(*_limited(state, 0.0, _turning(error, body, dt), body, dt), state.leg, 0.0)


def _final_turn(state: FollowState, plan: FollowPlan, body: Body, dt: float) -> Velocity:
    """Turn to the goal heading, if the plan has one."""
    error = 0.0 if plan.goal_yaw is None else wrap_angle(plan.goal_yaw - state.pose.yaw)
    resting = abs(state.yaw_rate) <= 0.5 * body.max_yaw_acceleration * dt and state.speed == 0.0
    if abs(error) < ALIGNED and resting:
        return Velocity(0.0, 0.0, state.leg, 0.0, done=True)
    return Velocity(*_limited(state, 0.0, _turning(error, body, dt), body, dt), state.leg, 0.0)


def _turning(error: float, body: Body, dt: float) -> float:
    """Yaw rate that turns an error away without overshoot, rad/s."""
    rate = min(body.max_yaw_rate, math.sqrt(1.2 * body.max_yaw_acceleration * abs(error)), abs(error) / dt)
    return math.copysign(rate, error)


def _limited(state: FollowState, speed: float, yaw_rate: float, body: Body, dt: float) -> tuple[float, float]:
    """A velocity as near to the wanted one as the accelerations allow."""
    gain, turn = body.max_acceleration * dt, body.max_yaw_acceleration * dt
    linear = min(max(speed, state.speed - gain), state.speed + gain)
    angular = min(max(yaw_rate, state.yaw_rate - turn), state.yaw_rate + turn)
    return max(linear, 0.0), min(max(angular, -body.max_yaw_rate), body.max_yaw_rate)


def _progress(leg: Leg, state: FollowState) -> tuple[float, float]:
    """How far along its piece the base is, never less than before, and what is left of the piece, metres."""
    first = int(np.searchsorted(leg.along, state.along - 0.1))
    last = int(np.searchsorted(leg.along, state.along + 0.5)) + 1
    xs, ys = leg.xs[first:last], leg.ys[first:last]
    i = first + int(np.argmin((xs - state.pose.x) ** 2 + (ys - state.pose.y) ** 2))
    yaw = float(leg.yaws[i])
    past = (state.pose.x - float(leg.xs[i])) * math.cos(yaw) + (state.pose.y - float(leg.ys[i])) * math.sin(yaw)
    length = float(leg.along[-1])
    along = min(max(float(leg.along[i]) + past, state.along), length)
    return along, length - along


def _ahead(leg: Leg, along: float) -> tuple[float, float]:
    """The point so far along a piece, metres; its end is the last."""
    return float(np.interp(along, leg.along, leg.xs)), float(np.interp(along, leg.along, leg.ys))


def _tolerated(state: FollowState, along: float, away: float, body: Body, dt: float) -> float:
    """The heading error above which the base turns in place: small while it has not set out, middling near a stop."""
    if along < ARRIVED_M and state.speed == 0.0:
        return ALIGNED if abs(state.yaw_rate) <= 0.5 * body.max_yaw_acceleration * dt else 0.0
    return TURN_NEAR_STOP if away < NEAR_M else TURN_IN_PLACE
