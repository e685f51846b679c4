"""Rehearsal: a leg is mended and cut off once on a map that is thrown away, so that no robot waits for modules and kernels.

What a verdict after a change takes is a millisecond, and loading the kernels for it ten, or seconds where they have never been
compiled. So that is done once in a process, when the first verdict on a large map is kept, before anything has changed.
"""

from collections.abc import Hashable, Iterable
from threading import Lock

from maps import Body, CellsChange, Route, World
from maps.compiled import use_numba
from maps.cut_off import cut_off
from maps.grid import OCCUPIED, Cell
from maps.mend import can_be_mended, mended
from verifier.quick_drive import quick_time
from verifier.reads import Asked

__all__ = ["rehearse"]

_LEAST_M = 2.0
"""A shorter leg has no middle that is away from both ends."""
_FEW = 4
"""Legs that are tried."""

_LOCK, _done = Lock(), False


def rehearse(world: World, asked: Iterable[tuple[Hashable, Asked]]) -> None:
    """Do once in this process what a change of the map will ask for; nothing where kernels are not compiled.

    Args:
        world: A map on which a plan was judged.
        asked: The questions for routes, with what is known of the answers.
    """
    global _done
    if _done or not use_numba(world.frame.width * world.frame.height) or not _LOCK.acquire(blocking=False):
        return
    try:
        legs = (pair for pair in asked if pair[1].route.length_m >= _LEAST_M)
        for (question, leg), _ in zip(legs, range(_FEW), strict=False):
            if not can_be_mended(world, leg.body, leg.route, leg.evidence):
                continue
            _done = True
            if _gone_through(world, question, leg):
                return
    finally:
        _LOCK.release()


def _gone_through(world: World, question: Hashable, leg: Asked) -> bool:
    """Mend a leg beside an obstacle on its middle, and cut it off by a ring around its start; whether both came out so."""
    assert isinstance(question, tuple)
    *_, policy, states = question
    doors, cells = dict(states), leg.evidence.cells
    middle, start = cells[len(cells) // 2].tolist(), cells[0].tolist()
    beside = world.apply(_obstacles([middle]))
    route = mended(beside, leg.body, leg.route, policy, doors)
    shut = world.apply(_obstacles(_ring(world, leg.body, start)))
    place = cut_off(shut, leg.body, leg.route, leg.goal, policy, doors)
    if not isinstance(route, Route):
        return False
    quick_time(world, leg.body, route)
    return place is not None


def _obstacles(cells: Iterable[Cell]) -> CellsChange:
    where = tuple((row, col) for row, col in cells)
    return CellsChange(cells=where, values=(OCCUPIED,) * len(where))


def _ring(world: World, body: Body, start: Cell) -> list[Cell]:
    """A square of cells around a start, as narrow as leaves the start itself clear."""
    side = int(body.needed_clearance_m / world.frame.resolution) + 3
    (row, col), (height, width) = start, world.frame.shape
    around = [(row + down, col + across) for down in range(-side, side + 1) for across in range(-side, side + 1)]
    edge = [cell for cell in around if max(abs(cell[0] - row), abs(cell[1] - col)) == side]
    return [(down, across) for down, across in edge if 0 <= down < height and 0 <= across < width]
