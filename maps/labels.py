"""Reachability by labels: the 4-connected components of the clear cells are what routes without corner cutting can join."""

import numpy as np
import numpy.typing as npt

__all__ = ["component", "components"]


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
