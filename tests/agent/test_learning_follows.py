"""A sample's answer follows from what the model reads: nothing in it is a guess."""

import random
import re
from dataclasses import replace

import pytest

from agent.learning.casual import casual, dictated
from agent.learning.chance import Chance
from agent.learning.language import tongue
from agent.learning.meaning import Act, Branch, Mention, Quote, Text
from agent.learning.missions import draw
from agent.learning.order import dress, tell
from agent.learning.programs import branch
from agent.learning.quotes import bare, quoted
from agent.learning.refusals import refused
from agent.learning.rounds import Round, rounds
from agent.learning.site import Site
from agent.learning.telling import Teller
from agent.learning.words import Vocabulary
from agent.planners.pointers import DOORS, PLACES, SKILLS, THINGS


def test_names_in_an_answer_stand_in_its_prompt():
    for number in range(1500):
        one = draw(11, number)
        shown = {segment.text for segment in one.prompt() if segment.special}
        assert {token for token in one.answer if token in (*PLACES, *THINGS, *DOORS, *SKILLS)} <= shown, one


def test_words_that_belong_to_the_if_are_not_quoted():
    assert bare("you see that the [T0] is open", chinese=False) == "the [T0] is open"
    assert bare("it turns out that [T0] has been signed", chinese=False) == "[T0] has been signed"
    assert bare("it turns out to be open", chinese=False) == "it turns out to be open"
    assert bare("要是[T0]满了", chinese=True) == "[T0]满"
    assert bare("[T0]是满的的话", chinese=True) == "[T0]是满的"
    assert bare("了", chinese=True) == "了"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_looks_that_decide_ask_for_the_bare_condition(language):
    asked = 0
    for number in range(2500):
        one = draw(12, number, language=language)
        if one.families[:1] != ("if look",) or "[more]" not in one.answer or "[q]" not in one.answer:
            continue
        last = len(one.answer) - 1 - one.answer[::-1].index("[q]")
        words = one.answer[last + 1 : len(one.answer) - 1 - one.answer[::-1].index("[/q]")]
        said = " ".join(words) if language == "en" else "".join(words)
        assert not re.match("you see|you find|it turns out that|要是|发现|看到", said) and not re.search("[了]$|的话$", said), one
        asked += 1
    assert asked > 20


def test_the_mark_behind_a_quotation_stays():
    for seed in range(300):
        rng = random.Random(seed)
        text = casual(rng, "say lunch is ready . the doctor said so , ok", (), ["lunch is ready"])
        assert " ready . " in text
        assert "好了，" in dictated(random.Random(seed), "说饭好了，再去[P1]，谢谢", (), ["饭好了"])


def test_marks_stay_where_they_tell_what_hangs_on_a_condition():
    told = "if it is open , go to[P1] . then check[T2] , please"
    assert {casual(random.Random(seed), told, (), scoped=True).count(" . ") for seed in range(300)} == {1}
    assert {casual(random.Random(seed), told, ()).count(" . ") for seed in range(300)} == {0, 1}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("held_out", [False, True])
def test_what_is_said_after_a_quotation_is_set_off(language, held_out):
    speech = tongue(language, held_out=held_out)
    for seed in range(300):
        text = dress(random.Random(seed), speech, "?xy", ends=["xy"])
        behind = text[text.index("xy") + 2 :].strip()
        assert not behind or behind[0] in ",.!:;-(?。！，？", text


def test_a_denied_condition_is_not_said_again_the_other_way_round():
    for language in ("en", "zh"):
        for seed in range(600):
            rng = random.Random(seed)
            site = Site(rng, Vocabulary(language=language))
            try:
                node = branch(site)
                if not node.negative or node.kind not in ("look", "look_it"):
                    continue
                text = tell(Teller(rng, tongue(language), site.words), [node])
            except IndexError:
                continue
            assert not re.search(r"if it (is|isn't|is not) ,|没有就|没有的话", text), text


def test_bare_answers_are_not_shown_for_what_was_denied():
    for seed in range(1500):
        try:
            node = branch(Site(random.Random(seed), Vocabulary(language="zh" if seed % 2 else "en")))
        except IndexError:
            continue
        if isinstance(node, Branch) and node.kind in ("look", "look_it") and node.negative:
            assert not re.match("yes|no$|no ,|是$|不是$|是的", node.seen[0]), node.seen


def test_a_step_that_comes_up_several_times_is_refused_at_the_first():
    site = Site(random.Random(1), Vocabulary())
    steps = [("[goto]", "[P1]"), ("[goto]", "[P2]"), ("[goto]", "[P1]"), ("[goto]", "[P2]")]
    for seed in range(60):
        made = refused(random.Random(seed), Round(list(steps)), site)
        if made.answer:
            continue
        step = made.refused[0].call
        before = made.steps[: made.steps.index(step)]
        assert [one for one in before if one[0] == "[goto]"] == steps[: steps.index(step)]


def test_of_several_looks_those_that_do_not_decide_are_shown_too():
    things = [Mention("thing", (f"[T{n}]",), (f"[T{n}]",)) for n in range(3)]
    looks = [[("[inspect]", thing.pointer, "[q]", Quote("c"), "[/q]")] for thing in things]
    first = Act(Text("look_plain", {"t": list(things)}), looks, "inspect")
    first.said["c"] = "one of them is open"
    then = Act(Text("dock"), [[("[dock]",)]], "dock")
    node = Branch("look_it", first, Text("c_any", {"st": "open"}), [then], seen=("open", "closed"), quantity="any")

    class Fate(Chance):
        def failure(self, steps):
            return None

    outcomes = set()
    for quantity in ("any", "every"):
        for seed in range(40):
            made = replace(node, quantity=quantity) if quantity != "any" else node
            first_round, later = list(rounds([made], frozenset(), Fate(random.Random(seed), iter(()))))[:2]
            assert first_round.more and len(first_round.steps) == 3
            shown = [past.seen[1] for past in later.history]
            so = "open" in shown if quantity == "any" else "closed" not in shown
            assert later.steps == ([("[dock]",)] if so else []), (quantity, shown)
            outcomes.add((quantity, tuple(shown)))
    assert {quantity for quantity, _ in outcomes} == {"any", "every"} and len(outcomes) > 8


def test_quoted_gives_what_was_said():
    act = Act(Text("say"), [[("[say]", "[q]", Quote("x"), "[/q]")]], "say")
    act.said["x"] = "hello there"
    assert quoted([act]) == ["hello there"]


CONTRARY = [
    ("pick", "bring_here"), ("pick", "look"), ("bring_here", "look"), ("seek_in", "go_and_seek"), ("is_there", "go_and_seek"),
    ("look_in", "go_and_check"), ("look_in", "bring"), ("explore", "go_and_look"), ("go", "dock_at"), ("explore", "cannot_place"),
    ("seek", "bring_unknown_here"), ("go", "patrol_round"), ("look", "go"), ("explore", "go"), ("not_this", "inverted"),
]  # fmt: skip
"""Tables with different plans."""


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("held_out", [False, True])
def test_what_means_different_plans_is_said_in_different_words(language, held_out):
    speech = tongue(language, held_out=held_out)

    def said(table):
        texts = (re.sub(r"[?<>,.!。，？]|^(?:请|麻烦)?(?:你)?帮我", " ", text) for text in speech.phrases(table))
        return {" ".join(text.split()) for text in texts}

    for one, other in CONTRARY:
        assert not said(one) & said(other), (one, other)
