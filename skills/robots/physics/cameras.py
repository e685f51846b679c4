"""Cameras: pictures from a simulation, with depth, and what a pixel's place in the base's frame is."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skills.robots.physics.gl import rendering
from skills.robots.physics.simulation import Simulation

__all__ = ["CAMERAS", "Cameras", "Picture"]

CAMERAS = ("head", "wrist")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture with depth.

    Attributes:
        rgb: (H, W, 3) uint8.
        depth: (H, W) metres along the optical axis.
        points: (H, W, 3) metres in the base's frame.
        eye: (3,) the camera's place in the base's frame, metres.
    """

    rgb: NDArray[np.uint8]
    depth: NDArray[np.float32]
    points: Floats
    eye: Floats


class Cameras:
    """Renderers for one simulation, made when they are first needed and kept by size.

    Args:
        simulation: What is looked at.
        plain: No shadows, sky or reflections: several times faster.
    """

    def __init__(self, simulation: Simulation, *, plain: bool = True) -> None:
        self._sim, self._plain = simulation, plain
        self._renderers: dict[tuple[int, int], Any] = {}

    def rgb(self, camera: str | Any, height: int, width: int) -> NDArray[np.uint8]:
        """(H, W, 3) what a camera sees now.

        Raises:
            PhysicsMissing: There is no OpenGL library.
        """
        renderer = self._renderer(height, width)
        self._update(renderer, camera)
        return np.asarray(renderer.render())

    def picture(self, camera: str, height: int, width: int) -> Picture:
        """What a camera sees now, with depth.

        Raises:
            PhysicsMissing: There is no OpenGL library.
        """
        renderer = self._renderer(height, width)
        self._update(renderer, camera)
        rgb = np.asarray(renderer.render()).copy()
        renderer.enable_depth_rendering()
        try:
            depth = np.asarray(renderer.render()).copy()
        finally:
            renderer.disable_depth_rendering()
        view = self._sim.data.camera(camera)
        fovy = float(self._sim.model.camera(camera).fovy[0])
        focal = 0.5 * height / np.tan(0.5 * np.radians(fovy))
        columns, rows = np.meshgrid(np.arange(width) - 0.5 * (width - 1), np.arange(height) - 0.5 * (height - 1))
        rays = np.stack([columns / focal, -rows / focal, -np.ones_like(columns)], axis=-1) * depth[..., None]
        world = rays @ view.xmat.reshape(3, 3).T + view.xpos
        pose = self._sim.pose()
        cos, sin = np.cos(pose.yaw), np.sin(pose.yaw)
        turned = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
        points = (world - (pose.x, pose.y, 0.0)) @ turned.T
        return Picture(rgb, depth, points, self._sim.in_base(view.xpos))

    def close(self) -> None:
        """Give the renderers back."""
        for renderer in self._renderers.values():
            renderer.close()
        self._renderers.clear()

    def _renderer(self, height: int, width: int) -> Any:
        if (height, width) not in self._renderers:
            self._sim.model.vis.quality.offsamples = 0 if self._plain else 4
            self._renderers[height, width] = rendering(self._sim.mujoco, self._sim.model, height, width)
        return self._renderers[height, width]

    def _update(self, renderer: Any, camera: str | Any) -> None:
        renderer.update_scene(self._sim.data, camera)
        if self._plain:
            flags, rnd = renderer.scene.flags, self._sim.mujoco.mjtRndFlag
            for flag in (rnd.mjRND_SHADOW, rnd.mjRND_REFLECTION, rnd.mjRND_SKYBOX, rnd.mjRND_HAZE):
                flags[flag] = 0
