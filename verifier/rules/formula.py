"""Formula: linear temporal logic over finite traces (LTLf), as immutable data.

Source: De Giacomo, Vardi: "Linear temporal logic and linear dynamic logic on finite traces", IJCAI 2013. A trace has at
least one moment. ``X a`` wants a next moment in which a holds; ``WX a`` is also true at the last moment.
"""

from dataclasses import dataclass
from functools import reduce
from typing import Literal, TypeAlias

from verifier.rules.atom import Atom

__all__ = [
    "FALSE", "TRUE", "Formula", "Op", "all_of", "always", "any_of", "atom", "atoms_of", "depth", "eventually",
    "implies", "is_temporal", "negate", "next_", "release", "size", "until", "weak_next", "weak_until",
]  # fmt: skip

Op: TypeAlias = Literal["true", "false", "atom", "!", "&", "|", "->", "X", "WX", "F", "G", "U", "W", "R"]

_BINDING: dict[Op, int] = {"->": 1, "|": 2, "&": 3, "U": 4, "W": 4, "R": 4}
"""How tightly the two-sided operators bind; the one-sided ones bind tightest."""


@dataclass(frozen=True, slots=True)
class Formula:
    """An operator with its operands, or an atom."""

    op: Op
    parts: tuple["Formula", ...] = ()
    atom: Atom | None = None

    def __str__(self) -> str:
        """Text that ``parse_formula`` reads back to the same formula."""
        if self.op == "atom":
            return str(self.atom)
        if not self.parts:
            return self.op
        if len(self.parts) == 1:
            inner = self.parts[0]
            text = f"({inner})" if len(inner.parts) == 2 else str(inner)
            return f"!{text}" if self.op == "!" else f"{self.op} {text}"
        left, right = (f"({part})" if len(part.parts) == 2 and not self._flat(part) else str(part) for part in self.parts)
        return f"{left} {self.op} {right}"

    def _flat(self, part: "Formula") -> bool:
        """Whether an operand may stand without parentheses: the left one of a chain, or one that binds tighter."""
        if part.op == self.op and self.op in ("&", "|"):
            return part is self.parts[0]
        return self.op in ("&", "|", "->") and _BINDING[part.op] > _BINDING[self.op]


TRUE = Formula("true")
FALSE = Formula("false")


def atom(value: Atom) -> Formula:
    """An atom as a formula."""
    return Formula("atom", (), value)


def negate(a: Formula) -> Formula:
    """Not a."""
    return a.parts[0] if a.op == "!" else Formula("!", (a,))


def all_of(*parts: Formula) -> Formula:
    """All of them; true for none."""
    return reduce(lambda a, b: Formula("&", (a, b)), parts) if parts else TRUE


def any_of(*parts: Formula) -> Formula:
    """One of them at least; false for none."""
    return reduce(lambda a, b: Formula("|", (a, b)), parts) if parts else FALSE


def implies(a: Formula, b: Formula) -> Formula:
    """If a then b."""
    return Formula("->", (a, b))


def next_(a: Formula) -> Formula:
    """There is a next moment and a holds in it."""
    return Formula("X", (a,))


def weak_next(a: Formula) -> Formula:
    """If there is a next moment, a holds in it."""
    return Formula("WX", (a,))


def eventually(a: Formula) -> Formula:
    """At this or a later moment, a."""
    return Formula("F", (a,))


def always(a: Formula) -> Formula:
    """At this and every later moment, a."""
    return Formula("G", (a,))


def until(a: Formula, b: Formula) -> Formula:
    """At this or a later moment b, and a at all moments before that."""
    return Formula("U", (a, b))


def weak_until(a: Formula, b: Formula) -> Formula:
    """As ``until``, or a to the end."""
    return Formula("W", (a, b))


def release(a: Formula, b: Formula) -> Formula:
    """Up to and including the first moment of a: b; or b to the end."""
    return Formula("R", (a, b))


def atoms_of(formula: Formula) -> tuple[Atom, ...]:
    """The atoms that it speaks of, each once, in the order in which they are written; a deadline's own come before it."""
    found: dict[Atom, None] = {}
    stack = [formula]
    while stack:
        part = stack.pop()
        if part.atom is not None:
            for operand in part.atom.deadline or ():
                found |= dict.fromkeys(atoms_of(operand))
            found[part.atom] = None
        stack += reversed(part.parts)
    return tuple(found)


def is_temporal(formula: Formula) -> bool:
    """Whether it looks beyond one moment."""
    return formula.op in ("X", "WX", "F", "G", "U", "W", "R") or any(map(is_temporal, formula.parts))


def size(formula: Formula) -> int:
    """Number of operators and atoms."""
    return 1 + sum(map(size, formula.parts))


def depth(formula: Formula) -> int:
    """Nesting depth; 1 for an atom."""
    return 1 + max(map(depth, formula.parts), default=0)
