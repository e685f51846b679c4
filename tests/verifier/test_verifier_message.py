from typing import get_args

import pytest

from skills.call import SkillCall
from verifier.finding import Alternative, Code, Finding
from verifier.message import sentence
from verifier.wording import short

LAB = SkillCall(skill="goto", args={"place": "lab"})


def test_the_sentence_of_the_style_guide() -> None:
    finding = Finding(
        code="CLEARANCE",
        step=3,
        subject="lab door",
        needed=0.72,
        available=0.64,
        unit="m",
        detail={"door": "lab door", "nearest": "corridor", "nearest_m": 4.1},
    )
    assert sentence(finding, LAB) == (
        "Step 3 goto(place='lab'): doorway 'lab door' is 0.64 m wide, this robot needs 0.72 m; "
        "nearest place it can reach is 'corridor', 4.1 m away."
    )


def test_alternatives_and_the_earlier_step_are_named() -> None:
    finding = Finding(
        code="UNKNOWN_NAME",
        step=2,
        subject="labb",
        because_of=1,
        alternatives=(Alternative(call=LAB), Alternative(change="open_door(door='lab door') before step 2")),
        detail={"kind": "place", "map": "office"},
    )
    assert sentence(finding, SkillCall(skill="goto", args={"place": "labb"})) == (
        "Step 2 goto(place='labb'): there is no place named 'labb' on map 'office'; this hangs on step 1; "
        "verified to work: use goto(place='lab') or open_door(door='lab door') before step 2."
    )


def test_a_finding_about_the_plan_starts_with_a_capital() -> None:
    assert sentence(Finding(code="EMPTY_PLAN")) == "The plan has no steps: propose at least one skill call."


@pytest.mark.parametrize("code", get_args(Code))
def test_every_code_has_one_sentence_even_without_numbers(code: Code) -> None:
    text = sentence(Finding(code=code, step=1, subject="x"), LAB)
    assert text.startswith("Step 1 goto(place='lab'): ")
    assert text.endswith(".")
    assert "\n" not in text


def test_absurd_arguments_are_cut_and_escaped() -> None:
    call = SkillCall(skill="say", args={"text": "a\nb\x07" + "x" * 100_000})
    text = short(call)
    assert len(text) < 120
    assert "\n" not in text
    assert "\\n" in text
