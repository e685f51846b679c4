"""Follow plans as plain data, to send one to the control process."""

from typing import Any

import numpy as np

from policies.follow import FollowPlan
from policies.smooth import Leg

__all__ = ["plan_data", "plan_of"]

_ARRAYS = ("along", "xs", "ys", "yaws", "curvatures", "speeds", "times")


def plan_data(plan: FollowPlan) -> dict[str, Any]:
    """Plain data; ``plan_of`` is its inverse."""
    legs = [{**{key: getattr(leg, key).tolist() for key in _ARRAYS}, "reverse": leg.reverse} for leg in plan.legs]
    return {"legs": legs, "goal_yaw": plan.goal_yaw}


def plan_of(data: dict[str, Any]) -> FollowPlan:
    """What ``plan_data`` wrote."""
    legs = tuple(Leg(**{key: np.array(leg[key]) for key in _ARRAYS}, reverse=bool(leg["reverse"])) for leg in data["legs"])
    return FollowPlan(legs, data["goal_yaw"])
