"""Plan: there are steps, not absurdly many, made for this map at this revision; the robot's state makes sense."""

import math
from collections.abc import Iterator

from verifier.finding import Finding
from verifier.step import Scope

__all__ = ["MOST_STEPS", "check_plan"]

MOST_STEPS = 1000
"""A plan with more steps is refused with one finding instead of being judged."""


def check_plan(scope: Scope) -> Iterator[Finding]:
    """Find what is wrong with the plan as a whole, before any step is looked at.

    Args:
        scope: The plan, the world and the robot's state.

    Yields:
        EMPTY_PLAN, BAD_ARGUMENT (too many steps), WRONG_MAP, STALE_REVISION (a warning: the plan is judged against the
        present revision), GREY_205 (a warning that came with the map), START_OUTSIDE_MAP and BATTERY for impossible states.
    """
    plan, world, state = scope.plan, scope.world, scope.state
    if plan.revision not in (None, world.revision):
        scope.unsettled()  # the revision itself is judged
    if not plan.steps:
        yield Finding(code="EMPTY_PLAN")
    if len(plan.steps) > MOST_STEPS:
        yield Finding(code="BAD_ARGUMENT", subject="steps", needed=MOST_STEPS, available=len(plan.steps))
    if plan.map is not None and plan.map != world.name:
        yield Finding(code="WRONG_MAP", subject=plan.map[:200], detail={"map": world.name})
    elif plan.revision is not None and plan.revision != world.revision:
        yield Finding(code="STALE_REVISION", severity="warning", subject=plan.revision[:200], detail={"revision": world.revision})
    for warning in world.warnings:
        if "205" in warning:
            yield Finding(code="GREY_205", severity="warning", subject=world.name, detail={"reason": warning})
        elif warning.startswith("graph only"):
            yield Finding(code="GRAPH_ONLY", severity="warning", subject=world.name, detail={"reason": warning})
    if not state_is_finite(scope):
        yield Finding(code="START_OUTSIDE_MAP", subject="the robot's pose", detail={"pose": repr(state.pose)})
    if not math.isfinite(state.battery_wh) or state.battery_wh < 0:
        reason = f"the robot reports a battery of {state.battery_wh!r} Wh, which cannot be"
        yield Finding(code="BATTERY", subject="battery", unit="Wh", detail={"reason": reason})


def state_is_finite(scope: Scope) -> bool:
    """Whether the robot's pose is three finite numbers."""
    pose = scope.state.pose
    return all(math.isfinite(value) for value in (pose.x, pose.y, pose.yaw))
