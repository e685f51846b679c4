"""Changed copies: the same as dataclasses.replace gives, and a name that is no field is refused."""

from dataclasses import replace

import pytest

from maps import Pose
from skills.changed import changed
from skills.plan_state import PlanState


def test_a_changed_copy_is_what_replace_gives():
    state = PlanState(pose=Pose(1.0, 2.0, 0.5), battery=(10.0, 20.0))
    for values in ({}, {"pose": None}, {"docked": True, "battery": (1.0, 2.0), "at": "lab"}):
        assert changed(state, **values) == replace(state, **values)
    assert state == PlanState(pose=Pose(1.0, 2.0, 0.5), battery=(10.0, 20.0))


def test_a_name_that_is_no_field_is_refused():
    with pytest.raises(TypeError, match="PlanState has no field 'charge'"):
        changed(PlanState(), charge=1.0)
