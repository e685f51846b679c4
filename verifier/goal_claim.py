"""Goals as certificates state them: the pose, the outline, or the cells within reach."""

import numpy as np
import numpy.typing as npt

from maps import Door, Place, Pose, Thing
from maps.arm_reach import reach_to
from verifier.certificate import GoalClaim, PoseGoal, ReachGoal, RegionGoal
from verifier.routes import Target, goal_of
from verifier.step import Scope

__all__ = ["goal_claim"]


def goal_claim(scope: Scope, target: Target) -> GoalClaim:
    """The goal as asked."""
    goal, feature, body = goal_of(scope, target), target.feature, scope.body
    if goal.exact is not None:
        pose: Pose = goal.exact
        return PoseGoal(subject=target.name, pose=(pose.x, pose.y, pose.yaw))
    if isinstance(feature, Place):
        return RegionGoal(subject=target.name, outline=feature.outline)
    assert isinstance(feature, Thing | Door)
    if isinstance(feature, Door):
        at, reach = feature.segment, body.reach_m
    else:
        at = (feature.position,)  # type: ignore[assignment]
        reach = body.view_range_m if target.motion == "seen" else reach_to(body, feature)
    return ReachGoal(subject=target.name, at=at, reach_m=reach, cells=_runs(goal.cells))


def _runs(cells: npt.NDArray[np.int64]) -> tuple[tuple[int, int, int], ...]:
    """Cells as runs of rows."""
    if not len(cells):
        return ()
    cells = cells[np.lexsort((cells[:, 1], cells[:, 0]))]
    begins = np.ones(len(cells), dtype=bool)
    begins[1:] = (cells[1:, 0] != cells[:-1, 0]) | (cells[1:, 1] != cells[:-1, 1] + 1)
    first = np.flatnonzero(begins)
    counts = np.diff(np.append(first, len(cells)))
    rows = zip(cells[first, 0].tolist(), cells[first, 1].tolist(), counts.tolist(), strict=True)
    return tuple((row, col, count) for row, col, count in rows)
