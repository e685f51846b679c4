"""Views: where items are in the cameras' pictures, as the simulator knows it; what a policy in training is told to look at."""

import numpy as np
from numpy.typing import NDArray

from skills.robots.physics.cameras import CAMERAS
from skills.robots.physics.simulation import Simulation

__all__ = ["NOWHERE", "views"]

NOWHERE = 9.0
"""Both numbers of an item that is behind a camera."""


def views(simulation: Simulation, points: NDArray[np.float64]) -> NDArray[np.float32]:
    """Points of the world in square pictures.

    Args:
        simulation: Whose cameras look.
        points: (N, 3) metres.

    Returns:
        (C, N, 2) right and down for each camera, sorted by name; -1 to 1 from edge to edge, beyond it outside, hidden or not.
    """
    found = np.empty((len(CAMERAS), len(points), 2), dtype=np.float32)
    for row, name in enumerate(sorted(CAMERAS)):
        camera = simulation.data.camera(name)
        half = np.tan(0.5 * np.radians(float(simulation.model.camera(name).fovy[0])))
        right, up, back = ((points - camera.xpos) @ camera.xmat.reshape(3, 3)).T
        ahead = np.maximum(-back, 1e-6) * half
        seen = np.stack((right / ahead, -up / ahead), axis=-1)
        found[row] = np.where((back < 0)[:, None], np.clip(seen, -NOWHERE, NOWHERE), NOWHERE)
    return found
