"""What people say of failures: which kinds their words speak of, which words are kept back until then, and how they are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.decisions.decide import Named
from agent.setbacks import Setback, fallbacks, kept_back
from agent.setbacks.kinds import kinds_in, kinds_of
from agent.setbacks.saying import made_plain, statement, tells_operator
from agent.setbacks.wording import any_will_do, ends, seeks, skips, without_skipping


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("it's locked", "shut"),
        ("they lock up over lunch", "shut"),
        ("you can't get in", "shut"),
        ("the door won't open", "shut"),
        ("the way in be blocked", "blocked"),
        ("there's stuff piled up in the doorway", "blocked"),
        ("you can't get through", "blocked"),
        ("it's gone", "gone"),
        ("somebody already took it", "gone"),
        ("it isn't in there", "gone"),
        ("you can't find it", "gone"),
        ("you can't grip it", "grip"),
        ("it is too slippery to hold", "grip"),
        ("it turn out you can't lift it", "grip"),
        ("there's no room for it", "place"),
        ("it won't fit", "place"),
        ("it won't charge", "charge"),
        ("that doesn't work", "any"),
        ("门锁着", "shut"),
        ("进不去", "shut"),
        ("打不开", "shut"),
        ("路被堵了", "blocked"),
        ("过不去", "blocked"),
        ("已经被人拿走了", "gone"),
        ("不见了", "gone"),
        ("找不到", "gone"),
        ("夹不起来", "grip"),
        ("太重了", "grip"),
        ("放不下", "place"),
        ("充不上", "charge"),
        ("办不到", "any"),
    ],
)
def test_words_that_only_a_failure_settles(words, kind):
    assert kind in kinds_in(words, sure=True)


@pytest.mark.parametrize(
    "words",
    [
        "it is open",
        "it isn't locked",
        "it's unlocked",
        "the reading is above 6 bar",
        "the lamp is off",
        "it's gone off",
        "the milk is sour",
        "somebody is in there",
        "the battery is low",
        "you see smoke",
        "it's full",
        "门没锁",
        "门开着",
        "灯亮着",
        "有人",
        "水位低",
        "电量低",
    ],
)
def test_what_a_look_settles_is_not_kept_back(words):
    assert not kinds_in(words, sure=True)


def test_codes_have_kinds():
    assert kinds_of("DOOR_LOCKED") == {"shut"} and kinds_of("OUT_OF_REACH") == {"gone"} and kinds_of("PATH_BLOCKED") == {"blocked"}
    assert (
        kinds_of("GRASP_FAILED") == {"grip"} and kinds_of("FAILED_TO_CHARGE") == {"charge"} and kinds_of("SKILL_BUG") == frozenset()
    )


def named(text: str, **meant: str) -> list[Named]:
    """Mentions by their words: ``named(text, shed="tool shed")``; what ends in an x is a thing."""
    found = []
    for words, name in meant.items():
        words = words.replace("_", " ")
        found.append(Named(text.index(words), text.index(words) + len(words), (name,), name.endswith("x")))
    return sorted(found, key=lambda one: one.start)


@pytest.mark.parametrize(
    ("said", "left", "then"),
    [
        ("bring the box to the hall. if it's locked, leave it at the desk", "bring the box to the hall.", "leave it at the desk"),
        (
            "bring the box to the hall; should the way be blocked, leave it at the desk.",
            "bring the box to the hall",
            "leave it at the desk",
        ),
        (
            "take box 2 to the lab. They like to lock up at noon, in which case box 4 will do.",
            "take box 2 to the lab.",
            "box 4 will do",
        ),
        ("take the box to the lab unless it's locked, in which case leave it here", "take the box to the lab", "leave it here"),
        ("bring all three cups. Any that's locked away, leave it out.", "bring all three cups.", "leave it out"),
        ("the book to the hall. Slips through your fingers? The cup then.", "the book to the hall.", "The cup then"),
        (
            "parcel goes to sorting, no room to set it down there means it goes to packing",
            "parcel goes to sorting",
            "it goes to packing",
        ),
        (
            "charge at the usual dock. It was bad all week, if it sulks again use the spare",
            "charge at the usual dock. It was bad all week",
            "use the spare",
        ),
        ("box to HR. They lock up over lunch, and if they have, the desk takes it in", "box to HR.", "the desk takes it in"),
        ("the paper to me, unless it slips away, and then the book", "the paper to me", "the book"),
        ("把枪送到棚里。太滑夹不住的话去控制室喊人", "把枪送到棚里。", "去控制室喊人"),
        ("把盒子送到大厅。门要是锁了，就放前台", "把盒子送到大厅", "放前台"),
        ("先去充电桩，充不上就换备用的，充好以后看看表", "先去充电桩，充好以后看看表", "换备用的"),
        ("三个杯子都送过去。有哪样夹不起来的，到了跟他们说一声是哪样。", "三个杯子都送过去。", "到了跟他们说一声是哪样"),
    ],
)
def test_the_planner_is_told_a_mission_without_what_is_for_failures(said, left, then):
    found = fallbacks(said, ())
    assert [said[slice(*one.one.then)].strip() for one in found] == [then]
    text, away = kept_back(said, found, ())
    assert text.strip(" ,;。.，") == left.strip(" ,;。.，") and away == found


@pytest.mark.parametrize(
    "said",
    [
        "check the back door. if it is locked, tell the guard",  # a look at the door settles it
        "is the parcel there? if not, tell the desk",
        "if the gauge is above 6 bar, press the button",
        "看看门锁没锁，锁了就去前台说一声",
        "go to the hall",
        "if it's locked, go home",  # nothing would be left
    ],
)
def test_what_may_be_settled_otherwise_is_told_at_once(said):
    back_door = (
        named(said, back_door="back doorx") if "back door" in said else named(said, 门="doorx") if said.startswith("看看") else []
    )
    assert kept_back(said, fallbacks(said, back_door), back_door) == (said, ())


def test_a_fallback_is_for_what_it_names():
    said = "look at the pump and at the gauge; if the shed is locked, tell the office"
    (one,) = fallbacks(said, named(said, shed="tool shed", office="office"))
    assert one.meets(Setback("DOOR_LOCKED", "", frozenset({"tool shed"})))
    assert not one.meets(Setback("DOOR_LOCKED", "", frozenset({"pump house"})))
    assert not one.meets(Setback("GRASP_FAILED", "", frozenset({"tool shed"})))


def test_what_failed_is_told_in_the_missions_language():
    gone = Setback("NOT_FOUND")
    assert statement(gone, "backpack", chinese=False) == "the backpack is not there"
    assert statement(Setback("DOOR_LOCKED"), "the boiler room", chinese=False) == "the boiler room is locked"
    assert statement(Setback("SKILL_BUG"), "Zone 4", chinese=False) == "Zone 4 did not work out"
    assert statement(Setback("GRASP_FAILED"), "雨伞", chinese=True) == "雨伞拿不起来"


def test_words_are_made_plain_so_that_they_are_a_mission_by_themselves():
    told = "the backpack is not there"
    assert made_plain("drive to security and say so", told, "backpack", "", ()) == f"drive to security and say {told}"
    before = "Tell the packers what the pressure is. If it is locked, "
    people = named(before, packers="packing station")
    assert made_plain("tell them that instead", "it is locked", "boiler room", before, people) == "tell the packers it is locked"
    assert made_plain("leave it in the hall", "x", "projector", "", ()) == "leave the projector in the hall"
    assert made_plain("到了海关跟他们说一声是哪样", "雨伞拿不起来", "雨伞", "", ()) == "到了海关跟他们说“雨伞拿不起来”"
    before = "把订书机给汤姆送去，万一拿不起来就"
    tom = named(before, 汤姆="Tom's desk")
    assert made_plain("直接去跟他说一声今天用不了", "拿不起来", "订书机", before, tom) == "直接去跟汤姆说“今天用不了”"
    assert tells_operator("let me know which one") and not tells_operator("let the office know")


def test_what_the_words_ask_for():
    assert (
        skips("never mind, take the others")
        and skips("算了")
        and not skips("leave it at the desk and wait".replace("leave it", "put it"))
    )
    assert seeks("have a look in the hall") and not seeks("look at the gauge") and seeks("满屋找找")
    assert ends("come back") and not ends("go to the hall") and any_will_do("one of the two parcels") and any_will_do("随便哪个")
    assert without_skipping("don't bother, look at the oven") == "look at the oven"
    assert without_skipping("never mind, take the others") == "never mind, take the others"


@given(st.text(max_size=300), st.integers(0, 50), st.integers(0, 50))
def test_no_text_breaks_it(text, start, size):
    mentions = [Named(start, start + size, ("a",))] if start + size <= len(text) else []
    found = fallbacks(text, mentions)
    left, away = kept_back(text, found, mentions)
    assert set(away) <= set(found) and (away or left == text)
    made_plain(text, "told", "it", text, mentions)
    kinds_in(text)
