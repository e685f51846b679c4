"""A running mission verifies again after every sensed change; what the change leaves as it was is not worked out anew."""

import sys
from dataclasses import replace

import pytest
from conftest import plan, two_rooms

import maps.evidence
import maps.routing
from maps import CellsChange, DoorChange, RobotState, World
from verifier.routes import ROUTES
from verifier.standing import STANDING
from verifier.verify import VERDICTS

THERE_AND_BACK = plan(("goto", {"place": "right room"}), ("inspect", {"thing": "gauge"}), ("dock", {}))


@pytest.fixture
def work(monkeypatch):
    """How many routes were searched and plans walked through."""
    done = {"searches": 0, "walks": 0}
    module = sys.modules["verifier.verify"]
    find, walk = maps.routing._find, module._walk

    def searched(*asked):
        done["searches"] += 1
        return find(*asked)

    def walked(*asked):
        done["walks"] += 1
        return walk(*asked)

    monkeypatch.setattr(maps.routing, "_find", searched)
    monkeypatch.setattr(module, "_walk", walked)
    monkeypatch.setattr(maps.evidence, "BLOCK", 4)
    for memory in (ROUTES, STANDING, VERDICTS, maps.routing._ROUTES, maps.routing._STANDING):
        memory.clear()
    return done


def with_box(world: World, row: int, col: int) -> World:
    cells = tuple((row + down, col + across) for down in range(3) for across in range(3))
    return world.apply(CellsChange(cells=cells, values=(100,) * 9))


def test_a_change_aside_is_judged_without_a_walk_or_a_search(stage, work):
    mission = stage([THERE_AND_BACK]).runtime()
    state: RobotState = mission.at
    first = mission.judge(THERE_AND_BACK.model_copy(update={"revision": mission.world.revision}), state)
    assert first.ok
    before = dict(work)
    mission.changed(with_box(mission.world, 3, 152), 9)
    again = mission.judge(THERE_AND_BACK.model_copy(update={"revision": mission.world.revision}), state)
    assert again.ok and again.revision == mission.world.revision != first.revision
    assert work == before
    assert {step.scope.world.revision for step in mission.steps} == {again.revision}


def test_from_another_pose_only_the_first_leg_is_searched(stage, work):
    mission = stage([THERE_AND_BACK]).runtime()
    mission.judge(THERE_AND_BACK, mission.at)
    before = dict(work)
    mission.changed(with_box(mission.world, 3, 152), 9)
    moved = replace(mission.at, pose=replace(mission.at.pose, x=1.3))
    assert mission.judge(THERE_AND_BACK, moved).ok
    assert work["walks"] == before["walks"] + 1
    assert work["searches"] <= before["searches"] + 2  # from where it stands to the first goal, and to the dock


def test_a_door_that_shuts_in_the_way_is_judged_anew(stage, work):
    mission = stage([THERE_AND_BACK]).runtime()
    assert mission.judge(THERE_AND_BACK, mission.at).ok
    before = dict(work)
    mission.changed(mission.world.apply(DoorChange(door="door", state="closed")), 1)
    assert not mission.judge(THERE_AND_BACK, mission.at).ok
    assert work["walks"] > before["walks"]
    mission.changed(two_rooms(), 1)
    before = dict(work)
    assert mission.judge(THERE_AND_BACK, mission.at).ok
    assert work == before
