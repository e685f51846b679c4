"""The sentence about the battery: above, at and below the reserve, with and without a step to return from."""

import pytest

from skills import SkillCall
from verifier.finding import Finding
from verifier.message import sentence

CALL = SkillCall(skill="goto", args={"place": "lab"})


def told(available, step=3, **detail):
    finding = Finding(
        code="BATTERY", step=step, subject="battery", needed=31.5, available=available, unit="Wh",
        detail={"reserve_wh": 20.0, "proved": True, "last_safe_step": step - 1, "dock": "dock 1", **detail},
    )  # fmt: skip
    return sentence(finding, CALL)


def test_above_the_reserve():
    assert told(12.25) == (
        "Step 3 goto(place='lab'): the plan up to here and the way back to 'dock 1' needs 31.5 Wh, the battery has 12.2 Wh above "
        "its reserve of 20.0 Wh, the last step that it can still return from is 2."
    )


@pytest.mark.parametrize("available, words", [
    (-20.0, "the battery is already 20.0 Wh below its reserve of 20.0 Wh"),
    (-0.5, "the battery is already 0.50 Wh below its reserve of 20.0 Wh"),
    (0.0, "the battery has 0.00 Wh above its reserve of 20.0 Wh"),
])  # fmt: skip
def test_a_charge_below_the_reserve_is_called_so(available, words):
    assert words in told(available) and "-" not in told(available).replace("goto(place='lab')", "")


def test_before_the_first_step_there_is_no_step_to_return_from():
    assert "return from" not in told(-20.0, step=1)


def test_a_reserve_of_nothing_is_not_mentioned():
    assert told(5.0, reserve_wh=0.0).endswith("the battery has 5.00 Wh, the last step that it can still return from is 2.")
