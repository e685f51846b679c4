"""Surefoot beside what people use instead, in one run: ``python -m benchmarks.side_by_side``.

Every tool gets the same maps and pairs and says whether a disc can go from one point to the other, and how. An exact checker
(``benchmarks.exact_oracle``) says which answers are wrong: a yes where there is no way, a no where there is one, or a path that
collides. The graph searches get the usual mask, cells whose centre-to-centre distance to an obstacle is at least the radius;
OMPL gets its default motion check, a hundredth of the map's extent. unified-planning's validator judges whole plans, whose legs
it knows as connections between named places and nothing more.

Tools that are not installed are left out: pip install 'surefoot[compare,test]'
"""

import argparse
import importlib.util
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import shapely
from scipy.ndimage import distance_transform_edt

from benchmarks.exact_oracle import JOINED, PARTED, ExactSpace
from benchmarks.tight_maps import tight_map
from maps import Body, GridFrame, Pose, Route, World, find_route, goal_pose
from maps.squares import distance_field
from maps.swept import room_at

__all__ = ["main"]

Cell: TypeAlias = tuple[int, int]
Path: TypeAlias = np.ndarray | None
"""(N, 2) vertices as (x, y) in cells, or no path."""
Tool: TypeAlias = Callable[[np.ndarray, float, Cell, Cell], Path]

_SECONDS = 1.0
"""OMPL may search so long for one pair."""
_LARGEST_FOR_NETWORKX = 250_000


def mask_of(blocked: np.ndarray, radius: float) -> np.ndarray:
    """The usual shortcut: cells whose centre is at least the radius from the nearest obstacle cell's centre."""
    return distance_transform_edt(np.pad(~blocked, 1))[1:-1, 1:-1] >= radius


def surefoot(blocked: np.ndarray, radius: float, start: Cell, goal: Cell) -> Path:
    """Clearance, exact gaps, search, string pulling, certified clearance."""
    height, width = blocked.shape
    frame = GridFrame(resolution=1.0, origin=Pose(0.0, 0.0, 0.0), width=width, height=height)
    world = World.build("side", frame, np.where(blocked, 100, 0).astype(np.int8))
    at, to = (Pose(cell[1] + 0.5, cell[0] + 0.5, 0.0) for cell in (start, goal))
    found = find_route(world, Body(radius_m=radius, margin_m=0.0, tracking_m=0.0), at, goal_pose(world, to))
    return np.array(found.points) if isinstance(found, Route) else None


def scikit_image(blocked: np.ndarray, radius: float, start: Cell, goal: Cell) -> Path:
    """skimage.graph.MCP_Geometric on the mask."""
    from skimage.graph import MCP_Geometric

    costs = np.where(mask_of(blocked, radius), 1.0, -1.0)
    if costs[start] < 0 or costs[goal] < 0:
        return None
    search = MCP_Geometric(costs)
    lengths, _ = search.find_costs([start], [goal])
    return _middles(search.traceback(goal)) if np.isfinite(lengths[goal]) else None


def pyastar2d_(blocked: np.ndarray, radius: float, start: Cell, goal: Cell) -> Path:
    """pyastar2d with diagonal steps on the mask."""
    import pyastar2d

    mask = mask_of(blocked, radius)
    if not mask[start] or not mask[goal]:
        return None
    found = pyastar2d.astar_path(np.where(mask, 1.0, np.inf).astype(np.float32), start, goal, allow_diagonal=True)
    return None if found is None else _middles(found)


def networkx_(blocked: np.ndarray, radius: float, start: Cell, goal: Cell) -> Path:
    """A* of networkx on a graph of the mask's cells, diagonal steps without corner cutting."""
    import networkx

    mask = mask_of(blocked, radius)
    if not mask[start] or not mask[goal]:
        return None
    graph = networkx.Graph()
    graph.add_nodes_from(map(tuple, np.argwhere(mask).tolist()))
    straight = (mask[:, :-1] & mask[:, 1:], (0, 1)), (mask[:-1] & mask[1:], (1, 0))
    block = mask[:-1, :-1] & mask[1:, 1:] & mask[1:, :-1] & mask[:-1, 1:]
    for free, (down, across) in straight:
        graph.add_weighted_edges_from(((r, c), (r + down, c + across), 1.0) for r, c in np.argwhere(free).tolist())
    for r, c in np.argwhere(block).tolist():
        graph.add_edge((r, c), (r + 1, c + 1), weight=2**0.5)
        graph.add_edge((r + 1, c), (r, c + 1), weight=2**0.5)
    try:
        return _middles(networkx.astar_path(graph, start, goal, lambda a, b: float(np.hypot(a[0] - b[0], a[1] - b[1]))))
    except networkx.NetworkXNoPath:
        return None


def ompl_(blocked: np.ndarray, radius: float, start: Cell, goal: Cell) -> Path:
    """OMPL's RRTConnect; a state is valid where the exact clearance of its point suffices."""
    from ompl import base, geometric, util

    util.setLogLevel(util.LogLevel.LOG_NONE)
    util.RNG.setSeed(1)
    height, width = blocked.shape
    field = distance_field(blocked, 1.0)
    space = base.RealVectorStateSpace(2)
    bounds = base.RealVectorBounds(2)
    bounds.setLow(0.0)
    for axis, high in enumerate((width, height)):
        bounds.setHigh(axis, float(high))
    space.setBounds(bounds)
    setup = geometric.SimpleSetup(space)
    setup.setStateValidityChecker(
        lambda state: bool(room_at(blocked, field, np.array([[state[0], state[1]]]), radius)[0] >= radius)
    )
    ends = []
    for row, col in (start, goal):
        state = space.allocState()
        state[0], state[1] = col + 0.5, row + 0.5
        ends.append(state)
    setup.setStartAndGoalStates(*ends)
    setup.setPlanner(geometric.RRTConnect(setup.getSpaceInformation()))
    setup.solve(_SECONDS)
    if not setup.haveExactSolutionPath():
        return None
    return np.array([(state[0], state[1]) for state in setup.getSolutionPath().getStates()])


def _middles(cells: Any) -> np.ndarray:
    return np.asarray(cells, dtype=np.float64)[:, ::-1] + 0.5


def judge(space: ExactSpace, start: Cell, goal: Cell, path: Path) -> str:
    """``right``, ``wrong yes``, ``wrong no`` or ``collides``; ``open`` where the checker cannot tell."""
    ends = (np.array([[cell[1] + 0.5, cell[0] + 0.5]]) for cell in (start, goal))
    truth = int(space.judge(*ends)[0])
    if path is None:
        return "wrong no" if truth == JOINED else "right"
    if truth == PARTED:
        return "wrong yes"
    line = shapely.LineString(path) if len(path) > 1 else shapely.Point(path[0])
    return "collides" if shapely.distance(line, space.solid) < space.radius - 1e-6 else "right"


def tools() -> dict[str, Tool]:
    """Those that are installed."""
    known: dict[str, tuple[str, Tool]] = {
        "surefoot": ("maps", surefoot),
        "scikit-image MCP": ("skimage", scikit_image),
        "pyastar2d": ("pyastar2d", pyastar2d_),
        "networkx A*": ("networkx", networkx_),
        "OMPL RRTConnect": ("ompl", ompl_),
    }
    return {name: tool for name, (module, tool) in known.items() if importlib.util.find_spec(module)}


def tight(cases: int, seed: int) -> dict[str, Counter[str]]:
    """Small maps with gaps about as wide as the disc; the tools take turns on each."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in tools()}
    for case in range(cases):
        draw = np.random.default_rng((seed, case))
        _, blocked, radius = tight_map(draw)
        space = ExactSpace(blocked, radius)
        free = np.argwhere(distance_transform_edt(~np.pad(blocked, 1, constant_values=True))[1:-1, 1:-1] >= radius + 0.75)
        if len(free) < 2:
            continue
        start, goal = (tuple(int(value) for value in cell) for cell in free[draw.integers(0, len(free), 2)])
        for name, tool in tools().items():
            _turn(counts[name], space, tool, blocked, radius, start, goal)  # type: ignore[arg-type]
    return counts


def city(pairs: int, seed: int) -> dict[str, Counter[str]]:
    """Long ways over a 1000 x 1000 map of blocks and streets."""
    draw = np.random.default_rng(seed)
    blocked = np.zeros((1000, 1000), dtype=bool)
    for row in range(10, 1000, 60):
        for col in range(10, 1000, 60):
            high, wide = draw.integers(20, 48, 2)
            blocked[row : row + high, col : col + wide] = True
    radius = 6.6
    space = ExactSpace(blocked, radius)
    free = np.argwhere(distance_transform_edt(~blocked) >= radius + 1)
    counts: dict[str, Counter[str]] = {name: Counter() for name in tools()}
    for _ in range(pairs):
        start, goal = (tuple(int(value) for value in cell) for cell in free[draw.integers(0, len(free), 2)])
        for name, tool in tools().items():
            if name == "networkx A*" and blocked.size > _LARGEST_FOR_NETWORKX:
                continue  # the graph alone takes gigabytes
            _turn(counts[name], space, tool, blocked, radius, start, goal)  # type: ignore[arg-type]
    return counts


def _turn(count: Counter[str], space: ExactSpace, tool: Tool, blocked: np.ndarray, radius: float, start: Cell, goal: Cell) -> None:
    begun = time.perf_counter()
    path = tool(blocked, radius, start, goal)
    count["microseconds"] += round(1e6 * (time.perf_counter() - begun))
    count["pairs"] += 1
    count[judge(space, start, goal, path)] += 1


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--cases", type=int, default=300, help="small maps with tight gaps")
    parser.add_argument("--pairs", type=int, default=10, help="long ways over the city")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    from rich.console import Console
    from rich.table import Table

    from benchmarks.side_by_side_plans import plans

    console = Console()
    for title, counts in (
        (
            f"{options.cases} maps with gaps about as wide as the disc, a pair each",
            tight(options.cases, options.seed),
        ),
        (f"{options.pairs} ways over a city of 1000 x 1000", city(options.pairs, options.seed)),
        ("whole plans on the warehouse, half of them with a leg that no route serves", plans(options.seed)),
    ):
        table = Table(title=title)
        for heading in ("tool", "answers", "wrong yes", "wrong no", "path collides", "ms each"):
            table.add_column(heading, justify="left" if heading == "tool" else "right")
        for name, count in counts.items():
            if count["pairs"]:
                figures = [str(count[key]) for key in ("pairs", "wrong yes", "wrong no", "collides")]
                table.add_row(name, *figures, f"{count['microseconds'] / 1e3 / count['pairs']:.1f}")
        console.print(table)


if __name__ == "__main__":
    main()
