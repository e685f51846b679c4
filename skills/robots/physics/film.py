"""Film: the robot in physics from behind, with what its two cameras see, beside the map on which it drives."""

import math
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from maps import Point, distance
from skills.robots.physics.cameras import Cameras
from skills.robots.physics.film_file import FRAMES_PER_S, FilmFile
from skills.robots.physics.film_map import FilmMap
from skills.robots.physics.robot import MujocoRobot

__all__ = ["Film", "portrait"]

DRIVING_S, HANDLING_S = 0.25, 0.1
"""Robot time between two frames: driving is shown five times as fast as it is, handling twice as fast."""
LAST_S = 1.5
"""How long the last picture stays."""

WIDTH, HEIGHT, INSET, MAP_WIDTH = 1024, 576, 192, 448


class Film:
    """Films a robot while it is open. Use as a context manager.

    Args:
        robot: Whom.
        path: The mp4 or GIF to write; it appears when the film is closed.
        watch: Told after each picture how many there are and what time it is for the robot, seconds.

    Raises:
        PhysicsMissing: ``imageio`` with ffmpeg is not installed.
    """

    def __init__(self, robot: MujocoRobot, path: Path, watch: Callable[[int, float], None] | None = None) -> None:
        self._robot, self._told = robot, watch
        self.file = FilmFile(path)
        self._map = FilmMap(robot.world, robot.body, MAP_WIDTH, HEIGHT)
        self._outside = Cameras(robot.simulation, plain=False)
        self._inside = Cameras(robot.simulation)
        self._next = -math.inf
        self._azimuth: float | None = None
        self._driven: list[Point] = []
        self._last: NDArray[np.uint8] | None = None

    def __enter__(self) -> "Film":
        """Begin to film."""
        self._robot.watched_by(self._watch)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Finish the file with a picture of how it ended."""
        self._robot.watched_by(None)
        if self._last is not None:
            self._take()
            for _ in range(round(LAST_S * FRAMES_PER_S)):
                self.file.append(self._last)
        self.file.close()
        self._outside.close()
        self._inside.close()

    def _watch(self, robot: MujocoRobot) -> None:
        """Take a picture when one is due."""
        at = robot.simulation.pose().point
        if not self._driven or distance(at, self._driven[-1]) > 0.05:
            self._driven.append(at)
        if robot.now < self._next:
            return
        linear, _ = robot.simulation.velocity
        self._next = robot.now + (DRIVING_S if abs(linear) > 0.02 or not robot.doing else HANDLING_S)
        self._take()

    def _take(self) -> None:
        robot = self._robot
        self._azimuth = _follow(self._azimuth, robot)
        picture = portrait(robot, self._outside, self._inside, azimuth=self._azimuth)
        chart = self._map.picture(robot.truth, robot.simulation.pose(), self._driven, robot.route)
        self._last = np.concatenate([np.asarray(chart), picture], axis=1)
        self.file.append(self._last)
        if self._told is not None:
            self._told(self.file.frames, robot.now)


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
