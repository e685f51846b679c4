"""What makes the robot move: classic planners as pure functions over maps, and motion policies. No Robot in here."""

from typing import TYPE_CHECKING, Any

from policies.follow import FollowPlan, OffRoute, follow_plan, simulate_follow, speed_limit_of, travel_time_bounds, turn_time
from policies.smooth import Leg, SpeedLimit, smooth_legs
from policies.trajectory import Trajectory

if TYPE_CHECKING:
    from policies.pursuit import FollowState, Velocity, advance, follow_step

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


def __getattr__(name: str) -> Any:
    """What only a robot that moves needs is loaded on first use."""
    if name not in ("FollowState", "Velocity", "advance", "follow_step"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from policies import pursuit

    return getattr(pursuit, name)
