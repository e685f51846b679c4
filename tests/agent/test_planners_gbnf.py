"""GBNF from JSON Schema: number ranges are exact, and every text drawn from a grammar fits its schema."""

import json
import random
import re

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.planners.errors import GrammarFailed
from agent.planners.gbnf import decimals, gbnf_of, integers, literal
from benchmarks.gbnf_reader import Grammar


def pattern(expression: str) -> re.Pattern[str]:
    return re.compile(Grammar.read(f"root ::= {expression}").regex())


@given(st.integers(-1200, 1200), st.integers(0, 1500))
@settings(max_examples=25, deadline=None)
def test_integers_are_exactly_those_between_the_bounds(low: int, width: int) -> None:
    found = pattern(integers(low, low + width))
    accepted = {number for number in range(-3000, 3001) if found.fullmatch(str(number))}
    assert accepted == set(range(low, low + width + 1))


@given(st.integers(-600, 600), st.integers(0, 1500))
@settings(max_examples=25, deadline=None)
def test_decimals_are_exactly_those_between_the_bounds(low: int, width: int) -> None:
    found = pattern(decimals(low, low + width))
    accepted = set()
    for number in range(-3000, 3001):
        text = f"{'-' if number < 0 else ''}{abs(number) // 100}.{abs(number) % 100:02d}"
        if found.fullmatch(text):
            accepted.add(number)
    assert accepted == set(range(low, low + width + 1))


@pytest.mark.parametrize("text", ["007", "1.5", "+1", "1e3", "", " 1", "-0"])
def test_an_integer_has_one_spelling(text: str) -> None:
    assert not pattern(integers(-10, 10000)).fullmatch(text)


def test_exclusive_bounds_leave_the_bound_out() -> None:
    found = re.compile(Grammar.read(gbnf_of({"type": "number", "exclusiveMinimum": 0, "maximum": 3600})).regex())
    assert [text for text in ("0", "0.00", "0.01", "1", "3600", "3600.00", "3600.01", "3601") if found.fullmatch(text)] == [
        "0.01", "1", "3600", "3600.00",
    ]  # fmt: skip


SCHEMAS = [
    {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}, "required": ["b"],
     "additionalProperties": False},
    {"type": "object", "properties": {"a": {"type": "boolean"}, "b": {"type": "null"}, "c": {"enum": [1, "x", None]}},
     "additionalProperties": False},
    {"type": "array", "items": {"type": "number", "minimum": -1.5, "maximum": 2.25}, "minItems": 2, "maxItems": 3},
    {"type": "array", "items": {"type": "string", "maxLength": 3}},
    {"type": "array", "items": {"type": "integer"}, "maxItems": 0},
    {"type": ["string", "null"], "minLength": 2, "maxLength": 4},
    {"anyOf": [{"$ref": "#/$defs/p q"}, {"const": "«ü»\\\"\n"}], "$defs": {"p q": {"enum": ["红", "a\tb"]}}},
    {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "boolean"}], "minItems": 2, "maxItems": 2},
    {"type": "object", "properties": {}, "additionalProperties": False},
    {},
]  # fmt: skip


@pytest.mark.parametrize("schema", SCHEMAS, ids=range(len(SCHEMAS)))
def test_every_text_of_the_grammar_fits_the_schema(schema: dict) -> None:
    grammar = Grammar.read(gbnf_of(schema))
    rng = random.Random(7)
    for _ in range(200):
        value = json.loads(grammar.draw(rng))
        jsonschema.validate(value, schema)


def test_a_text_that_may_not_be_empty_is_not_blank() -> None:
    grammar = Grammar.read(gbnf_of({"type": "string", "minLength": 1, "maxLength": 2}))
    rng = random.Random(1)
    assert all(json.loads(grammar.draw(rng)).strip() for _ in range(500))


@pytest.mark.parametrize(
    ("schema", "word"),
    [
        ({"type": "object", "patternProperties": {}}, "patternProperties"),
        ({"type": "strin"}, "strin"),
        ({"enum": []}, "nothing to choose"),
        ({"type": "integer", "minimum": 3, "maximum": 2}, "no number fits"),
        ({"type": "string", "minLength": 3, "maxLength": 2}, "3 to 2 characters"),
        ({"$ref": "#/$defs/none"}, "not there"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "array", "items": {"$ref": "#/$defs/a"}}}}, "recursive"),
        ({"anyOf": [{"type": "null"}], "properties": {}}, "properties"),
        ({"not": {}}, "not"),
    ],
)
def test_what_cannot_be_expressed_is_refused(schema: dict, word: str) -> None:
    with pytest.raises(GrammarFailed, match=re.escape(word)):
        gbnf_of(schema)


def test_a_name_with_broken_unicode_is_refused() -> None:
    with pytest.raises(GrammarFailed, match="rename it"):
        literal("a\ud800")
