"""A base's velocity that runs out, and a guard that takes the base up again where it has braked to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps import Body, Pose, Route
from policies import follow_plan
from policies.runtime.base import BaseGuard, RouteDriver
from policies.runtime.command_hold import HOLD_TICKS, HeldVelocity
from policies.runtime.corridor import Corridor
from policies.runtime.kinematic_plant import planar_base_plant
from policies.runtime.plant import Targets

BODY = Body()
PERIOD_S = 0.01
WAY = Route(
    points=((0.0, 0.0), (0.6, 0.0)), length_m=0.6, grid_length_m=0.6, clearance_m=1.0, clearance_at=(0.0, 0.0), revision="r"
)
speeds = st.floats(-1.0, 1.0)


@given(linear=speeds, angular=speeds, seconds=st.floats(0.0, 3.0), hold_s=st.floats(0.0, 0.2))
def test_a_velocity_holds_and_then_brakes_to_rest(linear, angular, seconds, hold_s):
    held = HeldVelocity(braking=0.8, yaw_braking=3.0)
    held.send(linear, angular, hold_s)
    pieces = list(held.passing(seconds))
    assert sum(stretch for stretch, _, _ in pieces) == pytest.approx(seconds, abs=1e-6)
    way = sum(stretch * speed for stretch, speed, _ in pieces)
    assert abs(way) <= abs(linear) * hold_s + linear * linear / (2 * 0.8) + 1e-6
    assert way * linear >= 0.0
    if seconds > hold_s + abs(linear) / 0.8 + 0.02:
        assert held.linear == 0.0
    if seconds <= hold_s:
        assert (held.linear, held.angular) == (linear, angular)


@given(linear=speeds, parts=st.lists(st.floats(0.0, 0.3), min_size=1, max_size=6))
def test_it_does_not_matter_in_how_many_parts_time_passes(linear, parts):
    whole, split = HeldVelocity(braking=0.8, yaw_braking=3.0), HeldVelocity(braking=0.8, yaw_braking=3.0)
    for held in (whole, split):
        held.send(linear, 0.0, 0.05)
    once = sum(stretch * speed for stretch, speed, _ in whole.passing(sum(parts)))
    many = sum(stretch * speed for part in parts for stretch, speed, _ in split.passing(part))
    assert once == pytest.approx(many, abs=0.01)


@pytest.mark.parametrize("stalled_at", [20, 80, 110, 140, 160, 185])
@pytest.mark.parametrize("ticks", [1, 4, 10, 50, 200])
def test_a_stall_at_any_time_leaves_the_base_in_its_corridor_and_it_arrives(stalled_at, ticks):
    plant, driver, guard = planar_base_plant(), RouteDriver(follow_plan(WAY, Pose(0.0, 0.0), BODY), BODY), BaseGuard(BODY)
    guard.drive(driver, Corridor(WAY, BODY))
    sent = plant.read()
    for tick in range(1500):
        linear, angular = guard.tick(plant.read().base, plant.now(), allowed=True)
        plant.send(
            Targets(
                positions=sent.positions, velocities=sent.velocities, linear=linear, angular=angular, hold_s=HOLD_TICKS * PERIOD_S
            )
        )
        plant.advance(PERIOD_S * (1 + (ticks if tick == stalled_at else 0)))
        assert guard.left == ""
        if driver.done:
            break
    assert driver.done
    assert plant.read().base.pose.x == pytest.approx(0.6, abs=0.02)


def test_a_guard_goes_on_from_the_speed_to_which_a_base_has_braked():
    plant, guard = planar_base_plant(), BaseGuard(BODY)
    guard.drive(lambda *_: (0.5, 0.0), Corridor(WAY, BODY))
    linear = angular = 0.0
    for _ in range(60):
        linear, angular = guard.tick(plant.read().base, plant.now(), allowed=True)
        plant.send(Targets(positions=(), velocities=(), linear=linear, angular=angular))
        plant.advance(PERIOD_S)
    assert linear > 0.4
    plant.advance(0.3)
    braked = plant.read().base.linear
    assert 0.0 < braked < linear - 0.1
    again, _ = guard.tick(plant.read().base, plant.now(), allowed=True)
    assert again == pytest.approx(braked + BODY.max_acceleration * PERIOD_S)
