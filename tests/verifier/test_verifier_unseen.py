"""What has not been seen yet is looked at first: verified leads into unknown space, behind a shut door too."""

import pytest
from verifier_worlds import call

from maps import Body, RobotState, find_map, load_world, start_pose
from skills import Plan, SkillSet, library
from verifier import verify
from verifier.edit import apply_edits

OPEN = call("open_door", door="pharmacy door")
PICK = call("pick", thing="antibiotics")


def hospital(plan, skills=None):
    world, body = load_world(find_map("hospital")), Body()
    state = RobotState(pose=start_pose(world), battery_wh=body.battery_wh)
    return verify(plan, world, state, body, library() if skills is None else skills)


@pytest.mark.parametrize(("before", "code"), [((), "DOOR_CLOSED"), ((OPEN,), "UNKNOWN_SPACE")])
def test_a_thing_in_a_room_that_was_never_seen_is_led_up_to(before, code):
    plan = Plan(steps=(*before, PICK))
    finding = next(finding for finding in hospital(plan).all_findings() if finding.severity == "error")
    assert finding.code == code
    lead = finding.alternatives[0]
    assert "explore(place='pharmacy') before step" in lead.change
    mended = apply_edits(plan, lead.edits_at(len(plan.steps)))
    assert [step.skill for step in mended.steps] == ["open_door", "explore", "pick"]
    assert hospital(mended).ok


def test_without_a_skill_that_explores_no_lead_into_the_unknown_is_told():
    skills = SkillSet(skill for skill in library() if skill.name != "explore")
    finding = next(finding for finding in hospital(Plan(steps=(OPEN, PICK)), skills).all_findings() if finding.severity == "error")
    assert finding.code == "UNKNOWN_SPACE"
    assert all(alternative.change is None for alternative in finding.alternatives)
