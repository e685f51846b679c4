"""Checks for one robot: what is too tight for it, what it cannot reach, and which door or keep-out is in its way."""

import numpy as np
import pytest
from check_worlds import DOCK, HALL, HATCH, LAB, box, codes, only, with_cells, world

from maps import FREE, OCCUPIED, UNKNOWN, Body, Door, Place, Pose, Thing, Zone, check_map


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


def test_a_door_that_leaks_when_it_is_shut() -> None:
    def widen(cells: np.ndarray) -> None:
        cells[40:50, 49:51] = FREE

    issue = only(check_map(with_cells(widen), Body()))
    assert (issue.code, issue.unit, issue.available) == ("DOOR_LEAKS", "m", 1.0)
    assert "leaves 1.00 m free beside it at (5.00, 4.00)" in issue.sentence
    assert check_map(with_cells(widen), Body(radius_m=0.45)) == ()


def test_a_door_wider_on_the_map_than_in_truth() -> None:
    slim = Door(name="hatch", segment=HATCH.segment, between=("hall", "lab"), width_m=0.6)
    issues = check_map(world(doors=[slim]), Body())
    assert codes(issues) == ["DOOR_TOO_WIDE_ON_MAP", "DOOR_WIDTH"]
    assert (issues[0].needed, issues[0].available) == (0.66, 0.6)


def test_the_width_that_counts_is_that_of_the_doorway_not_of_the_line() -> None:
    def narrow(cells: np.ndarray) -> None:
        cells[33:40, 50] = OCCUPIED

    long = Door(name="hatch", segment=((5.0, 2.0), (5.0, 5.0)), between=("hall", "lab"))
    issues = {issue.code: issue for issue in check_map(with_cells(narrow, doors=[long]), Body())}
    assert set(issues) == {"DOOR_TOO_NARROW", "FLOOR_APART", "PLACE_UNREACHABLE"}
    assert issues["DOOR_TOO_NARROW"].available == pytest.approx(0.3, abs=0.02)
    assert issues["PLACE_UNREACHABLE"].available == pytest.approx(0.3, abs=0.15)
    assert "at the door 'hatch'" in issues["PLACE_UNREACHABLE"].sentence
    assert issues["FLOOR_APART"].severity == "warning" and "on it: 'lab'" in issues["FLOOR_APART"].sentence


def test_a_keepout_that_closes_the_way_is_named() -> None:
    tape = Zone(name="tape", rule="keepout", outline=box(4.5, 0.0, 5.5, 8.0))
    issues = {issue.code: issue for issue in check_map(world(zones=[tape]), Body())}
    assert "the keep-out 'tape' closes the way" in issues["PLACE_UNREACHABLE"].sentence
    assert "the keep-out 'tape' closes the way" in issues["FLOOR_APART"].sentence


def test_a_place_behind_unknown_space_is_noted() -> None:
    def forget(cells: np.ndarray) -> None:
        cells[30:40, 49:51] = UNKNOWN

    issue = only(check_map(with_cells(forget, doors=[]), Body()))
    assert (issue.code, issue.severity, issue.subject) == ("PLACE_BEHIND_UNKNOWN", "note", "lab")


def test_a_dock_that_is_cut_off() -> None:
    def wall(cells: np.ndarray) -> None:
        cells[20, 1:21], cells[1:21, 20] = OCCUPIED, OCCUPIED

    desk = Place(name="desk", pose=Pose(3.0, 6.0))
    issues = check_map(with_cells(wall, places=[HALL, LAB, DOCK, desk]), Body())
    assert codes(issues)[0] == "DOCK_CUT_OFF" and issues[0].severity == "error"
    second = Place(name="spare", kind="dock", pose=Pose(8.0, 4.0))
    issues = check_map(with_cells(wall, places=[HALL, LAB, second, DOCK]), Body())
    assert codes(issues)[0] == "DOCK_UNREACHABLE" and issues[0].subject == "charger"


def test_where_the_robot_starts_can_be_said() -> None:
    def split(cells: np.ndarray) -> None:
        cells[30:40, 49:51] = OCCUPIED

    parted = with_cells(split, doors=[])
    assert {i.subject for i in check_map(parted, Body()) if i.code == "PLACE_UNREACHABLE"} == {"lab"}
    there = check_map(parted, Body(), start=Pose(8.0, 4.0))
    assert {i.subject for i in there if i.code == "PLACE_UNREACHABLE"} == {"hall"}


def test_a_thing_behind_a_wall_is_near_and_out_of_reach() -> None:
    def wall(cells: np.ndarray) -> None:
        cells[10:12, 84:99], cells[1:12, 84] = OCCUPIED, OCCUPIED
        cells[2:10, 85:98] = OCCUPIED

    cup = Thing(name="cup", position=(9.85, 0.15), place="lab")
    issue = only(check_map(with_cells(wall, things=[cup]), Body()))
    assert (issue.code, issue.subject) == ("THING_OUT_OF_REACH", "cup")


def test_a_dock_whose_heading_a_long_body_cannot_take() -> None:
    tug = Body(name="tug", footprint=((0.6, 0.2), (-0.2, 0.2), (-0.2, -0.2), (0.6, -0.2)))
    for yaw, found in ((np.pi, ["DOCK_UNREACHABLE"]), (0.0, [])):
        dock = Place(name="charger", kind="dock", pose=Pose(0.6, 4.0, float(yaw)))
        issues = check_map(world(places=[HALL, LAB, dock]), tug)
        assert codes(issues) == found
        assert all("its footprint does not fit there in that heading" in issue.sentence for issue in issues)
