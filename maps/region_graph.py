"""Region graph: which parts of a map a body can drive about in with every door shut, and the doors and keep-outs that part them.

Every cell that has room is labelled with the doors and keep-outs that lie nearer than the body's clearance: those that must be open
for it to be passed. Connected cells with the same label are one node; where the label is empty it is a *region*. So the graph is
exact: a set of doors joins two regions if and only if a path exists whose labels lie within the set. Finding the smallest set is
NP-hard in general (Hauser, "The minimum constraint removal problem with three robotics applications", IJRR 2014); where every door
is met once, as in buildings, a search weighted by the doors that each step adds finds it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.body import Body
from maps.built_from import BuiltFrom
from maps.clearance import Layers, UnknownPolicy, layers
from maps.digest import cells_digest
from maps.features import DoorState
from maps.geometry import distance
from maps.grid import OCCUPIED
from maps.polygon import touched_cells
from maps.recent import Recent
from maps.squares import distance_field
from maps.world import World

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Barrier", "RegionGraph", "region_graph", "smallest_opening"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
IntArray: TypeAlias = npt.NDArray[np.int32]
CellArray: TypeAlias = npt.NDArray[np.int64]

_COSTS: Mapping[str, float] = {"closed": 1.0, "locked": 1.001, "keepout": 1.002}
"""What it costs to open a barrier: one each, and among equally many rather a closed door than a locked one than a rule."""


@dataclass(frozen=True, slots=True)
class Barrier:
    """A door or keep-out between regions; ``width_m`` is a door's. The keep-out mask is a barrier without a name."""

    kind: Literal["door", "zone"]
    name: str
    width_m: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RegionGraph(BuiltFrom):
    """The nodes as an image and as a graph.

    Attributes:
        nodes: (H, W) number of the node that a cell belongs to; 0 where the body has no room whatever is opened.
        graph: A node's attribute ``barriers`` is the frozenset of what must be open there: empty in a region.
        revision: Of the map.
    """

    nodes: IntArray
    graph: "nx.Graph[int]"
    revision: str

    @property
    def regions(self) -> tuple[int, ...]:
        """The nodes that can be driven about in with every door shut and every keep-out kept."""
        return tuple(node for node, data in self.graph.nodes(data=True) if not data["barriers"])


_GRAPHS: Recent[RegionGraph] = Recent(128 * 2**20)


def region_graph(world: World, body: Body, *, unknown: UnknownPolicy = "blocked") -> RegionGraph:
    """The region graph of a map for a body; it does not depend on which doors are open now, and is kept when they open or shut.

    Args:
        world: The map.
        body: Its clearance decides what is a way.
        unknown: Whether unseen cells are obstacles.
    """
    walls = layers(world, unknown=unknown, ignore=frozenset(("doors", "keepout")))
    doors = [(name, door.segment, door.width_m) for name, door in world.doors.items()]
    zones = [(name, zone.outline) for name, zone in world.zones.items() if zone.rule == "keepout"]
    mask = None if world.keepout_mask is None else world.keepout_mask.hashes
    key = repr((world.frame, body.needed_clearance_m, doors, zones, mask)).encode() + cells_digest(walls.blocked)
    made = _GRAPHS.get(key)
    if made is None:
        made = _build(world, body, walls)
        _GRAPHS.put(key, made, made.nodes.nbytes)
    return made if made.revision == world.revision else replace(made, revision=world.revision)


def smallest_opening(
    made: RegionGraph,
    starts: CellArray,
    goals: CellArray,
    *,
    shut: Mapping[str, DoorState],
    doors: bool = True,
    zones: bool = False,
) -> tuple[Barrier, ...] | None:
    """The fewest shut doors, or keep-outs, whose opening joins any start with any goal.

    Args:
        made: The graph.
        starts: (k, 2) cells where the body is; keep-outs that it stands in may be left.
        goals: (n, 2) cells where it wants to be.
        shut: States of the doors that are not open, by name.
        doors: Whether doors may be opened; otherwise those that are shut stay in the way.
        zones: Whether keep-outs may be lifted.

    Returns:
        The barriers in the order of passing; None where no opening helps.
    """
    import networkx as nx

    sources = _nodes_at(made, starts)
    targets = _nodes_at(made, goals)
    if not sources or not targets:
        return None
    inside = {barrier for node in sources for barrier in made.graph.nodes[node]["barriers"] if barrier.kind == "zone"}

    def cost(barrier: Barrier) -> float | None:
        """None for what may not be opened."""
        if barrier in inside or (barrier.kind == "door" and barrier.name not in shut):
            return 0.0
        if barrier.kind == "door":
            return _COSTS[shut[barrier.name]] if doors else None
        return _COSTS["keepout"] if zones else None

    def weight(u: int, v: int, data: object) -> float | None:
        costs = [cost(barrier) for barrier in made.graph.nodes[v]["barriers"] - made.graph.nodes[u]["barriers"]]
        return None if None in costs else math.fsum(value for value in costs if value is not None)

    found: Any = nx.multi_source_dijkstra(made.graph, sources, weight=weight)
    length, path = found
    ends = [target for target in targets if target in path]
    if not ends:
        return None
    best = min(ends, key=lambda node: (length[node], node))
    met: dict[Barrier, None] = {}
    for node in path[best]:
        met.update(dict.fromkeys(sorted(made.graph.nodes[node]["barriers"], key=lambda barrier: (barrier.kind, barrier.name))))
    return tuple(barrier for barrier in met if cost(barrier))


def _nodes_at(made: RegionGraph, cells: CellArray) -> set[int]:
    found = np.unique(made.nodes[cells[:, 0], cells[:, 1]])
    return set(found[found > 0].tolist())


def _build(world: World, body: Body, walls: Layers) -> RegionGraph:
    import networkx as nx

    needed = body.needed_clearance_m
    free = walls.clear(needed)
    labels, sets = _labels(world, needed, free)
    nodes, barriers = _nodes(labels, sets, free)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from((number, {"barriers": held}) for number, held in barriers.items())
    for a, b in ((nodes[:, :-1], nodes[:, 1:]), (nodes[:-1], nodes[1:])):
        met = (a != b) & (a > 0) & (b > 0)
        graph.add_edges_from(np.unique(np.stack((a[met], b[met]), axis=1), axis=0).tolist())
    nodes.flags.writeable = False
    return RegionGraph(nodes, graph, world.revision)


def _labels(world: World, needed: float, free: BoolArray) -> tuple[IntArray, list[frozenset[Barrier]]]:
    """For every cell the number of the set of barriers nearer than the clearance, and the sets."""
    labels = np.zeros(free.shape, dtype=np.int32)
    sets: list[frozenset[Barrier]] = [frozenset()]
    numbers: dict[frozenset[Barrier], int] = {sets[0]: 0}
    for barrier, cells in _barriers(world):
        if not len(cells):
            continue
        rows, cols, near = _near(cells, free.shape, world.frame.resolution, needed)
        window = labels[rows, cols]
        for old in np.unique(window[near]).tolist():
            held = sets[old] | {barrier}
            if held not in numbers:
                numbers[held] = len(sets)
                sets.append(held)
            window[near & (window == old)] = numbers[held]
    return labels, sets


def _barriers(world: World) -> list[tuple[Barrier, CellArray]]:
    """Every door and keep-out with the cells that it blocks."""
    found: list[tuple[Barrier, CellArray]] = []
    for name, door in world.doors.items():
        width = distance(*door.segment) if door.width_m is None else door.width_m
        found.append((Barrier("door", name, width), touched_cells(world.frame, door.segment, closed=False)))
    for name, zone in world.zones.items():
        if zone.rule == "keepout":
            found.append((Barrier("zone", name), touched_cells(world.frame, zone.outline)))
    if world.keepout_mask is not None:
        found.append((Barrier("zone", ""), np.argwhere(world.keepout_mask.array == OCCUPIED)))
    return found


def _near(cells: CellArray, shape: tuple[int, ...], resolution: float, needed: float) -> tuple[slice, slice, BoolArray]:
    """A window of the map, and which of its cells' centres are nearer to any of some squares than the clearance."""
    pad = math.ceil(needed / resolution) + 2
    low, high = cells.min(axis=0) - 2 * pad, cells.max(axis=0) + 2 * pad + 1
    blocked = np.zeros(high - low, dtype=bool)
    blocked[cells[:, 0] - low[0], cells[:, 1] - low[1]] = True
    near = distance_field(blocked, resolution) < needed - 1e-9
    near[:pad] = near[-pad:] = near[:, :pad] = near[:, -pad:] = False  # near the window's own edge, which is no obstacle
    first, last = np.maximum(low, 0), np.minimum(high, shape)
    inner = near[first[0] - low[0] : last[0] - low[0], first[1] - low[1] : last[1] - low[1]]
    return slice(first[0], last[0]), slice(first[1], last[1]), inner


def _nodes(labels: IntArray, sets: list[frozenset[Barrier]], free: BoolArray) -> tuple[IntArray, dict[int, frozenset[Barrier]]]:
    """Connected cells with the same set, numbered from 1."""
    from scipy.ndimage import find_objects, label

    nodes = np.zeros(labels.shape, dtype=np.int32)
    barriers: dict[int, frozenset[Barrier]] = {}
    for number, box in enumerate(find_objects(labels + 1, max_label=len(sets))):
        if box is None:
            continue
        parts, count = label(free[box] & (labels[box] == number))
        nodes[box] += np.where(parts > 0, parts + len(barriers), 0).astype(np.int32)
        barriers.update({len(barriers) + part: sets[number] for part in range(1, count + 1)})
    return nodes, barriers
