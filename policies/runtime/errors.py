"""The errors of the real-time engine. Each message is one sentence: what does not fit, with numbers, and what to do.

EngineError
├── LimitsInvalid     a limits file or its numbers cannot be
├── LimitsMismatch    limits, policy and plant are not of the same robot
├── PlantUnfit        the plant's measurements cannot be driven from
└── EngineFailed      a process of the engine did not start, or died
"""

__all__ = ["EngineError", "EngineFailed", "LimitsInvalid", "LimitsMismatch", "PlantUnfit"]


class EngineError(ValueError):
    """Base of all errors that the engine raises on purpose; whatever it was, the robot holds."""


class LimitsInvalid(EngineError):
    """Limits that no robot can have, or a file that holds none."""


class LimitsMismatch(EngineError):
    """Limits, policy and plant name different joints or cameras: they are not of the same robot."""


class PlantUnfit(EngineError):
    """Measurements that nothing can be started from: not finite, of another length, outside the limits."""


class EngineFailed(EngineError):
    """A process of the engine did not start or ended by itself."""
