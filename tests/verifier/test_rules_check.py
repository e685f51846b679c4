"""Rules are checked before any plan: contradictions with their core, obligations nobody can meet, rules that mean nothing here."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ltlf_by_definition import ATOMS, holds
from test_rules_ltlf import formulas
from verifier_worlds import BODY, LIBRARY, rectangle, two_rooms

from maps import Body, Thing, Zone, load_world, shipped_maps
from skills import library
from verifier.rules import check_rules, find_rules, parse_rules
from verifier.rules.automaton import compile_formula
from verifier.rules.consistency import Facts, TooLarge, common_course, core, reachable_states
from verifier.rules.formula import FALSE, all_of, always, atom, eventually, negate
from verifier.rules.parse import parse_formula

HEAD = "surefoot: 1\nrules:\n"
NOTHING = Facts(never={})


def issues(text, world=None, body=BODY, **more):
    world = world or two_rooms()
    mine = tuple(rule.on(world) for rule in parse_rules((HEAD + text).encode()))
    return check_rules(mine, world, body, LIBRARY, **more)


def told(text, *args, **more):
    return [(issue.code, issue.severity, issue.rules, issue.line) for issue in issues(text, *args, **more)]


def test_rules_that_fit_have_no_issue():
    assert told("- {name: a, never: {at: lab}}\n- {name: b, at_least_once: {at: hall}}\n") == []


def test_two_rules_that_contradict_each_other():
    text = "- {name: a, never: {at: lab}}\n- {name: b, at_least_once: {at: lab}}\n- {name: c, at_least_once: {at: hall}}\n"
    assert told(text) == [("CONTRADICTION", "error", ("a", "b"), 3)]
    (issue,) = issues(text)
    assert "lines 3, 4" in issue.sentence and issue.fix and 'at("lab")' in issue.atoms


def test_three_rules_of_which_any_two_fit():
    text = (
        "- {name: one, at_most: {times: 1, of: {at: {kind: room}}}}\n"
        "- {name: unrelated, never: {calls: dock}}\n"
        "- {name: first, before: {first: {inspects: gauge}, then: {picks: red box}}}\n"
        "- {name: never read, never: {inspects: gauge}}\n"
        "- {name: pick, at_least_once: {picks: red box}}\n"
    )
    assert told(text) == [("CONTRADICTION", "error", ("first", "never read", "pick"), 5)]


def test_a_rule_that_contradicts_itself():
    assert told('- {name: a, ltlf: \'G at("lab") & F !at("lab")\'}\n')[0][:3] == ("CONTRADICTION", "error", ("a",))


def test_what_lies_apart_cannot_be_at_once():
    assert told("- {name: a, at_least_once: {all: [{at: lab}, {at: hall}]}}\n")[0][0] == "CONTRADICTION"
    assert told("- {name: a, at_least_once: {all: [{at: lab}, {at: {kind: room}}]}}\n") == []


def test_names_that_match_nothing_are_told_with_near_ones():
    (issue,) = issues("- {name: a, never: {at: lba}}\n")
    assert issue.code == "UNKNOWN_NAME" and "'lab'" in issue.sentence and issue.fix == "write 'lab'" and issue.line == 3
    (issue,) = issues("- {name: a, never: {carrying: {kind: boxx}}}\n")
    assert issue.code == "UNKNOWN_NAME" and issue.fix == "write 'box'"
    found = issues("- {name: a, never: {calls: explor}}\n")
    assert found[0].code == "UNKNOWN_NAME" and found[0].fix == "write 'explore'"


def test_an_obligation_that_no_route_can_meet():
    text = "- {name: a, at_least_once: {at: lab}}\n"
    assert told(text, two_rooms(doorway=0.5)) == [("UNREACHABLE", "error", ("a",), 3)]
    assert told(text, two_rooms(doorway=0.5), Body(radius_m=0.1)) == []
    assert told(text, two_rooms(door="closed")) == [], "a plan may open it"
    assert told(text, two_rooms(door="locked")) == [("UNREACHABLE", "error", ("a",), 3)]
    assert told(text, two_rooms(unknown_lab=True)) == [], "nobody knows"
    keepout = Zone(name="cell", rule="keepout", outline=rectangle(1.0, 4.0, 2.0, 5.0))
    assert told("- {name: a, at_least_once: {in: cell}}\n", two_rooms(zones=[keepout]))[0][0] == "UNREACHABLE"
    heavy = "- {name: a, at_least_once: {picks: anvil}}\n"
    assert told(heavy)[0][0] == "UNREACHABLE"


@pytest.mark.parametrize(
    "pattern",
    [
        "never: {speed_over: 3}",
        "capacity: {at_most: 1}",
        "never: {battery_below: {percent: 0}}",
        "ltlf: 'F true'",
        "never: {carrying: anvil}",
    ],
)
def test_rules_that_can_never_be_broken(pattern):
    found = told(f"- {{name: a, {pattern}}}\n", two_rooms())
    assert found == [("NEVER_TRIGGERED", "warning", ("a",), 3)]


def test_the_shipped_rules_have_no_issues():
    for path in shipped_maps().values():
        world = load_world(path)
        assert check_rules(find_rules(world), world, BODY, library()) == (), path.name


def test_a_thing_out_of_reach_is_found_out():
    shut_in = Thing(name="relic", kind="relic", position=(9.0, 3.0), place="lab")
    world = two_rooms(doorway=0.5, things=[shut_in])
    assert told("- {name: a, at_least_once: {inspects: relic}}\n", world)[0][0] == "UNREACHABLE"


@settings(max_examples=150, deadline=None)
@given(formulas, formulas)
def test_a_common_course_is_one_and_is_shortest(one, other):
    both = all_of(one, other)
    course = common_course([compile_formula(one), compile_formula(other)], NOTHING)
    letters = [frozenset(each for index, each in enumerate(ATOMS) if number >> index & 1) for number in range(8)]
    if course is None:
        for length in (1, 2):
            assert not any(holds(both, list(trace)) for trace in product(letters, repeat=length))
        assert common_course([compile_formula(both)], NOTHING) is None
    else:
        assert holds(both, course)
        for length in range(1, min(len(course), 3)):
            assert not any(holds(both, list(trace)) for trace in product(letters, repeat=length))


@settings(max_examples=80, deadline=None)
@given(st.lists(formulas, min_size=2, max_size=4))
def test_a_core_cannot_be_kept_and_each_part_of_it_can(rules):
    automata = [compile_formula(rule) for rule in rules]
    if common_course(automata, NOTHING) is not None:
        return
    kept = core(automata, NOTHING)
    assert common_course([automata[index] for index in kept], NOTHING) is None
    for left_out in kept:
        rest = [automata[index] for index in kept if index != left_out]
        assert not rest or common_course(rest, NOTHING) is not None


def test_facts_narrow_what_can_happen():
    a, b = atom(ATOMS[0]), atom(ATOMS[1])
    both = compile_formula(eventually(all_of(a, b)))
    assert common_course([both], NOTHING) is not None
    assert common_course([both], Facts(never={}, apart=frozenset([(ATOMS[0], ATOMS[1])]))) is None
    assert common_course([both], Facts(never={ATOMS[1]: "no"})) is None
    first, second = compile_formula(eventually(a)), compile_formula(always(negate(b)))
    assert common_course([first, second], NOTHING) == [frozenset([ATOMS[0]])]
    assert common_course([first, second], Facts(never={}, follows=frozenset([(ATOMS[0], ATOMS[1])]))) is None
    assert common_course([compile_formula(FALSE)], NOTHING) is None
    assert reachable_states(second, Facts(never={ATOMS[1]: "no"})) == frozenset([0])


def test_too_many_cases_are_given_up_and_said_to_be():
    many = [parse_formula(" & ".join(f'F at("p{rule}-{index}")' for index in range(7))) for rule in range(6)]
    with pytest.raises(TooLarge):
        common_course([compile_formula(each) for each in many], NOTHING)


@pytest.mark.slow
def test_many_rules_are_checked_in_bounded_time():
    import time

    text = "".join(f"- {{name: r{n}, never: {{at: lab}}, while: {{carrying: {{kind: k{n}}}}}}}\n" for n in range(120))
    started = time.perf_counter()
    found = issues(text)
    assert len(found) == 120 and {issue.code for issue in found} == {"UNKNOWN_NAME"}
    assert time.perf_counter() - started < 60


@pytest.mark.slow
def test_rules_too_many_to_decide_are_said_to_be_in_bounded_time():
    import time

    bands = "".join(
        f"- {{name: r{n}, at_least_once: {{all: [{{speed_over: 0.{n}}}, {{not: {{speed_over: 0.{n + 1}}}}}]}}}}\n"
        for n in range(10, 40)
    )
    started = time.perf_counter()
    assert [issue.code for issue in issues(bands)] == ["UNDECIDED"], "each wants a moment of its own: 2^30 cases"
    assert time.perf_counter() - started < 60
