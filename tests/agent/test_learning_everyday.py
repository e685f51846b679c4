import random

from agent.learning.chance import Chance
from agent.learning.meaning import Act, Mention, Text
from agent.learning.missions import draw
from agent.learning.repeats import loop
from agent.learning.rolling import rolled
from agent.learning.rounds import rounds
from agent.learning.site import Site
from agent.learning.speech import speech
from agent.learning.words import Vocabulary


def said(*steps):
    return "".join(rolled([tuple(step.split()) for step in steps], [], {}))


def test_stops_of_a_patrol_are_no_members_of_a_loop_that_nobody_said():
    round_of_three = ("[goto] [P16]", "[goto] [P11]", "[goto] [P0]")
    assert said("[goto] [P14]", *round_of_three * 3) == "[goto][P14][times]3[goto][P16][goto][P11][goto][P0][/times]"
    assert said("[goto] [P1]", "[goto] [P2]", "[goto] [P1]", "[goto] [P2]") == "[times]2[goto][P1][goto][P2][/times]"
    assert said("[pick] [T1]", "[place] [P2]", "[pick] [T3]", "[place] [P2]") == "[each][T1][T3][pick][it][place][P2][/each]"


def test_patrols_go_through_different_places():
    for seed in range(400):
        try:
            made = loop(Site(random.Random(seed), Vocabulary()))
        except IndexError:
            continue
        if made.form in ("patrol_round", "back_and_forth_round"):
            stops = [step[1] for step in made.acts[0].steps if step[0] == "[goto]"]
            assert len(set(stops)) == len(stops) > 1


def test_what_was_called_is_told_in_words_and_what_was_found_is_linked_in_most_missions():
    linked = found = 0
    for number in range(1200):
        one = draw(7, number, language="en")
        for past in one.facts.history:
            texts = [item.text for item in past.call]
            if "[q]" in texts:
                quote = texts[texts.index("[q]") + 1 : texts.index("[/q]")]
                assert not any(text[0] == "[" and len(text) > 1 for text in quote), one
        for past in one.facts.history[-1:]:
            if past.outcome == "[found]":
                thing = past.seen[0].text
                assert thing in dict(one.facts.inside)
                found += 1
                linked += thing in one.mission
    assert found > 15 and linked > 0.6 * found


def test_another_of_any_is_taken_where_one_cannot_be_picked_up():
    any_parcel = Mention("thing", ("[T0]", "[T1]"), ("[T0]",), "any")
    act = Act(Text("bring"), [[("[pick]", "[T0]"), ("[place]", "[P1]")]], "deliver")
    act.text.slots["t"] = any_parcel

    class Grip(Chance):
        def failure(self, steps):
            return 0 if steps[0] == ("[pick]", "[T0]") else None

    first, second, *rest = rounds([act], frozenset(), Grip(random.Random(1), iter(())))
    assert first.steps == [("[pick]", "[T0]"), ("[place]", "[P1]")]
    assert second.history[0].outcome == "[failed]" and second.steps == [("[pick]", "[T1]"), ("[place]", "[P1]")]
    assert not rest


def test_most_of_what_is_to_be_said_is_a_sentence():
    for language in ("en", "zh"):
        rng, words = random.Random(2), Vocabulary(language=language)
        texts = [speech(Site(rng, words)) for _ in range(400)]
        told = [text for text in texts if isinstance(text, str)]
        assert len(told) > 300 and not any("{" in text for text in told)
        assert len(set(told)) > 120
