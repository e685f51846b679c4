"""A very large site, drawn the same every time: blocks of 100 m between roads, each old town, warehouse, offices or yard.

The old town is MovingAI's Berlin where its file is at hand, else narrow plots. Doors, aisles and gaps are as wide as on real
sites; what lies within thick walls is unknown, as a scanner leaves it.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

__all__ = ["FREE", "OCCUPIED", "UNKNOWN", "draw_site", "save_site"]

FREE, OCCUPIED, UNKNOWN = 254, 0, 205
"""Grey values, as map savers write them."""

BLOCK = 2000
"""Cells along a block and half of the roads around it: 100 m."""
ROAD = 100
"""Cells from a block's border to its content: half a road of 10 m."""

Grey = npt.NDArray[np.uint8]


def draw_site(side: int, data: Path | None = None) -> Grey:
    """The grey image of a site.

    Args:
        side: Cells along the side, 0.05 m each; a multiple of 2000 has whole blocks only.
        data: Folder with ``maps/Berlin_0_256.map`` of MovingAI.

    Returns:
        (side, side), top row first.
    """
    image = np.full((side, side), FREE, dtype=np.uint8)
    image[:4] = image[-4:] = OCCUPIED
    image[:, :4] = image[:, -4:] = OCCUPIED
    draw = (_old_town(data), _warehouse, _offices, _yard)
    for row in range(0, side, BLOCK):
        for col in range(0, side, BLOCK):
            dice = np.random.default_rng((row, col))
            part = image[row + ROAD : min(row + BLOCK, side) - ROAD, col + ROAD : min(col + BLOCK, side) - ROAD]
            if min(part.shape) >= 200:
                draw[int(dice.integers(0, 4))](part, dice)
    return image


def save_site(
    folder: Path, image: Grey, places: str = '{"type": "FeatureCollection", "surefoot": 1, "frame": "map", "features": []}'
) -> None:
    """Write a site as a saved map: ``map.yaml``, ``map.pgm`` and ``places.geojson``."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "map.pgm").open("wb") as file:
        file.write(b"P5 %d %d 255\n" % image.shape[::-1])
        file.write(image.data)
    (folder / "map.yaml").write_text(
        "image: map.pgm\nresolution: 0.05\norigin: [0.0, 0.0, 0.0]\nnegate: 0\noccupied_thresh: 0.65\nfree_thresh: 0.196\n"
    )
    (folder / "places.geojson").write_text(places)


def _old_town(data: Path | None) -> Callable[[Grey, np.random.Generator], None]:
    path = None if data is None else data / "maps" / "Berlin_0_256.map"
    if path is None or not path.is_file():
        return _plots
    from maps.movingai import read_map

    town = np.where(read_map(path).cells == 0, FREE, OCCUPIED).astype(np.uint8)

    def berlin(part: Grey, dice: np.random.Generator) -> None:
        turned = np.rot90(town, int(dice.integers(0, 4)))
        times = -(-max(part.shape) // 256)
        part[:] = np.kron(turned, np.ones((times, times), dtype=np.uint8))[: part.shape[0], : part.shape[1]]
        _hollow(part)

    return berlin


def _hollow(part: Grey) -> None:
    """What is more than a metre inside walls was never seen."""
    from scipy.ndimage import minimum_filter1d

    thick = part == OCCUPIED
    for axis in (0, 1):
        thick = minimum_filter1d(thick.view(np.uint8), 41, axis=axis).view(bool)
    part[thick] = UNKNOWN


def _plots(part: Grey, dice: np.random.Generator) -> None:
    """Houses on narrow plots with lanes of 2 to 5 m between them."""
    for row in range(0, part.shape[0] - 160, 200):
        for col in range(0, part.shape[1] - 160, 200):
            high, wide = dice.integers(100, 160, 2)
            part[row : row + high, col : col + wide] = UNKNOWN
            _frame(part[row : row + high, col : col + wide], 6)


def _frame(box: Grey, wall: int) -> None:
    box[:wall] = box[-wall:] = OCCUPIED
    box[:, :wall] = box[:, -wall:] = OCCUPIED


def _warehouse(part: Grey, dice: np.random.Generator) -> None:
    """One hall: racks of 2.4 m with aisles of 3 m, cross aisles, dock doors on two sides."""
    height, width = part.shape
    _frame(part, 8)
    for door in range(150, width - 200, 300):
        part[:8, door : door + 70] = part[-8:, door : door + 70] = FREE
    for row in range(180, height - 180, 108):
        for col in range(120, width - 300, 480):
            if dice.random() < 0.95:
                length = int(dice.integers(300, 400))
                part[row : row + 48, col : col + length] = UNKNOWN
                _frame(part[row : row + 48, col : col + length], 2)
    for row, col in dice.integers(20, min(height, width) - 60, (120, 2)):  # pallets left in the way
        part[row : row + 24, col : col + 16] = OCCUPIED


def _offices(part: Grey, dice: np.random.Generator) -> None:
    """Rooms of 5 m with doors of 0.8 to 1.3 m, furnished."""
    height, width = part.shape
    room, wall = 100, 4
    for row in range(0, height, room):
        part[row : row + wall] = OCCUPIED
    for col in range(0, width, room):
        part[:, col : col + wall] = OCCUPIED
    _frame(part, 6)
    for row in range(0, height, room):
        for col in range(0, width, room):
            door, low, left = int(dice.integers(16, 27)), *dice.integers(10, 60, 2)
            part[row : row + 6, col + left : col + left + door] = FREE
            door = int(dice.integers(16, 27))
            part[row + low : row + low + door, col : col + 6] = FREE
            for top, beside in dice.integers(24, 70, (2, 2)):
                part[row + top : row + top + 16, col + beside : col + beside + 12] = OCCUPIED


def _yard(part: Grey, dice: np.random.Generator) -> None:
    """Containers at all angles, masts, a fence with gates."""
    height, width = part.shape
    _frame(part, 2)
    for gate in range(200, min(height, width) - 300, 500):
        part[:2, gate : gate + 120] = part[-2:, gate : gate + 120] = FREE
        part[gate : gate + 120, :2] = part[gate : gate + 120, -2:] = FREE
    y, x = np.mgrid[-130:131, -130:131]
    for row, col in dice.integers(140, min(height, width) - 140, (90, 2)):
        turn = dice.random() * np.pi
        along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        box = (np.abs(along) < 122) & (np.abs(across) < 25)
        part[row - 130 : row + 131, col - 130 : col + 131][box] = OCCUPIED
    for row, col in dice.integers(10, min(height, width) - 10, (400, 2)):
        part[row : row + 4, col : col + 4] = OCCUPIED
