"""What is known of the world: grids, clearance, routing, places, things, doors, zones; files in and out; drawing."""

from typing import TYPE_CHECKING, Any

from maps.body import Body, RobotState
from maps.change import CellsChange, Change, DoorChange, FeatureChange
from maps.clearance import LayerName, UnknownPolicy, clearance
from maps.draw import draw
from maps.errors import MapError, MapFileInvalid, MapFileMissing, MapImageInvalid, MapYamlInvalid, StaleIndex
from maps.features import Door, DoorState, Feature, FeatureType, Place, Source, Thing, Value, Zone, ZoneRule
from maps.geometry import Point, Pose, distance, wrap_angle
from maps.goals import Goal, goal_at, goal_door, goal_near, goal_pose, goal_seen
from maps.grid import FREE, OCCUPIED, UNKNOWN, GridFrame
from maps.naming import normalise_name
from maps.polygon import area, contains
from maps.route import NoRoute, NoRouteCode, Route
from maps.routing import can_reach, find_route, reachable, travel_distances
from maps.saved_map import find_map, load_world, save_world, shipped_maps, start_pose
from maps.world import World

if TYPE_CHECKING:
    from maps.check import MapIssue, check_map
    from maps.rooms import find_rooms
    from maps.scene import Caption, Chart, Mark, Marker, Path, Region, RobotMark, Role, Scene

__all__ = [
    # values
    "Body", "RobotState", "Point", "Pose", "distance", "wrap_angle", "GridFrame", "FREE", "OCCUPIED", "UNKNOWN",
    "Place", "Thing", "Door", "Zone", "DoorState", "Feature", "FeatureType", "Source", "Value", "ZoneRule",
    "CellsChange", "Change", "DoorChange", "FeatureChange",
    "World", "normalise_name", "area", "contains",
    # routes
    "NoRoute", "NoRouteCode", "Route", "can_reach", "find_route", "reachable", "travel_distances",
    "clearance", "LayerName", "UnknownPolicy",
    "Goal", "goal_at", "goal_door", "goal_near", "goal_pose", "goal_seen",
    # scenes
    "Caption", "Chart", "Mark", "Marker", "Path", "Region", "RobotMark", "Role", "Scene",
    # pictures
    "draw",
    # files
    "find_map", "load_world", "save_world", "shipped_maps", "start_pose", "find_rooms", "check_map", "MapIssue",
    # errors
    "MapError", "MapFileInvalid", "MapFileMissing", "MapImageInvalid", "MapYamlInvalid", "StaleIndex",
]  # fmt: skip


_LATER = {
    "MapIssue": "maps.check",
    "check_map": "maps.check",
    "find_rooms": "maps.rooms",
    **dict.fromkeys(("Caption", "Chart", "Mark", "Marker", "Path", "Region", "RobotMark", "Role", "Scene"), "maps.scene"),
}


def __getattr__(name: str) -> Any:
    """What only few commands need is loaded on first use."""
    from importlib import import_module

    home = _LATER.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)
