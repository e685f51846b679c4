"""The robot's own file: everything that must outlive the agent, versioned, written to a temporary file and renamed."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from maps import CellsChange, Change, DoorChange, DoorState, FeatureChange, Thing
from skills.robot import ActionStatus
from skills.robots.errors import ActionRejected, RobotStateInvalid, RobotStateMissing
from skills.robots.sensing import SENSED, decode_cells, encode_cells

__all__ = ["ActionRecord", "RobotFile", "RobotMemory", "Sensed", "ThingRecord", "load_state", "save_state", "was_started"]


_File = TypeVar("_File", bound=BaseModel)


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ThingRecord(_Record):
    """A thing as the robot saw it or put it down; positions in metres."""

    name: str
    kind: str = ""
    aliases: tuple[str, ...] = ()
    position: tuple[float, float]
    place: str | None = None
    state: str | None = None
    attributes: dict[str, str | int | float | bool] = Field(default_factory=dict)
    reach_m: float | None = None

    @classmethod
    def of(cls, thing: Thing) -> "ThingRecord":
        """A thing without the file it came from."""
        return cls(
            name=thing.name, kind=thing.kind, aliases=thing.aliases, position=thing.position, place=thing.place,
            state=thing.state, attributes=dict(thing.attributes), reach_m=thing.reach_m,
        )  # fmt: skip

    def thing(self) -> Thing:
        """The thing."""
        return Thing(
            name=self.name, kind=self.kind, aliases=self.aliases, position=self.position, place=self.place,
            state=self.state, attributes=MappingProxyType(dict(self.attributes)), reach_m=self.reach_m,
            source=SENSED,
        )  # fmt: skip


class Sensed(_Record):
    """One sensed change, in its smallest form: exactly one of ``cells``, ``door`` or ``thing`` is given."""

    cells: str | None = None
    door: str | None = None
    state: DoorState | None = None
    thing: str | None = None
    seen: ThingRecord | None = None

    @classmethod
    def of(cls, change: Change, width: int) -> "Sensed":
        """A change on a grid of so many columns."""
        if isinstance(change, CellsChange):
            return cls(cells=encode_cells(change, width))
        if isinstance(change, DoorChange):
            return cls(door=change.door, state=change.state)
        seen = ThingRecord.of(change.feature) if isinstance(change.feature, Thing) else None
        return cls(thing=change.name, seen=seen)

    def change(self, width: int) -> Change:
        """The change.

        Raises:
            ValueError: The cells are not a note of cells, or nothing is given.
        """
        if self.cells is not None:
            return decode_cells(self.cells, width)
        if self.door is not None and self.state is not None:
            return DoorChange(door=self.door, state=self.state)
        if self.thing is not None:
            feature = None if self.seen is None else self.seen.thing()
            return FeatureChange(type="thing", name=self.thing, feature=feature)
        raise ValueError("a sensed change names neither cells nor a door nor a thing")


class ActionRecord(_Record):
    """An action from the moment it was asked for; times in robot seconds.

    Attributes:
        verb: ``drive`` or a verb of ``Robot.act``.
        route: The route as data, for drives.
        start_pose: Where the robot was, (x, y, yaw).
        started: When.
        ends: When it will end, or ended.
        fate: How it will end if nobody stops it; ``code``, ``message`` and ``value`` go with it.
        cut: Seconds of motion after which braking starts, for drives that do not reach the end.
        halt: Braking time, seconds.
        slip: Share of the wheels' motion that was lost.
        looks: How many looks around have been taken on the way.
        status: What ``report`` says.
    """

    verb: str
    target: str = ""
    options: dict[str, JsonValue] = Field(default_factory=dict)
    route: dict[str, Any] | None = None
    start_pose: tuple[float, float, float]
    started: float
    ends: float
    fate: ActionStatus = "succeeded"
    code: str = ""
    message: str = ""
    value: JsonValue = None
    cut: float | None = None
    halt: float = 0.0
    slip: float = 0.0
    looks: int = 0
    driven_m: float = 0.0
    fraction: float = 0.0
    status: ActionStatus = "running"


class RobotMemory(_Record):
    """What every robot that is no hardware remembers: charge, load, what it said and did, and what it noticed."""

    battery_wh: float
    charging: bool = False
    carrying: list[ThingRecord] = Field(default_factory=list)
    doors_seen: dict[str, DoorState] = Field(default_factory=dict)
    doors: dict[str, DoorState] = Field(default_factory=dict)
    moved: dict[str, ThingRecord | None] = Field(default_factory=dict)
    said: list[tuple[float, str]] = Field(default_factory=list)
    actions: dict[str, ActionRecord] = Field(default_factory=dict)
    sensed: list[Sensed] = Field(default_factory=list)


class RobotFile(RobotMemory):
    """A simulated robot's whole state (version 1)."""

    surefoot_robot: Literal[1]
    map: str
    grid: tuple[int, int, float]
    body: dict[str, Any]
    clock: dict[str, Any]
    pose: tuple[float, float, float]
    battery_at: float = 0.0
    looked: bool = False
    running: list[str] = Field(default_factory=list)


def load_state(path: Path, kind: type[_File]) -> _File:
    """Read a robot's file.

    Args:
        path: Where it lies.
        kind: What it holds: a ``RobotFile``, or that of another kind of robot.

    Raises:
        RobotStateMissing: It is not there or cannot be read.
        RobotStateInvalid: It is not such a robot's file of a version that this program knows.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise RobotStateMissing(f"robot state {str(path)!r} cannot be read: {error.strerror}") from error
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        first: Mapping[str, Any] = min(error.errors(include_url=False), key=_is_not_of_version)
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise RobotStateInvalid(f"robot state {str(path)!r} is not valid: {where}: {first['msg']}") from error


def _is_not_of_version(mistake: Mapping[str, Any]) -> bool:
    """To tell first that a file is of another version or kind: the rest follows from it."""
    return not str(mistake["loc"][:1]).startswith("('surefoot_")


def save_state(path: Path, state: BaseModel, *, durable: bool) -> None:
    """Replace a robot's file as a whole; a reader sees the old one or the new one.

    Args:
        path: The file; its folder is made if need be.
        state: What to write.
        durable: Whether to wait until it is on disk, so that it outlives a power cut, not only the process.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(state.model_dump_json(exclude_defaults=True))
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def was_started(actions: Mapping[str, ActionRecord], action: str, verb: str, what: object) -> bool:
    """Whether an action's id was used before, with the same request: a route as JSON to drive, or a target to act on.

    Raises:
        ActionRejected: It was used for something else.
    """
    record = actions.get(action)
    if record is None:
        return False
    if record.verb != verb or what != (record.route if verb == "drive" else record.target):
        raise ActionRejected(f"action {action!r} was started as {record.verb} {record.target}; use another id")
    return True
