"""Patterns: each of a rules file's patterns as the LTLf formula that it stands for.

The names follow Dwyer, Avrunin, Corbett: "Patterns in property specifications for finite-state verification", ICSE 1999.
With p, q, r the conditions:

| pattern | formula |
| --- | --- |
| never p [while q] | G (q -> !p) |
| always p [while q] | G (q -> p) |
| before: first p, then q | !q W p |
| after_within: after p, do q, [within t] | G (p -> F q) & G !late(p, q, t) |
| at_most n of p | M(n) with M(0) = G !p and M(n) = !p W (p W M(n-1)): p begins at most n times |
| at_least_once p | F p |
| mutual_exclusion p, q, r | G !(p & q) & G !(p & r) & G !(q & r) |
| capacity n [of kind k] | G !carrying_over(n, kind=k) |
| time_window p from a to b | G (p -> clock(a, b)) |
"""

from itertools import combinations
from typing import cast

from verifier.rules.atom import Atom, Predicate
from verifier.rules.errors import FormulaInvalid
from verifier.rules.formula import Formula, all_of, always, any_of, atom, eventually, implies, negate, weak_until
from verifier.rules.make_atom import make_atom, parse_clock
from verifier.rules.parse import parse_formula, parse_state
from verifier.rules.rules_model import AfterWithin, AnyCondition, AtMost, Battery, Capacity, Number, RuleModel, Which

__all__ = ["condition_formula", "rule_formula"]

_MAX_CONDITION_DEPTH = 12


def rule_formula(rule: RuleModel) -> Formula:
    """The formula that a rule stands for.

    Raises:
        FormulaInvalid: A formula text in it does not parse.
    """
    if rule.ltlf is not None:
        return parse_formula(rule.ltlf)
    if rule.never is not None:
        return _throughout(rule.while_, negate(condition_formula(rule.never)))
    if rule.always is not None:
        return _throughout(rule.while_, condition_formula(rule.always))
    if rule.before is not None:
        return weak_until(negate(condition_formula(rule.before.then)), condition_formula(rule.before.first))
    if rule.after_within is not None:
        return _response(rule.after_within)
    if rule.at_most is not None:
        return _at_most(rule.at_most)
    if rule.at_least_once is not None:
        return eventually(condition_formula(rule.at_least_once))
    if rule.mutual_exclusion is not None:
        pairs = combinations(map(condition_formula, rule.mutual_exclusion), 2)
        return all_of(*(always(negate(all_of(p, q))) for p, q in pairs))
    if rule.capacity is not None:
        return _capacity(rule.capacity)
    window = rule.time_window
    assert window is not None
    clock = Atom(predicate="clock", window=(parse_clock(window.from_), parse_clock(window.to)))
    if clock.window is not None and clock.window[0] == clock.window[1]:
        raise FormulaInvalid("a time window that ends when it begins is empty")
    return always(implies(condition_formula(window.what), atom(clock)))


def condition_formula(condition: AnyCondition, depth: int = 0) -> Formula:
    """A condition as a formula about one moment.

    Raises:
        FormulaInvalid: A formula text in it does not parse, or it is nested beyond reason.
    """
    if isinstance(condition, str):
        return parse_state(condition)
    if depth > _MAX_CONDITION_DEPTH:
        raise FormulaInvalid(f"the condition is nested more than {_MAX_CONDITION_DEPTH} deep: split the rule")
    ((key, value),) = condition.given().items()
    if key == "not":
        return negate(condition_formula(value, depth + 1))
    if key in ("all", "any"):
        parts = [condition_formula(part, depth + 1) for part in value]
        return all_of(*parts) if key == "all" else any_of(*parts)
    return atom(_atom(cast(Predicate, key), value))


def _atom(predicate: Predicate, value: object) -> Atom:
    if isinstance(value, Which):
        return make_atom(predicate, [], name=value.name, kind=value.kind)
    if isinstance(value, Battery):
        amount, unit = (value.percent, "%") if value.percent is not None else (value.wh, "Wh")
        assert amount is not None
        return make_atom(predicate, [amount, unit])
    if isinstance(value, Number):
        return make_atom(predicate, [value.count], kind=value.kind)
    if predicate == "carrying" and value == "anything":
        return make_atom(predicate, [])
    assert isinstance(value, str | int | float)
    return make_atom(predicate, [value])


def _throughout(while_: AnyCondition | None, body: Formula) -> Formula:
    return always(body if while_ is None else implies(condition_formula(while_), body))


def _response(pattern: AfterWithin) -> Formula:
    after, do = condition_formula(pattern.after), condition_formula(pattern.do)
    formula = always(implies(after, eventually(do)))
    amount, unit = (pattern.within_s, "s") if pattern.within_s is not None else (pattern.within_steps, "steps")
    if amount is None:
        return formula
    late = Atom(predicate="late", amount=float(amount), unit=unit, deadline=(after, do))
    return all_of(formula, always(negate(atom(late))))


def _at_most(pattern: AtMost) -> Formula:
    of = condition_formula(pattern.of)
    formula = always(negate(of))
    for _ in range(pattern.times):
        formula = weak_until(negate(of), weak_until(of, formula))
    return formula


def _capacity(pattern: Capacity) -> Formula:
    over = Atom(predicate="carrying_over", amount=float(pattern.at_most), kind=pattern.kind)
    return always(negate(atom(over)))
