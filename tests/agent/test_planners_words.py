"""Words that are said: that break off, and that are only whom they are for."""

from functools import cache

import pytest
from conftest import plan

from agent.planners.doubt_words import doubted_words


@cache
def goto():
    return ("goto", {"place": "kitchen"})


def said(mission: str, text: str, *seen: str):
    return [(doubt.why, doubt.instead and doubt.instead[1].args.get("text")) for doubt in doubted_words(
        plan(goto(), ("say", {"text": text})), mission, seen)]  # fmt: skip


@pytest.mark.parametrize(
    ("mission", "cut", "whole"),
    [
        ("tell them in the kitchen the soup is ready, then charge", "the", "the soup is ready"),
        ("tell the kitchen we eat at 7 pm", "we eat at 7", "we eat at 7 pm"),
        (
            "say in the kitchen that we will be there in 10 minutes and then wait",
            "we will be there in 10",
            "we will be there in 10 minutes",
        ),
        ("let the cook know his bread is burning.", "his bread is", "his bread is burning"),
    ],
)
def test_words_that_break_off_are_said_to_their_end(mission, cut, whole):
    assert said(mission, cut) == [(f"{cut!r} breaks off", whole)]


@pytest.mark.parametrize(
    ("mission", "text"),
    [
        ("say hello to the cook", "hello"),
        ("tell the kitchen that supper is at 7", "supper is at 7"),
        ("tell the kitchen supper is off and check the oven", "supper is off"),
    ],
)
def test_words_that_end_stay(mission, text):
    assert said(mission, text) == []


def test_whom_it_is_for_is_no_message():
    assert said("看看锅,糊了就去厨房喊他一声", "他", "inspect") == [("'他' is who is told", None)]
    assert said("看看锅,糊了就去厨房通知做饭的", "饭的", "inspect") == [("'饭的' is who is told", None)]
    assert said("去厨房通知他们开饭", "开饭") == []
