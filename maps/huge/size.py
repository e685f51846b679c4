"""Size: from how many cells on a map is handled as a large one, and as a very large one."""

__all__ = ["HUGE_CELLS", "LARGE_CELLS", "is_huge", "is_large"]

LARGE_CELLS = 2_000_000
"""Cells: from here on straight runs are kept in bits, which are made and searched several times as quickly as tables."""

HUGE_CELLS = 20_000_000
"""Cells: up to here a whole array of distances takes at most 160 MB, and answers more quickly than one worked out in parts."""


def is_large(shape: tuple[int, ...]) -> bool:
    """Whether routes on a map of this shape are searched over bits."""
    return shape[0] * shape[1] > min(LARGE_CELLS, HUGE_CELLS)


def is_huge(shape: tuple[int, ...]) -> bool:
    """Whether a map of this shape is worked on in tiles and bits."""
    return shape[0] * shape[1] > HUGE_CELLS
