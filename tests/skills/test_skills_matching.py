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


@pytest.mark.parametrize(
    ("said", "name", "colour", "is_it"),
    [
        ("羊的黄色耳标", "lost ear tag", "yellow", True),
        ("红色耳标", "lost ear tag", "yellow", False),
        ("耳标", "lost ear tag", "", True),
        ("蓝笔", "dropped pen", "blue", True),
        ("红笔", "dropped pen", "blue", False),
        ("安全帽", "lost helmet", "", True),
        ("剪刀", "dropped pen", "", False),
        ("红色工具箱", "red toolbox", "", True),
        ("蓝色工具箱", "red toolbox", "", False),
    ],
)
def test_what_has_an_english_name_is_found_by_a_chinese_one(said: str, name: str, colour: str, is_it: bool) -> None:
    one = Thing(name=name, kind=name.split()[-1], position=(0, 0), attributes={"colour": colour} if colour else {})
    assert matches(said, one) is is_it


def test_what_somebody_thinks_of_a_thing_says_nothing_of_it() -> None:
    assert matches("my good pen", thing("dropped pen")) and not matches("my green pen", thing("dropped pen"))
