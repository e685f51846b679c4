"""Automaton: a formula compiled to a small table, so that judging one more moment is one look-up.

States are what is left to hold of the formula after the moments so far (progression: Bacchus, Kabanza, AIJ 2000, for finite
traces). Each is kept as the irredundant disjunctive form of a monotone function of its until-, release- and next-parts,
which is unique; so there are finitely many, and the table is then made minimal (Moore).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

from verifier.rules.atom import Atom
from verifier.rules.errors import FormulaInvalid
from verifier.rules.formula import Formula, atoms_of

__all__ = ["MAX_ATOMS", "MAX_STATES", "Automaton", "Letter", "States", "compile_formula"]

MAX_ATOMS = 10
"""Different atoms of one rule: the table has 2^atoms columns."""

MAX_STATES = 512

MAX_WORK = 1_000_000
"""Comparisons while a rule is compiled, about half a second."""

_MAX_REMEMBERED = 100_000

Letter: TypeAlias = tuple[int, int]
"""Bits of the atoms that hold, and of those of which it is not known; a bit is never in both."""

States: TypeAlias = int
"""A set of states as bits: all those that the automaton may be in, given what was not known."""

_Clause: TypeAlias = frozenset[int]
_Dnf: TypeAlias = frozenset[_Clause]
_TRUE: _Dnf = frozenset((frozenset(),))
_FALSE: _Dnf = frozenset()


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
    progression = _Progression(atoms)
    first = progression.obligations(progression.node(formula, True))
    numbers: dict[_Dnf, int] = {first: 0}
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


_Kind: TypeAlias = Literal["T", "F", "lit", "and", "or", "X", "WX", "U", "R"]
_Node: TypeAlias = tuple[_Kind, int, int]
"""Kind and two operands (numbers of nodes; for ``lit`` the atom's bit and 1 or 0 for plain or negated)."""


class _Progression:
    """The nodes of one formula in negation normal form, numbered, and what is left of them after a letter."""

    def __init__(self, atoms: tuple[Atom, ...]) -> None:
        self._bit = {atom: index for index, atom in enumerate(atoms)}
        self._nodes: list[_Node] = []
        self._numbers: dict[_Node, int] = {}
        self._memory: dict[tuple[int, int], _Dnf] = {}
        self.work = 0
        self._true = self._number(("T", 0, 0))
        self._false = self._number(("F", 0, 0))
        self._more = self._number(("U", self._true, self._true))
        self._over = self._number(("R", self._false, self._false))

    def _number(self, node: _Node) -> int:
        if node not in self._numbers:
            self._numbers[node] = len(self._nodes)
            self._nodes.append(node)
        return self._numbers[node]

    def node(self, formula: Formula, positive: bool) -> int:
        """The number of a formula, or of its negation, in negation normal form."""
        op = formula.op
        if op in ("true", "false"):
            return self._true if (op == "true") == positive else self._false
        if op == "atom":
            assert formula.atom is not None
            return self._number(("lit", self._bit[formula.atom], int(positive)))
        if op == "!":
            return self.node(formula.parts[0], not positive)
        if op in ("X", "WX"):
            return self._number(("X" if (op == "X") == positive else "WX", self.node(formula.parts[0], positive), 0))
        if op == "F":
            inner = self.node(formula.parts[0], positive)
            return self._number(("U", self._true, inner) if positive else ("R", self._false, inner))
        if op == "G":
            inner = self.node(formula.parts[0], positive)
            return self._number(("R", self._false, inner) if positive else ("U", self._true, inner))
        a, b = formula.parts
        if op == "->":
            return self._joined("or" if positive else "and", self.node(a, not positive), self.node(b, positive))
        left, right = self.node(a, positive), self.node(b, positive)
        if op in ("&", "|"):
            return self._joined("and" if (op == "&") == positive else "or", left, right)
        if op == "W":  # a W b = b R (a | b)
            return self._number(("R" if positive else "U", right, self._joined("or" if positive else "and", left, right)))
        return self._number(("U" if (op == "U") == positive else "R", left, right))

    def _joined(self, kind: _Kind, a: int, b: int) -> int:
        return self._number((kind, min(a, b), max(a, b)))

    def obligations(self, number: int) -> _Dnf:
        """A node as a function of parts that look at the moments to come."""
        kind, a, b = self._nodes[number]
        if kind == "T":
            return _TRUE
        if kind == "F":
            return _FALSE
        if kind == "and":
            return self._both(self.obligations(a), self.obligations(b))
        if kind == "or":
            return self._one(self.obligations(a), self.obligations(b))
        return frozenset((frozenset((number,)),))

    def after(self, state: _Dnf, letter: int) -> _Dnf:
        """What is left of a state after a moment."""
        left = _FALSE
        self._spend(4 + len(state))
        for clause in state:
            kept = _TRUE
            for number in clause:
                kept = self._both(kept, self._progress(number, letter))
                if not kept:
                    break
            left = self._one(left, kept)
        return left

    def _progress(self, number: int, letter: int) -> _Dnf:
        key = (number, letter)
        if key not in self._memory:
            self._memory[key] = self._progressed(number, letter)
        return self._memory[key]

    def _progressed(self, number: int, letter: int) -> _Dnf:
        kind, a, b = self._nodes[number]
        if kind == "T":
            return _TRUE
        if kind == "lit":
            return _TRUE if (letter >> a & 1) == b else _FALSE
        if kind == "and":
            return self._both(self._progress(a, letter), self._progress(b, letter))
        if kind == "or":
            return self._one(self._progress(a, letter), self._progress(b, letter))
        if kind == "X":
            return self._both(self.obligations(a), self.obligations(self._more))
        if kind == "WX":
            return self._one(self.obligations(a), self.obligations(self._over))
        if kind == "U":
            again = self._both(self._progress(a, letter), frozenset((frozenset((number,)),)))
            return self._one(self._progress(b, letter), again)
        if kind == "R":
            again = self._one(self._progress(a, letter), frozenset((frozenset((number,)),)))
            return self._both(self._progress(b, letter), again)
        return _FALSE

    def _one(self, a: _Dnf, b: _Dnf) -> _Dnf:
        return a if a == b or not b else b if not a else self._irredundant(a | b)

    def _both(self, a: _Dnf, b: _Dnf) -> _Dnf:
        if a == b or b == _TRUE:
            return a
        if a == _TRUE:
            return b
        self._spend(len(a) * len(b))
        return self._irredundant({p | q for p in a for q in b})

    def _irredundant(self, clauses: Collection[_Clause]) -> _Dnf:
        """Without clauses that contain another one."""
        kept: list[_Clause] = []
        for clause in sorted(clauses, key=len):
            self._spend(len(kept))
            if not any(other <= clause for other in kept):
                kept.append(clause)
        return frozenset(kept)

    def _spend(self, work: int) -> None:
        self.work += work
        if self.work > MAX_WORK:
            raise FormulaInvalid("the rule has too many cases to keep apart: split it")

    def holds_at_end(self, state: _Dnf) -> bool:
        """Whether a state holds when no moment follows."""
        return any(all(self._nodes[number][0] in ("R", "WX", "T") for number in clause) for clause in state)


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
