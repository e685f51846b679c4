"""Formulas and automata: what is written is what is read, and what is compiled is what it means by definition."""

import random
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ltlf_by_definition import ATOMS, holds, random_formula, random_trace

from verifier.rules.automaton import MAX_ATOMS, compile_formula
from verifier.rules.batch import run_batch, verdicts
from verifier.rules.errors import FormulaInvalid
from verifier.rules.formula import FALSE, TRUE, Formula, always, atom, atoms_of, eventually, next_, size, weak_next
from verifier.rules.parse import MAX_DEPTH, parse_formula, parse_state

A, B, C = (atom(each) for each in ATOMS)

formulas = st.recursive(
    st.sampled_from([A, B, C, TRUE, FALSE]),
    lambda inner: st.one_of(
        st.builds(lambda op, a: Formula(op, (a,)), st.sampled_from(["!", "X", "WX", "F", "G"]), inner),
        st.builds(lambda op, a, b: Formula(op, (a, b)), st.sampled_from(["&", "|", "->", "U", "W", "R"]), inner, inner),
    ),
    max_leaves=7,
)
traces = st.lists(st.frozensets(st.sampled_from(ATOMS)), min_size=1, max_size=7)


def bits(automaton, moment):
    return sum(1 << index for index, each in enumerate(automaton.atoms) if each in moment)


def run(automaton, trace):
    states = automaton.start
    for moment in trace:
        states = automaton.advance(states, (bits(automaton, moment), 0))
    return states


@settings(max_examples=400, deadline=None)
@given(formulas, traces)
def test_the_automaton_agrees_with_the_definition(formula, trace):
    automaton = compile_formula(formula)
    assert bool(run(automaton, trace) & automaton.accepting) == holds(formula, trace)


def test_agreement_on_many_random_pairs():
    rng = random.Random(7)
    for _ in range(600):
        formula = random_formula(rng, 5)
        automaton = compile_formula(formula)
        for _ in range(5):
            trace = random_trace(rng)
            assert bool(run(automaton, trace) & automaton.accepting) == holds(formula, trace), str(formula)


@settings(max_examples=300, deadline=None)
@given(formulas)
def test_a_formula_reads_back_as_it_was_written(formula):
    assert parse_formula(str(formula)) == formula


@settings(max_examples=150, deadline=None)
@given(formulas, traces, st.data())
def test_unknown_atoms_leave_exactly_the_states_of_all_their_completions(formula, trace, data):
    automaton = compile_formula(formula)
    columns = (1 << len(automaton.atoms)) - 1
    doubts = [data.draw(st.integers(0, columns)) for _ in trace[:4]]
    letters = [(bits(automaton, moment) & ~doubt, doubt) for moment, doubt in zip(trace, doubts, strict=False)]
    states = automaton.start
    for letter in letters:
        states = automaton.advance(states, letter)
    each = [[true | part for part in range(columns + 1) if part & ~doubt == 0] for true, doubt in letters]
    expected = 0
    for completion in product(*each):
        one = automaton.start
        for letter in completion:
            one = automaton.advance(one, (letter, 0))
        expected |= one
    assert states == expected


@settings(max_examples=150, deadline=None)
@given(formulas, traces, traces)
def test_dead_and_settled_states_stay_so(formula, trace, more):
    automaton = compile_formula(formula)
    states = run(automaton, trace)
    longer = [*trace, *more]
    if states & automaton.dead:
        assert not holds(formula, longer)
    if states & automaton.settled:
        assert holds(formula, longer)


@given(formulas, st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_a_batch_of_traces_ends_where_each_of_them_does(formula, seed):
    automaton = compile_formula(formula)
    letters = np.random.default_rng(seed).integers(0, 1 << len(automaton.atoms), (6, 20))
    ends, kept = run_batch(automaton, letters), verdicts(automaton, letters)
    for index in range(20):
        states = automaton.start
        for letter in letters[:, index].tolist():
            states = automaton.advance(states, (letter, 0))
        assert states == 1 << int(ends[index]) and bool(states & automaton.accepting) == bool(kept[index])


def test_a_batch_refuses_letters_that_are_none():
    with pytest.raises(ValueError, match="0 to 1"):
        run_batch(compile_formula(A), [[2]])


@pytest.mark.parametrize(
    ("formula", "states"), [(always(A), 2), (eventually(A), 2), (next_(A), 4), (weak_next(A), 4), (TRUE, 1), (FALSE, 1)]
)
def test_tables_are_as_small_as_can_be(formula, states):
    assert len(compile_formula(formula).table) == states


def test_next_is_strong_and_weak_at_the_last_moment():
    assert not holds(next_(TRUE), [frozenset()]) and holds(weak_next(FALSE), [frozenset()])
    for text, held in (("X true", False), ("WX false", True), ("X[!] true", False), ("X[w] false", True)):
        automaton = compile_formula(parse_formula(text))
        assert bool(run(automaton, [frozenset()]) & automaton.accepting) is held


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('calls("a") & calls("b") | calls("c")', Formula("|", (Formula("&", (A, B)), C))),
        ('calls("a") -> calls("b") -> calls("c")', Formula("->", (A, Formula("->", (B, C))))),
        ('calls("a") U calls("b") U calls("c")', Formula("U", (A, Formula("U", (B, C))))),
        ('!calls("a") U calls("b")', Formula("U", (Formula("!", (A,)), B))),
        ('G calls("a") & calls("b")', Formula("&", (always(A), B))),
        ('not calls("a") and calls("b") or calls("c")', Formula("|", (Formula("&", (Formula("!", (A,)), B)), C))),
    ],
)
def test_operators_bind_as_documented(text, tree):
    assert parse_formula(text) == tree


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "ends where"),
        ("at(", "ends where"),
        ('at("a"', "ends where"),
        ('at("a") at("b")', "an operator or the end"),
        ("at()", "takes one name or a kind"),
        ('at("a", "b")', "takes one name or a kind"),
        ('at("a", kind="b")', "not both"),
        ('sees("a")', "there is no 'sees'"),
        ('late("a")', "there is no 'late'"),
        ("speed_over(fast)", "stands where"),
        ("speed_over()", "speed in m/s"),
        ("battery_below(120)", "at most 100"),
        ('battery_below(3, "kWh")', "amount and its unit"),
        ('clock("25:00", "06:00")', "not a time of day"),
        ('clock("06:00", "06:00")', "empty"),
        ("carrying_over(1.5)", "whole number"),
        ('at("' + "x" * 101 + '")', "1 to 100"),
        ('at("\u202e")', "control character"),
        ("calls('a')", "not understood"),
        ("G " * (MAX_DEPTH + 5) + "true", "deep"),
        ("(" * 150 + "true" + ")" * 150, "deep"),
        ("true & " * 250 + "true", "words and signs"),
        ("x" * 3000, "characters"),
    ],
)
def test_what_is_wrong_with_a_formula_is_told(text, says):
    with pytest.raises(FormulaInvalid, match=says):
        parse_formula(text)


def test_a_pattern_takes_no_temporal_operators():
    with pytest.raises(FormulaInvalid, match="ltlf"):
        parse_state('F at("a")')


def test_a_rule_that_is_too_large_is_refused():
    many = " | ".join(f'at("p{index}")' for index in range(MAX_ATOMS + 1))
    with pytest.raises(FormulaInvalid, match="different things"):
        compile_formula(parse_formula(many))
    deep = " & ".join(f'F (at("a") & X (at("b") U at("c{index}")))' for index in range(7))
    with pytest.raises(FormulaInvalid, match="cases to keep apart"):
        compile_formula(parse_formula(deep))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_no_text_makes_the_parser_fail_in_another_way(text):
    try:
        formula = parse_formula(text)
    except FormulaInvalid as error:
        assert str(error)
    else:
        assert size(formula) >= 1 and len(atoms_of(formula)) <= 60
