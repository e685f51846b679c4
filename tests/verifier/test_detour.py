"""Detours: a way that a house rule forbids is gone around where that can be, and refused where it cannot."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from certificate_worlds import LIBRARY, checked, free_start
from hypothesis import given, settings
from hypothesis import strategies as st
from test_rules_judge import rules
from verifier_worlds import BODY, rectangle

from maps import CellsChange, Door, GridFrame, Place, Pose, RobotState, Thing, World, Zone, load_world, save_world
from skills import Plan
from verifier import examine, verify
from verifier.certify import certify

NEVER = "- {name: not there, never: {at: north hall}}\n"


def two_halls(**more) -> World:
    """West and east room, joined by a short north hall (y 8-10) and a long south hall (y 0-2), 0.1 m cells, 16 x 10 m."""
    cells = np.full((100, 160), 100, dtype=np.int8)
    cells[:, :40] = cells[:, 120:] = cells[:20] = cells[80:] = 0
    cells[20:80, :] = np.where((np.arange(160) < 40) | (np.arange(160) >= 120), 0, 100)
    places = [
        Place(name="west", outline=rectangle(0, 0, 3, 10)),
        Place(name="east", outline=rectangle(13, 0, 16, 10)),
        Place(name="north hall", outline=rectangle(5, 8, 11, 10)),
        Place(name="south hall", outline=rectangle(5, 0, 11, 2)),
    ]
    things = [Thing(name="crate", kind="crate", position=(3.6, 9.0)), Thing(name="sign", kind="sign", position=(8.0, 9.0))]
    return World.build("halls", GridFrame(0.1, Pose(0, 0), 160, 100), cells, places=places, things=things, **more)


def judge(world: World, *calls, text=""):
    plan = Plan.model_validate({"steps": [{"skill": skill, "args": args} for skill, args in calls]})
    state = RobotState(pose=Pose(1.5, 9.0, 0.0), battery_wh=200.0)
    return verify(plan, world, state, BODY, LIBRARY, rules(text, world) if text else ())


def touches(verdict, region) -> bool:
    return any(way(step).intersects(region) for step in verdict.steps if step.route is not None)


def way(step):
    points = step.route.points
    return shapely.LineString(points) if len(points) > 1 else shapely.Point(points[0])


EAST = ("goto", {"place": "east"})


def test_a_drive_goes_around_what_a_rule_forbids_and_says_so():
    world = two_halls()
    north = shapely.Polygon(world.places["north hall"].outline)
    straight, kept = judge(world, EAST), judge(world, EAST, text=NEVER)
    assert straight.ok and touches(straight, north)
    assert kept.ok and not touches(kept, north.buffer(BODY.radius_m))
    assert kept.totals.distance_m > straight.totals.distance_m + 5.0
    [note] = kept.all_findings()
    assert (note.code, note.severity, note.step, note.subject) == ("RULE", "note", 1, "not there")
    assert "goes around" in note.message and 'at("north hall")' in note.message
    assert kept.revision == world.revision and kept.steps[0].route.revision == world.revision


@pytest.mark.parametrize(
    "text", [NEVER + "- {name: nor there, never: {at: south hall}}\n", "- {name: not at all, never: {at: east}}\n"]
)
def test_what_cannot_be_gone_around_is_refused_as_it_was(text):
    verdict = judge(two_halls(), EAST, text=text)
    assert not verdict.ok
    assert {(finding.code, finding.severity) for finding in verdict.all_findings()} == {("RULE", "error")}
    assert verdict.steps[0].route is not None


def test_only_the_drive_that_would_break_a_rule_goes_around():
    world = two_halls()
    text = "- {name: no crates there, never: {at: north hall}, while: {carrying: crate}}\n"
    north = shapely.Polygon(world.places["north hall"].outline)
    verdict = judge(
        world,
        ("pick", {"thing": "crate"}),
        ("goto", {"place": "east"}),
        ("place", {"place": "east"}),
        ("goto", {"place": "north hall"}),
        text=text,
    )
    assert verdict.ok
    assert not way(verdict.steps[1]).intersects(north) and way(verdict.steps[3]).intersects(north)
    assert [finding.step for finding in verdict.all_findings() if finding.code == "RULE"] == [2]


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("- {name: not by the sign, never: {near: sign}}\n", shapely.Point(8.0, 9.0).buffer(BODY.reach_m - 0.01)),
        ("- {name: not by that door, never: {crosses: swing door}}\n", shapely.LineString([(6.5, 8.0), (6.5, 10.0)])),
        ("- {name: off the mat, never: {in: mat}}\n", shapely.box(7, 8, 8, 10).buffer(BODY.radius_m - 0.01)),
        ("- {name: read first, before: {first: {inspects: sign}, then: {at: north hall}}}\n", shapely.box(5, 8, 11, 10)),
    ],
)
def test_things_zones_and_what_must_come_first_are_gone_around(text, region):
    zone = Zone(name="mat", rule="slow", outline=rectangle(7, 8, 8, 10), max_speed=0.5)
    world = two_halls(zones=[zone], doors=[Door(name="swing door", segment=((6.5, 8.0), (6.5, 10.0)), state="open")])
    assert touches(judge(world, EAST), region)
    verdict = judge(world, EAST, text=text)
    assert verdict.ok and not touches(verdict, region)


def test_where_the_whole_body_has_no_room_beside_its_middle_may_do():
    world = two_halls()
    place = Place(name="kerb", outline=rectangle(7, 8, 8, 9.45))
    south = Place(name="south", outline=rectangle(7, 0, 8, 2))
    world = World.build("halls", world.frame, world.grid, places=[*world.places.values(), place, south])
    verdict = judge(world, EAST, text="- {name: not there, never: {at: kerb}}\n- {name: nor there, never: {at: south}}\n")
    assert verdict.ok and not touches(verdict, shapely.Polygon(place.outline).buffer(-1e-6))
    assert [(finding.severity, finding.detail["state"]) for finding in verdict.all_findings()] == [
        ("warning", "possible"),
        ("note", "kept"),
    ]


def test_after_a_change_a_detour_is_searched_anew():
    world = two_halls()
    assert judge(world, EAST, text=NEVER).ok
    wall = CellsChange(cells=tuple((row, 80) for row in range(20)), values=(100,) * 20)
    shut = judge(world.apply(wall), EAST, text=NEVER)
    assert not shut.ok and [finding.code for finding in shut.all_findings() if finding.severity == "error"] == ["RULE"]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_way_that_is_let_pass_leads_where_a_rule_forbids_and_certificates_hold(seed, tmp_path_factory):
    rng = np.random.default_rng(seed)
    cells = np.zeros((60, 80), dtype=np.int8)
    cells[rng.random(cells.shape) < 0.01] = 100
    boxes = [rectangle(x, y, x + rng.uniform(0.4, 2), y + rng.uniform(0.4, 2)) for x, y in rng.uniform(0.5, 3.9, (3, 2)).tolist()]
    places = [Place(name=f"spot {number}", outline=outline) for number, outline in enumerate(boxes)]
    places += [Place(name="end", pose=Pose(float(rng.uniform(5, 7.5)), float(rng.uniform(0.5, 5.5)), 0.0))]
    folder: Path = tmp_path_factory.mktemp("spots")
    world = load_world(save_world(World.build("spots", GridFrame(0.1, Pose(0, 0), 80, 60), cells, places=places), folder / "spots"))
    text = "".join(f"- {{name: rule {number}, never: {{at: spot {number}}}}}\n" for number in range(3))
    plan = Plan.model_validate({"steps": [{"skill": "goto", "args": {"place": "end"}}]})
    state = RobotState(pose=free_start(rng, world), battery_wh=200.0)
    body = replace(BODY, radius_m=0.15)
    verdict, steps = examine(plan, world, state, body, LIBRARY, rules(text, world))
    free = verify(plan, world, state, body, LIBRARY)
    regions = shapely.unary_union([shapely.Polygon(outline) for outline in boxes])
    forbidden = regions.buffer(-1e-3)
    assert not verdict.ok or not touches(verdict, forbidden)
    assert verdict.ok or not free.ok or touches(free, regions.buffer(0.01))
    if free.ok and not touches(free, forbidden.buffer(0.01)):
        assert verdict.steps[0].route.points == free.steps[0].route.points
    if verdict.ok and free.ok:
        assert math.fsum(step.cost.distance_m for step in steps) >= free.totals.distance_m - 1e-6
    results = checked(certify(verdict, steps, world), folder, folder / "spots")
    assert results and all(result.confirmed for result in results)


def test_what_is_mended_beside_a_rule_by_the_longer_way_does_no_harm():
    text = NEVER + "- {name: an obligation, at_least_once: {at: south hall}}\n"
    verdict = judge(two_halls(), EAST, text=text)
    assert verdict.ok
    assert [(finding.subject, finding.severity) for finding in verdict.all_findings()] == [("not there", "note")]
