"""Skills that drive by themselves with a load: what is foretold of them, checked against shapely; and bounds with a load."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from verifier_worlds import BODY, LIBRARY, call, codes, judge, only, plan, rectangle, state, two_rooms

from benchmarks.exact_oracle import JOINED, PARTED, ExactSpace
from maps import Body, GridFrame, Place, Pose, RobotState, Route, Thing, World, find_route, goal_at
from skills import Known, holding, skill
from skills.laden import laden
from verifier import Verdict
from verifier.budget import drive_energy
from verifier.least import least_metres, visits_with
from verifier.verify import examine

WIDE = 0.7


def hoop(x: float = 9.05, y: float = 3.05, radius: float = WIDE) -> Thing:
    return Thing(name="hoop", position=(x, y), attributes={"carried_radius_m": radius, "weight_kg": 1.0})


@skill(outcomes={"held": holding("thing"), "missed": ()}, takes=(1.0, 2.0))
def grab(thing: Known[Thing]) -> None:
    """Try to take a thing from afar.

    Args:
        thing: What.
    """


def warned(verdict: Verdict) -> list[tuple[int | None, str]]:
    return [place for place in codes(verdict, "warning") if place[1] != "BATTERY"]


@pytest.mark.parametrize("roam", [call("explore", place="hall"), call("search", what="box", place="hall")])
def test_a_load_that_keeps_a_roaming_robot_out_of_where_it_is_sent_is_warned_of(roam) -> None:
    world = two_rooms(things=[hoop()])
    held = state(9.0, 3.0, carrying=("hoop",))
    verdict = judge(world, roam, robot=held)
    finding = only(verdict, "CLEARANCE")
    assert verdict.ok and (finding.severity, finding.step, finding.detail["load"]) == ("warning", 1, ["hoop"])
    assert finding.needed == pytest.approx(2 * (WIDE + BODY.margin_m)) and finding.available == pytest.approx(1.0)
    assert "with 'hoop' in the hand doorway 'lab door' is 1.00 m wide, this robot needs 1.56 m" in finding.message
    assert warned(judge(world, roam, robot=state(9.0, 3.0))) == [], "empty it goes through"
    assert warned(judge(two_rooms(doorway=1.8, things=[hoop()]), roam, robot=held)) == []
    assert warned(judge(two_rooms(doorway=0.4, things=[hoop()]), roam, robot=held)) == [], "it is not the load that shuts it out"
    assert warned(judge(world, call("pick", thing="hoop"), roam, robot=state(9.0, 2.0))) == [(2, "CLEARANCE")]


@pytest.mark.parametrize("roam", [call("explore"), call("search", what="box"), call("explore", place="lab")])
def test_a_robot_whose_load_has_no_room_where_it_stands_cannot_roam(roam) -> None:
    world = two_rooms(things=[hoop()])
    near_wall = state(11.5, 3.0, carrying=("hoop",))
    finding = only(judge(world, roam, robot=near_wall), "START_OCCUPIED")
    assert (finding.severity, finding.step, finding.detail["load"]) == ("error", 1, ["hoop"])
    assert (finding.needed, finding.available) == (pytest.approx(WIDE), pytest.approx(0.5))
    assert judge(world, roam, robot=replace(near_wall, carrying=())).ok
    assert codes(judge(world, roam, call("explore"), robot=near_wall)) == [(1, "START_OCCUPIED")], "then nobody knows where it is"


def test_the_outcome_that_brings_the_load_is_named() -> None:
    world, skills = two_rooms(things=[hoop()]), LIBRARY.with_skills(grab)
    steps = (call("grab", thing="hoop"), call("explore", place="hall"))
    finding = only(judge(world, *steps, robot=state(9.0, 3.0), skills=skills), "CLEARANCE")
    assert (finding.severity, finding.step, finding.detail["outcomes"]) == ("warning", 2, "step 1 ends in 'held'")
    assert "with 'hoop' in the hand when step 1 ends in 'held' doorway 'lab door' is" in finding.message
    verdict = judge(world, *steps, robot=state(11.5, 3.0), skills=skills)
    stuck = only(verdict, "START_OCCUPIED")
    assert verdict.ok and (stuck.severity, stuck.detail["outcomes"]) == ("warning", "step 1 ends in 'held'")


def noisy(seed: int, share: float) -> World:
    """16 x 22 cells of 0.1 m with scattered obstacles, a wall with a gap, and a place in the middle of a free cell."""
    random = np.random.default_rng(seed)
    cells = np.where(random.random((16, 22)) < share, 100, 0).astype(np.int8)
    cells[:, 11] = 100
    gap = int(random.integers(2, 10))
    cells[3 : 3 + gap, 11] = 0
    free = np.argwhere(cells[:, 12:] == 0)
    row, column = free[int(random.integers(len(free)))]
    frame = GridFrame(0.1, Pose(0.0, 0.0, 0.0), 22, 16)
    spot = Place(name="there", pose=Pose(*frame.centre(int(row), int(column) + 12)))
    return World.build("noise", frame, cells, places=[spot], things=[hoop(0.5, 0.5, float(random.uniform(0.12, 0.5)))])


@given(
    seed=st.integers(0, 2**32 - 1),
    share=st.sampled_from([0.0, 0.01, 0.03]),
    start=st.tuples(st.floats(0.0, 1.1), st.floats(0, 1.6)),
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_said_of_a_roaming_body_agrees_with_shapely(seed: int, share: float, start: tuple[float, float]) -> None:
    world, body = noisy(seed, share), Body(radius_m=0.1, margin_m=0.02, tracking_m=0.01)
    whole = laden(body, ["hoop"], world)
    robot = RobotState(pose=Pose(*start), battery_wh=150.0, carrying=("hoop",))
    found = judge(world, call("explore", place="there"), robot=robot, body=body).steps[0].findings
    blocked = np.asarray(world.cells == 100)
    here = np.array([start]) / 0.1
    there = np.array([world.places["there"].pose.point]) / 0.1
    space = ExactSpace(blocked, whole.needed_clearance_m / 0.1)
    room = float(space.clearance(here)[0]) * 0.1
    if abs(room - whole.radius_m) > 1e-6:
        assert (room < whole.radius_m) == any(finding.code.startswith("START_") for finding in found)
    if room < whole.needed_clearance_m:
        return
    empty = ExactSpace(blocked, body.needed_clearance_m / 0.1)
    with_load, without = space.judge(here, there)[0], empty.judge(here, there)[0]
    warns = [finding.severity for finding in found if finding.detail.get("load")]
    if with_load == PARTED and without == JOINED:
        assert warns == ["warning"]
    elif with_load == JOINED or without == PARTED:
        assert warns == []


def ring() -> World:
    """Two rooms with a narrow doorway at y = 3 and, far round through a corridor above, a way that is wide."""
    cells = np.zeros((120, 120), dtype=np.int8)
    cells[:60, 60:62] = 100
    cells[25:35, 60:62] = 0
    cells[58:60, 20:100] = 100
    places = [
        Place(name="hall", kind="room", outline=rectangle(0, 0, 6, 5.8)),
        Place(name="lab", kind="room", outline=rectangle(6.2, 0, 12, 5.8)),
        Place(name="charger", kind="dock", pose=Pose(4.5, 3.0, 0.0)),
        Place(name="desk", kind="spot", pose=Pose(8.0, 2.0, 0.0)),
    ]
    return World.build("ring", GridFrame(0.1, Pose(0.0, 0.0, 0.0), 120, 120), cells, places=places, things=[hoop(8.05, 3.05)])


def test_the_way_home_with_a_load_is_the_one_that_the_load_can_go() -> None:
    world, start = ring(), RobotState(pose=Pose(5.0, 3.0, 0.0), battery_wh=150.0)
    _, steps = examine(plan(call("pick", thing="hoop"), call("explore")), world, start, BODY, LIBRARY)
    whole, end = laden(BODY, ["hoop"], world), steps[0].leg.result.end
    far = find_route(world, whole, end, goal_at(world, world.places["charger"], whole))
    near = find_route(world, BODY, end, goal_at(world, world.places["charger"], BODY))
    assert isinstance(far, Route) and isinstance(near, Route) and far.length_m > 2 * near.length_m
    assert all(step.home.length_m == pytest.approx(far.length_m) for step in steps)
    least = drive_energy(BODY, (far.length_m, far.length_m))[0]  # at 1 m/s
    short = judge(world, call("pick", thing="hoop"), robot=replace(start, battery_wh=BODY.reserve_wh + least))
    assert codes(short) == [(1, "BATTERY")]


def test_a_bound_over_every_route_takes_each_leg_with_its_own_load() -> None:
    world, start = ring(), RobotState(pose=Pose(5.0, 3.0, 0.0), battery_wh=150.0)
    calls = (call("goto", place="desk"), call("pick", thing="hoop"), call("goto", place="hall"))
    _, steps = examine(plan(*calls), world, start, BODY, LIBRARY)
    driven = [step.cost.distance_m for step in steps]
    bounds = [least_metres(step.scope, visits_with(step)) for step in steps]
    assert all(bound <= sum(driven[: number + 1]) for number, bound in enumerate(bounds))
    assert all(before <= after for before, after in pairwise(bounds)), "a longer plan takes no less"
    assert bounds[2] - bounds[1] > 0.6 * driven[2] > 8.0, "the load's own way round counts"
