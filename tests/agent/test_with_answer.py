import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.nodes.ask import with_answer
from agent.operator import OperatorRequest


def answered(instruction, about, answer, *choices):
    return with_answer(instruction, OperatorRequest(kind="question", text="Which?", about=about, choices=choices), answer)


@pytest.mark.parametrize(
    ("instruction", "about", "answer", "expected"),
    [
        ("Stapler onto Tom's desk, please.", "Tom", "Tom Silva's desk", "Stapler onto Tom Silva's desk, please."),
        ("go to the meeting room", "room", "meeting room A", "go to the meeting room A"),
        ("bring the box here", "box", "red box", "bring the red box here"),
        ("bring the Red box here", "box", "red box", "bring the red box here"),
        ("take the stuff", "stuff", "the yellow one", "take the yellow one"),
        ("see room 3 times", "room", "room 3", "see room 3 3 times"),
        ("the barn, barns too", "the barn", "north barn", "north barn, barns too"),
        ("去会议室看看", "会议室", "一号会议室", "去一号会议室看看"),
        ("把汤姆的桌子擦一擦", "汤姆", "汤姆·里德的桌子", "把汤姆·里德的桌子擦一擦"),
        ("возьми бокал", "бокал", "алый бокал", "возьми алый бокал"),
        ("у дома ли ящик", "дома", "серого дома", "у серого дома ли ящик"),
        ("стол или", "стол", "столик", "столик или"),
        ("a box and a box", "box", "red box", "a box and a box (red box)"),
    ],
)
def test_what_stands_around_the_answer_is_said_once(instruction, about, answer, expected):
    assert answered(instruction, about, answer, answer, "another") == expected


def test_an_answer_that_is_no_choice_stands_behind():
    assert answered("the box there", "box", "I do not know", "red box") == "the box there (I do not know)"


@given(before=st.text(), after=st.text(), answer=st.text(min_size=1))
def test_nothing_of_the_answer_is_ever_lost(before, after, answer):
    said = answered(f"{before}¶{after}", "¶", answer, answer)
    assert answer in said
    assert len(said) <= len(before) + len(answer) + len(after) + 4 + len("¶")
