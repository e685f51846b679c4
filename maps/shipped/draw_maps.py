"""Draw the shipped maps: ``python -m maps.shipped.draw_maps [FOLDER]``. The same input gives the same bytes."""

import sys
from collections.abc import Callable
from pathlib import Path

from maps.shipped.factory import factory
from maps.shipped.home import home
from maps.shipped.hospital import hospital
from maps.shipped.plan_kit import FloorPlan
from maps.shipped.plant import plant
from maps.shipped.warehouse import warehouse

__all__ = ["PLANS", "draw_maps"]

PLANS: tuple[Callable[[], FloorPlan], ...] = (warehouse, hospital, home, plant, factory)


def draw_maps(folder: Path) -> tuple[Path, ...]:
    """Write every shipped map to its own folder below ``folder``; returns those folders."""
    written = []
    for draw in PLANS:
        plan = draw()
        plan.write(folder / plan.name)
        written.append(folder / plan.name)
    return tuple(written)


if __name__ == "__main__":
    for path in draw_maps(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent):
        print(path)
