"""The part of a large site that a mission's brief lists."""

import pytest

from agent.planners.planner import Brief
from agent.planners.retrieval import relevant
from benchmarks.retrieval_missions import make_missions
from benchmarks.retrieval_site import make_site
from maps import Body, Pose, RobotState
from skills import library


@pytest.fixture(scope="module")
def site():
    return make_site(800, 2)


def brief(site, mission: str, **more) -> Brief:
    state = RobotState(pose=Pose(1, 1, 0), battery_wh=50.0)
    return Brief(mission=mission, world=site.world, state=state, body=Body(), skills=library(), **more)


def test_what_the_mission_needs_is_listed(site):
    missions = list(make_missions(site, 60, 4))
    missed = [m.text for m in missions if not m.needed <= relevant(brief(site, m.text), 24)]
    assert missed == []


def test_where_the_robot_is_comes_first_and_the_limit_holds(site):
    start = site.of("place")[7].name
    mission = next(make_missions(site, 1, 4)).text
    for limit in (1, 5, 24):
        kept = relevant(brief(site, mission, start_place=start), limit)
        assert len(kept) == limit
        assert ("place", start) in kept


def test_the_place_of_a_thing_with_its_door_and_the_things_beside_it_follow(site):
    doors = {door.place: door for door in site.of("door")}
    thing = next(t for t in site.of("thing") if t.place in doors and "-" in t.number and not t.stated)
    docks = {("place", p.name) for p in site.of("place") if p.kind == "dock"}
    beside = {t.key for t in site.of("thing") if t.place == thing.place}
    mission = f"inspect the {thing.name}"
    few = relevant(brief(site, mission), 1 + len(docks) + 2)
    assert few == {thing.key, ("place", thing.place), doors[thing.place].key} | docks
    assert relevant(brief(site, mission), 1 + len(docks) + 1 + len(beside)) >= beside | docks
