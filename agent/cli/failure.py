"""Which exceptions are a user's or an environment's fault, and what they say."""

import errno

__all__ = ["sentence_of"]

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

    expected = (AgentError, MapError, PlannerError, RobotError, SettingsInvalid, SkillError)
    if isinstance(error, expected):
        return str(error)
    if isinstance(error, OSError) and error.errno in _DISK:
        where = f"{error.filename}: " if error.filename else ""
        return f"The disk cannot be written: {where}{error.strerror}; free space, then resume the mission."
    if isinstance(error, sqlite3.OperationalError) and any(word in str(error) for word in ("full", "disk", "readonly")):
        return f"The mission's record cannot be written: {error}; free space, then resume the mission."
    return None
