"""Opening: the fewest shut doors and keep-outs that would have to be open for a question to have a route."""

import numpy as np

from maps.astar import search
from maps.clearance import LayerName, UnknownPolicy, closed_doors
from maps.crossings import doors_crossed
from maps.entry import Entry
from maps.region_graph import region_graph, smallest_opening
from maps.route import NoRoute
from maps.route_request import RouteRequest

__all__ = ["smallest_opening_of"]


def smallest_opening_of(
    request: RouteRequest, entry: Entry, ignore: frozenset[LayerName]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fewest shut doors and keep-outs whose opening suffices, checked by the router's own labels.

    Args:
        request: What has no route.
        entry: How its body gets onto the grid without the layers that are ignored.
        ignore: Layers without which there is a route; the doors and keep-outs are told only where theirs is among them.

    Returns:
        Names of doors, and of zones, in the order of passing.
    """
    if not ignore & {"doors", "keepout"}:
        return (), ()
    unknown: UnknownPolicy = "allowed" if "unknown" in ignore else request.unknown
    stated = request.doors or {}
    shut = {name: stated.get(name, request.world.doors[name].state) for name in closed_doors(request.world, request.doors)}
    barriers = smallest_opening(
        region_graph(request.world, request.body, unknown=unknown).on(request.world.revision),
        entry.cells,
        request.goal_cells(entry.here)[0],
        shut=shut,
        doors="doors" in ignore,
        zones="keepout" in ignore,
    )
    doors = tuple(barrier.name for barrier in barriers or () if barrier.kind == "door")
    zones = tuple(barrier.name for barrier in barriers or () if barrier.kind == "zone" and barrier.name)
    if "doors" in ignore and not request.with_open(doors).is_joined_without(ignore - {"doors"}):
        doors = _doors_to_open(request, ignore)
    return doors, zones


def _doors_to_open(request: RouteRequest, ignore: frozenset[LayerName]) -> tuple[str, ...]:
    """A set of shut doors whose opening suffices and of which none can be left out, in the order of passing.

    For a start so near a door that the region graph cannot tell its two sides apart.
    """
    entry = request.enter(ignore)
    if isinstance(entry, NoRoute):
        return ()
    goals, _ = request.goal_cells(entry.here)
    found = search(entry.free, entry.cells, entry.costs, goals, np.zeros(len(goals)))
    rest = ignore - {"doors"}
    crossed = () if found is None else doors_crossed(request.world, request.world.frame.centres(found.cells).tolist())
    shut = closed_doors(request.world, request.doors)
    names = tuple(name for name in crossed if name in shut)
    if not request.with_open(names).is_joined_without(rest):
        names = names + tuple(name for name in shut if name not in names)
    for name in names:
        fewer = tuple(other for other in names if other != name)
        if fewer and request.with_open(fewer).is_joined_without(rest):
            names = fewer
    return names
