"""Maps with rooms that are closed in, or nearly."""

import numpy as np

from maps import Body, Door, GridFrame, Pose, World, Zone

__all__ = ["BODY", "SCALE", "site"]

SCALE = 0.05
BODY = Body(radius_m=0.12, margin_m=0.03)


def site(seed: int) -> tuple[World, list[Pose]]:
    """A map of 150 x 170 cells in rooms with doorways about as wide as the body, shut doors, unseen cells; and poses on it."""
    dice = np.random.default_rng(seed)
    cells = np.zeros((150, 170), dtype=np.int8)
    cells[::30] = cells[:, ::34] = 100
    doors = []
    for number in range(int(dice.integers(8, 40))):
        row, col, wide = (int(n) for n in dice.integers((1, 1, 3), (140, 160, 10)))
        if number % 2:
            cells[row // 30 * 30, col : col + wide] = 0
        else:
            cells[row : row + wide, col // 34 * 34] = 0
    for name in "abc":
        row, col = int(dice.integers(1, 5)) * 30, int(dice.integers(5, 150))
        cells[row, col : col + 12] = 0
        segment = ((col * SCALE, (row + 0.5) * SCALE), ((col + 12) * SCALE, (row + 0.5) * SCALE))
        doors.append(Door(name=name, segment=segment, state=("open", "closed")[int(dice.integers(2))]))
    cells[dice.random(cells.shape) < 0.002] = 100
    cells[dice.random(cells.shape) < 0.002] = -1
    zones = [Zone(name="no", outline=((1.0, 1.0), (2.0, 1.0), (2.0, 2.5)), rule="keepout")] if seed % 3 == 0 else []
    world = World.build("site", GridFrame(SCALE, Pose(0.5, -0.3, 0.4), 170, 150), cells, doors=doors, zones=zones)
    free = np.argwhere(cells == 0)
    spots = free[dice.integers(0, len(free), 8)]
    return world, [Pose(*world.frame.centre(row, col)) for row, col in spots.tolist()]
