"""Mission sets: what is read, what is refused with a sentence, how a site differs for one mission, short plans."""

from pathlib import Path

import pytest
from conftest import two_rooms

from agent.evaluation.errors import SetInvalid
from agent.evaluation.evaluate import check_set, select
from agent.evaluation.mission_set import load_set, plan_of
from agent.evaluation.scenario import Sites
from maps import Pose, save_world
from skills import SkillCall, library

SKILLS = library()

HEAD = "surefoot: 1\nmissions:\n"


@pytest.fixture
def folder(tmp_path):
    save_world(two_rooms(), tmp_path / "two")
    return tmp_path


def written(folder: Path, missions: str, head: str = HEAD) -> Path:
    path = folder / "set.yaml"
    path.write_text(head + missions)
    return path


def checked(folder: Path, missions: str):
    found = load_set(written(folder, missions))
    sites = Sites(found.folder)
    check_set(found, sites, SKILLS)
    return found, sites


def test_a_set_is_read_as_it_is_written(folder):
    found, sites = checked(
        folder,
        """
  - {id: a, map: two, say: look at the gauge, tags: look, goal: {inspect: gauge}, plan: [inspect: gauge]}
  - id: b
    map: two
    lang: zh
    say: 关灯
    decline: out of scope
  - {id: c, map: two, say: the thing, ask: [gauge, box], operator: box, goal: [inspect: box, ends: right room], start: right room}
  - {id: d, map: two, say: where is it, answer: left room, or_else: [{ask: []}], truth: {states: {box: off}}}
""",
    )
    assert [mission.want for mission in found.missions] == ["plan", "decline", "ask", "answer"]
    assert found.missions[2].goal.key == "all" and found.missions[2].operator == ("box",)
    assert found.missions[3].truth.states == {"box": "off"}, "off is a word here, not false"
    assert sites.scenario(found.missions[0]).start == Pose(0.8, 0.8, 0.0)
    assert sites.scenario(found.missions[2]).start.point == pytest.approx((6.0, 2.0), abs=0.1)
    assert select(found, tags=["look"]).missions == found.missions[:1]
    assert select(found, lang="zh").missions == found.missions[1:2]
    assert len(select(found, limit=3).missions) == 3


def test_edits_change_one_missions_site_and_no_other(folder):
    found, sites = checked(
        folder,
        """
  - id: a
    map: two
    say: go
    goal: {ends: right room}
    known: {doors: {door: closed}, gone: box}
    truth: {move: {box: left room}, attributes: {gauge: {reading: 9 bar}}, block: [door, [6.0, 0.0, 6.2, 1.0]]}
  - {id: b, map: two, say: go, goal: {ends: right room}}
""",
    )
    first, second = (sites.scenario(mission) for mission in found.missions)
    assert first.world.doors["door"].state == "closed" and "box" not in first.world.things
    assert first.truth.things["box"].place == "left room"
    assert first.truth.things["gauge"].attributes["reading"] == "9 bar"
    assert first.truth.cells[40, 79] == 100 and first.truth.cells[10, 122] == 100
    assert second.world.doors["door"].state == "open" and second.truth.cells[10, 122] == 0
    assert second.truth.things["box"].place == "right room"


@pytest.mark.parametrize(
    ("mission", "told"),
    [
        ("  - {id: a, map: two, say: go}", "mission 'a'.*give goal, ask, ask with goal, decline, or answer"),
        ("  - {id: a, map: two, say: go, goal: {vist: x}}", "mission 'a'.*goal.vist"),
        ("  - {id: a, map: two, say: go, goal: {ends: x, visit: x}}", "exactly one key"),
        ("  - {id: a, map: two, say: go, decline: no idea}", "decline.*impossible"),
        ("  - {id: a, map: two, say: '', goal: {ends: left room}}", "say"),
        ("  - {id: a, map: nowhere, say: go, goal: {ends: left room}}", "Mission 'a'.*nowhere"),
        ("  - {id: a, map: two, say: go, goal: {ends: left rom}}", "place 'left rom'; the nearest names are 'left room'"),
        ("  - {id: a, map: two, say: go, goal: {inspect: [gauge, clock]}}", "thing 'clock'"),
        ("  - {id: a, map: two, say: go, ask: [gauge, clock]}", "candidate 'clock'"),
        ("  - {id: a, map: two, say: go, goal: {ends: left room}, start: attic}", "no place 'attic'"),
        ("  - {id: a, map: two, say: go, goal: {ends: left room}, truth: {block: [[90, 90, 91, 91]]}}", "lies outside the map"),
        (
            "  - {id: a, map: two, say: go, goal: {ends: left room}, plan: [fly: x]}",
            "no call of a skill; the skills",
        ),
        ("  - {id: a, map: two, say: go, goal: {ends: left room}, plan: [3]}", "is no call"),
        ("  - {id: a, map: two, say: go, goal: {ends: left room}}\n  - {id: a, map: two, say: go, decline: rule}", "two missions"),
        ("  - {id: a", "is not YAML"),
        ("", "missions"),
    ],
)
def test_a_mistake_is_one_sentence_that_names_the_mission(folder, mission, told):
    with pytest.raises(SetInvalid, match=told) as caught:
        checked(folder, mission)
    assert "\n" not in str(caught.value)


def test_files_that_are_no_sets(folder):
    for text, told in (("[1, 2]", "not a mapping"), ("missions: []", "surefoot"), ("surefoot: 2\nmissions: []", "surefoot")):
        with pytest.raises(SetInvalid, match=told):
            load_set(written(folder, "", text))
    with pytest.raises(SetInvalid, match="cannot be read"):
        load_set(folder / "none.yaml")
    with pytest.raises(SetInvalid, match=r"its tags are , its languages en"):
        select(load_set(written(folder, "  - {id: a, map: two, say: go, decline: rule}")), lang="fr")


def test_short_plans_are_plans():
    plan = plan_of(
        [
            "dock",
            {"goto": "kitchen"},
            {"inspect": {"thing": "oven", "question": "Hot?"}},
            {"skill": "wait", "args": {"seconds": 3}},
        ],
        SKILLS,
    )
    assert plan.steps == (
        SkillCall(skill="dock"),
        SkillCall(skill="goto", args={"place": "kitchen"}),
        SkillCall(skill="inspect", args={"thing": "oven", "question": "Hot?"}),
        SkillCall(skill="wait", args={"seconds": 3}),
    )
