"""Progression: what is left to hold of a formula after a moment (Bacchus, Kabanza, AIJ 2000, for finite traces)."""

from collections.abc import Collection
from typing import Literal, TypeAlias

from verifier.rules.atom import Atom
from verifier.rules.errors import FormulaInvalid
from verifier.rules.formula import Formula

__all__ = ["Dnf", "Progression"]

MAX_WORK = 1_000_000
"""Comparisons while a rule is compiled, about half a second."""

_Clause: TypeAlias = frozenset[int]
Dnf: TypeAlias = frozenset[_Clause]
"""What is left of a formula: clauses of nodes, by number, of which one has to hold with all its nodes."""
_TRUE: Dnf = frozenset((frozenset(),))
_FALSE: Dnf = frozenset()

_Kind: TypeAlias = Literal["T", "F", "lit", "and", "or", "X", "WX", "U", "R"]
_Node: TypeAlias = tuple[_Kind, int, int]
"""Kind and two operands (numbers of nodes; for ``lit`` the atom's bit and 1 or 0 for plain or negated)."""


class Progression:
    """The nodes of one formula in negation normal form, numbered, and what is left of them after a letter."""

    def __init__(self, atoms: tuple[Atom, ...]) -> None:
        self._bit = {atom: index for index, atom in enumerate(atoms)}
        self._nodes: list[_Node] = []
        self._numbers: dict[_Node, int] = {}
        self._memory: dict[tuple[int, int], Dnf] = {}
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

    def obligations(self, number: int) -> Dnf:
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

    def after(self, state: Dnf, letter: int) -> Dnf:
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

    def _progress(self, number: int, letter: int) -> Dnf:
        key = (number, letter)
        if key not in self._memory:
            self._memory[key] = self._progressed(number, letter)
        return self._memory[key]

    def _progressed(self, number: int, letter: int) -> Dnf:
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

    def _one(self, a: Dnf, b: Dnf) -> Dnf:
        return a if a == b or not b else b if not a else self._irredundant(a | b)

    def _both(self, a: Dnf, b: Dnf) -> Dnf:
        if a == b or b == _TRUE:
            return a
        if a == _TRUE:
            return b
        self._spend(len(a) * len(b))
        return self._irredundant({p | q for p in a for q in b})

    def _irredundant(self, clauses: Collection[_Clause]) -> Dnf:
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

    def holds_at_end(self, state: Dnf) -> bool:
        """Whether a state holds when no moment follows."""
        return any(all(self._nodes[number][0] in ("R", "WX", "T") for number in clause) for clause in state)
