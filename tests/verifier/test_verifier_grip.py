"""Grip: what two fingers must press with, and whether the verifier says so."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps import Body, RobotState, find_map, load_world, start_pose
from skills import Plan, SkillCall, library
from skills.grip import GRAVITY, needed_grip_n
from verifier import verify


def test_half_a_kilo_at_friction_three_tenths_needs_eight_newtons() -> None:
    assert needed_grip_n(0.5, 0.3) == pytest.approx(8.2, abs=0.05)


@given(st.floats(0.01, 50), st.floats(0.05, 2), st.integers(1, 4))
def test_the_fingers_friction_carries_the_weight(mass: float, friction: float, fingers: int) -> None:
    assert fingers * friction * needed_grip_n(mass, friction, fingers) == pytest.approx(mass * GRAVITY)


def judged(weight: float | None, friction: float | None, force: float):  # type: ignore[no-untyped-def]
    world = load_world(find_map("factory"))
    attributes = {key: value for key, value in (("weight_kg", weight), ("friction", friction)) if value is not None}
    things = [replace(t, attributes=MappingProxyType(attributes)) if t.name == "red block" else t for t in world.things.values()]
    world = type(world).build(
        name=world.name,
        frame=world.frame,
        cells=world.cells,
        places=world.places.values(),
        things=things,
        doors=world.doors.values(),
    )
    body = Body(gripper_force_n=force)
    state = RobotState(pose=start_pose(world), battery_wh=body.battery_wh)
    plan = Plan(steps=[SkillCall(skill="pick", args={"thing": "red block"})])
    return verify(plan, world, state, body, library(world))


def found(verdict):  # type: ignore[no-untyped-def]
    return [finding for step in verdict.steps for finding in step.findings]


@pytest.mark.parametrize(("force", "ok"), [(8.0, False), (8.3, True)])
def test_a_gripper_that_is_too_weak_is_refused_with_both_forces(force: float, ok: bool) -> None:
    verdict = judged(0.5, 0.3, force)
    assert verdict.ok is ok
    if not ok:
        finding = next(f for f in found(verdict) if f.code == "GRIP_FORCE")
        assert (finding.needed, finding.available, finding.unit, finding.refuted) == (8.18, 8.0, "N", True)
        assert (
            finding.margin == pytest.approx(-0.18) and "8.18 N of each finger" in finding.message and "0.50 kg" in finding.message
        )


@pytest.mark.parametrize(("weight", "friction"), [(None, 0.3), (0.5, None)])
def test_nothing_is_claimed_of_what_the_map_does_not_know(weight: float | None, friction: float | None) -> None:
    assert all(finding.code != "GRIP_FORCE" for finding in found(judged(weight, friction, 0.5)))
