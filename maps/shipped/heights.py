"""How high things stand: of what an arm takes or presses, and of what hangs and is only looked at."""

from maps.arm_reach import HEIGHT
from maps.shipped.plan_kit import FloorPlan, Json

__all__ = ["BENCH_M", "BOARD_M", "FLOOR_M", "HANGER_M", "LOOK_M", "SEAT_M", "TABLE_M", "hangs", "stands"]

FLOOR_M, BOARD_M, SEAT_M, TABLE_M, BENCH_M = 0.0, 0.3, 0.5, 0.72, 0.8
"""The floor; lowest boards; beds, low tables and middle boards; desks and tables; benches, counters and upper boards."""
HANGER_M = 0.8
"""Buttons, hooks and brackets on walls and posts that are meant for a robot's hand too."""
LOOK_M = 0.8
"""How near a robot comes to look at what hangs higher than its arm handles anything, metres."""


def stands(plan: FloorPlan, height: float, *names: str) -> None:
    """Say how high above the floor is what these things stand on, or where they hang within an arm's reach, metres.

    Raises:
        ValueError: There is no such thing.
    """
    for name in names:
        found = [each for each in _features(plan) if each["properties"]["type"] == "thing" and each["properties"]["name"] == name]
        if not found:
            raise ValueError(f"map {plan.name!r} has no thing {name!r}")
        for feature in found:
            feature["properties"]["attributes"][HEIGHT] = height


def hangs(plan: FloorPlan, height: float, *names: str) -> None:
    """Say that these things hang so high and are only looked at, so that no arm's reach applies.

    Raises:
        ValueError: There is no such thing.
    """
    stands(plan, height, *names)
    for feature in _features(plan):
        if feature["properties"]["name"] in names:
            feature["properties"]["reach_m"] = LOOK_M


def _features(plan: FloorPlan) -> list[Json]:
    return [*plan.saved_features, *plan.true_features]
