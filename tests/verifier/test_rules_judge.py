"""House rules judge the route as well as the goals: which step, where on it, by how much; and what is not known is not claimed."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ltlf_by_definition import ATOMS
from verifier_worlds import BODY, LIBRARY, call, judge, rectangle, two_rooms

from maps import Thing, Zone
from skills import Robot, skill
from verifier import Rule
from verifier.rules import HouseRule, parse_rules
from verifier.rules.atom import Atom
from verifier.rules.automaton import compile_formula
from verifier.rules.formula import all_of, always, atom, eventually, implies, negate
from verifier.rules.moment import Moment, advance, begin

HEAD = "surefoot: 1\nrules:\n"


def rules(text, world):
    return tuple(rule.on(world) for rule in parse_rules((HEAD + text).encode()))


def found(text, *steps, world=None, **more):
    """The RULE findings on these steps in the two rooms, without their alternatives' other details."""
    world = world or two_rooms()
    verdict = judge(world, *steps, rules=rules(text, world), **more)
    return [finding for finding in verdict.all_findings() if finding.code == "RULE"]


def short(findings):
    return [(finding.severity, finding.step, finding.subject, finding.detail.get("state")) for finding in findings]


TO_LAB, TO_HALL = call("goto", place="lab"), call("goto", place="hall")
PICK = call("pick", thing="red box")
GAUGE = call("inspect", thing="gauge")


def test_a_house_rule_is_a_rule():
    (rule,) = rules("- {name: a, never: {at: lab}}\n", two_rooms())
    assert isinstance(rule, Rule) and isinstance(rule, HouseRule)


def test_passing_through_a_zone_breaks_a_rule_though_no_goal_lies_in_it():
    zone = Zone(name="strip", rule="slow", max_speed=0.5, outline=rectangle(4.5, 0.0, 5.0, 6.0))
    world = two_rooms(zones=[zone])
    (finding,) = found("- {name: off the strip, never: {in: strip}}\n", TO_LAB, world=world)
    assert (finding.severity, finding.step, finding.detail["state"], finding.detail["atom"]) == (
        "error",
        1,
        "broken",
        'in("strip")',
    )
    assert finding.where[0] == pytest.approx(4.5 - BODY.radius_m, abs=0.06), "where the footprint touches it, not its centre"
    assert "off the strip" in finding.message and finding.detail["along_m"] > 1


def test_the_moment_is_told_in_which_a_condition_joins_the_other():
    text = "- {name: no box in the lab, why: it sheds, never: {at: lab}, while: {carrying: {kind: box}}}\n"
    assert short(found(text, TO_LAB, TO_HALL, PICK)) == []
    (finding,) = found(text, PICK, TO_LAB)
    assert (
        finding.step == 2
        and finding.detail["atom"] == 'at("lab")'
        and finding.detail["holds"] == ['carrying(kind="box")', 'at("lab")']
    )
    assert finding.where[0] > 6.1 and "it sheds" in finding.message


@pytest.mark.parametrize(("times", "broken_at"), [(0, 1), (1, 2), (2, 3), (3, None)])
def test_at_most_counts_crossings_along_the_route(times, broken_at):
    text = f"- {{name: few, at_most: {{times: {times}, of: {{crosses: lab door}}}}}}\n"
    findings = found(text, TO_LAB, TO_HALL, TO_LAB)
    assert short(findings) == ([] if broken_at is None else [("error", broken_at, "few", "broken")])
    if findings:
        assert findings[0].where[0] == pytest.approx(6.1, abs=0.06)


def test_before_wants_the_first_before_the_second():
    text = "- {name: read first, before: {first: {inspects: gauge}, then: {picks: red box}}}\n"
    assert short(found(text, PICK, GAUGE)) == [("error", 1, "read first", "broken")]
    assert short(found(text, GAUGE, PICK)) == []
    assert short(found(text, GAUGE)) == []


@pytest.mark.parametrize(
    ("pattern", "steps", "told"),
    [
        ("before: {first: {inspects: gauge}, then: {at: lab}}", [TO_LAB], 'at("lab"); while not inspects("gauge")'),
        ("time_window: {what: {at: lab}, from: 06:00, to: 22:00}", [TO_LAB], 'at("lab"); while not clock("06:00", "22:00")'),
        ("never: {at: lab}, while: {not: {carrying: red box}}", [TO_LAB], 'at("lab"); while not carrying("red box")'),
        ("always: {any: [{at: hall}, {calls: dock}]}", [TO_LAB], 'not at("hall"); while not calls("dock")'),
        ("never: {at: lab}, while: {carrying: red box}", [PICK, TO_LAB], 'at("lab"); while carrying("red box")'),
    ],
)
def test_a_broken_rule_says_what_was_lacking(pattern, steps, told):
    world = two_rooms()
    night = tuple(replace(rule, clock_s=3600.0) for rule in rules(f"- {{name: r, {pattern}}}\n", world))
    (finding,) = (f for f in judge(world, *steps, rules=night).all_findings() if f.code == "RULE")
    assert finding.detail["reason"].endswith(f": {told}")


def test_what_is_still_open_at_the_end_is_a_violation():
    text = "- {name: visit, at_least_once: {at: lab}}\n"
    assert short(found(text, PICK)) == [("error", 1, "visit", "open")]
    assert short(found(text, TO_LAB, TO_HALL)) == []


def test_what_is_still_open_while_the_plan_goes_on_is_only_noted():
    assert short(found("- {name: visit, at_least_once: {calls: dock}}\n", call("search", what="ball")))[0][:2] == ("note", 1)


def test_a_deadline_in_seconds_and_one_in_steps():
    steps = "- {name: soon, after_within: {after: {picks: red box}, do: {at: lab}, within_steps: %d}}\n"
    seconds = "- {name: soon, after_within: {after: {picks: red box}, do: {at: lab}, within_s: %d}}\n"
    wait = call("wait", seconds=60)
    assert short(found(steps % 1, PICK, wait, TO_LAB)) == [("error", 3, "soon", "broken")]
    assert short(found(steps % 2, PICK, wait, TO_LAB)) == []
    assert short(found(seconds % 30, PICK, wait, TO_LAB)) == [("error", 2, "soon", "broken")]
    (finding,) = found(seconds % 30, PICK, wait, TO_LAB)
    assert finding.needed == 30 and finding.available > 60 and finding.unit == "s"
    assert short(found(seconds % 300, PICK, wait, TO_LAB)) == []
    assert short(found(seconds % 300, PICK, wait)) == [("error", 2, "soon", "open")]


def test_speed_is_judged_where_it_is_driven():
    text = "- {name: slow, never: {speed_over: 0.6}}\n"
    (finding,) = found(text, TO_LAB)
    assert (
        finding.step == 1 and finding.needed == 0.6 and finding.available == pytest.approx(1.0, abs=0.01) and finding.unit == "m/s"
    )
    zone = Zone(name="all", rule="slow", max_speed=0.5, outline=rectangle(0.0, 0.0, 12.0, 6.0))
    assert found(text, TO_LAB, world=two_rooms(zones=[zone])) == []


def test_a_battery_that_may_fall_below_is_a_warning_and_one_that_must_is_an_error():
    text = "- {name: full, never: {battery_below: {wh: %s}}}\n"
    assert short(found(text % 140, TO_LAB)) == []
    assert short(found(text % 149.99, TO_LAB)) == [("error", 1, "full", "broken")]
    verdict = judge(two_rooms(), TO_LAB)
    low, high = (150.0 - wh for wh in reversed(verdict.totals.energy_wh))
    between = (low + high) / 2
    assert low < high
    assert short(found(text % between, TO_LAB)) == [("warning", 1, "full", "possible")]


def test_a_doorway_grazed_by_the_footprint_is_possible_not_certain():
    text = "- {name: not both, mutual_exclusion: [{at: lab}, {at: hall}]}\n"
    (finding,) = found(text, TO_LAB)
    assert (finding.severity, finding.detail["state"]) == ("warning", "possible")


def test_capacity_and_mutual_exclusion_over_what_is_carried():
    text = "- {name: none, capacity: {at_most: 0, kind: box}}\n"
    (finding,) = found(text, PICK, TO_LAB)
    assert finding.step == 1 and (finding.needed, finding.available) == (0.0, 1.0)
    assert short(found("- {name: none, capacity: {at_most: 1}}\n", PICK, TO_LAB)) == []


def test_time_windows_need_to_be_told_the_time():
    world = two_rooms()
    text = "- {name: by day, time_window: {what: {at: lab}, from: '06:00', to: '22:00'}}\n"
    (rule,) = rules(text, world)

    def at(hours):
        verdict = judge(world, TO_LAB, rules=[replace(rule, clock_s=hours * 3600.0)])
        return short([finding for finding in verdict.all_findings() if finding.code == "RULE"])

    assert at(12) == [] and at(6) == []
    assert at(23) == [("error", 1, "by day", "broken")] and at(5) == [("error", 1, "by day", "broken")]
    at_the_edge = [at(22 - seconds / 3600) for seconds in range(3, 12)]
    assert [("warning", 1, "by day", "possible")] in at_the_edge, "it may still be inside or already outside"
    (note,) = found(text, TO_LAB)
    assert note.severity == "note" and "nobody says when" in note.message
    assert found(text, PICK) == [], "a plan that does not go there is fine at any time"


def test_what_an_uncertain_step_does_is_not_known():
    text = "- {name: stay, never: {at: lab}}\n"
    assert short(found(text, call("explore"))) == [("warning", 1, "stay", "possible")]
    text = "- {name: no exploring, never: {calls: explore}}\n"
    assert short(found(text, call("explore"))) == [("error", 1, "no exploring", "broken")]
    text = "- {name: end there, at_least_once: {at: lab}}\n"
    assert short(found(text, call("explore"), TO_LAB)) == [], "after the next arrival it is known again"


def test_an_unknown_name_is_told_on_every_verdict():
    (finding,) = found("- {name: a, never: {at: lba}}\n", TO_LAB)
    assert finding.severity == "warning" and "'lab'" in finding.message


def test_severity_is_the_rules_own():
    for severity in ("warning", "note"):
        (finding,) = found(f"- {{name: a, severity: {severity}, never: {{at: lab}}}}\n", TO_LAB)
        assert finding.severity == severity


def test_things_are_near_where_the_plan_has_put_them():
    text = "- {name: keep away, never: {near: {kind: vase}}}\n"
    vase = Thing(name="vase", kind="vase", position=(8.05, 3.05), place="lab")
    world = two_rooms(things=[vase])
    assert short(found(text, call("goto", place="hall"), world=world)) == []
    assert [f.step for f in found(text, GAUGE, world=world)] == [1]
    moved = '- {name: keep away, never: \'near("red box") & calls("wait")\'}\n'
    put = (PICK, TO_LAB, call("place", place="lab"), call("wait", seconds=5))
    assert [f.step for f in found(moved, *put)] == [4]


def test_memory_of_the_mission_so_far_counts():
    world = two_rooms()
    (rule,) = rules("- {name: once, at_most: {times: 1, of: {crosses: lab door}}}\n", world)
    memory = begin(rule.automaton)
    for true in (0, 1, 0):
        memory = advance(rule.automaton, memory, Moment(letter=(true, 0)))
    verdict = judge(world, TO_LAB, rules=[replace(rule, memory=memory)])
    assert [finding.step for finding in verdict.all_findings()] == [1]
    assert judge(world, TO_LAB, rules=[rule]).ok


def test_rules_enter_the_digest_of_the_plan_and_the_same_question_has_the_same_answer():
    world = two_rooms()
    text = "- {name: a, never: {calls: dock}}\n"
    with_rule, again = (judge(world, TO_LAB, rules=rules(text, world)) for _ in range(2))
    assert with_rule.to_json() == again.to_json()
    assert with_rule.plan_digest != judge(world, TO_LAB).plan_digest


def test_broken_plans_are_judged_without_a_crash():
    text = "- {name: a, at_least_once: {at: lab}}\n- {name: b, never: {calls: fly}}\n"
    for steps in ([], [call("fly")], [call("goto", place="nowhere")], [call("goto")], [call("inspect", thing=7)], [TO_LAB] * 40):
        found(text, *steps)
    findings = found(text, call("fly"))
    assert ("error", 1, "b", "broken") in short(findings)


def test_a_skill_that_declares_nothing_may_go_anywhere():
    @skill(uses={"base"})
    async def dance(robot: Robot) -> None:
        """Dance."""

    skills = LIBRARY.with_skills(dance)
    assert skills["dance"].motion == "undeclared"
    assert short(found("- {name: a, never: {at: lab}}\n", call("dance"), skills=skills))[0][0] == "warning"


A, B, C = (atom(each) for each in ATOMS)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 5)), min_size=1, max_size=8), st.integers(0, 12))
def test_deadlines_by_their_definition(moments, within):
    """Every trigger is answered within its time, counted from the beginning of its moment to the beginning of the answer's."""
    late = Atom(predicate="late", amount=float(within), unit="s", deadline=(A, B))
    automaton = compile_formula(all_of(always(implies(A, eventually(B))), always(negate(atom(late)))))
    bit = {each: 1 << index for index, each in enumerate(automaton.atoms)}
    memory = begin(automaton)
    merged = []
    for a, b, lasts in moments:
        if merged and merged[-1][:2] == [a, b]:
            merged[-1][2] += lasts
        else:
            merged.append([a, b, lasts])
    starts = [sum(lasts for _, _, lasts in merged[:index]) for index in range(len(merged))]
    end = starts[-1] + merged[-1][2]
    expected = True
    for index, (a, _, _) in enumerate(merged):
        if a:
            answers = [starts[k] for k in range(index, len(merged)) if merged[k][1]]
            expected &= bool(answers) and answers[0] - starts[index] <= within and end >= 0
    for a, b, lasts in moments:
        letter = bit[ATOMS[0]] * a | bit[ATOMS[1]] * b
        memory = advance(automaton, memory, Moment(letter=(letter, 0), duration_s=(float(lasts), float(lasts))))
    assert bool(memory.states & automaton.accepting) == expected
