"""Two rooms with a gap between them, and their obstacles as shapely sees them, for tests of routes."""

import math

import numpy as np
import shapely

from maps import Body, Door, GridFrame, Place, Pose, World, Zone

BODY = Body(radius_m=0.25, margin_m=0.08)
NEEDED = BODY.needed_clearance_m
DOOR = Door(name="middle door", segment=((4.05, 2.0), (4.05, 3.0)))
START = Pose(1.013, 1.027, 0.0)


def two_rooms(gap=(40, 60), **features):
    """Two rooms of 4 m x 5 m at 5 cm, a wall at x = 4.0 to 4.1 with a gap between rows."""
    cells = np.zeros((100, 164), np.int8)
    cells[:, 80:82] = 100
    cells[gap[0] : gap[1], 80:82] = 0
    places = (
        Place(name="west", outline=((0.0, 0.0), (4.0, 0.0), (4.0, 5.0), (0.0, 5.0))),
        Place(name="east", outline=((4.1, 0.0), (8.2, 0.0), (8.2, 5.0), (4.1, 5.0))),
        Place(name="dock", kind="dock", pose=Pose(7.613, 4.371, 1.25)),
    )
    features = {"places": places, **features}
    return World.build("rooms", GridFrame(0.05, Pose(0.0, 0.0), 164, 100), cells, **features)


def solid(world, *, keepout=True):
    """Obstacles and the outside as shapely geometry in the map frame, built from cells alone."""
    frame = world.frame
    blocked = world.cells != 0
    if keepout and world.keepout is not None:
        blocked = blocked | world.keepout
    rows, cols = np.nonzero(np.pad(blocked, 1, constant_values=True))
    corners = np.stack([np.stack((cols - 1 + dx, rows - 1 + dy), -1) for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1))], 1)
    cos, sin = math.cos(frame.origin.yaw), math.sin(frame.origin.yaw)
    turned = corners * frame.resolution @ np.array([[cos, sin], [-sin, cos]]) + (frame.origin.x, frame.origin.y)
    return shapely.union_all(shapely.polygons(turned))


def zone(x0, x1, y0=0.0, y1=5.0, **rest):
    corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    return Zone(name=rest.pop("name", "zone"), rule=rest.pop("rule", "keepout"), outline=corners, **rest)
