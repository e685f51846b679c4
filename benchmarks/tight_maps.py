"""Maps that are hard on a reachability checker: thin walls, and gaps about as wide as the disc that is to pass them."""

from collections.abc import Callable

import numpy as np

__all__ = ["KINDS", "tight_map"]


def noise(draw: np.random.Generator, side: int, gap: float) -> np.ndarray:
    """Cells blocked at random, the fewer the wider the disc."""
    return draw.random((side, side)) < draw.uniform(0.2, 0.6) / max(1.0, gap * gap)


def walls(draw: np.random.Generator, side: int, gap: float) -> np.ndarray:
    """Walls one or two cells thick, each with gaps of about the disc's width."""
    blocked = np.zeros((side, side), dtype=bool)
    at = 0
    while (at := at + int(draw.integers(max(2, int(gap)), 2 * int(gap) + 5))) < side - 2:
        blocked[at : at + int(draw.integers(1, 3))] = True
        for _ in range(int(draw.integers(1, 3))):
            low = int(draw.integers(0, side))
            blocked[at : at + 2, low : low + max(1, round(gap + draw.integers(-1, 2)))] = False
    return blocked if draw.random() < 0.5 else blocked.T.copy()


def diagonals(draw: np.random.Generator, side: int, gap: float) -> np.ndarray:
    """Slanted walls one cell thick with gaps."""
    blocked = np.zeros((side, side), dtype=bool)
    for _ in range(int(draw.integers(2, 6))):
        slope, offset = draw.uniform(-1.5, 1.5), draw.uniform(-side / 2, 1.5 * side)
        steps = np.linspace(0, side, 6 * side)
        rows, cols = np.floor(offset + slope * steps).astype(int), np.floor(steps).astype(int)
        centre = draw.uniform(0, side)
        kept = (rows >= 0) & (rows < side) & (cols < side) & (np.abs(steps - centre) * np.hypot(1, slope) > gap / 2)
        blocked[rows[kept], cols[kept]] = True
        if draw.random() < 0.4:
            blocked = blocked.T.copy()
    return blocked


def maze(draw: np.random.Generator, side: int, gap: float) -> np.ndarray:
    """A maze by recursive division whose corridors are about as wide as the disc."""
    blocked = np.zeros((side, side), dtype=bool)
    width = max(1, round(gap + draw.choice([0.0, 0.0, 1.0, -1.0])))
    areas = [(0, side, 0, side)]
    while areas:
        top, bottom, left, right = areas.pop()
        tall, wide = bottom - top, right - left
        if max(tall, wide) < 2 * width + 1:
            continue
        if tall >= wide:
            at = top + width + int(draw.integers(0, max(1, tall - 2 * width)))
            blocked[at, left:right] = True
            low = int(draw.integers(left, max(left + 1, right - width)))
            blocked[at, low : low + width] = False
            areas += [(top, at, left, right), (at + 1, bottom, left, right)]
        else:
            at = left + width + int(draw.integers(0, max(1, wide - 2 * width)))
            blocked[top:bottom, at] = True
            low = int(draw.integers(top, max(top + 1, bottom - width)))
            blocked[low : low + width, at] = False
            areas += [(top, bottom, left, at), (top, bottom, at + 1, right)]
    return blocked


def pillars(draw: np.random.Generator, side: int, gap: float) -> np.ndarray:
    """Single cells about a disc's width apart, shaken a little."""
    blocked = np.zeros((side, side), dtype=bool)
    step = max(2.0, gap + 1 + draw.uniform(-0.8, 0.8))
    rows, cols = np.meshgrid(np.arange(draw.uniform(0, step), side, step), np.arange(draw.uniform(0, step), side, step))
    shaken = np.floor(np.stack((rows, cols)).reshape(2, -1) + draw.integers(-1, 2, (2, rows.size)) * (draw.random() < 0.6))
    row, col = np.clip(shaken, 0, side - 1).astype(int)
    blocked[row, col] = draw.random(len(row)) < 0.95
    return blocked


KINDS: dict[str, Callable[[np.random.Generator, int, float], np.ndarray]] = {
    "noise": noise, "walls": walls, "diagonals": diagonals, "maze": maze, "pillars": pillars,
}  # fmt: skip


def tight_map(draw: np.random.Generator) -> tuple[str, np.ndarray, float]:
    """Draw a kind, a map of 24 to 48 cells (H, W) and a radius in cells.

    Half of the radii are half the distance of two lattice points but for at most a twentieth of a cell, one in twelve of
    those exactly; the others are any.
    """
    side = int(draw.integers(24, 49))
    if draw.random() < 0.5:
        half = float(np.hypot(*draw.integers(0, 8, 2))) / 2
        radius = max(half, 0.5) + (0.0 if draw.random() < 1 / 12 else float(draw.uniform(-0.05, 0.05)))
    else:
        radius = float(draw.uniform(0.3, 4.5))
    kind = str(draw.choice(list(KINDS)))
    return kind, KINDS[kind](draw, side, 2 * radius), radius
