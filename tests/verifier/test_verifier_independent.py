"""Every accepted route is checked again by shapely, on random worlds; nothing is shared with the verifier or its router."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from independent import obstacle_squares, shut_doors, swept_clearance, zones
from verifier_worlds import LIBRARY, call, codes, rectangle, two_rooms

from maps import Body, Door, GridFrame, Place, Pose, RobotState, World, Zone
from skills import Plan
from verifier import verify


@st.composite
def worlds(draw: st.DrawFn) -> tuple[World, list[tuple[float, float]]]:
    """A cluttered grid with unknown cells, a door, a keep-out zone, a turned frame, and four points to visit."""
    height, width = draw(st.integers(14, 28)), draw(st.integers(14, 28))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    cells = np.where(random.random((height, width)) < draw(st.sampled_from([0.02, 0.06, 0.12])), 100, 0).astype(np.int8)
    cells[random.random((height, width)) < draw(st.sampled_from([0.0, 0.03]))] = -1
    if draw(st.booleans()):
        cells[:, width // 2] = 100
        gap = draw(st.integers(2, 6))
        cells[height // 2 : height // 2 + gap, width // 2] = 0
    yaw = draw(st.sampled_from([0.0, 0.0, 0.4, -2.0]))
    frame = GridFrame(0.1, Pose(draw(st.sampled_from([0.0, -3.7])), 1.3, yaw), width, height)
    spots = [frame.to_map(*(random.random(2) * (width * 0.1, height * 0.1))) for _ in range(5)]
    corner = random.random(2) * (width * 0.1, height * 0.1)
    zone = [frame.to_map(*(corner + offset)) for offset in ((0, 0), (0.3, 0.05), (0.25, 0.4))]
    a, b = (frame.to_map(*(random.random(2) * (width * 0.1, height * 0.1))) for _ in range(2))
    world = World.build(
        "random",
        frame,
        cells,
        places=[Place(name=f"p{index}", pose=Pose(*spot)) for index, spot in enumerate(spots[1:])],
        zones=[Zone(name="wet", rule="keepout", outline=tuple(zone))] if draw(st.booleans()) else (),
        doors=[Door(name="door", segment=(a, b), state=draw(st.sampled_from(["open", "closed", "locked"])))],
    )
    return world, spots


@given(
    made=worlds(),
    radius=st.floats(0.02, 0.3),
    margin=st.sampled_from([0.0, 0.03, 0.08]),
    unknown=st.sampled_from(["blocked", "allowed"]),
)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_accepted_route_comes_nearer_to_an_obstacle_than_radius_and_margin(
    made: tuple[World, list[tuple[float, float]]], radius: float, margin: float, unknown: str
) -> None:
    world, spots = made
    body = Body(radius_m=radius, margin_m=margin, tracking_m=0.5 * margin)
    start = RobotState(pose=Pose(*spots[0]), battery_wh=150.0)
    plan = Plan(steps=tuple(call("goto", place=name) for name in world.places))
    verdict = verify(plan, world, start, body, LIBRARY, unknown=unknown)
    origin = world.frame.origin
    obstacles = [
        obstacle_squares(
            world.cells, world.frame.resolution, (origin.x, origin.y, origin.yaw), unknown_blocks=unknown == "blocked"
        ),
        *zones(zone.outline for zone in world.zones.values()),
        shut_doors(door.segment for door in world.doors.values() if door.state != "open"),
    ]
    at, left = spots[0], 150.0
    for step in verdict.steps:
        if step.route is None:
            errors = [finding.code for finding in step.findings if finding.severity == "error"]
            assert errors
            if errors[0].startswith("START_"):  # judged from where it would be: the next leg starts there
                at = world.places[step.call.args["place"]].pose.point
            continue
        assert step.route.start == pytest.approx(at)
        at = step.route.end.point
        assert at == pytest.approx(world.places[step.call.args["place"]].pose.point, abs=1e-9)
        needed = radius + margin
        away = swept_clearance(step.route.points, obstacles)
        first = swept_clearance(step.route.points[:1], obstacles)
        assert away >= min(needed, first) - 1e-9, f"{away} m away, needs {needed} m"
        leaves_zone = swept_clearance(step.route.points[:1], zones(zone.outline for zone in world.zones.values())) < needed
        claimed_against = [obstacles[0], obstacles[-1]] if leaves_zone else obstacles
        assert step.route.clearance_m <= swept_clearance(step.route.points, claimed_against) + 1e-9
        assert step.battery_wh <= left
        left = step.battery_wh


@given(width=st.integers(2, 12), radius=st.floats(0.05, 0.55))
@settings(max_examples=20, deadline=None)
def test_doorways_are_passed_if_and_only_if_they_are_wide_enough(width: int, radius: float) -> None:
    """Up to the grid's resolution: a doorway of n cells passes surely from one cell more on, and never below."""
    world = two_rooms(doorway=2 * width * 0.1 / 2, door=None)
    columns = world.cells[:, 60]
    opening = float((columns == 0).sum()) * 0.1
    body = Body(radius_m=radius, margin_m=0.0, tracking_m=0.0, reach_m=0.8)
    state = RobotState(pose=Pose(3.05, 3.05), battery_wh=150.0)
    found = codes(verify(Plan(steps=(call("goto", place="lab"),)), world, state, body, LIBRARY))
    if 2 * radius > opening + 1e-9:
        assert found == [(1, "CLEARANCE")]
    if 2 * radius < opening - 0.1:
        assert found == []


def test_the_checker_itself_sees_a_collision() -> None:
    """The independent checker must be able to say no."""
    cells = np.zeros((10, 10), dtype=np.int8)
    cells[5, 5] = 100
    squares = obstacle_squares(cells, 0.1, (0.0, 0.0, 0.0), unknown_blocks=True)
    assert swept_clearance([(0.2, 0.55), (0.8, 0.55)], [squares]) == 0.0
    assert swept_clearance([(0.2, 0.3), (0.8, 0.3)], [squares]) == pytest.approx(0.2)
    assert swept_clearance([(0.05, 0.3)], [squares]) == pytest.approx(0.05)
    assert swept_clearance([(0.2, 0.3), (0.8, 0.3)], zones([rectangle(0.3, 0.0, 0.4, 0.25)])) == pytest.approx(0.05)
