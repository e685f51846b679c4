"""What makes the robot move: classic planners as pure functions over maps, and motion policies. No Robot in here."""

from policies.follow import FollowPlan, OffRoute, follow_plan, simulate_follow, speed_limit_of, travel_time_bounds, turn_time
from policies.pursuit import FollowState, Velocity, advance, follow_step
from policies.smooth import Leg, SpeedLimit, smooth_legs
from policies.trajectory import Trajectory

__all__ = [
    "FollowPlan",
    "FollowState",
    "Leg",
    "OffRoute",
    "SpeedLimit",
    "Trajectory",
    "Velocity",
    "advance",
    "follow_plan",
    "follow_step",
    "simulate_follow",
    "smooth_legs",
    "speed_limit_of",
    "travel_time_bounds",
    "turn_time",
]
