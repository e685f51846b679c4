"""The goal that a call's implied motion drives to; the verifier and the runtime both ask here."""

from collections.abc import Mapping
from typing import Any

from maps import Body, Goal, Place, World, goal_at, goal_door, goal_near, goal_seen
from skills.skill import Skill

__all__ = ["implied_goal"]


def implied_goal(skill: Skill, args: Mapping[str, Any], world: World, body: Body) -> Goal | None:
    """Where the robot has to be before the function runs.

    Args:
        skill: The skill.
        args: Its arguments as features of the world (``Skill.resolve_args``).
        world: The snapshot.
        body: The body.

    Returns:
        The goal; None when nothing is implied.
    """
    parameter = skill.motion_parameter
    feature = None if parameter is None else args.get(parameter.name)
    if parameter is None or feature is None:
        return None
    if isinstance(feature, Place):
        return goal_at(world, feature, body)
    if parameter.kind == "door":
        return goal_door(world, feature, body)
    return goal_seen(world, feature, body) if parameter.motion == "seen" else goal_near(world, feature, body)
