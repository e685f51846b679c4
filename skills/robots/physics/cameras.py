"""Cameras: pictures from a simulation, with depth, and what a pixel's place in the base's frame is."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skills.robots.physics.gl import rendering
from skills.robots.physics.simulation import Simulation

__all__ = ["CAMERAS", "COARSE", "FINE", "Cameras", "Picture"]

CAMERAS = ("head", "wrist")

Floats = NDArray[np.float64]

SMALL_PIXELS = 128
FINE, COARSE = (28, 16, 4), (16, 8, 1)
"""Slices, stacks and quads that round and flat things are drawn with; in small pictures fewer look the same."""
SHADOW_M = 8.0
"""Half the width of the ground on which shadows fall, metres."""


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
        plain: Jagged edges and no sky: several times faster.
        shadows: Of what is within a few metres of the base; slow.
    """

    def __init__(self, simulation: Simulation, *, plain: bool = True, shadows: bool = False) -> None:
        self._sim, self._plain, self._shadows = simulation, plain, shadows
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
            model = self._sim.model
            quality = model.vis.quality
            quality.offsamples = 0 if self._plain else 4
            coarse = self._plain and max(height, width) <= SMALL_PIXELS
            quality.numslices, quality.numstacks, quality.numquads = COARSE if coarse else FINE
            model.vis.map.shadowclip = SHADOW_M / model.stat.extent
            self._renderers[height, width] = rendering(self._sim.mujoco, self._sim.model, height, width)
        return self._renderers[height, width]

    def _update(self, renderer: Any, camera: str | Any) -> None:
        data, rnd = self._sim.data, self._sim.mujoco.mjtRndFlag
        if self._shadows:  # what casts them is near the light's own place
            pose = self._sim.pose()
            data.light_xpos[0] = (pose.x, pose.y, 6.0)
        renderer.update_scene(data, camera)
        flags = renderer.scene.flags
        flags[rnd.mjRND_SHADOW] = self._shadows
        for flag in (rnd.mjRND_REFLECTION, rnd.mjRND_HAZE, *((rnd.mjRND_SKYBOX,) if self._plain else ())):
            flags[flag] = 0
