"""Situations: what is said of a thing and what a look shows agree, in both languages; nothing held apart is heard in training."""

import random

import pytest

from agent.learning.language import Language
from agent.learning.missions import draw
from agent.learning.situations import _table, sights, situation


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("held_out", [False, True])
def test_what_is_said_and_what_is_seen_belong_to_one_situation(language: Language, held_out: bool) -> None:
    rows = _table(language, held_out)
    for seed in range(400):
        drawn = situation(random.Random(seed), language, held_out, named=seed % 2 == 0)
        sides = [
            (yes, no, seen)
            for asking, first, second, shown in rows
            for yes, no, seen in ((first, second, shown), (second, first, shown[::-1]))
            if drawn.question in asking and drawn.said in yes and drawn.contrary in no
        ]
        assert sides
        for said, shown in zip((drawn.said, drawn.contrary), drawn.seen, strict=True):
            side = 0 if said == drawn.said else 1
            assert any(shown == said or any(one in shown for one in seen[side]) for _, _, seen in sides), drawn
        if language == "en" and seed % 2 == 0:
            assert drawn.said == f"it {drawn.named}"


def test_the_two_sides_of_a_situation_show_different_things() -> None:
    for held_out in (False, True):
        for asking, yes, no, (first, second) in _table("en", held_out):
            assert asking and not set(first) & set(second) and not set(yes) & set(no)


def test_what_is_held_apart_is_not_heard_in_training() -> None:
    for language in ("en", "zh"):
        heard, apart = (_table(language, held_out) for held_out in (False, True))
        assert heard and apart and not set(heard) & set(apart)


def test_missions_hang_on_situations_and_sights_are_many() -> None:
    assert len(sights()) > 300
    quoted = [" ".join(draw(3, number, level=2, language="en").mission) for number in range(1500)]
    assert sum("paper" in text or "leak" in text or "charged" in text for text in quoted) > 10
