"""Reachability by labels: the 4-connected components of the clear cells are what routes without corner cutting can join."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from maps.digest import cells_digest
from maps.huge.size import is_huge
from maps.recent import Recent

if TYPE_CHECKING:
    from maps.huge.labels import TiledLabels

__all__ = ["Labels", "component", "components", "labels_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Components of some cells, to be asked for cell by cell.

    Attributes:
        shape: Rows and columns.
    """

    shape: tuple[int, int]
    _of: "npt.NDArray[np.integer] | TiledLabels"

    def at(self, cells: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """The components (N,) of cells (N, 2) on the map; 0 for none."""
        if isinstance(self._of, np.ndarray):
            return np.asarray(self._of[cells[:, 0], cells[:, 1]], dtype=np.int32)
        return self._of.at(cells)


_NUMBERS: "Recent[npt.NDArray[np.integer]]" = Recent(128 * 2**20)
"""A refusal asks about the same cells again and again."""


def labels_of(free: npt.NDArray[np.bool_]) -> Labels:
    """The 4-connected components of some cells (H, W); of a read-only array they are worked out once."""
    shape = (free.shape[0], free.shape[1])
    if not is_huge(shape):
        return Labels(shape, _numbers(free))
    from maps.huge.labels import tiled_labels_of

    return Labels(shape, tiled_labels_of(free))


def _numbers(free: npt.NDArray[np.bool_]) -> "npt.NDArray[np.integer]":
    """The numbers of the components, in as few bits as hold them."""
    key = b"" if free.flags.writeable else cells_digest(free)
    found = _NUMBERS.get(key) if key else None
    if found is None:
        from scipy.ndimage import label

        try:
            found = np.asarray(label(free, output=np.uint16)[0])  # type: ignore[call-overload]
        except RuntimeError:  # too many for 16 bits
            found = components(free)[0]
        if key:
            _NUMBERS.put(key, found, found.nbytes)
    return found


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
    if is_huge(free.shape):
        from maps.huge.labels import tiled_labels_of

        tiled = tiled_labels_of(free)
        return tiled.mask(tiled.at(cells))
    labels = _numbers(free)
    mine = np.unique(labels[cells[:, 0], cells[:, 1]])
    return np.asarray(np.isin(labels, mine[mine > 0]) if len(mine) != 1 or mine[0] == 0 else labels == mine[0])
