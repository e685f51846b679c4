"""The arm's reach: how near a body must come to what stands high or low, and what becomes of a height when a thing moves."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps import Body, GridFrame, Place, Pose, Thing, World, check_map, goal_near
from maps.arm_reach import HANDLED_M, described, height_of, moved_to, reach_at, reach_to
from maps.linking import NameIndex, link

BODY = Body()


def jar(z: object = None, **more: object) -> Thing:
    return Thing(name="jar", position=(3.0, 3.0), attributes={} if z is None else {"z_m": z}, **more)  # type: ignore[arg-type, dict-item]


@given(st.floats(-1, 3), st.floats(0.01, 3), st.floats(0, 2), st.floats(0, 3), st.floats(0.1, 2))
def test_what_is_in_reach_lies_in_the_ball_and_what_is_farther_does_not(
    height: float, arm: float, middle: float, top: float, level: float
) -> None:
    body = Body(arm_m=arm, arm_z_m=middle, arm_top_m=top, reach_m=level)
    away = reach_at(body, height)
    assert 0.0 <= away <= level
    if away > 0.0:
        assert height <= top and math.hypot(away, height - middle) <= arm + 1e-9
    if away < level and height <= top:
        assert math.hypot(away + 1e-6, height - middle) >= arm - 1e-9


@given(st.floats(0, 2))
def test_a_thing_is_reached_where_the_hand_can_take_it_and_lift_it(height: float) -> None:
    assert reach_to(BODY, jar(height)) == min(reach_at(BODY, height), reach_at(BODY, height + HANDLED_M))


@pytest.mark.parametrize("unknown", [None, "high", True, math.nan])
def test_nothing_is_claimed_of_a_height_that_the_map_does_not_know(unknown: object) -> None:
    assert height_of(jar(unknown)) is None and reach_to(BODY, jar(unknown)) == BODY.reach_m


def test_a_thing_s_own_reach_and_a_body_without_an_arm_leave_heights_aside() -> None:
    assert reach_to(BODY, jar(2.0, reach_m=1.5)) == 1.5
    assert reach_to(Body(arm_m=0.0), jar(2.0)) == Body().reach_m


def test_the_cells_of_a_goal_are_within_the_arm_s_reach() -> None:
    world = World.build("hall", GridFrame(0.05, Pose(0, 0), 120, 120), [[0] * 120] * 120)
    for z in (0.5, 0.8):
        cells = goal_near(world, jar(z), BODY).cells
        farthest = max(math.dist(world.frame.centres(cells)[k], (3.0, 3.0)) for k in range(len(cells)))
        allowed = reach_to(BODY, jar(z)) - BODY.tracking_m
        assert allowed - 0.05 < farthest <= allowed + 1e-9
    assert reach_to(BODY, jar(0.8)) < reach_to(BODY, jar(0.5)) == BODY.reach_m
    assert len(goal_near(world, jar(1.2), BODY).cells) == 0


def test_a_thing_that_was_moved_is_as_high_as_what_it_stands_on_or_at_no_known_height() -> None:
    there = moved_to(jar(0.8, kind="jar"), (1.0, 1.0), "hall")
    assert (there.position, there.place, there.kind, height_of(there)) == ((1.0, 1.0), "hall", "jar", None)
    assert height_of(moved_to(jar(0.8), (1.0, 1.0), None, onto=jar(0.5))) == 0.5


def test_the_map_s_check_tells_of_a_thing_that_stands_too_high_for_the_arm() -> None:
    cells = np.zeros((120, 120), dtype=np.int8)
    cells[:, 110:] = cells[:, :2] = cells[:2] = cells[-2:] = 100
    place = Place(name="hall", kind="room", outline=((0.1, 0.1), (5.5, 0.1), (5.5, 5.9), (0.1, 5.9)))
    dock = Place(name="dock", kind="dock", pose=Pose(1.0, 1.0))

    def told(height: float) -> list[str]:
        world = World.build("hall", GridFrame(0.05, Pose(0, 0), 120, 120), cells, places=[place, dock], things=[jar(height)])
        return [issue.sentence for issue in check_map(world, BODY) if issue.code in ("THING_OUT_OF_REACH", "THING_BEHIND_WALL")]

    assert told(0.5) == []
    assert told(1.2) == ["the thing 'jar' stands 1.20 m above the floor, where the arm of 'surefoot-base' does not get"]


WORDS = ("the jar", "jar 9", "jar 0", "the m jar", "z jar", "the higher jar", "0.9 jar", "bring me the 1 m jar", "给我罐子")


@given(st.one_of(st.floats(0, 3), st.integers(0, 3)), st.sampled_from(WORDS))
def test_a_height_is_where_a_thing_stands_and_no_word_for_it(z: float, text: str) -> None:
    def shelf(*, high: bool) -> World:
        attributes = {"colour": "red", "number": 9, **({"z_m": z} if high else {})}
        things = [
            Thing(name="jar", kind="jar", aliases=("罐子",), position=(3.0, 3.0), attributes=attributes),
            Thing(name="old jar", kind="jar", position=(2.0, 3.0), attributes={"colour": "blue"}),
        ]
        return World.build("hall", GridFrame(0.05, Pose(0, 0), 120, 120), [[0] * 120] * 120, things=things)

    assert described(shelf(high=True).things["jar"]) == {"colour": "red", "number": 9}
    plain, high = (NameIndex.of(shelf(high=known)) for known in (False, True))
    assert link(text, high) == link(text, plain)
