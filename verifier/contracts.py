"""What a skill's declared effects say about docking and charging, for the checks and costs that need to know."""

from skills import Skill
from skills.whereabouts import Charges, Docked

__all__ = ["charges", "ends_docked"]


def charges(skill: Skill) -> bool:
    """Whether the battery is full afterwards."""
    return any(isinstance(effect, Charges) for effect in skill.effects)


def ends_docked(skill: Skill) -> bool:
    """Whether the robot stands on a dock afterwards."""
    return any(isinstance(effect, Docked) for effect in skill.effects)
