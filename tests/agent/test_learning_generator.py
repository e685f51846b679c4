import random

from agent.learning.clauses import clause
from agent.learning.durations import duration
from agent.learning.inflect import gerund, participle
from agent.learning.missions import items, sample
from agent.learning.order import base, tell
from agent.learning.phrases import phrases
from agent.learning.site import Site, tokens
from agent.learning.words import Vocabulary, code, made_up, typo
from agent.planners.pointers import POINTERS, SPECIAL_TOKENS, VERBS, normalise_words

WORDS = Vocabulary()


def drawn(count=300):
    rng = random.Random(3)
    return [sample(rng, 1 + i % 4, WORDS) for i in range(count)]


def test_a_seed_gives_the_same_samples():
    assert sample(random.Random(5), 3, WORDS) == sample(random.Random(5), 3, WORDS)


def test_answers_use_only_pointers_that_the_prompt_holds():
    for one in drawn():
        facts = one.facts
        shown = {facts.start, *facts.docks, *facts.carrying, *(p for p, _, _ in facts.skills), *one.mission}
        shown |= {p for pair in facts.inside for p in pair}
        shown |= {i.text for past in (*facts.history, *facts.refused) for i in past.call} | {past.outcome for past in facts.refused}
        assert {token for token in one.answer if token in POINTERS} <= shown


def test_quotations_are_stretches_of_the_mission():
    for one in drawn():
        said = " ".join(one.mission)
        answer = list(one.answer)
        while "[q]" in answer:
            first, last = answer.index("[q]"), answer.index("[/q]")
            assert " ".join(answer[first + 1 : last]) in said
            del answer[first : last + 1]


def test_every_answer_ends_and_starts_with_something_to_do_or_say():
    for one in drawn():
        assert one.answer[-1] == "[end]"
        assert one.answer[0] in (*VERBS, "[which]", "[unknown]", "[decline]") or one.answer[0].startswith("[S")


def test_items_are_special_exactly_where_tokens_are():
    for one in drawn(50):
        assert all((item.text in SPECIAL_TOKENS) == item.special for item in items(one.mission))


def test_generated_words_are_split_as_a_persons_words_are():
    for one in drawn(100):
        words = [token for token in one.mission if token not in SPECIAL_TOKENS]
        assert [word for word, _, _ in normalise_words(" ".join(words))] == words


def test_a_site_that_runs_out_says_so_and_samples_go_on():
    site = Site(random.Random(1), WORDS)
    for _ in range(32):
        site.thing()
    try:
        site.thing()
    except IndexError:
        return
    raise AssertionError("the last thing but one has no pointer")


def test_orders_of_telling_keep_every_clause():
    rng = random.Random(2)
    for _ in range(50):
        site = Site(rng, WORDS)
        try:
            clauses = [clause(site) for _ in range(3)]
        except IndexError:
            continue
        told = tell(rng, clauses)
        pointers = {token for c in clauses for token in tokens(base(c.text)) if token in POINTERS}
        assert pointers <= set(tokens(told)) and "<" not in told


def test_durations_mean_their_seconds():
    rng = random.Random(4)
    seen = dict(duration(rng) for _ in range(3000))
    assert seen["half an hour"] == "1800"
    assert seen["2 minutes"] == "120"
    assert seen["two minutes"] == "120"
    assert seen["45 seconds"] == "45"
    assert seen["1 . 5 minutes"] == "90"


def test_verbs_are_inflected():
    assert [gerund(verb) for verb in ("go", "make", "stop", "see", "pick")] == ["going", "making", "stopping", "seeing", "picking"]
    assert [participle(verb) for verb in ("go", "carry", "stop", "move", "pick")] == [
        "gone",
        "carried",
        "stopped",
        "moved",
        "picked",
    ]


def test_phrasings_have_no_stray_marks():
    assert "" in phrases("articles")
    assert all("~" not in phrase and "|" not in phrase for table in ("go", "look", "bring", "cannot") for phrase in phrases(table))


def test_held_out_words_are_not_in_training():
    held = Vocabulary(held_out=True)
    assert not set(held.objects) & set(WORDS.objects)
    assert not set(held.rooms) & set(WORDS.rooms)
    assert not set(held.adjectives) & set(WORDS.adjectives)


def test_made_up_words_codes_and_typos():
    rng = random.Random(6)
    assert all(made_up(rng).isalpha() for _ in range(50))
    assert all(any(c.isdigit() for c in code(rng)) for _ in range(50))
    assert typo(rng, "cup") == "cup"
    assert all(abs(len(typo(rng, "toolbox")) - 7) <= 1 for _ in range(50))
