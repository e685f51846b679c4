"""What the control process says, a JSON object a line, as the engine hears it: how the robot stands, and the report at the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maps import Pose
from policies.runtime.report import RunReport
from policies.runtime.watchdog import Mode

__all__ = ["Status", "report_read", "status_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a robot stood when the control process said so last.

    Attributes:
        now: Seconds of the plant's clock.
        mode: RUN, HOLD or STOP.
        reason: Why it is not RUN, a sentence.
        positions: (n,) rad or m; None when they cannot be read.
        pose: Of the base; None without one.
        driving: Whether a route is being driven.
        arrived: Whether the base rests at the end of the last route.
        policy: The policy's name once it is loaded.
        ticks: Since the start.
    """

    now: float
    mode: Mode
    reason: str
    positions: tuple[float, ...] | None
    pose: Pose | None
    driving: bool
    arrived: bool
    policy: str | None
    ticks: int


def status_of(said: Mapping[str, Any]) -> Status:
    """A status from its JSON."""
    pose, positions = said["pose"], said["positions"]
    typed = {
        "mode": Mode(said["mode"]),
        "pose": None if pose is None else Pose(*pose),
        "positions": None if positions is None else tuple(positions),
    }
    return Status(**{**said, **typed})


def report_read(data: Mapping[str, Any]) -> RunReport:
    """A report from its JSON, with its tuples again."""
    plain: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    plain["events"] = tuple((at, mode, reason) for at, mode, reason in data["events"])
    return RunReport(**plain)
