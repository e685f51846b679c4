"""What makes the robot move: classic planners as pure functions over maps, and motion policies. No Robot in here."""

from policies.follow import OffRoute, simulate_follow, speed_limit_of, travel_time_bounds, turn_time
from policies.smooth import Leg, SpeedLimit, smooth_legs
from policies.trajectory import Trajectory

__all__ = [
    "Leg",
    "OffRoute",
    "SpeedLimit",
    "Trajectory",
    "simulate_follow",
    "smooth_legs",
    "speed_limit_of",
    "travel_time_bounds",
    "turn_time",
]
