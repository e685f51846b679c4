"""Draw the maps that the hand-written missions need beside the shipped ones: ``python -m tests.missions.maps.draw [FOLDER]``.

Each site is rooms on both sides of a long passage. The same input gives the same bytes.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from maps.shipped.plan_kit import FloorPlan
from tests.missions.maps.grounds import airport, farm
from tests.missions.maps.houses import hotel, office, school

SITES: tuple[Callable[[], FloorPlan], ...] = (office, hotel, school, farm, airport)


def draw_maps(folder: Path) -> tuple[Path, ...]:
    """Write every site to its own folder below ``folder``; returns those folders."""
    written = []
    for draw in SITES:
        plan = draw()
        plan.write(folder / plan.name)
        written.append(folder / plan.name)
    return tuple(written)


if __name__ == "__main__":
    for path in draw_maps(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent):
        print(path)
