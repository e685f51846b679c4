"""Two rooms with a doorway between them, sound as they are, for tests that put one mistake into them."""

from typing import Any

import numpy as np

from maps import FREE, OCCUPIED, UNKNOWN, Door, GridFrame, MapIssue, Place, Pose, World


def box(x0: float, y0: float, x1: float, y1: float) -> tuple[tuple[float, float], ...]:
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


HALL = Place(name="hall", outline=box(0.1, 0.1, 4.9, 7.9))
LAB = Place(name="lab", outline=box(5.1, 0.1, 9.9, 7.9))
DOCK = Place(name="charger", kind="dock", pose=Pose(1.0, 1.0))
HATCH = Door(name="hatch", segment=((5.0, 3.0), (5.0, 4.0)), between=("hall", "lab"))


def world(**parts: Any) -> World:
    """Two rooms with a doorway of 1 m between them, and an unknown corner at the top right."""
    frame = GridFrame(0.1, Pose(0.0, 0.0), 100, 80)
    cells = np.full(frame.shape, OCCUPIED, np.int8)
    cells[1:79, 1:49], cells[1:79, 51:99], cells[30:40, 49:51], cells[70:, 90:] = FREE, FREE, FREE, UNKNOWN
    given = {"places": [HALL, LAB, DOCK], "doors": [HATCH]} | parts
    return World.build("test", frame, cells, **given)


def only(issues: tuple[MapIssue, ...]) -> MapIssue:
    assert len(issues) == 1, [str(issue) for issue in issues]
    return issues[0]


def codes(issues: tuple[MapIssue, ...]) -> list[str]:
    return [issue.code for issue in issues]


def with_cells(change: Any, **parts: Any) -> World:
    """The two rooms after a change of their cells."""
    base = world()
    cells = base.cells.copy()
    change(cells)
    given = {"places": [HALL, LAB, DOCK], "doors": [HATCH]} | parts
    return World.build("test", base.frame, cells, **given)
