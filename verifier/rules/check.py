"""Checking rules before any plan is judged: contradictions, obligations that nobody can meet, rules that mean nothing here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Literal, TypeAlias

from maps import Body, Pose, World
from skills import SkillSet
from verifier.rules.atom import Atom
from verifier.rules.consistency import Facts, TooLarge, common_course, core, reachable_states
from verifier.rules.facts import facts_of
from verifier.rules.house_rule import HouseRule

__all__ = ["RuleIssue", "check_rules"]

_MOST_PAIRS = 1_000
_PAIR_WORK = 20_000
"""With this much, about twenty seconds at the very worst, are two rules at a time looked at."""

IssueCode: TypeAlias = Literal["UNKNOWN_NAME", "CONTRADICTION", "UNREACHABLE", "NEVER_TRIGGERED", "UNDECIDED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleIssue:
    """Something wrong with the rules themselves.

    Attributes:
        code: What kind of wrong. Unknown names, contradictions and unreachable obligations are errors.
        severity: ``error`` or ``warning``.
        rules: Names of the rules that it is about.
        file: The file.
        line: The line of the first of them.
        sentence: What is wrong.
        fix: What to do.
        atoms: The atoms to blame, as they are written.
    """

    code: IssueCode
    severity: Literal["error", "warning"]
    rules: tuple[str, ...]
    file: str = ""
    line: int = 0
    sentence: str
    fix: str = ""
    atoms: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "code": self.code, "severity": self.severity, "rules": list(self.rules), "file": self.file, "line": self.line,
            "sentence": self.sentence, "fix": self.fix, "atoms": list(self.atoms),
        }  # fmt: skip


def check_rules(
    rules: Sequence[HouseRule], world: World, body: Body, skills: SkillSet, start: Pose | None = None
) -> tuple[RuleIssue, ...]:
    """Look for what is wrong with rules whatever the plan.

    Args:
        rules: Bound to the map.
        world: The map.
        body: The body that they are for.
        skills: What it can do.
        start: Where missions start; the map's own start without it.

    Returns:
        The issues: one for each name that matches nothing and for each rule that can never be kept or never be broken, and one
        for each smallest group of rules found that no mission keeps together.
    """
    atoms = tuple(dict.fromkeys(atom for rule in rules for atom in rule.automaton.atoms))
    facts = facts_of(atoms, world, body, skills, start)
    issues: list[RuleIssue] = []
    possible: list[HouseRule] = []
    for rule in rules:
        alone = list(_alone(rule, facts))
        issues += [*_names(rule, facts, skills), *alone]
        if not any(issue.code in ("CONTRADICTION", "UNREACHABLE", "UNDECIDED") for issue in alone):
            possible.append(rule)
    return (*issues, *_together(possible, facts))


def _names(rule: HouseRule, facts: Facts, skills: SkillSet) -> Iterator[RuleIssue]:
    from difflib import get_close_matches

    for missing in rule.unmatched:
        fix = f"write {missing.alike[0]!r}" if missing.alike else "name what is on the map, or leave the rule out"
        yield _issue("UNKNOWN_NAME", (rule,), f"rule {rule.name!r}: {missing.sentence}", fix, (missing.atom,))
    for atom in rule.automaton.atoms:
        if atom.predicate == "calls" and atom.name not in skills.names:
            near = get_close_matches(atom.name or "", skills.names, n=1)
            fix = f"write {near[0]!r}" if near else f"the skills are {', '.join(sorted(skills.names))}"
            yield _issue("UNKNOWN_NAME", (rule,), f"rule {rule.name!r}: {facts.never[atom]}", fix, (atom,))


def _alone(rule: HouseRule, facts: Facts) -> Iterator[RuleIssue]:
    """What is wrong with one rule by itself."""
    automaton = rule.automaton
    try:
        if common_course([automaton], facts) is None:
            yield _impossible(rule, facts)
            return
        if reachable_states(automaton, facts) <= _numbers(automaton.accepting) and not rule.unmatched:
            yield _never_triggered(rule, facts)
    except TooLarge:
        yield _issue("UNDECIDED", (rule,), f"rule {rule.name!r} has too many cases to be checked", "split it", ())


def _impossible(rule: HouseRule, facts: Facts) -> RuleIssue:
    """A rule that no mission keeps: by itself, or because something it wants never holds here."""
    nothing = Facts(never={})
    if common_course([rule.automaton], nothing) is None:
        text = f"rule {rule.name!r} contradicts itself: no mission can keep {rule.formula}"
        return _issue("CONTRADICTION", (rule,), text, "rewrite it", rule.automaton.atoms)
    blamed = [
        atom
        for atom in rule.automaton.atoms
        if atom in facts.never and common_course([rule.automaton], _without(facts, atom)) is not None
    ] or [atom for atom in rule.automaton.atoms if atom in facts.never]
    if not blamed:
        text = f"rule {rule.name!r} wants at once what lies apart on this map: {rule.formula}"
        return _issue("CONTRADICTION", (rule,), text, "rewrite it", rule.automaton.atoms)
    why = "; ".join(f"{atom}: {facts.never[atom]}" for atom in blamed)
    text = f"no mission can keep rule {rule.name!r}: {why}"
    return _issue("UNREACHABLE", (rule,), text, "name something that can be got to, or leave the rule out", tuple(blamed))


def _never_triggered(rule: HouseRule, facts: Facts) -> RuleIssue:
    blamed = tuple(atom for atom in rule.automaton.atoms if atom in facts.never)
    why = "; ".join(f"{atom}: {facts.never[atom]}" for atom in blamed)
    text = f"rule {rule.name!r} can never be broken{': ' + why if why else ', whatever happens'}"
    return _issue("NEVER_TRIGGERED", (rule,), text, "leave it out, or check what it is meant to say", blamed)


def _together(rules: Sequence[HouseRule], facts: Facts) -> Iterator[RuleIssue]:
    """Smallest groups of rules that cannot be kept together: none if all can; else pairs, then what is left comes down to."""
    if len(rules) < 2:
        return
    try:
        if common_course([rule.automaton for rule in rules], facts) is not None:
            return
    except TooLarge:
        pass
    clashing: set[int] = set()
    linked = [(i, j) for i, j in combinations(range(len(rules)), 2) if _linked(rules[i], rules[j], facts)]
    undecided = max(0, len(linked) - _MOST_PAIRS)
    for i, j in linked[:_MOST_PAIRS]:
        try:
            if common_course([rules[i].automaton, rules[j].automaton], facts, _PAIR_WORK) is None:
                clashing |= {i, j}
                yield _clash([rules[i], rules[j]])
        except TooLarge:
            undecided += 1
    left = [rule for index, rule in enumerate(rules) if index not in clashing]
    try:
        automata = [rule.automaton for rule in left]
        if len(left) > 2 and common_course(automata, facts) is None:
            yield _clash([left[index] for index in core(automata, facts)])
    except TooLarge:
        undecided = max(undecided, 1)
    if undecided:
        text = f"whether all {len(left)} rules can be kept together is not decided: there are too many cases"
        yield _issue("UNDECIDED", (rules[0],), text, "check fewer rules at a time", ())


def _linked(a: HouseRule, b: HouseRule, facts: Facts) -> bool:
    """Whether two rules speak of the same or of things that are tied together; others cannot clash."""
    ours, theirs = set(a.automaton.atoms), set(b.automaton.atoms)
    tied = ((x, y) for x in ours for y in theirs)
    return bool(ours & theirs) or any(
        pair in facts.apart or pair[::-1] in facts.apart or pair in facts.follows or pair[::-1] in facts.follows for pair in tied
    )


def _clash(rules: Sequence[HouseRule]) -> RuleIssue:
    names = " and ".join(repr(rule.name) for rule in rules)
    lines = ", ".join(str(rule.line) for rule in rules)
    text = f"rules {names} (lines {lines}) contradict each other: no mission can keep {'both' if len(rules) == 2 else 'all'}"
    shared = tuple(dict.fromkeys(atom for rule in rules for atom in rule.automaton.atoms))
    return _issue("CONTRADICTION", tuple(rules), text, "change or leave out one of them", shared)


def _issue(code: IssueCode, rules: Sequence[HouseRule], sentence: str, fix: str, atoms: Sequence[Atom]) -> RuleIssue:
    return RuleIssue(
        code=code,
        severity="warning" if code in ("NEVER_TRIGGERED", "UNDECIDED") else "error",
        rules=tuple(rule.name for rule in rules),
        file=Path(rules[0].file).name,
        line=rules[0].line,
        sentence=sentence,
        fix=fix,
        atoms=tuple(map(str, atoms)),
    )


def _without(facts: Facts, atom: Atom) -> Facts:
    return Facts(
        never={other: why for other, why in facts.never.items() if other != atom}, apart=facts.apart, follows=facts.follows
    )


def _numbers(states: int) -> frozenset[int]:
    return frozenset(index for index in range(states.bit_length()) if states >> index & 1)
