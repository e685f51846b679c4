import random
import re
from collections import Counter
from itertools import pairwise

import pytest

from agent.learning.language import PLAIN, tongue

LANGUAGES = ("en", "zh")
BACK = {"en": ("come back", "return", "go back"), "zh": ("回来", "再回来", "返回")}


def draws(language, table, count=3000, seed=1, **how):
    rng, words = random.Random(seed), tongue(language, **how)
    return Counter(words.phrase(rng, table) for _ in range(count))


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_forms_are_most_of_what_is_said_in_every_table_that_has_them(language):
    words = tongue(language)
    tables = [table for table in sorted(words.tables) if words.plain(table)]
    assert len(tables) > 100
    for table in tables:
        said = draws(language, table, 1000)
        assert sum(said[phrase] for phrase in words.plain(table)) > 500, table


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", ["then", "go", "bring", "if", "before", "come_back"])
def test_the_long_tail_remains(language, table):
    words, said = tongue(language), draws(language, table, 12000)
    others = set(words.phrases(table)) - set(words.plain(table))
    assert len(others) > 8 and sum(phrase in said for phrase in others) > 0.9 * len(others)
    assert 0.8 * (1 - PLAIN) < sum(said[phrase] for phrase in others) / 12000 < 1.2 * (1 - PLAIN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_first_is_said_most(language):
    words = tongue(language)
    for table in ("then", "go", "come_back", "bring"):
        said = draws(language, table, 20000)
        plain = [said[phrase] for phrase in words.plain(table)]
        assert plain[0] == max(said.values())
        assert all(one > 0.75 * other for one, other in pairwise(plain))


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_joints_and_ways_of_coming_back_are_common(language):
    joints = {"en": {"and", ", then", "and then", ", and then"}, "zh": {"，然后", "，再", "然后", "再"}}[language]
    said = draws(language, "then")
    assert sum(said[joint] for joint in joints) > 600
    said = draws(language, "come_back")
    assert sum(said[words] for words in said if re.sub("[<>]", "", words) in BACK[language]) > 500


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_seed_draws_the_same_phrases(language):
    words = tongue(language)
    first, second = random.Random(8), random.Random(8)
    tables = sorted(words.tables)
    assert [words.phrase(first, table) for table in tables] == [words.phrase(second, table) for table in tables]


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_forms_are_never_held_apart(language):
    train, held = tongue(language), tongue(language, held_out=True)
    for table in train.tables:
        assert set(train.plain(table)) <= set(train.phrases(table))
        if train.plain(table) and set(train.phrases(table)) != set(held.phrases(table)):
            assert not set(train.plain(table)) & set(held.phrases(table))


@pytest.mark.parametrize("language", LANGUAGES)
def test_clauses_are_commands_where_a_table_has_any(language):
    rng, words = random.Random(3), tongue(language)
    assert any(phrase.startswith("?") for phrase in words.phrases("go"))
    assert not any(words.clause(rng, "go").startswith("?") for _ in range(1000))
    assert all(words.clause(rng, "q_direct").startswith("?") for _ in range(100))


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_forms_have_the_slots_that_every_other_phrase_of_their_table_has(language):
    words = tongue(language)
    for table in words.tables:
        plain = words.plain(table)
        others = [set(re.findall(r"\{(\w+)\}", phrase)) for phrase in words.phrases(table) if phrase not in plain]
        common = set.intersection(*others) if others else set()
        assert all(common <= set(re.findall(r"\{(\w+)\}", phrase)) for phrase in plain), table
