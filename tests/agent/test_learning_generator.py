import random
import re
from functools import cache

import pytest

from agent.learning.durations import chinese_number, duration
from agent.learning.families import HELD_OUT
from agent.learning.inflect import gerund, participle
from agent.learning.language import tongue
from agent.learning.missions import draw, main, sample
from agent.learning.samples import items
from agent.learning.site import Site
from agent.learning.states import condition_state
from agent.learning.words import Vocabulary, code, made_up, typo
from agent.planners.pointers import POINTERS, SPECIAL_TOKENS, VERBS, normalise_words

WORDS = Vocabulary()
LANGUAGES = ("en", "zh")


@cache
def stream(seed, language):
    return [draw(seed, number, language=language) for number in range(3000)]


def drawn(count=400, seed=3, language=None):
    return stream(seed, language)[:count]


def test_a_seed_and_a_number_give_the_same_sample_whatever_was_drawn_before():
    assert draw(5, 17) == draw(5, 17)
    assert draw(5, 17) != draw(5, 18) != draw(6, 18)
    assert sample(random.Random(5), 3, WORDS) == sample(random.Random(5), 3, WORDS)


def test_answers_use_only_pointers_that_the_prompt_holds():
    for one in drawn():
        shown = {segment.text for segment in one.prompt() if segment.special}
        assert {token for token in one.answer if token in POINTERS} <= shown, one


def test_quotations_are_stretches_of_the_mission():
    for one in drawn():
        said = " ".join(one.mission)
        answer = list(one.answer)
        while "[q]" in answer:
            first, last = answer.index("[q]"), answer.index("[/q]")
            assert " ".join(answer[first + 1 : last]) in said, one
            del answer[first : last + 1]


def test_every_answer_ends_and_starts_with_something_to_do_or_say():
    starts = {*VERBS, "[each]", "[times]", "[which]", "[unknown]", "[decline]", "[done]", "[answer]"}
    for one in drawn():
        assert one.answer[-1] == "[end]"
        assert one.answer[0] in starts or one.answer[0].startswith("[S")
        assert "[more]" not in one.answer[:-2]


def test_items_are_special_exactly_where_tokens_are():
    for one in drawn(100):
        assert all((item.text in SPECIAL_TOKENS) == item.special for item in items((*one.mission, *one.answer)))


def test_generated_words_are_split_as_a_persons_words_are():
    for one in drawn(200):
        words = [token for token in one.mission if token not in SPECIAL_TOKENS]
        assert [word for word, _, _ in normalise_words(" ".join(words))] == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_family_is_told_in_both_languages(language):
    found = {family for one in drawn(3000, language=language) for family in one.families}
    assert found >= {
        "if look", "if seek", "if door", "if battery", "if ask", "if fail", "otherwise", "until", "repeat", "patrol_round",
        "interval",
        "on the way", "all", "nearest", "nearest_to", "farthest", "count", "except", "any", "which", "attribute",
        "unknown", "map question",
        "greeting", "cannot", "go", "inspect", "question", "search", "explore", "fetch", "deliver", "come back", "wait",
        "dock", "say", "ask",
        "report", "open", "user skill", "hand over", "unload", "fetch unknown", "pick", "put on", "press", "take lift",
    }  # fmt: skip


def test_both_languages_have_the_same_tables():
    assert tongue("en").tables == tongue("zh").tables


def test_phrases_for_tests_are_never_trained_on():
    for language in LANGUAGES:
        train, held = tongue(language), tongue(language, held_out=True)
        apart = [t for t in train.tables if set(train.phrases(t)) != set(held.phrases(t))]
        assert len(apart) > 40
        assert not any(set(train.phrases(t)) & set(held.phrases(t)) for t in apart)


def test_held_out_families_are_never_drawn_for_training_and_can_be_asked_for():
    assert not any(one.held_out for one in drawn(1500))
    for family in HELD_OUT:
        one = sample(random.Random(1), 2, WORDS, family=family)
        assert one.held_out == family


def test_later_rounds_follow_from_what_was_seen():
    looked = [one for one in drawn(3000) if one.families[0] == "if look" and one.level == 1 and len(one.facts.history) == 1]
    assert len(looked) > 5
    for one in looked:
        past = one.facts.history[0]
        assert past.outcome in ("[ok]", "[failed]")
        assert (past.seen[0].text == "[saw]") == (past.outcome == "[ok]")


def test_plans_that_hang_on_a_look_end_in_more():
    for one in drawn(2000):
        if (
            one.families[0] in ("if look", "if seek", "if ask")
            and not one.facts.history
            and not one.facts.refused
            and one.level == 1
        ):
            assert one.answer[-2] == "[more]", one


def without_times(answer: str) -> str:
    """An answer in which what is done so many times over stands so many times."""
    return re.sub(r"\[times\] (\d+) (.*?) \[/times\]", lambda loop: " ".join([loop[2]] * int(loop[1])), answer)


def test_a_refused_step_gets_the_help_that_was_verified():
    refused = [one for one in drawn(3000) if one.facts.refused]
    helped = [one for one in refused if any(item.text == "[first]" for item in one.facts.refused[0].seen)]
    assert len(helped) > 20 and len(refused) > len(helped)
    for one in helped:
        seen = [item.text for item in one.facts.refused[0].seen]
        call = seen[seen.index("[first]") + 1 :]
        assert " ".join(call) in without_times(" ".join(one.answer))
    assert all(one.answer == ("[decline]", "[end]") for one in refused if one not in helped)


def test_a_site_that_runs_out_says_so():
    site = Site(random.Random(1), WORDS)
    with pytest.raises(IndexError):
        for _ in range(33):
            site.thing()


def test_durations_mean_their_seconds():
    rng = random.Random(4)
    seen = dict(duration(rng) for _ in range(3000))
    assert seen["half an hour"] == "1800"
    assert seen["2 minutes"] == seen["two minutes"] == "120"
    assert seen["45 seconds"] == "45"
    assert seen["1 . 5 minutes"] == "90"
    chinese = dict(duration(rng, "zh") for _ in range(3000))
    assert chinese["两分钟"] == "120" and chinese["半小时"] == "1800" and chinese["十二分钟"] == "720"
    assert [chinese_number(n) for n in (2, 10, 12, 22, 60)] == ["两", "十", "十二", "二十二", "六十"]


def test_states_are_seen_as_they_are_or_are_not():
    for language in LANGUAGES:
        rng, words = random.Random(2), Vocabulary(language=language)
        for _ in range(300):
            state = condition_state(rng, words)
            assert state.said and state.yes != state.no


def test_verbs_are_inflected():
    assert [gerund(verb) for verb in ("go", "make", "stop", "see", "pick")] == ["going", "making", "stopping", "seeing", "picking"]
    assert [participle(verb) for verb in ("go", "carry", "stop", "move")] == ["gone", "carried", "stopped", "moved"]


def test_held_out_words_are_not_in_training():
    for language in LANGUAGES:
        train, held = Vocabulary(language=language), Vocabulary(held_out=True, language=language)
        assert not set(held.objects) & set(train.objects)
        assert not set(held.rooms) & set(train.rooms)
        assert not set(held.adjectives) & set(train.adjectives)


def test_made_up_words_codes_and_typos():
    rng = random.Random(6)
    assert all(made_up(rng).isalpha() for _ in range(50))
    assert all(any(c.isdigit() for c in code(rng)) for _ in range(50))
    assert typo(rng, "cup") == "cup"
    assert all(abs(len(typo(rng, "toolbox")) - 7) <= 1 for _ in range(50))


def test_samples_are_shown_and_counted(capsys):
    main(["--show", "2", "--count", "50", "--language", "en"])
    out = capsys.readouterr().out
    assert "[mission]" in out and "->" in out and "mission tokens: median" in out
