"""What a skill drives by itself in a mission is authorised for the body with its load; house rules see that body too."""

import pytest
from conftest import plan, two_rooms

from agent.authorising import may_drive
from maps import Body, FeatureChange, Pose, RobotState, Route, Thing, Zone, find_route, goal_pose
from skills.laden import laden
from verifier.rules import RuleWatch, parse_rules

CART = Body(footprint=((0.3, 0.2), (-0.3, 0.2), (-0.3, -0.2), (0.3, -0.2)), margin_m=0.05, tracking_m=0.02)


def with_things(*things: Thing):
    return two_rooms().apply(*(FeatureChange(type="thing", name=thing.name, feature=thing) for thing in things))


def hoop(radius: float = 0.7) -> Thing:
    return Thing(name="hoop", kind="hoop", position=(6.0, 2.0), attributes={"carried_radius_m": radius, "weight_kg": 1.0})


def carrying(*names: str, x: float = 2.0, y: float = 2.0) -> RobotState:
    return RobotState(pose=Pose(x, y, 0.0), battery_wh=150.0, carrying=names)


async def test_a_robot_that_explores_with_a_wide_load_stays_where_the_load_fits(stage):
    mission = stage([plan(("pick", {"thing": "hoop"}), ("search", {"what": "unicorn"}))], world=with_things(hoop()))
    await mission.run()
    assert ("search", "succeeded") in mission.done
    routes = [Route.from_json(data["route"]) for data in mission.of("authorised") if data["allowed"]]
    assert routes and all(x > 4.0 + 0.78 for route in routes for x, _ in route.points)
    free = stage([plan(("search", {"what": "unicorn"}))], world=with_things(hoop()))
    await free.run()
    routes = [Route.from_json(data["route"]) for data in free.of("authorised") if data["allowed"]]
    assert any(x < 4.0 for route in routes for x, _ in route.points) and any(x > 4.0 for route in routes for x, _ in route.points)


@pytest.mark.parametrize("wide", [0.3, 0.9])
def test_a_way_of_a_polygon_is_measured_anew_for_its_load(wide):
    plank = Thing(name="plank", position=(1.0, 1.0), attributes={"carried_length_m": 0.35, "carried_width_m": wide})
    world = with_things(plank)
    whole, goal = laden(CART, ["plank"], world), goal_pose(world, Pose(6.0, 2.0, 0.0))
    own = find_route(world, whole, Pose(2.0, 2.0, 0.0), goal)
    empty = find_route(world, CART, Pose(2.0, 2.0, 0.0), goal)
    assert isinstance(own, Route) and isinstance(empty, Route)
    assert may_drive(own, world, CART, carrying("plank")) and may_drive(empty, world, CART, carrying())
    stale = Route.from_json({**empty.to_json(), "revision": "another"})
    assert not may_drive(stale, world, CART, carrying())


def test_headings_that_suit_the_empty_body_do_not_make_room_for_the_load():
    plank = Thing(name="plank", position=(1.0, 1.0), attributes={"carried_length_m": 0.3, "carried_width_m": 1.3})
    world = with_things(plank)
    whole = laden(CART, ["plank"], world)
    through = Route(
        points=((2.0, 2.0), (6.0, 2.0)), headings=(0.0, 0.0), length_m=4.0, grid_length_m=4.0, clearance_m=0.6,
        clearance_at=(4.0, 1.4), body_clearance_m=0.35, revision=world.revision,
    )  # fmt: skip
    assert through.keeps(CART) and may_drive(through, world, CART, carrying())
    assert through.keeps(whole), "what it says of itself is about the empty body"
    assert not may_drive(through, world, CART, carrying("plank"))
    small = Thing(name="plank", position=(1.0, 1.0), attributes={"carried_length_m": 0.3, "carried_width_m": 0.9})
    assert may_drive(
        Route.from_json({**through.to_json(), "revision": with_things(small).revision}), with_things(small), CART, carrying("plank")
    )


def test_a_rule_that_is_watched_counts_the_load_as_body():
    wet = Zone(name="wet", rule="info", outline=((2.6, 1.0), (3.0, 1.0), (3.0, 3.0), (2.6, 3.0)))
    world = with_things(hoop()).apply(FeatureChange(type="zone", name="wet", feature=wet))
    text = b"surefoot: 1\nrules:\n- {name: dry, never: {in: wet}}\n"
    rules = tuple(rule.on(world) for rule in parse_rules(text))
    for names, broken in (((), 0), (("hoop",), 1)):
        seen = RuleWatch(rules).see(world, Body(), carrying(*names), time_s=0.0, speed=0.0)
        assert len(seen.breaches) == broken
