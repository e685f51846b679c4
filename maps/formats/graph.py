"""RouteGraph: points and the straight edges between them, as route servers, traffic editors and planners keep them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from maps.geometry import Point
from maps.grid import OCCUPIED, UNKNOWN
from maps.polygon import touched_cells
from maps.world import World

__all__ = ["MAX_EDGES", "MAX_NODES", "Edge", "Node", "RouteGraph", "edge_warnings", "one_way"]

MAX_NODES = 10_000
MAX_EDGES = 100_000
MAX_LENGTH = 10_000_000
"""Most cells along edges that are held against a map."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A point of a graph.

    Attributes:
        id: Its number in the file.
        point: Where it is, metres in the map frame.
        name: The place that it stands for; empty for a mere waypoint.
        properties: What else the file says of it, as JSON.
    """

    id: int
    point: Point
    name: str = ""
    properties: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A straight, directed edge.

    Attributes:
        id: Its number in the file.
        start: The node that it leaves.
        end: The node that it leads to.
        properties: What else the file says of it, as JSON.
    """

    id: int
    start: int
    end: int
    properties: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteGraph:
    """Nodes and edges; every edge joins two of the nodes."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def at(self) -> dict[int, Node]:
        """Nodes by number."""
        return {node.id: node for node in self.nodes}

    def segments(self) -> dict[tuple[int, int], Edge]:
        """The undirected segments, each once with the first edge along it, in file order; loops are left out."""
        found: dict[tuple[int, int], Edge] = {}
        for edge in self.edges:
            if edge.start != edge.end:
                found.setdefault((min(edge.start, edge.end), max(edge.start, edge.end)), edge)
        return found


def one_way(graph: RouteGraph) -> int:
    """How many edges have none back."""
    known = {(edge.start, edge.end) for edge in graph.edges}
    return sum((end, start) not in known for start, end in known if start != end)


def edge_warnings(graph: RouteGraph, world: World, file: str) -> tuple[str, ...]:
    """What of a graph does not fit the map that it lies on, one sentence per kind of fault.

    A robot on a route server drives the edges as straight lines, so each is held against the cells that it touches: a fault here is
    certain. That an edge has none does not mean that a body with a width has room.
    """
    at = graph.at()
    faults: dict[str, list[tuple[Edge, Point]]] = {kind: [] for kind in _FAULTS}
    outside = [node for node in graph.nodes if not world.frame.contains(node.point)]
    left = MAX_LENGTH
    for edge in graph.segments().values():
        a, b = at[edge.start].point, at[edge.end].point
        left -= int(math.dist(a, b) / world.frame.resolution) if world.frame.contains(a) and world.frame.contains(b) else 0
        if left < 0:
            break
        cells = touched_cells(world.frame, (a, b), closed=False)
        if not len(cells) or not (world.frame.contains(a) and world.frame.contains(b)):
            continue
        rows, cols = cells.T
        values = world.cells[rows, cols]
        kept_out = np.zeros(len(cells), bool) if world.keepout is None else world.keepout[rows, cols]
        for kind, hit in (("obstacle", values == OCCUPIED), ("unknown", values == UNKNOWN), ("keepout", kept_out)):
            if hit.any():
                faults[kind].append((edge, world.frame.centre(*cells[int(np.flatnonzero(hit)[0])].tolist())))
    sentences = []
    if left < 0:
        sentences.append(f"{file}: its edges are so long in all that only the first were held against the map")
    if outside:
        x, y = outside[0].point
        sentences.append(
            f"{file}: {len(outside)} of {len(graph.nodes)} nodes lie outside the map, the first is {outside[0].id} at "
            f"({x:g}, {y:g}); they are left out; check that the graph was drawn on this map"
        )
    for kind, found in faults.items():
        if found:
            edge, (x, y) = found[0]
            sentences.append(
                f"{file}: {len(found)} of {len(graph.segments())} edges touch {_FAULTS[kind]}, the first is {edge.id} "
                f"from {edge.start} "
                f"to {edge.end} at ({x:.2f}, {y:.2f}); a robot that follows the graph drives there in a straight line"
            )
    return tuple(sentences)


_FAULTS: Mapping[str, str] = MappingProxyType(
    {"obstacle": "occupied cells", "unknown": "unknown cells", "keepout": "a keep-out"},
)
