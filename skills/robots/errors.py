"""The errors that robots raise for bad input. Each message is one sentence: what failed, why, what to do.

RobotError
├── RobotStateMissing    there is no state file to attach to
├── RobotStateInvalid    a state file is there and is not one, or belongs to another map
└── ActionRejected       an action's id or verb cannot be used as asked
"""

__all__ = ["ActionRejected", "RobotError", "RobotStateInvalid", "RobotStateMissing"]


class RobotError(Exception):
    """Base of all errors that robots raise on purpose."""


class RobotStateMissing(RobotError):
    """The state file does not exist or cannot be read."""


class RobotStateInvalid(RobotError):
    """The state file exists and is malformed, of another version, of another map, or already in use."""


class ActionRejected(RobotError):
    """An action was asked for in a way that the robot cannot take at all (unknown verb, id used for something else)."""
