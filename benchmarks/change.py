"""From a change of the map to a fresh verdict, 4000 x 4000: ``python -m benchmarks.change --data ../shared/data/movingai``.

A plan of 20 drives is verified. Then a box comes or goes, or a door is shut or opened, somewhere by chance or across a leg, and the
plan is verified on the new map: first soon, with routes mended where a leg is cut, then settled, with what is known of the old map,
and at the end from nothing. The last two must be the same to the last digit; the first must say the same but for lengths, and tell
how much longer a route may be. Modules are loaded before; kernels the verifier itself loads when it keeps the first
verdict (``verifier.rehearsal``). Medians, 95th percentiles and the worst, by the clock and by processor time.
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

from benchmarks.large_map import STEPS, at_first_stop, warm_up, write_map

__all__ = ["main"]

BOX = 8
"""Side of the boxes, cells: 0.4 m."""
DOOR = 20
"""Width of the doors, cells: 1 m."""

Change = Any


class Bench:
    """The map with its boxes and doors, the plan, and the first verdict."""

    def __init__(self, folder: Path, count: int) -> None:
        from maps import Body, Door, DoorState, World, load_world
        from skills import Plan, library

        self.skills, self.body = library(), Body()
        self.plan = Plan.model_validate_json((folder / "plan.json").read_text())
        warm_up(folder, self.plan, self.body, self.skills)
        self.city = city = load_world(folder / "city")
        self.state = at_first_stop(city)
        routes = [step.route for step in self.verdict(city).steps]
        ways = [np.asarray(route.points) for route in routes if route is not None and route.length_m > 20.0]
        self.on_way = [city.frame.cell(tuple(((way[0] + way[1]) / 2).tolist())) for way in ways]
        spots = self.by_chance(4 * count)
        self.free, self.boxes, opened, closed = (spots[k::4] for k in range(4))
        doors = []
        kinds: list[tuple[str, Any, DoorState]] = [
            ("open", opened, "open"), ("shut", closed, "closed"), ("across", self.on_way, "open"),
        ]  # fmt: skip
        for name, at, state in kinds:
            for number, (row, col) in enumerate(at):
                segment = (city.frame.centre(row, col - DOOR // 2), city.frame.centre(row, col + DOOR // 2))
                doors.append(Door(name=f"{name} {number}", segment=segment, state=state))
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

    def soon(self, world: Any) -> Any:
        """Judge the plan as soon as it can be."""
        from verifier import verify_soon

        return verify_soon(self.plan, world, self.state, self.body, self.skills)

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


class Taken:
    """Times of one kind, by the clock and by the processor, seconds; and how many routes were searched for each."""

    def __init__(self) -> None:
        self.clock: list[float] = []
        self.processor: list[float] = []
        self.searches: list[int] = []

    def time(self, judge: Callable[[], Any], searches: list[int]) -> Any:
        """Do something and note what it took."""
        before, begun, used = len(searches), time.perf_counter(), time.process_time()
        found = judge()
        self.processor.append(time.process_time() - used)
        self.clock.append(time.perf_counter() - begun)
        self.searches.append(len(searches) - before)
        return found

    def told(self) -> str:
        """Medians, below what 95 % are, and the worst, milliseconds."""
        clock, used = (
            f"{statistics.median(part) * 1e3:.2f} (95 % below {np.quantile(part, 0.95) * 1e3:.2f}, worst {max(part) * 1e3:.2f})"
            for part in (self.clock, self.processor)
        )
        return f"{clock} ms, processor {used} ms, {statistics.median(self.searches):g} searches"


def is_mended(verdict: Any) -> bool:
    """Whether a verdict holds a route that is not known to be the shortest."""
    return any(step.route is not None and step.route.excess_m is not None for step in verdict.steps)


def is_true(soon: Any, settled: Any) -> bool:
    """Whether a verdict says what the settled one does, but for lengths, and bounds these."""
    if not soon.ok and not settled.ok and len(soon.steps) <= len(settled.steps):  # refused at once: of the first step that fails
        *before, last = soon.steps
        return bool(tuple(before) == settled.steps[: len(before)] and not last.ok and not settled.steps[len(before)].ok)
    if not is_mended(soon):
        return bool(soon.to_json() == settled.to_json())
    pairs = [(a.route, b.route) for a, b in zip(soon.steps, settled.steps, strict=True)]
    longer = [(a.grid_length_m - b.grid_length_m, a.excess_m or 0.0) for a, b in pairs if a is not None and b is not None]
    return bool(soon.ok and settled.ok and all(-1e-6 <= more <= most + 1e-6 for more, most in longer))


def measure(bench: Bench, searches: list[int]) -> None:
    """Print both sides of every case."""
    for name, (changes, undo) in bench.cases().items():
        forget()
        bench.verdict(bench.world)
        figures: dict[str, tuple[Taken, Taken]] = {}
        kept = []
        for number, change in enumerate(changes):
            first, then = Taken(), Taken()
            after, soon = first.time(lambda change=change: (made := bench.world.apply(change), bench.soon(made)), searches)
            settled = then.time(lambda after=after: bench.verdict(after), searches)
            assert is_true(soon, settled), f"{name}: the first verdict does not say what the settled one does"
            what = "legs repaired" if is_mended(soon) else "legs searched" if sum(first.searches) else "no leg cut"
            what = what if settled.ok else "refused"
            for total, part in zip(figures.setdefault(what, (Taken(), Taken())), (first, then), strict=True):
                total.clock += part.clock
                total.processor += part.processor
                total.searches += part.searches
            kept.append((after, settled))
            if undo is not None:
                back = figures.setdefault("and back", (Taken(), Taken()))
                gone = undo(number)
                again = back[0].time(lambda after=after, gone=gone: bench.soon(after.apply(gone)), searches)
                assert again == back[1].time(lambda: bench.verdict(bench.world), searches)
        after, verdict = kept[-1]
        forget()
        begun = time.perf_counter()
        anew = bench.verdict(after)
        from_nothing = time.perf_counter() - begun
        assert anew.to_json() == verdict.to_json(), f"{name}: the verdict differs from that of a verification from nothing"
        for what, (first, then) in figures.items():
            ratio = statistics.median(then.processor) / max(statistics.median(first.processor), 1e-9)
            print(f"{name}, {what}, {len(first.clock)} times; from nothing {from_nothing * 1e3:.0f} ms")
            print(f"    first verdict {first.told()}")
            print(f"    then settled  {then.told()}; {ratio:.1f} times the first", flush=True)


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
