import pytest
from verifier_worlds import call, plan

from verifier import Alternative, Edit, apply_edits

A, B, C, D = (call("goto", place=name) for name in "ABCD")


@pytest.mark.parametrize(
    ("edits", "steps"),
    [
        ([], (A, B, C)),
        ([Edit(verb="insert", step=1, call=D)], (D, A, B, C)),
        ([Edit(verb="insert", step=4, call=D)], (A, B, C, D)),
        ([Edit(verb="replace", step=2, call=D)], (A, D, C)),
        ([Edit(verb="drop", step=3)], (A, B)),
        ([Edit(verb="move", step=1, to=3)], (B, C, A)),
        ([Edit(verb="move", step=3, to=1)], (C, A, B)),
        ([Edit(verb="insert", step=1, call=D), Edit(verb="drop", step=2)], (D, B, C)),
    ],
)
def test_edits_are_made_one_after_the_other(edits, steps):
    changed = apply_edits(plan(A, B, C, mission="m", map="office"), edits)
    assert changed.steps == steps
    assert (changed.mission, changed.map) == ("m", "office")


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (Edit(verb="drop", step=4), "cannot drop step 4 of a plan of 3 steps"),
        (Edit(verb="insert", step=5, call=A), "cannot insert step 5 of a plan of 3 steps"),
        (Edit(verb="replace", step=1), "cannot replace step 1 without a call"),
        (Edit(verb="move", step=1, to=9), "cannot move step 1 to 9 in a plan of 3 steps"),
        (Edit(verb="move", step=1), "cannot move step 1 to None in a plan of 3 steps"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(edit, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        apply_edits(plan(A, B, C), [edit])


def test_what_an_alternative_does_to_the_plan():
    assert Alternative(call=D).edits_at(2) == (Edit(verb="replace", step=2, call=D),)
    assert Alternative(call=D, change="D before step 2").edits_at(2) == (Edit(verb="insert", step=2, call=D),)
    assert Alternative(change="unlock the door").edits_at(2) == ()
    moved = (Edit(verb="move", step=3, to=1),)
    assert Alternative(change="move", edits=moved).edits_at(3) == moved
