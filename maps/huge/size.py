"""Size: from how many cells on a map is handled as a very large one."""

__all__ = ["HUGE_CELLS", "is_huge"]

HUGE_CELLS = 20_000_000
"""Cells: up to here whole arrays of distances and jump tables take at most 320 MB, and are two or three times as quick."""


def is_huge(shape: tuple[int, ...]) -> bool:
    """Whether a map of this shape is worked on in tiles and bits."""
    return shape[0] * shape[1] > HUGE_CELLS
