"""A small building of two or three levels on disk, each 8 x 5 m with a lift shaft in its right end."""

import json
from pathlib import Path

import numpy as np

from maps import Door, GridFrame, Place, Pose, Thing, World, save_world

RESOLUTION = 0.05


def storey(name: str, *features: Place | Thing | Door, dock: bool = False, cabin: float = 1.6, shift: float = 0.0) -> World:
    """One level: a hall with a desk place, and a cabin in the right end whose door is shut."""
    cells = np.zeros((100, 160), dtype=np.int8)
    cells[[0, -1], :] = 100
    cells[:, [0, -1]] = 100
    half = round(cabin / 2 / RESOLUTION)
    left = 159 - 2 * half - 2
    cells[50 - half - 2 : 50 + half + 2, left:] = 100
    cells[50 - half : 50 + half, left + 2 : 159] = 0
    cells[40:60, left : left + 2] = 0
    middle = (left + 2 + half) * RESOLUTION + shift
    x = (left + 1) * RESOLUTION + shift
    corners = ((0.05, 0.05), (7.95, 0.05), (7.95, 4.95), (0.05, 4.95))
    places = [
        Place(name="desk", kind="waypoint", aliases=("table",), pose=Pose(3.0 + shift, 2.5)),
        Place(name="lift", kind="lift", pose=Pose(middle, 2.5)),
        Place(name=f"hall of {name}", outline=tuple((a + shift, b) for a, b in corners)),
    ]
    if dock:
        places.insert(0, Place(name="charger", kind="dock", pose=Pose(1.0 + shift, 2.5)))
    doors = [Door(name="lift door", kind="lift door", segment=((x, 2.0), (x, 3.0)), between=("lift",), state="closed")]
    return World.build(
        name,
        GridFrame(RESOLUTION, Pose(shift, 0.0), 160, 100),
        cells,
        places=[*places, *(feature for feature in features if isinstance(feature, Place))],
        things=[feature for feature in features if isinstance(feature, Thing)],
        doors=[*doors, *(feature for feature in features if isinstance(feature, Door))],
    )


def building(folder: Path, *levels: World, lifts: object = None, **more: object) -> Path:
    """Save levels as a building; one lift joins all of them unless others are given."""
    folder.mkdir()
    for level in levels:
        save_world(level, folder / level.name)
    names = [level.name for level in levels]
    about = {
        "surefoot": 1,
        "levels": [{"name": name, "folder": name} for name in names],
        "lifts": [{"name": "lift", "levels": names, "ride_s": [20, 60]}] if lifts is None else lifts,
    }
    (folder / "levels.json").write_text(json.dumps(about | more))
    return folder


def office(folder: Path) -> Path:
    """Two levels: the charger below, a printer and a kitchen above."""
    printer = Thing(name="printer", kind="printer", position=(2.0, 4.5), place="hall of L2", attributes={"paper": "low"})
    kitchen = Place(name="kitchen", kind="kitchen", pose=Pose(1.0, 1.0))
    return building(folder, storey("L1", dock=True), storey("L2", printer, kitchen))
