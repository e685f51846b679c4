"""Plans and missions as marks: every route, number, bottleneck and finding is there, in the role it has."""

import pytest
from conftest import plan, two_rooms

from agent.journal import read_journal
from agent.scene import mission_scene, plan_scene
from agent.scene_evidence import finding_marks
from maps import (
    Body,
    Caption,
    Chart,
    DoorChange,
    Marker,
    Path,
    Pose,
    Region,
    RobotMark,
    RobotState,
    find_map,
    load_world,
    start_pose,
)
from skills import library
from verifier import Finding, verify

START = Pose(0.8, 0.8, 0.0)
STATE = RobotState(pose=START, battery_wh=200.0)


def judged(*steps):
    world = two_rooms()
    return verify(plan(*steps), world, RobotState(pose=START, battery_wh=200.0), Body(), library())


def marks(scene, kind):
    return [mark for mark in scene.marks if isinstance(mark, kind)]


def test_a_feasible_plan():
    verdict = judged(("goto", {"place": "right room"}), ("goto", {"place": "dock"}))
    scene = plan_scene("go and return", verdict, two_rooms(), Body(), STATE)
    assert scene.title == "go and return"
    assert [path.points for path in marks(scene, Path)] == [step.route.points for step in verdict.steps]
    assert [(mark.label, mark.role) for mark in marks(scene, Marker) if mark.role != "bottleneck"] == [("1", "ok"), ("2", "ok")]
    captions = [caption.text for caption in marks(scene, Caption)]
    assert captions[0].startswith("1 goto(place='right room')") and "Wh" in captions[-1]
    assert marks(scene, RobotMark)[0].pose == START


def test_an_infeasible_plan_shows_what_is_wrong():
    verdict = judged(("goto", {"place": "attic"}))
    scene = plan_scene("go up", verdict, two_rooms(), Body(), STATE)
    bad = [caption.text for caption in marks(scene, Caption) if caption.role == "bad"]
    assert any("attic" in text for text in bad)
    assert [mark.role for mark in marks(scene, Marker) if mark.label == "1"] == ["bad"]


def test_the_tightest_spot_is_marked():
    tight = Body(radius_m=0.4, margin_m=0.1)
    world = two_rooms()
    state = RobotState(pose=START, battery_wh=200.0)
    verdict = verify(plan(("goto", {"place": "right room"})), world, state, tight, library())
    spot = [mark for mark in marks(plan_scene("", verdict, world, tight, STATE), Marker) if mark.role == "bottleneck"]
    assert len(spot) == 1 and spot[0].label.startswith("0.5")


async def test_a_mission_is_drawn_from_its_journal(stage):
    mission = stage([plan(("pick", {"thing": "box"}), ("goto", {"place": "dock"}))])
    await mission.run()
    scene = mission_scene("fetch", read_journal(mission.folder.journal), Body(), START)
    assert [mark.label for mark in marks(scene, Marker)] == ["1", "2"]
    assert len(marks(scene, Path)) == 2
    assert [caption.role for caption in marks(scene, Caption)] == ["ok", "ok", "ok"]
    assert marks(scene, Path)[0].points[0] == pytest.approx(START.point, abs=0.05)


def test_the_charge_is_drawn_over_what_the_way_back_needs():
    verdict = judged(("goto", {"place": "right room"}), ("goto", {"place": "left room"}))
    chart = next(mark for mark in plan_scene("", verdict, two_rooms(), Body(), STATE).marks if isinstance(mark, Chart))
    assert chart.band[0] == (0.0, 200.0, 200.0)
    assert chart.band[-1][0] == pytest.approx(verdict.totals.distance_m)
    assert chart.band[-1][1] == verdict.totals.battery_left_wh < chart.band[-1][2] < 200.0
    assert all(level > Body().reserve_wh for _, level in chart.floor)
    assert [label for _, label, _ in chart.ticks] == ["1", "2"]


def test_a_locked_door_is_named_where_it_is():
    world = two_rooms()
    door = next(iter(world.doors))
    world = world.apply(DoorChange(door=door, state="locked"))
    verdict = verify(plan(("goto", {"place": "right room"})), world, STATE, Body(), library())
    scene = plan_scene("", verdict, world, Body(), STATE)
    assert [path.label for path in marks(scene, Path) if path.role == "warning"] == [door]
    assert [path.role for path in marks(scene, Path) if not path.label] == ["bad"]


def test_a_broken_rule_shows_the_place_that_it_is_about():
    finding = Finding(code="RULE", step=1, subject="quiet", where=(6.0, 2.0), detail={"atom": 'at("right room")'})
    marks_of = list(finding_marks(finding, two_rooms(), START.point))
    assert [mark.label for mark in marks_of if isinstance(mark, Region)] == ["right room"]
    assert [mark.at for mark in marks_of if isinstance(mark, Marker)] == [(6.0, 2.0)]


def test_what_a_drive_was_led_around_for_a_rule_is_shown():
    from agent.spoken_rules import spoken_rules

    world = load_world(find_map("warehouse"))
    state = RobotState(pose=start_pose(world), battery_wh=200.0)
    said = "go to the packing station but stay out of the main aisle"
    there = plan(("goto", {"place": "packing station"}))
    verdict = verify(there, world, state, Body(), library(), spoken_rules(said, world))
    regions = marks(plan_scene(said, verdict, world, Body(), state), Region)
    assert [(mark.outline, mark.label) for mark in regions] == [(world.places["main aisle"].outline, "gone around")]
