"""HouseRule: one rule of a map's rules.yaml, bound to the map, judging a whole simulated plan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from maps import World
from maps.naming import near_names
from verifier.finding import Finding, Severity
from verifier.rules.atom import FEATURE_OF, Atom
from verifier.rules.automaton import Automaton, States, compile_formula
from verifier.rules.formula import Formula, atoms_of
from verifier.rules.moment import Memory, Moment, advance, begin
from verifier.rules.shapes import features_of
from verifier.rules.trace import Setting, moments
from verifier.step import Step

__all__ = ["HouseRule", "Unmatched", "culprit", "measured"]

_MILDER: dict[Severity, Severity] = {"error": "warning", "warning": "note", "note": "note"}


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An atom that names nothing on the map, with names that look alike."""

    atom: Atom
    alike: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What is wrong, without the rule's name."""
        type = FEATURE_OF[self.atom.predicate]
        what = f"{type} named {self.atom.name!r}" if self.atom.name is not None else f"{type} of kind {self.atom.kind!r}"
        hint = f" (there is {', '.join(map(repr, self.alike))})" if self.alike else ""
        return f"there is no {what} on this map{hint}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRule:
    """A house rule. Immutable; what it has seen of a mission so far is part of it as ``memory``.

    Attributes:
        name: How people call it.
        formula: What must hold of the whole mission, over the moments of ``verifier.rules.trace``.
        pattern: Key of the pattern that it was written as.
        why: Why there is this rule.
        severity: How bad breaking it is; what only may break it is one step milder.
        file: The file that it stands in.
        line: Its line there, 1-based.
        kinds: Kinds of the map's things by name, when the rule was bound to the map.
        unmatched: Its atoms that name nothing on the map.
        memory: What it has seen of the mission before the plan that it judges; None for nothing.
        clock_s: Time of day at the plan's start, seconds after midnight; None when nobody says.
    """

    name: str
    formula: Formula
    pattern: str = "ltlf"
    why: str = ""
    severity: Severity = "error"
    file: str = ""
    line: int = 0
    kinds: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    unmatched: tuple[Unmatched, ...] = ()
    memory: Memory | None = None
    clock_s: float | None = None

    @property
    def automaton(self) -> Automaton:
        """Its formula, compiled."""
        return compile_formula(self.formula)

    @property
    def setting(self) -> Setting:
        """What its atoms are read against."""
        return Setting(atoms=self.automaton.atoms, kinds=self.kinds, clock_s=self.clock_s)

    def to_json(self) -> dict[str, Any]:
        """What an approval binds: not what has been seen so far, nor the time of day."""
        return {"name": self.name, "severity": self.severity, "formula": str(self.formula), "why": self.why}

    def on(self, world: World) -> "HouseRule":
        """This rule for a map: names in the map's own spelling, and a note of those that it does not have."""
        spelt = {atom: _spelt(atom, world) for atom in atoms_of(self.formula) if atom.deadline is None}
        missing = tuple(_unmatched(atom, world) for atom in spelt.values() if _is_unmatched(atom, world))
        kinds = MappingProxyType({name: thing.kind for name, thing in world.things.items()})
        return replace(self, formula=_renamed(self.formula, spelt), kinds=kinds, unmatched=missing)

    def judge(self, steps: tuple[Step, ...]) -> Iterator[Finding]:
        """Find where a plan breaks the rule: the first moment after which nothing can mend it, or an obligation left open.

        Args:
            steps: The plan, simulated.

        Yields:
            At most one finding on breaking it, which names the step, and where on its route; and one for each of its names
            that the map does not have.
        """
        for missing in self.unmatched:
            detail = {"rule": self.name, "reason": f"house rule {self.name!r}: {missing.sentence}", "atom": str(missing.atom)}
            yield Finding(code="RULE", severity="warning", subject=self.name, detail=detail)
        if not steps:
            return
        yield from self._verdict(steps)

    def _verdict(self, steps: tuple[Step, ...]) -> Iterator[Finding]:
        automaton = self.automaton
        memory = before = self.memory or begin(automaton)
        blind = self.clock_s is None and any(atom.predicate == "clock" for atom in automaton.atoms)
        perhaps: Finding | None = None
        hollow = False
        last = Moment(letter=(0, 0))
        for moment in moments(steps, self.setting):
            before, memory, last = memory, advance(automaton, memory, moment), moment
            dead = memory.states & automaton.dead
            hollow |= moment.hollow
            if dead == memory.states:
                yield self._finding("broken", self.severity, before, memory, moment)
                return
            if dead and perhaps is None and not hollow:
                perhaps = self._finding("possible", _MILDER[self.severity], before, memory, moment)
        kept = memory.states & automaton.accepting
        if kept == memory.states or (kept and hollow and perhaps is None):
            return
        if blind:
            reason = f"house rule {self.name!r} speaks of the time of day, and nobody says when this starts"
            yield Finding(code="RULE", severity="note", subject=self.name, detail={"rule": self.name, "reason": reason})
        elif perhaps is not None:
            yield perhaps
        elif kept:
            yield self._finding("possible", _MILDER[self.severity], before, memory, last)
        else:
            goes_on = any(step.skill is not None and step.skill.uncertain for step in steps)
            yield self._finding("open", "note" if goes_on else self.severity, before, memory, last)

    def _finding(self, how: str, severity: Severity, before: Memory, after: Memory, moment: Moment) -> Finding:
        atom = culprit(self.automaton, before, after)
        needed, available, unit = measured(atom, moment, after, self.automaton)
        return Finding(
            code="RULE",
            severity=severity,
            step=moment.step,
            subject=self.name,
            needed=needed,
            available=available,
            unit=unit,
            where=moment.where,
            detail={
                "rule": self.name,
                "pattern": self.pattern,
                "state": how,
                "atom": None if atom is None else str(atom),
                "holds": self._holding(after),
                "along_m": round(moment.along_m, 2),
                "why": self.why,
                "reason": self._reason(how, atom, before, after, moment),
            },
        )

    def _holding(self, memory: Memory) -> list[str]:
        true = 0 if memory.letter is None else memory.letter[0]
        return [str(atom) for bit, atom in enumerate(self.automaton.atoms) if true >> bit & 1]

    def _reason(self, how: str, atom: Atom | None, before: Memory, after: Memory, moment: Moment) -> str:
        why = f" ({self.why})" if self.why else ""
        if how == "open":
            return f"house rule {self.name!r}{why} is not kept: the plan ends before what it wants has happened, {self.formula}"
        word = "is broken" if how == "broken" else "may be broken"
        place = "" if moment.where is None else f" at ({moment.where[0]:.2f}, {moment.where[1]:.2f})"
        holding = self._holding(after)
        cause = "" if atom is None else str(atom)
        others = [text for text in holding if text != cause]
        others += [f"not {lacking}" for lacking in lacks(self.automaton, before, after) if lacking != atom]
        there = cause if cause in holding else f"not {cause}" if how == "broken" and cause else f"perhaps {cause}" if cause else ""
        told = "; ".join(part for part in (there, f"while {' and '.join(others)}" if others else "") if part)
        return f"house rule {self.name!r}{why} {word}{place}{': ' + told if told else ''}"


def culprit(automaton: Automaton, before: Memory, after: Memory) -> Atom | None:
    """The atom whose change made a rule break: had it stayed as it was, the rule would not be broken (more) now."""
    if after.letter is None:
        return None
    true, unknown = after.letter
    was_true, was_unknown = before.letter or (0, 0)
    changed = [bit for bit in range(len(automaton.atoms)) if ((true ^ was_true) | (unknown ^ was_unknown)) >> bit & 1]
    for bit in changed:
        mask = 1 << bit
        letter = (true & ~mask | was_true & mask, unknown & ~mask | was_unknown & mask)
        if _milder(automaton, automaton.advance(before.states, letter), after.states):
            return automaton.atoms[bit]
    return automaton.atoms[changed[0]] if changed else None


def lacks(automaton: Automaton, before: Memory, after: Memory) -> tuple[Atom, ...]:
    """The atoms that do not hold and, had any of them held, the rule would not be broken (more) now."""
    if after.letter is None:
        return ()
    true, unknown = after.letter
    false = [bit for bit, atom in enumerate(automaton.atoms) if atom.deadline is None and not (true | unknown) >> bit & 1]
    held = [automaton.advance(before.states, (true | 1 << bit, unknown)) for bit in false]
    return tuple(automaton.atoms[bit] for bit, states in zip(false, held, strict=True) if _milder(automaton, states, after.states))


def _milder(automaton: Automaton, states: States, than: States) -> bool:
    """Whether some states are fewer ways to have broken the rule than others, or leave a way to keep it where they leave none."""
    alive, was_alive = states & ~automaton.dead, than & ~automaton.dead
    return states & automaton.dead != than & automaton.dead or (alive != 0 and was_alive == 0)


def measured(atom: Atom | None, moment: Moment, memory: Memory, automaton: Automaton) -> tuple[float | None, float | None, str]:
    """What the rule allows, what there is, and the unit; None where the atom has no amount."""
    if atom is None or atom.amount is None:
        return None, None, ""
    if atom.predicate == "speed_over":
        return atom.amount, moment.speed, "m/s"
    if atom.predicate == "battery_below":
        return (atom.amount, moment.battery_wh, "Wh") if atom.unit == "Wh" else (None, moment.battery_wh, "Wh")
    if atom.predicate == "carrying_over":
        return atom.amount, float(len(moment.carried)), ""
    deadlines = [other for other in automaton.atoms if other.deadline is not None]
    wait = memory.waits[deadlines.index(atom)]
    return atom.amount, wait.most, atom.unit


def _spelt(atom: Atom, world: World) -> Atom:
    type = FEATURE_OF.get(atom.predicate)
    if type is None or atom.name is None:
        return atom
    return replace(atom, name=world.resolve(type, atom.name) or atom.name)


def _is_unmatched(atom: Atom, world: World) -> bool:
    return (atom.name is not None or atom.kind is not None) and atom.predicate in FEATURE_OF and not features_of(atom, world)


def _unmatched(atom: Atom, world: World) -> Unmatched:
    known = world.features(FEATURE_OF[atom.predicate])
    if atom.name is not None:
        return Unmatched(atom, near_names(atom.name, known))
    kinds = dict.fromkeys(feature.kind for feature in known.values() if feature.kind)
    return Unmatched(atom, near_names(atom.kind or "", kinds))


def _renamed(formula: Formula, spelt: Mapping[Atom, Atom]) -> Formula:
    if formula.atom is not None:
        deadline = formula.atom.deadline
        if deadline is None:
            return replace(formula, atom=spelt[formula.atom])
        after, do = (_renamed(part, spelt) for part in deadline)
        return replace(formula, atom=replace(formula.atom, deadline=(after, do)))
    return replace(formula, parts=tuple(_renamed(part, spelt) for part in formula.parts))
