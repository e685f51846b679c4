"""The robot's body as planning needs it, and its changing state. Neither is part of the World."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from maps.features import DoorState, Thing
from maps.geometry import Point, Pose

__all__ = ["Body", "RobotState"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body with its margin, limits, reach and energy model. The defaults describe a small indoor mobile manipulator.

    It is a disc of ``radius_m``, or a polygon: then ``radius_m`` is not chosen but the footprint's circumscribed radius.
    ``margin_m`` is kept from the body to everything: localisation + map + tracking error. ``tracking_m`` is the part of it that
    the path follower may use; the driven path stays within it of the verified route.

    Attributes:
        arm_m: Radius of the ball that the gripper gets at, pointing down, metres; 0 leaves the heights of things aside.
        arm_z_m: How high above the floor the middle of that ball is, metres.
        arm_top_m: Where that ball is cut off, metres above the floor.
        gripper_force_n: Most that each of the gripper's two fingers presses with, newtons.
        footprint: Corners in the robot's frame, metres, x forward, around (0, 0), which the robot turns about; empty for a disc.

    Raises:
        FootprintInvalid: The footprint is no simple polygon of sensible size around (0, 0).
    """

    name: str = "surefoot-base"
    radius_m: float = 0.25
    footprint: tuple[Point, ...] = ()
    margin_m: float = 0.08
    tracking_m: float = 0.05
    max_speed: float = 1.0
    max_acceleration: float = 0.8
    max_yaw_rate: float = 1.5
    max_yaw_acceleration: float = 3.0
    reach_m: float = 0.8
    arm_m: float = 0.92
    arm_z_m: float = 0.41
    arm_top_m: float = 0.98
    view_range_m: float = 4.0
    sense_range_m: float = 5.0
    gripper_capacity: int = 1
    payload_kg: float = 5.0
    gripper_force_n: float = 60.0
    battery_wh: float = 200.0
    reserve_wh: float = 20.0
    idle_w: float = 25.0
    drive_w: float = 60.0
    charge_w: float = 120.0

    def __post_init__(self) -> None:
        if not self.footprint:
            return
        from maps.footprint.shape import checked_footprint, circumscribed_radius

        ring = checked_footprint(self.footprint)
        object.__setattr__(self, "footprint", ring)
        object.__setattr__(self, "radius_m", circumscribed_radius(ring))

    @property
    def needed_clearance_m(self) -> float:
        """Distance from the body's centre to the nearest obstacle at which it may have any heading, metres."""
        return self.radius_m + self.margin_m

    @property
    def inscribed_m(self) -> float:
        """Radius of the largest disc about the centre that lies in the body, metres; ``radius_m`` for a disc."""
        from maps.footprint.shape import inscribed_radius

        return inscribed_radius(self.footprint) if self.footprint else self.radius_m

    @property
    def inner_disc(self) -> "Body":
        """The disc in the body: where it cannot go, neither can the body. The body itself if it is a disc."""
        return replace(self, radius_m=self.inscribed_m, footprint=()) if self.footprint else self

    @property
    def outer_disc(self) -> "Body":
        """The disc around the body: where it can go, so can the body, in any heading. The body itself if it is a disc."""
        return replace(self, footprint=()) if self.footprint else self

    def carrying(self, things: Iterable[Thing]) -> "Body":
        """The body while it carries things, larger where their attributes say that they stick out.

        Args:
            things: What it carries; see ``maps.footprint.carried_outline`` for the attributes.

        Raises:
            FootprintInvalid: A thing's attribute is no length.
        """
        from maps.footprint.shape import carried_outline

        ring, radius = carried_outline(self.footprint, self.radius_m, things)
        if ring == self.footprint and math.isclose(radius, self.radius_m, rel_tol=1e-12):
            return self
        return replace(self, footprint=ring, radius_m=radius)


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
