"""The robot's body as planning needs it, and its changing state. Neither is part of the World."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from maps.features import DoorState
from maps.geometry import Pose

__all__ = ["Body", "RobotState"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A disc body with its margin, limits, reach and energy model. The defaults describe a small indoor mobile manipulator.

    ``margin_m`` is added to the radius everywhere: localisation + map + tracking error. ``tracking_m`` is the part of it that
    the path follower may use; the driven path stays within it of the verified route.
    """

    name: str = "surefoot-base"
    radius_m: float = 0.25
    margin_m: float = 0.08
    tracking_m: float = 0.05
    max_speed: float = 1.0
    max_acceleration: float = 0.8
    max_yaw_rate: float = 1.5
    max_yaw_acceleration: float = 3.0
    reach_m: float = 0.8
    view_range_m: float = 4.0
    sense_range_m: float = 5.0
    gripper_capacity: int = 1
    payload_kg: float = 5.0
    battery_wh: float = 200.0
    reserve_wh: float = 20.0
    idle_w: float = 25.0
    drive_w: float = 60.0
    charge_w: float = 120.0

    @property
    def needed_clearance_m(self) -> float:
        """Distance from the body's centre to the nearest obstacle that a route must keep, metres."""
        return self.radius_m + self.margin_m


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotState:
    """What the robot knows of itself now. Changes all the time, hence apart from the World.

    ``doors`` holds the states the robot has itself seen; they outrank the map's.
    """

    pose: Pose
    battery_wh: float
    carrying: tuple[str, ...] = ()
    doors: Mapping[str, DoorState] = field(default_factory=lambda: MappingProxyType({}))
    docked: bool = False
