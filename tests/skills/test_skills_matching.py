"""Descriptions and things: telling words, slips of the keys in long ones, and no more than that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps import Thing
from skills.matching import matches

LONG = st.text("bcdfghjklmnpqrtvwxyz", min_size=7, max_size=12)
"""Without s, so that no plural is taken off, and without vowels, so that none of them is an idle word."""


def thing(name: str) -> Thing:
    return Thing(name=name, kind="", position=(0.0, 0.0))


@pytest.mark.parametrize("typed", ["calculator", "calcultor", "calcualtor", "callculator", "the lost calculatr", "calculators"])
def test_a_slip_in_a_long_word_is_understood(typed: str) -> None:
    assert matches(typed, thing("lost calculator"))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("bed", "red"),
        ("caulator", "calculator"),
        ("marker", "market"),
        ("cart", "car"),
        ("blue calculator", "calculator"),
        ("the", "x"),
    ],
)
def test_another_word_is_another_word(typed: str, name: str) -> None:
    assert not matches(typed, thing(name))


@given(LONG, st.integers(0, 11), st.sampled_from(["drop", "double", "swap"]))
def test_any_one_slip_is_understood(word: str, at: int, slip: str) -> None:
    at %= len(word) - 1
    typed = {
        "drop": word[:at] + word[at + 1 :],
        "double": word[:at] + word[at] + word[at:],
        "swap": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    }[slip]
    assert matches(typed, thing(word))
