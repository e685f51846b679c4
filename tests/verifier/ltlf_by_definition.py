"""LTLf by its definition: does a formula hold at moment i of a finite trace? Shares no code with the automata."""

import random
from collections.abc import Sequence

from verifier.rules.atom import Atom
from verifier.rules.formula import FALSE, TRUE, Formula, atom

NAMES = ("a", "b", "c")
ATOMS = tuple(Atom(predicate="calls", name=name) for name in NAMES)


def holds(formula: Formula, trace: Sequence[frozenset[Atom]], i: int = 0) -> bool:  # noqa: C901 - one case for each operator
    """Whether a formula holds at moment i; the trace is not empty and i lies in it."""
    n = len(trace)

    def at(k: int, part: int = 0) -> bool:
        return holds(formula.parts[part], trace, k)

    match formula.op:
        case "true":
            return True
        case "false":
            return False
        case "atom":
            return formula.atom in trace[i]
        case "!":
            return not at(i)
        case "&":
            return at(i, 0) and at(i, 1)
        case "|":
            return at(i, 0) or at(i, 1)
        case "->":
            return not at(i, 0) or at(i, 1)
        case "X":
            return i + 1 < n and at(i + 1)
        case "WX":
            return i + 1 >= n or at(i + 1)
        case "F":
            return any(at(k) for k in range(i, n))
        case "G":
            return all(at(k) for k in range(i, n))
        case "U":
            return any(at(k, 1) and all(at(j, 0) for j in range(i, k)) for k in range(i, n))
        case "W":
            return all(at(k, 0) for k in range(i, n)) or any(at(k, 1) and all(at(j, 0) for j in range(i, k)) for k in range(i, n))
        case "R":
            return all(at(k, 1) or any(at(j, 0) for j in range(i, k)) for k in range(i, n))
    raise AssertionError(formula.op)


def random_formula(rng: random.Random, depth: int) -> Formula:
    """A formula of at most this depth over the three atoms."""
    if depth <= 1 or rng.random() < 0.1:
        return rng.choice((TRUE, FALSE)) if rng.random() < 0.05 else atom(rng.choice(ATOMS))
    if rng.random() < 0.5:
        return Formula(rng.choice(("!", "X", "WX", "F", "G")), (random_formula(rng, depth - 1),))
    return Formula(rng.choice(("&", "|", "->", "U", "W", "R")), (random_formula(rng, depth - 1), random_formula(rng, depth - 1)))


def random_trace(rng: random.Random, longest: int = 8) -> list[frozenset[Atom]]:
    """A trace of one to ``longest`` moments."""
    return [frozenset(a for a in ATOMS if rng.random() < 0.5) for _ in range(rng.randint(1, longest))]
