"""Automaton: a formula compiled to a small table, so that judging one more moment is one look-up.

States are what is left to hold of the formula after the moments so far (progression: Bacchus, Kabanza, AIJ 2000, for finite
traces). Each is kept as the irredundant disjunctive form of a monotone function of its until-, release- and next-parts,
which is unique; so there are finitely many, and the table is then made minimal (Moore).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from verifier.rules.atom import Atom
from verifier.rules.errors import FormulaInvalid
from verifier.rules.formula import Formula, atoms_of
from verifier.rules.progression import Dnf, Progression

__all__ = ["MAX_ATOMS", "MAX_STATES", "Automaton", "Letter", "States", "compile_formula"]

MAX_ATOMS = 10
"""Different atoms of one rule: the table has 2^atoms columns."""

MAX_STATES = 512

_MAX_REMEMBERED = 100_000

Letter: TypeAlias = tuple[int, int]
"""Bits of the atoms that hold, and of those of which it is not known; a bit is never in both."""

States: TypeAlias = int
"""A set of states as bits: all those that the automaton may be in, given what was not known."""


@dataclass(frozen=True, slots=True, eq=False)
class Automaton:
    """A deterministic automaton over moments; state 0 is where it starts.

    Attributes:
        atoms: Bit i of a letter tells whether ``atoms[i]`` holds.
        table: ``table[state][letter]`` is the next state, for the 2^atoms letters in which all is known.
        accepting: States in which the formula holds if the trace ends here.
        dead: States from which no further moments can make it hold: it is broken.
        settled: States from which no further moments can break it.
        work: What compiling it took, in comparisons.
    """

    atoms: tuple[Atom, ...]
    table: tuple[tuple[int, ...], ...]
    accepting: States
    dead: States
    settled: States
    work: int = 0
    _known: dict[tuple[States, Letter], States] = field(default_factory=dict, repr=False)

    @property
    def start(self) -> States:
        """The set that holds the first state alone."""
        return 1

    def advance(self, states: States, letter: Letter) -> States:
        """The states after one more moment; where an atom is not known, both ways are followed."""
        try:
            return self._known[states, letter]
        except KeyError:
            after = self._advance(states, letter)
            if len(self._known) < _MAX_REMEMBERED:
                self._known[states, letter] = after
            return after

    def wander(self, states: States, letter: Letter) -> States:
        """The states after any number of moments, at least one, of which only this much is known."""
        after = self.advance(states, letter)
        while (more := after | self.advance(after, letter)) != after:
            after = more
        return after

    def _advance(self, states: States, letter: Letter) -> States:
        true, unknown = letter
        rows = [row for index, row in enumerate(self.table) if states >> index & 1]
        after = 0
        part = unknown
        while True:  # every subset of the unknown bits
            for row in rows:
                after |= 1 << row[true | part]
            if part == 0:
                return after
            part = (part - 1) & unknown


@lru_cache(maxsize=512)
def compile_formula(formula: Formula) -> Automaton:
    """Compile a formula.

    Raises:
        FormulaInvalid: It has too many atoms, or its table gets too large.
    """
    atoms = atoms_of(formula)
    if len(atoms) > MAX_ATOMS:
        raise FormulaInvalid(f"the rule speaks of {len(atoms)} different things, at most {MAX_ATOMS} can be watched: split it")
    progression = Progression(atoms)
    first = progression.obligations(progression.node(formula, True))
    numbers: dict[Dnf, int] = {first: 0}
    rows: list[list[int]] = []
    queue = [first]
    for state in queue:
        row = []
        for letter in range(1 << len(atoms)):
            after = progression.after(state, letter)
            if after not in numbers:
                if len(numbers) >= MAX_STATES:
                    raise FormulaInvalid(f"the rule has more than {MAX_STATES} cases to keep apart: split it")
                numbers[after] = len(numbers)
                queue.append(after)
            row.append(numbers[after])
        rows.append(row)
    return _minimal(atoms, rows, [progression.holds_at_end(state) for state in queue], progression.work)


def _minimal(atoms: tuple[Atom, ...], rows: list[list[int]], accepting: list[bool], work: int) -> Automaton:
    """Merge the states that no continuation tells apart; number them as they are first met."""
    telling = list(zip(*dict.fromkeys(zip(*rows, strict=True)), strict=True))  # each column of letters that lead alike but once
    classes, count = [int(good) for good in accepting], 0
    while (found := len(set(classes))) != count:
        count = found
        known: dict[tuple[int, ...], int] = {}
        told = [(classes[state], *map(classes.__getitem__, row)) for state, row in enumerate(telling)]
        classes = [known.setdefault(signs, len(known)) for signs in told]
    merged = {number: [classes[after] for after in row] for number, row in reversed(list(zip(classes, rows, strict=True)))}
    final = {number for number, good in zip(classes, accepting, strict=True) if good}
    order = [classes[0]]
    for state in order:
        order += [after for after in dict.fromkeys(merged[state]) if after not in order]
    number_of = {state: index for index, state in enumerate(order)}
    compact = tuple(tuple(number_of[after] for after in merged[state]) for state in order)
    good = frozenset(number_of[state] for state in final if state in number_of)
    alive = _leads_to(compact, good)
    shaky = _leads_to(compact, frozenset(range(len(order))) - good)
    everything = frozenset(range(len(order)))
    return Automaton(atoms, compact, _bits(good), _bits(everything - alive), _bits(everything - shaky), work)


def _leads_to(table: tuple[tuple[int, ...], ...], goal: frozenset[int]) -> frozenset[int]:
    """The states from which a state of the goal can be reached, in any number of moments."""
    before: list[set[int]] = [set() for _ in table]
    for state, row in enumerate(table):
        for after in row:
            before[after].add(state)
    found, queue = set(goal), list(goal)
    while queue:
        fresh = before[queue.pop()] - found
        found |= fresh
        queue += fresh
    return frozenset(found)


def _bits(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in numbers)
