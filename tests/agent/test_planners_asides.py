"""Clauses that only tell how things are or what somebody did, and what they are not."""

import pytest

from agent.planners.asides import needs, orders_nothing, tells_what_was


@pytest.mark.parametrize(
    ("mission", "word"),
    [
        ("take the ladder to the loft, the plumber is up there", "plumber"),
        ("wait by the door, because my cousin's arriving", "cousin"),
        ("the fountain is frozen. drive to the gate", "fountain"),
        ("someone spilt paint in the hall. go to the hall with the mop bucket", "paint"),
        ("把毯子送到客厅,孩子睡着了", "孩子"),
        ("走廊好像有人摔倒,带上药箱", "走廊"),
    ],
)
def test_clauses_that_order_nothing(mission, word):
    assert orders_nothing(mission, mission.index(word))


@pytest.mark.parametrize(
    ("mission", "word"),
    [
        ("the fountain is frozen", "fountain"),
        ("the fountain is frozen, look at it", "fountain"),
        ("is the fountain frozen? drive to the gate", "fountain"),
        ("the ladder is for the plumber, the rope for the cook", "plumber"),
        ("the ladder is missing, look in the loft", "ladder"),
        ("我要毯子,送到客厅", "我要"),
        ("客人的毯子送到客厅,然后充电", "客人"),
    ],
)
def test_clauses_that_order_something_or_are_all_there_is(mission, word):
    assert not orders_nothing(mission, mission.index(word))


def test_what_somebody_did_is_told_where_nothing_refers_to_it():
    assert tells_what_was("somebody dropped a vase in the hall. sweep over there", 0)
    assert not tells_what_was("somebody dropped a vase in the hall. bring it here", 0)
    assert not tells_what_was("somebody dropped a vase in the hall", 0)
    assert not tells_what_was("bring the vase that somebody dropped, then charge", 0)


@pytest.mark.parametrize(
    ("mission", "word", "needed"),
    [
        ("go to the kiln", "kiln", True), ("bring me the big wooden crate", "wooden", True), ("kiln please", "kiln", True),
        ("look at the pump and the kiln", "kiln", True), ("come here. the kiln needs a look", "kiln", True),
        ("kindly walk the cold chain for me: cold room first", "chain", False),
        ("somebody should tell the poor souls queueing at counter 14 to go home", "souls", False),
        ("i've just had a bath, bring the newspaper", "bath", False),
    ],
)  # fmt: skip
def test_an_order_needs_what_it_goes_to_takes_or_looks_at(mission, word, needed):
    assert needs(mission, mission.index(word)) is needed
