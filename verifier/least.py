"""Least: what the steps so far must take at least, whatever routes are driven. A plan that this refuses cannot be carried out.

A body whose centre keeps a clearance c from every obstacle square visits only cells whose centres have at least c less half a
cell's diagonal; where it slips diagonally past a cell, that one's centre has at least c less 1.59 cells. Octile distance over
such cells is at most 1 / cos(pi/8) times the length driven, and both ends may lie half a cell off: so a search over cells with
1.6 cells of clearance to spare bounds the length of every continuous route from below.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from maps import distance
from verifier.memory import Memory
from verifier.routes import Target, goal_of
from verifier.step import Scope, Step, Visit

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["least_drain", "least_energy", "least_metres", "least_time", "visits_with"]

_OCTILE = math.cos(math.pi / 8)
_SPARE_CELLS = 1.6
_ENDS_CELLS = 2.0
_MOST_LEGS = 32
"""Of a longer chain only its last legs are searched; leaving legs out keeps the bound a bound."""
_GAPS: Memory[float] = Memory(1024)


def visits_with(step: Step) -> tuple[Visit, ...]:
    """The earlier steps and this one."""
    return (*step.before.used.visits, visit_of(step))


def visit_of(step: Step) -> Visit:
    """This step as a lower bound sees it."""
    cost, leg = step.cost, step.leg
    return Visit(
        body=step.scope.body,
        target=None if leg is None else leg.goal,
        seconds=max(0.0, cost.time_s[0] - _driving_s(step)),
        energy_wh=max(0.0, cost.energy_wh[0] - cost.drive_wh[0]),
        charged=step.after.battery[0] > step.spent[0],
    )


def least_metres(scope: Scope, visits: Sequence[Visit]) -> float:
    """Length of the shortest way through all of these, metres, from where the robot stands now.

    Args:
        scope: World, body and start.
        visits: The steps in order.

    Returns:
        A lower bound over every route, each leg's of the body with the load that it is driven with, every door open and unseen
        space free.
    """
    return _along(scope, [Visit(body=scope.body, target=Target(motion="at", pose=scope.state.pose)), *visits])


def least_time(scope: Scope, visits: Sequence[Visit]) -> float:
    """Time through all of these at full speed, seconds; a lower bound."""
    return least_metres(scope, visits) / scope.body.max_speed + math.fsum(visit.seconds for visit in visits)


def least_drain(scope: Scope, visits: Sequence[Visit]) -> float:
    """Energy through all of these, whatever is charged meanwhile, Wh; a lower bound."""
    return least_metres(scope, visits) * _per_metre(scope) + math.fsum(visit.energy_wh for visit in visits)


def least_energy(scope: Scope, visits: Sequence[Visit]) -> float:
    """Energy through all of these since the battery was last filled, Wh; a lower bound."""
    last = max((index for index, visit in enumerate(visits) if visit.charged), default=None)
    if last is None:
        metres, since = least_metres(scope, visits), visits
    else:
        since = visits[last + 1 :]
        metres = _along(scope, visits[last:])
    return metres * _per_metre(scope) + math.fsum(visit.energy_wh for visit in since)


def _per_metre(scope: Scope) -> float:
    """Energy of a metre at full speed, Wh."""
    return (scope.body.idle_w + scope.body.drive_w) / scope.body.max_speed / 3600.0


def _along(scope: Scope, visits: Sequence[Visit]) -> float:
    """Least distance from the first of these to the last, metres."""
    known = [(scope.of(visit.body), visit.target) for visit in visits if visit.target is not None][-_MOST_LEGS:]
    return math.fsum(_gap(came, a, goes, b) for (came, a), (goes, b) in pairwise(known))


def _gap(came: Scope, a: Target, goes: Scope, b: Target) -> float:
    """Least distance from wherever one target is served to wherever the next one is, metres; the load may differ."""
    key = (goes.world.revision, came.body, goes.body, a.key, b.key)
    return _GAPS.recall(key, lambda: _search(came, a, goes, b))


def _search(came: Scope, a: Target, scope: Scope, b: Target) -> float:
    import numpy as np

    from maps.astar import search

    building = scope.world.building
    if building is not None and (a.point is None or b.point is None or building.apart(a.point, b.point)):
        return 0.0  # by lift: the levels' places on the grid say nothing of the way
    here, there = goal_of(came, a), goal_of(scope, b)
    starts, ends = here.cells, there.cells
    if not len(starts) or not len(ends):
        return 0.0
    found = search(_roomy(scope), starts, np.zeros(len(starts)), ends, np.zeros(len(ends)))
    straight = 0.0 if here.exact is None or there.exact is None else distance(here.exact.point, there.exact.point)
    if found is None:
        return straight
    return max(straight, (_OCTILE * found.length - _ENDS_CELLS) * scope.world.frame.resolution)


def _roomy(scope: Scope) -> "npt.NDArray[np.bool_]":
    """The cells that a continuous route of this body can have to do with."""
    from maps.clearance import clearance

    field = clearance(scope.map, unknown="allowed", doors=dict.fromkeys(scope.world.doors, "open"), ignore=frozenset(("keepout",)))
    spare: npt.NDArray[np.bool_] = field >= scope.body.inner_disc.needed_clearance_m - _SPARE_CELLS * scope.world.frame.resolution
    return spare


def _driving_s(step: Step) -> float:
    """The least time that the drive along the verified route takes, seconds: the part of the cost that is not the function's."""
    watts = step.scope.body.idle_w + step.scope.body.drive_w
    return step.cost.drive_wh[0] * 3600.0 / watts if watts > 0 else 0.0
