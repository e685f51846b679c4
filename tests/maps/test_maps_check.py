import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from check_worlds import DOCK, HALL, HATCH, LAB, box, codes, only, with_cells, world

from maps import OCCUPIED, Body, Door, GridFrame, MapIssue, Place, Pose, Thing, World, Zone, check_map, load_world, shipped_maps

DATA = Path(os.environ.get("SUREFOOT_DATA", Path(__file__).parents[3] / "shared" / "data")) / "maps"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the public test maps are not here (set SUREFOOT_DATA)")


def test_a_sound_map_has_no_issue() -> None:
    assert check_map(world()) == ()
    assert check_map(world(), Body()) == ()


def test_an_issue_says_all_there_is_to_say() -> None:
    cup = Thing(name="cup", position=(2.0, 2.0), place="lab")
    assert only(check_map(world(things=[cup]))) == MapIssue(
        code="THING_ELSEWHERE",
        severity="warning",
        subject="cup",
        where=(2.0, 2.0),
        sentence="the thing 'cup' says it is in 'lab', but its position is not",
        fix="write \"place\": 'hall', or move it",
    )
    said = "warning: the thing 'cup' says it is in 'lab', but its position is not; write \"place\": 'hall', or move it"
    assert str(only(check_map(world(things=[cup])))) == said + " [THING_ELSEWHERE]"


@pytest.mark.parametrize(
    ("parts", "code", "severity", "subject"),
    [
        ({"places": [HALL, LAB, DOCK, Place(name="wall", outline=box(4.92, 5.0, 4.98, 6.0))]}, "PLACE_IN_WALL", "error", "wall"),
        ({"places": [HALL, LAB, DOCK, Place(name="attic", outline=box(9.2, 7.2, 9.7, 7.8))]}, "PLACE_UNKNOWN", "note", "attic"),
        ({"places": [HALL, LAB, Place(name="charger", kind="dock", pose=Pose(0.05, 1.0))]}, "DOCK_IN_WALL", "error", "charger"),
        ({"places": [HALL, LAB, DOCK, Place(name="spot", pose=Pose(50.0, 1.0))]}, "POSE_IN_WALL", "error", "spot"),
        ({"places": [HALL, LAB, DOCK, Place(name="spot", pose=Pose(9.5, 7.5))]}, "POSE_UNKNOWN", "note", "spot"),
        (
            {"places": [HALL, LAB, DOCK, Place(name="nook", outline=box(1, 2, 2, 3), pose=Pose(6, 6))]},
            "POSE_OUTSIDE_PLACE", "warning", "nook",
        ),
        ({"places": [HALL, LAB]}, "NO_DOCK", "note", ""),
        ({"things": [Thing(name="cup", position=(2, 2), place="attic")]}, "THING_PLACE_UNKNOWN", "warning", "cup"),
        ({"things": [Thing(name="cup", position=(-2, 2))]}, "THING_OUTSIDE", "error", "cup"),
        ({"things": [Thing(name="cup", position=(2, 2), attributes={"weight_kg": "9 kg"})]}, "THING_NUMBER", "warning", "cup"),
        ({"things": [Thing(name="cup", position=(2, 2), attributes={"friction": -0.5})]}, "THING_NUMBER", "warning", "cup"),
        ({"things": [Thing(name="cup", position=(2, 2), attributes={"z_m": True})]}, "THING_NUMBER", "warning", "cup"),
        ({"doors": [HATCH, Door(name="shut", segment=((5.0, 5.0), (5.0, 6.0)))]}, "DOOR_WALLED", "warning", "shut"),
        ({"doors": [HATCH, Door(name="attic door", segment=((9.6, 7.4), (9.6, 7.8)))]}, "DOOR_UNKNOWN", "note", "attic door"),
        ({"doors": [Door(name="far", segment=((1.0, 3.0), (2.0, 3.0)), between=("lab",))]}, "DOOR_FAR", "note", "far"),
        (
            {"doors": [Door(name="hatch", segment=HATCH.segment, between=("hall", "lab"), width_m=2.0)]},
            "DOOR_WIDTH", "note", "hatch",
        ),
        (
            {"places": [HALL, LAB, DOCK, Place(name="storage", pose=Pose(2, 2)), Place(name="storrage", pose=Pose(3, 3))]},
            "NAMES_ALIKE", "warning", "storage",
        ),
        ({"things": [Thing(name="Hall", position=(2, 2))]}, "NAME_SHARED", "note", "hall"),
        ({"warnings": ["map.yaml: 3 pixels of grey 205 are free; write something"]}, "GREY_205", "warning", ""),
        ({"warnings": ["keepout.yaml: the mask lies wholly outside the map; check its origin"]}, "MASK", "warning", ""),
        ({"zones": [Zone(name="no", rule="keepout", outline=LAB.outline)]}, "PLACE_KEPT_OUT", "warning", "lab"),
        ({"zones": [Zone(name="no", rule="keepout", outline=box(0.8, 0.8, 1.2, 1.2))]}, "DOCK_KEPT_OUT", "warning", "charger"),
    ],
)  # fmt: skip
def test_each_mistake_is_found_alone(parts: dict[str, Any], code: str, severity: str, subject: str) -> None:
    issue = only(check_map(world(**parts)))
    assert (issue.code, issue.severity, issue.subject) == (code, severity, subject)
    assert issue.sentence
    assert issue.fix


def test_a_thing_on_the_wall_of_its_room_is_no_mistake() -> None:
    gauge = Thing(name="gauge", position=(4.95, 6.0), place="hall")
    assert check_map(world(things=[gauge])) == ()


def test_a_door_in_a_thick_wall() -> None:
    base = world()
    cells = base.cells.copy()
    cells[1:20, 30:49] = OCCUPIED
    doors = [HATCH, Door(name="blind", segment=((4.0, 0.5), (4.0, 1.5)), between=("hall",))]
    issue = only(check_map(World.build("test", base.frame, cells, base.places.values(), doors=doors)))
    assert (issue.code, issue.severity, issue.where) == ("DOOR_IN_WALL", "error", (4.0, 1.0))


def test_errors_come_first() -> None:
    spot = Place(name="spot", pose=Pose(0.0, 0.0))
    issues = check_map(world(places=[HALL, LAB, spot], things=[Thing(name="cup", position=(-1, 0))]))
    assert [issue.severity for issue in issues] == ["error", "error", "note"]


def test_a_map_without_free_space() -> None:
    frame = GridFrame(0.1, Pose(0.0, 0.0), 5, 5)
    issues = check_map(World.build("full", frame, np.full(frame.shape, OCCUPIED)), Body())
    assert [issue.code for issue in issues] == ["NO_FREE_SPACE", "NO_PLACES", "NO_DOCK"]


@pytest.mark.parametrize("name", sorted(shipped_maps()))
def test_shipped_maps_have_no_error(name: str) -> None:
    errors = [str(issue) for issue in check_map(load_world(shipped_maps()[name]), Body()) if issue.severity == "error"]
    assert errors == []


@needs_data
def test_the_depot_is_warned_about_grey_205() -> None:
    issues = check_map(load_world(DATA / "nav2_depot" / "depot.yaml"), Body())
    codes = [("GREY_205", "warning"), ("MASK_NOT_READ", "warning"), ("MASK_NOT_READ", "warning"), ("NO_DOCK", "note")]
    assert [(issue.code, issue.severity) for issue in issues] == codes
    assert (issues[0].needed, issues[0].available) == (0.196, 0.25) and issues[0].where is not None
    assert "8894 pixels" in issues[0].sentence
    assert issues[0].fix == "write `free_thresh: 0.196` in depot.yaml if they are unknown"


def test_a_door_with_wall_behind_it_joins_nothing() -> None:
    def close(cells: np.ndarray) -> None:
        cells[30:40, 50:60] = OCCUPIED

    issue = only(check_map(with_cells(close)))
    assert (issue.code, issue.severity, issue.where) == ("DOOR_JOINS_NOTHING", "warning", (5.0, 3.5))
    assert "within 0.5 m east of it all is wall" in issue.sentence


def test_two_doors_in_one_doorway() -> None:
    issue = only(check_map(world(doors=[HATCH, Door(name="flap", segment=((5.05, 4.0), (5.05, 3.0)), between=("hall", "lab"))])))
    assert (issue.code, issue.subject) == ("DOORS_SAME", "flap")


@pytest.mark.parametrize(
    ("outline", "found"),
    [
        (box(4.0, 1.0, 6.0, 3.0), ["PLACES_OVERLAP", "PLACES_OVERLAP"]),
        (box(0.1, 0.1, 4.9, 7.7), ["PLACES_SAME"]),
        (box(1.0, 1.0, 2.0, 2.0), []),
        (box(4.88, 1.0, 4.9, 3.0), []),
    ],
)
def test_overlapping_regions(outline: Any, found: list[str]) -> None:
    assert codes(check_map(world(places=[HALL, LAB, DOCK, Place(name="other", outline=outline)]))) == found


def test_a_room_without_a_name() -> None:
    issue = only(check_map(world(places=[HALL, DOCK], doors=[])))
    assert (issue.code, issue.unit) == ("REGION_NAMELESS", "m2")
    assert issue.available == pytest.approx(37.0, abs=1.0)
    assert issue.where is not None and 5.1 < issue.where[0] < 9.9


def test_names_that_sound_alike_are_told_once_by_group() -> None:
    places = [HALL, LAB, DOCK, *(Place(name=f"rack {letter}", pose=Pose(2, 2)) for letter in "BDV")]
    issue = only(check_map(world(places=places)))
    assert (issue.code, issue.severity) == ("NAMES_SOUND_ALIKE", "note")
    assert issue.sentence == "the places 'rack B', 'rack D' and 'rack V' sound alike"


def test_a_name_without_a_word() -> None:
    issue = only(check_map(world(places=[HALL, LAB, DOCK, Place(name="***", pose=Pose(2, 2))])))
    assert issue.code == "NAME_UNSPEAKABLE"


@needs_data
@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("nav2_tb3_sandbox/tb3_sandbox.yaml", {"keepout_mask.yaml", "speed_mask.yaml"}),
        ("turtlebot3_navigation2/map.yaml", set()),
    ],
)
def test_maps_of_turtlebots_have_no_other_trap(file: str, found: set[str]) -> None:
    issues = check_map(load_world(DATA / file), Body())
    assert {issue.subject for issue in issues if issue.code == "MASK_NOT_READ"} == found
    assert {issue.code for issue in issues} <= {"MASK_NOT_READ", "NO_DOCK"}
