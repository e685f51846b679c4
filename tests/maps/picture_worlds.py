"""A small world with every kind of feature, to be drawn."""

import numpy as np

from maps import FREE, OCCUPIED, UNKNOWN, Door, GridFrame, Place, Pose, Thing, World, Zone


def small_world(**more: object) -> World:
    """Two rooms, 8 m by 5 m, with a wall between them; the far corner unknown."""
    cells = np.full((50, 80), FREE)
    cells[[0, -1], :] = cells[:, [0, -1]] = OCCUPIED
    cells[:, 40] = OCCUPIED
    cells[20:32, 40] = FREE
    cells[35:, 65:] = UNKNOWN
    given = {
        "places": [
            Place(name="kitchen", kind="kitchen", outline=((0.1, 0.1), (4, 0.1), (4, 4.9), (0.1, 4.9))),
            Place(name="hall", kind="hall", outline=((4.1, 0.1), (7.9, 0.1), (7.9, 4.9), (4.1, 4.9))),
            Place(name="charging dock", kind="dock", pose=Pose(0.6, 0.6, 0.0)),
            Place(name="corner", pose=Pose(7, 1, 0.0)),
        ],
        "things": [Thing(name="red cup", position=(2, 3)), Thing(name="plant", position=(6, 2))],
        "doors": [
            Door(name="door 1", segment=((4.05, 2.0), (4.05, 3.2)), state="open"),
            Door(name="door 2", segment=((4.05, 0.2), (4.05, 1.0)), state="closed"),
            Door(name="door 3", segment=((4.05, 4.0), (4.05, 4.8)), state="locked"),
        ],
        "zones": [
            Zone(name="wet floor", rule="keepout", outline=((1, 1), (2, 1), (2, 2), (1, 2))),
            Zone(name="slow hall", rule="slow", max_speed=0.3, outline=((5, 2.5), (7, 2.5), (7, 3.4), (5, 3.4))),
        ],
    } | more
    return World.build("small", GridFrame(0.1, Pose(0.0, 0.0), 80, 50), cells, **given)  # type: ignore[arg-type]
