"""The suite for plants finds what is wrong with a plant, and nothing with a good one."""

import math
from dataclasses import replace

import pytest
from toy_plants import Faulty

from policies.runtime import check_plant
from policies.runtime.kinematic_plant import KinematicPlant, planar_base_plant, planar_limits, planar_plant


def test_a_good_plant_conforms():
    assert check_plant(planar_plant(), planar_limits()) == []
    assert check_plant(planar_base_plant(), planar_limits()) == []


class Degrees(KinematicPlant):
    def read(self):
        state = super().read()
        return replace(state, positions=tuple(math.degrees(x) for x in state.positions))


class Standing(KinematicPlant):
    def read(self):
        return replace(super().read(), stamp=0.0)


class Fast(KinematicPlant):
    def advance(self, seconds):
        super().advance(2 * seconds)


class Swapped(KinematicPlant):
    def send(self, targets):
        super().send(replace(targets, positions=targets.positions[::-1]))


NAMES, HOME = ("shoulder", "elbow", "gripper"), (1.2, -0.8, 0.04)


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (
            Degrees(NAMES, HOME),
            "joint 'shoulder' is at 68.755, outside its range of -0.5 to 2.6; are its units radians, or metres?",
        ),
        (Standing(NAMES, HOME), "the time stamp of read() stood still at 0.000 s for 50 readings"),
        (Fast(NAMES, HOME), "now() went on by 1.000 s while 0.500 s passed"),
        (Swapped(NAMES, HOME), "told to stay, a joint moved by"),
        (Faulty("nan", start=0.0), "read() gives positions that are not finite"),
        (Faulty("short", start=0.0), "read() gives 2 positions for 3 joints"),
        (Faulty("picture", start=0.0), "camera 'wrist' gives uint8 (10, 10, 3); it says uint8 (48, 64, 3)"),
        (KinematicPlant(("a", "b", "c"), HOME), "the limits belong to another robot: there is none for 'a'"),
        (object(), "'object' lacks verbs of policies.runtime.Plant"),
    ],
)
def test_what_is_wrong_is_found(plant, said):
    assert any(said in problem for problem in check_plant(plant, planar_limits()))
