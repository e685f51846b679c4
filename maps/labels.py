"""Reachability by labels: the 4-connected components of the clear cells are what routes without corner cutting can join."""

import numpy as np
import numpy.typing as npt

from maps.grid import Cell

__all__ = ["component", "components", "widest"]


def components(free: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int32], int]:
    """Number the 4-connected components of some cells: (H, W) from 1, 0 elsewhere; and how many there are."""
    from scipy.ndimage import label

    labels, count = label(free)
    return np.asarray(labels, dtype=np.int32), int(count)


def component(free: npt.NDArray[np.bool_], cells: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """The cells joined to any of some cells.

    Args:
        free: (H, W) cells that may be visited.
        cells: (k, 2) where to begin; those that are not free join nothing.

    Returns:
        (H, W) bool.
    """
    from scipy.ndimage import label

    labels, _ = label(free)
    mine = np.unique(labels[cells[:, 0], cells[:, 1]])
    return np.asarray(np.isin(labels, mine[mine > 0]) if len(mine) != 1 or mine[0] == 0 else labels == mine[0])


def widest(
    field: npt.NDArray[np.float64], starts: npt.NDArray[np.int64], goals: npt.NDArray[np.int64], most: float
) -> tuple[float, Cell] | None:
    """The widest way from any start to any goal: its least clearance, exactly, and the cell where it is taken.

    Args:
        field: (H, W) clearance, metres; cells of clearance 0 cannot be visited.
        starts: (k, 2) cells.
        goals: (n, 2) cells.
        most: No wider way than this needs to be told apart, metres.

    Returns:
        Least clearance and cell; None when they are not joined at all.
    """
    from maps.astar import search

    def joined(level: float) -> bool:
        reached = component(field >= level, starts)
        return bool(reached[goals[:, 0], goals[:, 1]].any())

    levels = np.unique(field[(field > 0) & (field <= most)])
    if not len(goals) or not len(starts) or not len(levels) or not joined(float(levels[0])):
        return None
    low, high = 0, len(levels)
    while high - low > 1:
        middle = (low + high) // 2
        if joined(float(levels[middle])):
            low = middle
        else:
            high = middle
    level = float(levels[low])
    route = search(field >= level, starts, np.zeros(len(starts)), goals, np.zeros(len(goals)))
    if route is None:  # pragma: no cover - joined() said otherwise
        return None
    along = field[route.cells[:, 0], route.cells[:, 1]]
    row, col = route.cells[int(along.argmin())].tolist()
    return level, (row, col)
