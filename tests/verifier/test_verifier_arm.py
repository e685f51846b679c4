"""A thing on a table: whether the arm gets at it from where the body can stand, and what the verifier says if not."""

from dataclasses import replace

import pytest
from verifier_worlds import call, judge, state, two_rooms

from maps import Body, FeatureChange, Place, Pose, Thing, World, distance, find_map, load_world, start_pose
from maps.arm_reach import HANDLED_M, reach_at
from verifier import Verdict

STOCK = two_rooms()


def with_jar(z: float | None, deep: float = 0.35) -> World:
    """The two rooms with a table (x 7 to 9, y 4 to 6) in the lab and a jar on it, so far in from its edge."""
    cells = STOCK.cells.copy()
    cells[40:60, 70:90] = 100
    attributes = {"weight_kg": 0.3} if z is None else {"weight_kg": 0.3, "z_m": z}
    jar = Thing(name="jar", kind="jar", position=(8.0, 4.0 + deep), place="lab", attributes=attributes)
    bench = Place(name="bench", kind="spot", pose=Pose(8.0, 3.0, 1.57))
    return World.build(
        STOCK.name, STOCK.frame, cells, places=[*STOCK.places.values(), bench], things=[*STOCK.things.values(), jar],
        doors=STOCK.doors.values(),
    )  # fmt: skip


def picked(z: float | None, deep: float = 0.35, **body: float) -> Verdict:
    return judge(with_jar(z, deep), call("pick", thing="jar"), body=Body(**body))  # type: ignore[arg-type]


@pytest.mark.parametrize("z", [None, 0.0, 0.5, 0.72])
def test_a_thing_on_a_table_as_high_as_the_arm_likes_it_is_within_reach(z: float | None) -> None:
    assert picked(z).ok


def test_higher_up_the_arm_gets_less_far_and_the_finding_has_both_distances() -> None:
    finding = picked(0.82).steps[0].findings[0]
    assert (finding.code, finding.unit, finding.refuted) == ("OUT_OF_REACH", "m", True)
    assert finding.needed == pytest.approx((0.92**2 - (0.82 + 0.15 - 0.41) ** 2) ** 0.5 - 0.05)
    assert finding.available == pytest.approx(0.70, abs=0.01)
    assert finding.margin is not None and finding.margin < 0 and finding.detail["height_m"] == 0.82
    assert "that stands 0.82 m above the floor" in finding.message and "within 0.68 m" in finding.message
    assert "the best is 0.70 m" in finding.message
    assert picked(0.82, deep=0.2).ok  # nearer to the edge the same height is no matter


def test_what_stands_too_high_is_out_of_reach_from_anywhere() -> None:
    finding = picked(1.2, deep=0.1).steps[0].findings[0]
    assert finding.code == "OUT_OF_REACH"
    assert (finding.needed, finding.available) == (0.98, 1.35) and finding.margin == pytest.approx(-0.37)
    assert "'jar' that stands 1.20 m above the floor is out of the arm's reach" in finding.message
    assert "must get to 1.35 m, it gets to 0.98 m" in finding.message
    assert picked(1.2, deep=0.1, arm_z_m=1.0, arm_top_m=2.0).ok  # a taller robot


def test_what_is_only_looked_at_has_a_reach_of_its_own() -> None:
    world = with_jar(1.2)
    jar = replace(world.things["jar"], reach_m=1.0)
    world = world.apply(FeatureChange(type="thing", name="jar", feature=jar))
    assert judge(world, call("inspect", thing="jar")).ok


def test_a_thing_that_the_plan_has_put_elsewhere_is_no_longer_as_high_as_it_was() -> None:
    steps = call("pick", thing="jar"), call("place", place="bench"), call("pick", thing="jar")
    assert judge(with_jar(0.82, deep=0.2), *steps).ok


def test_in_the_shipped_factory_the_store_s_rack_is_too_high_for_a_lower_arm_and_the_packing_table_is_not() -> None:
    world = load_world(find_map("factory"))
    at = start_pose(world)
    start = state(at.x, at.y)
    picks = {name: call("pick", thing=name) for name in ("orange block", "red block")}
    verdict = judge(world, picks["orange block"], robot=start)
    assert verdict.ok
    route, there = verdict.steps[0].route, world.things["orange block"].position
    assert route is not None and distance(route.points[-1], there) <= reach_at(Body(), 0.8 + HANDLED_M)
    low = Body(arm_top_m=0.9)
    finding = judge(world, picks["orange block"], robot=start, body=low).steps[0].findings[0]
    assert (finding.code, finding.needed, finding.available) == ("OUT_OF_REACH", 0.9, 0.95)
    assert "'orange block' that stands 0.80 m above the floor is out of the arm's reach" in finding.message
    assert judge(world, picks["red block"], robot=start, body=low).ok
    assert judge(world, call("inspect", thing="pressure gauge"), robot=start, body=low).ok  # it is only looked at


def test_out_of_reach_says_how_near_it_gets_where_no_height_is_known() -> None:
    cells = STOCK.cells.copy()
    cells[30:60, 70:110] = 100
    jar = Thing(name="jar", kind="jar", position=(9.0, 4.5), place="lab", attributes={"weight_kg": 0.3})
    world = World.build(STOCK.name, STOCK.frame, cells, places=STOCK.places.values(), things=[jar])
    finding = judge(world, call("pick", thing="jar")).steps[0].findings[0]
    assert finding.code == "OUT_OF_REACH" and finding.needed == 0.75
    assert finding.available is not None and finding.available > 1.5 and "?" not in finding.message
