"""The file of the robot in physics: everything that must outlive the process, in one JSON document."""

import os
import tempfile
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from maps import DoorState
from skills.robots.errors import RobotStateInvalid, RobotStateMissing
from skills.robots.state_file import ActionRecord, Sensed, ThingRecord, _Record

__all__ = ["PhysicsFile", "load_physics", "save_physics"]


class PhysicsFile(_Record):
    """State of a robot in physics (version 1). ``physics`` is MuJoCo's full physics state."""

    surefoot_physics: Literal[1] = 1
    map: str
    revision: str
    seed: int
    start: tuple[float, float, float]
    physics: list[float] = Field(default_factory=list)
    controls: list[float] = Field(default_factory=list)
    battery_wh: float
    charging: bool = False
    carrying: list[ThingRecord] = Field(default_factory=list)
    doors_seen: dict[str, DoorState] = Field(default_factory=dict)
    doors: dict[str, DoorState] = Field(default_factory=dict)
    moved: dict[str, ThingRecord | None] = Field(default_factory=dict)
    said: list[tuple[float, str]] = Field(default_factory=list)
    actions: dict[str, ActionRecord] = Field(default_factory=dict)
    sensed: list[Sensed] = Field(default_factory=list)


def load_physics(path: Path) -> PhysicsFile:
    """Read a robot's file.

    Raises:
        RobotStateMissing: It is not there or cannot be read.
        RobotStateInvalid: It is no such file.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise RobotStateMissing(f"robot state {str(path)!r} cannot be read: {error.strerror}") from error
    try:
        return PhysicsFile.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise RobotStateInvalid(f"robot state {str(path)!r} is not valid: {where}: {first['msg']}") from error


def save_physics(path: Path, state: PhysicsFile) -> None:
    """Replace a robot's file as a whole, and wait until it is on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(state.model_dump_json(exclude_defaults=True))
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
