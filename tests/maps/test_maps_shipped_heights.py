"""Shipped maps know how high things stand: what an arm takes or presses is within its reach, what hangs higher is looked at."""

import math
from dataclasses import replace

import pytest

from maps import Body, load_world, shipped_maps
from maps.arm_reach import height_of, reach_to
from maps.shipped.heights import BENCH_M, LOOK_M, stands
from maps.shipped.plan_kit import FloorPlan

BODY = Body()
LOOKED_AT = ("gauge", "meter")


def handled(thing):
    """Whether an arm is meant to take or press it."""
    weight = thing.attributes.get("weight_kg")
    return thing.kind == "button" or (isinstance(weight, float) and weight <= BODY.payload_kg)


@pytest.mark.parametrize("name", sorted(shipped_maps()))
def test_what_is_handled_has_a_height_that_the_arm_gets_at(name):
    saved, true = load_world(shipped_maps()[name]), load_world(shipped_maps()[name] / "truth")
    found = [thing for thing in true.things.values() if handled(thing)]
    assert len(found) >= 4
    for thing in found:
        assert height_of(thing) is not None, thing.name
        assert thing.reach_m is None and 0.0 < reach_to(BODY, thing) <= BODY.reach_m, thing.name
        assert thing.name not in saved.things or height_of(saved.things[thing.name]) == height_of(thing)
    assert len({height_of(thing) for thing in found}) > 2


@pytest.mark.parametrize("name", sorted(shipped_maps()))
def test_what_hangs_too_high_for_the_arm_has_a_reach_of_its_own(name):
    for thing in load_world(shipped_maps()[name] / "truth").things.values():
        if thing.kind in LOOKED_AT:
            assert height_of(thing) is not None, thing.name
        if height_of(thing) is not None and reach_to(BODY, replace(thing, reach_m=None)) == 0.0:
            assert thing.reach_m == LOOK_M, thing.name


def test_the_arm_gets_less_far_at_a_workbench_than_at_a_pallet():
    things = load_world(shipped_maps()["warehouse"]).things
    assert height_of(things["red toolbox"]) == BENCH_M
    assert reach_to(BODY, things["red toolbox"]) == pytest.approx(math.sqrt(0.92**2 - 0.54**2))
    assert reach_to(BODY, things["yellow crate"]) == BODY.reach_m
    assert reach_to(replace(BODY, arm_m=0.5), things["red toolbox"]) == 0.0


def test_a_height_for_a_thing_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="map 'empty' has no thing 'jar'"):
        stands(FloorPlan("empty", (0.0, 0.0, 1.0, 1.0)), 0.5, "jar")
