import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maps import (
    FREE,
    OCCUPIED,
    UNKNOWN,
    Body,
    Door,
    GridFrame,
    MapIssue,
    Place,
    Pose,
    Thing,
    World,
    Zone,
    check_map,
    load_world,
    shipped_maps,
)

DATA = Path(os.environ.get("SUREFOOT_DATA", Path(__file__).parents[3] / "shared" / "data")) / "maps"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the public test maps are not here (set SUREFOOT_DATA)")


def box(x0: float, y0: float, x1: float, y1: float) -> tuple[tuple[float, float], ...]:
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


HALL = Place(name="hall", outline=box(0.1, 0.1, 4.9, 7.9))
LAB = Place(name="lab", outline=box(5.1, 0.1, 9.9, 7.9))
DOCK = Place(name="charger", kind="dock", pose=Pose(1.0, 1.0))
HATCH = Door(name="hatch", segment=((5.0, 3.0), (5.0, 4.0)), between=("hall", "lab"))


def world(**parts: Any) -> World:
    """Two rooms with a doorway of 1 m between them, and an unknown corner at the top right."""
    frame = GridFrame(0.1, Pose(0.0, 0.0), 100, 80)
    cells = np.full(frame.shape, OCCUPIED, np.int8)
    cells[1:79, 1:49], cells[1:79, 51:99], cells[30:40, 49:51], cells[70:, 90:] = FREE, FREE, FREE, UNKNOWN
    given = {"places": [HALL, LAB, DOCK], "doors": [HATCH]} | parts
    return World.build("test", frame, cells, **given)


def only(issues: tuple[MapIssue, ...]) -> MapIssue:
    assert len(issues) == 1, [str(issue) for issue in issues]
    return issues[0]


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
        ({"doors": [HATCH, Door(name="shut", segment=((5.0, 5.0), (5.0, 6.0)))]}, "DOOR_WALLED", "warning", "shut"),
        ({"doors": [HATCH, Door(name="attic door", segment=((9.6, 7.4), (9.6, 7.8)))]}, "DOOR_UNKNOWN", "note", "attic door"),
        ({"doors": [Door(name="far", segment=((1.0, 3.0), (2.0, 3.0)), between=("lab",))]}, "DOOR_FAR", "note", "far"),
        ({"doors": [Door(name="hatch", segment=HATCH.segment, between=("hall", "lab"), width_m=2.0)]}, "DOOR_WIDTH", "note", "hatch"),
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


def test_what_is_too_tight_for_this_robot() -> None:
    dock = Place(name="charger", kind="dock", pose=Pose(0.35, 1.05))
    issue = only(check_map(world(places=[HALL, LAB, dock]), Body()))
    assert (issue.code, issue.severity) == ("TOO_TIGHT", "error")
    assert issue.sentence == "the dock 'charger' is 0.25 m from the nearest obstacle, 'surefoot-base' needs 0.33 m"
    assert issue.fix == "move it 0.08 m away from the wall"


def test_what_a_wide_robot_cannot_reach() -> None:
    wide = Body(name="wide", radius_m=0.6)
    codes = {issue.code: issue for issue in check_map(world(things=[Thing(name="cup", position=(8.0, 4.0), place="lab")]), wide)}
    assert set(codes) == {"DOOR_TOO_NARROW", "FLOOR_APART", "PLACE_UNREACHABLE", "THING_OUT_OF_REACH"}
    assert codes["DOOR_TOO_NARROW"].sentence == "the door 'hatch' is 1.00 m wide, 'wide' needs 1.36 m"
    assert codes["PLACE_UNREACHABLE"].subject == "lab"
    assert codes["THING_OUT_OF_REACH"].subject == "cup"


def test_a_shut_door_does_not_make_a_place_unreachable() -> None:
    shut = Door(name="hatch", segment=HATCH.segment, between=("hall", "lab"), state="locked")
    assert check_map(world(doors=[shut]), Body()) == ()


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
