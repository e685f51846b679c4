"""From a change of the map to a fresh verdict, 4000 x 4000: ``python -m benchmarks.change --data ../shared/data/movingai``.

A plan of 20 drives is verified. Then a box comes or goes, or a door is shut or opened, somewhere by chance or across a leg, and the
plan is verified on the new map: with what is known of the old one, and from nothing. Both verdicts must be the same to the last
digit. Where no leg can have changed, nothing is searched; else those legs are. Modules and kernels are loaded before. Medians.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.large_map import STEPS, warm_up, write_map

__all__ = ["main"]

BOX = 8
"""Side of the boxes, cells: 0.4 m."""
DOOR = 20
"""Width of the doors, cells: 1 m."""

Change = Any


class Bench:
    """The map with its boxes and doors, the plan, and the first verdict."""

    def __init__(self, folder: Path, count: int) -> None:
        from maps import Body, Door, RobotState, World, load_world
        from skills import Plan, library

        self.skills, self.body = library(), Body()
        self.plan = Plan.model_validate_json((folder / "plan.json").read_text())
        warm_up(folder, self.plan, self.body, self.skills)
        self.city = city = load_world(folder / "city")
        self.state = RobotState(pose=city.places["stop 0"].pose, battery_wh=1e6)  # type: ignore[arg-type]
        routes = [step.route for step in self.verdict(city).steps]
        ways = [np.asarray(route.points) for route in routes if route is not None and route.length_m > 20.0]
        self.on_way = [city.frame.cell(tuple(((way[0] + way[1]) / 2).tolist())) for way in ways]
        spots = self.by_chance(4 * count)
        self.free, self.boxes, opened, closed = (spots[k::4] for k in range(4))
        doors = []
        for name, at, state in (("open", opened, "open"), ("shut", closed, "closed"), ("across", self.on_way, "open")):
            for number, (row, col) in enumerate(at):
                segment = (city.frame.centre(row, col - DOOR // 2), city.frame.centre(row, col + DOOR // 2))
                doors.append(Door(name=f"{name} {number}", segment=segment, state=state))  # type: ignore[arg-type]
        world = World.build("city", city.frame, city.grid, city.places.values(), doors=doors)
        self.world = world.apply(*(self.box(at) for at in self.boxes))

    def by_chance(self, count: int) -> list[tuple[int, int]]:
        """Free spots anywhere on the map."""
        dice, found = np.random.default_rng(2), []
        while len(found) < count:
            row, col = dice.integers(50, self.city.frame.height - 50, 2).tolist()
            if (self.city.cells[row - DOOR : row + DOOR, col - DOOR : col + DOOR] == 0).all():
                found.append((row, col))
        return found

    @staticmethod
    def box(at: tuple[int, int], value: int = 100) -> Change:
        """A box that comes (100) or goes (0)."""
        from maps import CellsChange

        cells = tuple((at[0] + down, at[1] + across) for down in range(BOX) for across in range(BOX))
        return CellsChange(cells=cells, values=(value,) * len(cells))

    def verdict(self, world: Any) -> Any:
        """Judge the plan."""
        from verifier import verify

        return verify(self.plan, world, self.state, self.body, self.skills)

    def cases(self) -> dict[str, tuple[list[Change], Callable[[int], Change] | None]]:
        """By name the changes, and what undoes each of them."""
        from maps import DoorChange

        def doors(name: str, state: Any) -> list[Change]:
            return [DoorChange(door=door, state=state) for door in self.world.doors if door.startswith(name)]

        opened, across = doors("open", "open"), doors("across", "open")
        return {
            "a box comes": ([self.box(at) for at in self.free], lambda n: self.box(self.free[n], 0)),
            "a box of the map goes": ([self.box(at, 0) for at in self.boxes], None),
            "an open door shuts": (doors("open", "closed"), lambda n: opened[n]),
            "a shut door opens": (doors("shut", "open"), None),
            "a box comes on a leg": ([self.box(at) for at in self.on_way], lambda n: self.box(self.on_way[n], 0)),
            "a door shuts across a leg": (doors("across", "closed"), lambda n: across[n]),
        }


def forget() -> None:
    """Drop all that was worked out of maps and plans in this process."""
    from maps.recent import Recent
    from verifier.memory import Memory

    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ("maps", "policies", "verifier"):
            for value in list(vars(module).values()):
                if isinstance(value, Recent | Memory):
                    value.clear()


def counted() -> list[int]:
    """A list that grows with every route that is searched."""
    module = sys.modules["maps.routing"]
    find, seen = module._find, []

    def searched(*asked: Any) -> Any:
        seen.append(1)
        return find(*asked)

    module._find = searched
    return seen


Taken = tuple[float, float, int]
"""Seconds by the clock and by the processor, and how many routes were searched."""


def timed(bench: Bench, world: Any, change: Change, searches: list[int]) -> tuple[Any, Any, Taken]:
    """Apply a change and judge the plan on the new map: the map, the verdict, what it took."""
    before, begun, used = len(searches), time.perf_counter(), time.process_time()
    after = world.apply(change)
    verdict = bench.verdict(after)
    return after, verdict, (time.perf_counter() - begun, time.process_time() - used, len(searches) - before)


def measure(bench: Bench, searches: list[int]) -> None:
    """Print both sides of every case."""
    for name, (changes, undo) in bench.cases().items():
        forget()
        bench.verdict(bench.world)
        figures: dict[str, list[Taken]] = {}
        kept = []
        for number, change in enumerate(changes):
            after, verdict, taken = timed(bench, bench.world, change, searches)
            figures.setdefault("legs searched" if taken[2] else "no leg searched", []).append(taken)
            kept.append((after, verdict))
            if undo is not None:
                _, back, taken = timed(bench, after, undo(number), searches)
                assert back == bench.verdict(bench.world)
                figures.setdefault("and back", []).append(taken)
        after, verdict = kept[-1]
        forget()
        begun = time.perf_counter()
        anew = bench.verdict(after)
        from_nothing = time.perf_counter() - begun
        assert anew.to_json() == verdict.to_json(), f"{name}: the verdict differs from that of a verification from nothing"
        for what, all_taken in figures.items():
            clock, processor, legs = (statistics.median(part) for part in zip(*all_taken, strict=True))
            quickest = min(seconds for seconds, _, _ in all_taken)
            print(
                f"{name + ', ' + what:46s} {len(all_taken):3d} times: {clock * 1e3:8.2f} ms, quickest {quickest * 1e3:.2f} ms, "
                f"processor {processor * 1e3:.2f} ms, {legs:g} searches; "
                f"from nothing {from_nothing * 1e3:.0f} ms, {from_nothing / clock:.0f} x",
                flush=True,
            )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time the verdict on a plan of 20 drives after a change of a 4000 x 4000 map.")
    parser.add_argument("--data", type=Path, help="folder with maps/*.map of MovingAI; without it rooms with doors are drawn")
    parser.add_argument("--count", type=int, default=20, help="changes of each kind")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        write_map(Path(name), options.data)
        bench = Bench(Path(name), options.count)
        print(f"{STEPS} drives, {bench.verdict(bench.world).totals.distance_m:.0f} m; doors of 1 m, boxes of 0.4 m")
        measure(bench, counted())


if __name__ == "__main__":
    main()
