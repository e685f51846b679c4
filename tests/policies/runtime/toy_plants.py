"""Plants for tests: the planar arm with one thing wrong."""

import math
from dataclasses import replace

import numpy as np

from policies.runtime.kinematic_plant import KinematicPlant, planar_plant
from policies.runtime.plant import Frame


class Faulty(KinematicPlant):
    """Reads wrongly for a while."""

    def __init__(self, fault, *, start=1.0, end=math.inf):
        super().__init__(("shoulder", "elbow", "gripper"), (1.2, -0.8, 0.04), cameras={"wrist": (48, 64)})
        self.fault, self.start, self.end = fault, start, end

    @property
    def bad(self):
        return self.start <= self.now() < self.end

    def read(self):
        state = super().read()
        if not self.bad:
            return state
        if self.fault == "nan":
            return replace(state, positions=(state.positions[0], math.nan, state.positions[2]))
        if self.fault == "short":
            return replace(state, positions=state.positions[:2])
        if self.fault == "blocked":
            return replace(state, positions=(state.positions[0] - 0.5, *state.positions[1:]))
        if self.fault == "strained":
            return replace(state, efforts=(40.0, 0.0, 0.0))
        if self.fault == "raises":
            raise OSError("no answer on /dev/ttyACM0")
        return state

    def send(self, targets):
        if self.bad and self.fault == "send":
            raise OSError("the bus is gone")
        super().send(targets)

    def image(self, camera):
        if self.bad and self.fault == "picture":
            return Frame(self.now(), np.zeros((10, 10, 3), dtype=np.uint8))
        return super().image(camera)


def faulty(fault, start=1.0, end=1e9):
    return Faulty(fault, start=start, end=end)


def missing():
    raise FileNotFoundError("/dev/ttyACM0")


def nothing():
    return object()


def outside():
    plant = planar_plant()
    plant._positions[1] = 3.0
    return plant
