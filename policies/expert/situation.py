"""What the expert is told besides its joints: LeRobot's ``observation.environment_state``, in the base's frame.

A learned policy sees pictures instead. The numbers come from the simulator when demonstrations are recorded, and from the head
camera when a robot falls back on the expert.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policies.policy import Batch, ObservationInvalid

__all__ = ["ENVIRONMENT", "Aim"]

ENVIRONMENT = "observation.environment_state"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What to handle and where it shall go; metres and radians in the base's frame.

    Attributes:
        at: Middle of the thing; for a button the top of its cap.
        yaw: Direction of the thing's depth axis, so that the fingers close over its width.
        width: Between the fingers.
        height: Of the thing.
        goal: Where the middle of its underside shall come to rest, for ``place``; for ``pick`` its z is how high the hand lifts.
        squeeze_n: What each finger shall press with, newtons.
        done: Whether a button has been seen to be pressed.
    """

    at: tuple[float, float, float]
    yaw: float = 0.0
    width: float = 0.04
    height: float = 0.05
    goal: tuple[float, float, float] = (0.0, 0.0, 0.0)
    squeeze_n: float = 10.0
    done: bool = False

    def to_array(self) -> NDArray[np.float32]:
        """Float32 (11,), as it stands in a batch."""
        return np.array(
            [*self.at, self.yaw, self.width, self.height, *self.goal, self.squeeze_n, float(self.done)], dtype=np.float32
        )

    @classmethod
    def of(cls, batch: Batch) -> "Aim":
        """What a batch holds.

        Raises:
            ObservationInvalid: It is missing, of another length, or not finite.
        """
        if ENVIRONMENT not in batch:
            raise ObservationInvalid(f"the expert needs {ENVIRONMENT!r}: it does not look at pictures")
        values = np.asarray(batch[ENVIRONMENT], dtype=np.float64)
        if values.shape != (11,) or not np.isfinite(values).all():
            raise ObservationInvalid(f"{ENVIRONMENT!r} must be 11 finite numbers, it is {values.shape} {values}")
        v = values.tolist()
        return cls(
            at=(v[0], v[1], v[2]), yaw=v[3], width=v[4], height=v[5], goal=(v[6], v[7], v[8]), squeeze_n=v[9], done=v[10] > 0.5
        )
