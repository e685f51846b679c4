"""Which exceptions are a user's or an environment's fault, and what they say."""

import errno
import sys

__all__ = ["sentence_of"]

_OF_EXTRAS = (
    ("policies.policy", "PolicyError"),
    ("policies.runtime.errors", "EngineError"),
    ("policies.expert.kinematics", "MissingPhysics"),
)
"""Errors of modules that most commands never import: what was not imported has not raised anything."""

_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
"""What a full, full-for-this-user, read-only or broken disk says."""


def sentence_of(error: Exception) -> str | None:
    """The sentence of an error that was raised on purpose; None for a bug."""
    import sqlite3

    from agent.errors import AgentError
    from agent.planners.errors import PlannerError
    from agent.settings import SettingsInvalid
    from maps import MapError
    from skills.errors import SkillError
    from skills.robots.errors import RobotError

    extras = tuple(getattr(sys.modules[module], name) for module, name in _OF_EXTRAS if module in sys.modules)
    expected = (AgentError, MapError, PlannerError, RobotError, SettingsInvalid, SkillError, *extras)
    if isinstance(error, expected):
        return str(error)
    if isinstance(error, OSError) and error.errno in _DISK:
        where = f"{error.filename}: " if error.filename else ""
        return f"The disk cannot be written: {where}{error.strerror}; free space, then resume the mission."
    if isinstance(error, sqlite3.OperationalError) and any(word in str(error) for word in ("full", "disk", "readonly")):
        return f"The mission's record cannot be written: {error}; free space, then resume the mission."
    return None
