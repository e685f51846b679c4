"""What the robot sees: gauges read from pictures, blocks found by colour and depth, under changing light."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import Body
from skills.robots.physics import Cell
from skills.robots.physics.cameras import Cameras
from skills.robots.physics.eyes import locate
from skills.robots.physics.gauge_face import needle_angle, shown
from skills.robots.physics.gauge_reading import GaugeUnreadable, read_gauge
from skills.robots.physics.items import COLOURS, Item
from skills.robots.physics.simulation import Simulation

HEAD = (-0.02, 0.17, 0.92)


def looked(value: float, scale: tuple[float, float], away: float = 0.75, aside: float = 0.0):  # type: ignore[no-untyped-def]
    """A picture of a gauge from a distance and from the side, metres."""
    gauge = Item(name="g", kind="gauge", at=(away, HEAD[1] + aside, HEAD[2]), yaw=math.pi, value=value, scale=scale)
    sim = Simulation([], [gauge], Body(), mobile=False, extent=(-2, -2, 2, 2))
    sim.set_head(0.0)
    sim.advance(0.5)
    cameras = Cameras(sim)
    image = cameras.rgb("head", 720, 720).copy()
    cameras.close()
    return image


@pytest.mark.parametrize(
    ("value", "scale"),
    [
        (6.3, (0, 10)),
        (0.0, (0, 10)),
        (9.9, (0, 10)),
        (84.0, (0, 120)),
        (2.5, (0, 4)),
        (-18.5, (-40, 40)),
        (118.0, (0, 120)),
        (11.2, (0, 16)),
    ],
)
@pytest.mark.parametrize(("away", "aside"), [(0.6, 0.0), (0.8, 0.28)])
def test_gauges_are_read_by_needle_and_digits(value: float, scale: tuple[float, float], away: float, aside: float) -> None:
    reading = read_gauge(looked(value, scale, away, aside), scale)
    assert reading.digits == pytest.approx(value, abs=0.051)
    assert reading.needle == pytest.approx(value, abs=0.01 * (scale[1] - scale[0]))
    assert reading.agree and reading.value == reading.digits


def test_needle_and_digits_that_differ_are_told() -> None:
    assert not read_gauge(looked(6.3, (0, 10)), (0, 20)).agree


def test_without_a_scale_the_digits_count() -> None:
    reading = read_gauge(looked(6.3, (0, 10)))
    assert (reading.value, reading.needle) == (6.3, None)


@pytest.mark.parametrize("image", [np.zeros((64, 64, 3), np.uint8), np.full((64, 64, 3), 200, np.uint8)])
def test_a_picture_without_a_gauge_is_refused(image: np.ndarray) -> None:
    with pytest.raises(GaugeUnreadable, match="corner marks"):
        read_gauge(image)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_noise_is_never_a_crash(seed: int) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (48, 48, 3), dtype=np.uint8)
    try:
        read_gauge(image, (0.0, 10.0))
    except GaugeUnreadable:
        pass


@given(st.floats(-999, 999))
def test_three_digits_show_every_value(value: float) -> None:
    text, pointed = shown(value)
    assert len(text) == 3 and text.isdigit()
    assert abs(int(text) / (10 if pointed else 1) - abs(value)) <= (0.0501 if pointed else 0.501)


def test_the_needle_turns_clockwise_within_its_dial() -> None:
    angles = [needle_angle(value, (0, 10)) for value in (-5, 0, 5, 10, 15)]
    assert angles == sorted(angles, reverse=True) and angles[0] == angles[1] and angles[3] == angles[4]
    assert math.degrees(angles[1]) == pytest.approx(225) and math.degrees(angles[3]) == pytest.approx(-45)


def test_blocks_and_trays_are_found_to_a_few_millimetres() -> None:
    cell = Cell(images=False)
    worst, seen_blocks, all_blocks = 0.0, 0, 0
    for seed in range(6):
        episode = cell.reset(seed)
        from policies.arm import ARM

        cell.sim.put_arm(np.array(ARM.stowed))
        cell.sim.set_head(0.75)
        cell.sim.data.qpos[cell.sim._head] = 0.75
        cell.sim.mujoco.mj_forward(cell.sim.model, cell.sim.data)
        picture = cell.cameras.picture("head", 480, 480)
        for number, block in enumerate(episode.physics_context["blocks"]):  # type: ignore[arg-type]
            at, _ = cell.sim.item_pose(number)
            guess = (float(at[0]) + 0.01, float(at[1]) - 0.01, 0.5)
            view = cell.sim.in_base(at)
            if abs(math.atan2(view[1] - HEAD[1], view[0])) > 0.40:
                continue  # outside the picture
            all_blocks += 1
            seen = locate(picture, COLOURS[block["colour"]], guess, flat=False, radius=0.08)  # type: ignore[index]
            if seen is not None:
                seen_blocks += 1
                worst = max(worst, math.hypot(seen.top[0] - at[0], seen.top[1] - at[1]))
                assert abs(seen.width - block["width_m"]) < 0.012  # type: ignore[index]
    cell.cameras.close()
    assert all_blocks >= 8 and seen_blocks >= 0.85 * all_blocks and worst < 0.008
