"""A house of two rooms for the tests of skills: 8 x 4 m, a wall with a door in the middle, 5 cm cells."""

import numpy as np

from maps import Body, Door, GridFrame, Place, Point, Pose, Thing, World

BODY = Body(radius_m=0.2, margin_m=0.05, tracking_m=0.05, view_range_m=3.0, sense_range_m=3.0)
START = Pose(1.0, 1.0)


def box(x0: float, y0: float, x1: float, y1: float) -> tuple[Point, ...]:
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def house(*, door: str = "open", unknown_east: bool = False, things: tuple[Thing, ...] | None = None) -> World:
    cells = np.zeros((80, 160), dtype=np.int8)
    cells[[0, -1], :] = 100
    cells[:, [0, -1]] = 100
    cells[:, 80:82] = 100
    cells[30:50, 80:82] = 0
    if unknown_east:
        cells[1:-1, 90:-1] = -1
    places = [
        Place(name="west room", kind="room", outline=box(0.0, 0.0, 4.0, 4.0), aliases=("west",)),
        Place(name="east room", kind="room", outline=box(4.1, 0.0, 8.0, 4.0)),
        Place(name="dock 1", kind="dock", pose=Pose(0.6, 3.4, 0.0)),
    ]
    if things is None:
        things = (
            Thing(name="red box", kind="box", position=(6, 2), place="east room", attributes={"colour": "red", "weight_kg": 1.0}),
            Thing(name="gauge", kind="gauge", position=(2.0, 3.5), place="west room", attributes={"reading": 4.2, "unit": "bar"}),
            Thing(name="fern", kind="plant", position=(3.0, 0.5), place="west room", state="dry"),
        )
    doors = [Door(name="middle door", segment=((4.05, 1.5), (4.05, 2.5)), between=("west room", "east room"), state=door)]  # type: ignore[arg-type]
    frame = GridFrame(0.05, Pose(0.0, 0.0), 160, 80)
    return World.build("house", frame, cells, places=places, things=things, doors=doors)
