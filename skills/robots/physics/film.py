"""Film: the robot in physics from behind, with what its two cameras see, as an mp4."""

import math
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skills.robots.physics.cameras import Cameras
from skills.robots.physics.gl import PhysicsMissing
from skills.robots.physics.robot import MujocoRobot

__all__ = ["Film", "portrait"]

FRAMES_PER_S = 20
DRIVING_S, HANDLING_S = 0.25, 0.1
"""Robot time between two frames: driving is shown five times as fast as it is, handling twice as fast."""

WIDTH, HEIGHT, INSET = 1024, 576, 192


class Film:
    """Films a robot while it is open. Use as a context manager.

    Args:
        robot: Whom.
        path: The mp4 to write; it appears when the film is closed.

    Raises:
        PhysicsMissing: ``imageio`` with ffmpeg is not installed.
    """

    def __init__(self, robot: MujocoRobot, path: Path) -> None:
        try:
            import imageio.v2 as imageio

            import_module("imageio_ffmpeg")  # imageio finds it by itself; its absence should be told now
        except ImportError as error:
            raise PhysicsMissing(f"--video needs {error.name}: pip install 'surefoot[physics]'") from error
        self._robot, self._path = robot, path
        self._rough = path.with_name(f".{path.stem}.new.mp4")
        self._writer: Any = imageio.get_writer(
            self._rough, fps=FRAMES_PER_S, codec="libx264", quality=7, macro_block_size=16, ffmpeg_log_level="error"
        )
        self._outside = Cameras(robot.simulation, plain=False)
        self._inside = Cameras(robot.simulation)
        self._next = -math.inf
        self._azimuth: float | None = None

    def __enter__(self) -> "Film":
        """Begin to film."""
        self._robot.watched_by(self._watch)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Finish the file."""
        self._robot.watched_by(None)
        self._writer.close()
        self._outside.close()
        self._inside.close()
        if self._rough.exists():
            self._rough.replace(self._path)

    def _watch(self, robot: MujocoRobot) -> None:
        """Take a frame when one is due."""
        if robot.now < self._next:
            return
        linear, _ = robot.simulation.velocity
        self._next = robot.now + (DRIVING_S if abs(linear) > 0.02 else HANDLING_S)
        self._azimuth = _follow(self._azimuth, robot)
        self._writer.append_data(portrait(robot, self._outside, self._inside, azimuth=self._azimuth))


def portrait(
    robot: MujocoRobot, outside: Cameras, inside: Cameras, *, azimuth: float, width: int = WIDTH, height: int = HEIGHT,
    distance: float = 2.6, elevation: float = -38.0,
) -> NDArray[np.uint8]:  # fmt: skip
    """One picture: the robot from outside, its cameras' pictures in the corners, what it does below.

    Args:
        robot: Whom.
        outside: For the large picture.
        inside: For the small ones.
        azimuth: From where it is looked at, radians.
        width: Of the picture, pixels.
        height: Of the picture, pixels.
        distance: Of the eye, metres.
        elevation: Of the view, degrees; negative looks down.

    Returns:
        (height, width, 3).
    """
    from PIL import Image, ImageDraw, ImageFont

    mujoco, pose = robot.simulation.mujoco, robot.simulation.pose()
    eye = mujoco.MjvCamera()
    eye.lookat[:] = (pose.x + 0.25 * math.cos(azimuth), pose.y + 0.25 * math.sin(azimuth), 0.55)
    eye.distance, eye.azimuth, eye.elevation = distance, math.degrees(azimuth), elevation
    picture = Image.fromarray(outside.rgb(eye, height, width))
    inset = round(INSET * height / HEIGHT)
    draw = ImageDraw.Draw(picture)
    size = round(17 * height / HEIGHT)
    font = ImageFont.load_default(size=size)
    for k, camera in enumerate(("head", "wrist")):
        small = Image.fromarray(inside.rgb(camera, inset, inset))
        x, y = width - (inset + 12) * (2 - k), 12
        draw.rectangle((x - 3, y - 3, x + inset + 2, y + inset + 2), fill=(30, 34, 40))
        picture.paste(small, (x, y))
        draw.text(
            (x + 6, y + inset - 0.14 * inset), camera, fill=(255, 255, 255), font=font, stroke_width=2, stroke_fill=(30, 34, 40)
        )
    text = f"{robot.now:6.1f} s   {robot.doing or 'waiting'}"
    draw.rectangle((0, height - 2 * size, width, height), fill=(30, 34, 40))
    draw.text((14, height - 1.6 * size), text, fill=(240, 243, 246), font=font)
    return np.asarray(picture)


def _follow(azimuth: float | None, robot: MujocoRobot) -> float:
    """A direction of view that turns after the robot, slowly; while it handles, from its side."""
    pose = robot.simulation.pose()
    turret = float(robot.simulation.joints()[0])
    wanted = pose.yaw if robot.doing.startswith("drive") else pose.yaw + turret + 0.9
    if azimuth is None:
        return wanted
    turn = math.remainder(wanted - azimuth, math.tau)
    return azimuth + 0.06 * turn
