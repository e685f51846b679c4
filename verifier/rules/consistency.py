"""Consistency: is there any course of a mission that keeps several rules at once? The product of their automata, searched."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.rules.atom import Atom
from verifier.rules.automaton import Automaton

__all__ = ["Facts", "TooLarge", "common_course", "core", "reachable_states"]

MOST_WORK = 400_000
"""Combinations tried before a question is given up."""


class TooLarge(Exception):
    """There are too many cases to decide this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the map and the body make impossible.

    Attributes:
        never: Atoms that never hold, with the reason.
        apart: Pairs of atoms that never hold at once.
        follows: Pairs of which the second holds whenever the first does.
    """

    never: dict[Atom, str]
    apart: frozenset[tuple[Atom, Atom]] = frozenset()
    follows: frozenset[tuple[Atom, Atom]] = frozenset()


def common_course(automata: Sequence[Automaton], facts: Facts, most_work: int = MOST_WORK) -> list[frozenset[Atom]] | None:
    """A shortest course of moments that keeps all of several rules.

    Args:
        automata: One for each rule.
        facts: What cannot be.
        most_work: Combinations tried before it is given up.

    Returns:
        For each moment the atoms that hold; None when no course keeps them all.

    Raises:
        TooLarge: It cannot be decided within bounds.
    """
    search = _Search(automata, facts, most_work=most_work)
    start = tuple(0 for _ in automata)
    came: dict[tuple[int, ...], tuple[tuple[int, ...], int]] = {}
    queue = [start]
    for states in queue:
        for after, letter in search.successors(states):
            if after in came:
                continue
            came[after] = (states, letter)
            queue.append(after)
            if all(automaton.accepting >> state & 1 for automaton, state in zip(automata, after, strict=True)):
                return _course(search, came, after, start)
    return None


def _course(
    search: "_Search", came: dict[tuple[int, ...], tuple[tuple[int, ...], int]], end: tuple[int, ...], start: tuple[int, ...]
) -> list[frozenset[Atom]]:
    course: list[frozenset[Atom]] = []
    while True:
        end, letter = came[end]
        course.append(frozenset(atom for bit, atom in enumerate(search.atoms) if letter >> bit & 1))
        if end == start:
            return course[::-1]


def reachable_states(automaton: Automaton, facts: Facts) -> frozenset[int]:
    """The states that a rule can get into after at least one moment, broken ones too.

    Raises:
        TooLarge: It cannot be decided within bounds.
    """
    search = _Search([automaton], facts, keep_dead=True)
    found: dict[int, None] = {}
    queue = [0]
    for state in queue:
        for (after,), _ in search.successors((state,)):
            if after not in found:
                found[after] = None
                queue.append(after)
    return frozenset(found)


def core(automata: Sequence[Automaton], facts: Facts) -> list[int]:
    """A smallest choice, by leaving out one after the other, of rules that cannot be kept together.

    Args:
        automata: Ones that cannot be kept together.
        facts: What cannot be.

    Returns:
        Indices into ``automata``; leaving out any one of them makes the others possible.

    Raises:
        TooLarge: It cannot be decided within bounds.
    """
    kept = list(range(len(automata)))
    for index in range(len(automata)):
        fewer = [other for other in kept if other != index]
        if fewer and common_course([automata[other] for other in fewer], facts) is None:
            kept = fewer
    return kept


class _Search:
    """Successors in a product, with the letters that the facts allow; the ones with the fewest atoms first."""

    def __init__(self, automata: Sequence[Automaton], facts: Facts, *, keep_dead: bool = False, most_work: int = MOST_WORK) -> None:
        self.atoms = tuple(dict.fromkeys(atom for automaton in automata for atom in automaton.atoms))
        self._automata = automata
        self._keep_dead = keep_dead
        self._most_work = most_work
        self._work = 0
        bit = {atom: index for index, atom in enumerate(self.atoms)}
        self._never = sum(1 << bit[atom] for atom in facts.never if atom in bit)
        self._apart = [0] * len(self.atoms)
        self._follows = [0] * len(self.atoms)
        for first, second in facts.apart:
            if first in bit and second in bit:
                self._apart[bit[first]] |= 1 << bit[second]
                self._apart[bit[second]] |= 1 << bit[first]
        for first, second in facts.follows:
            if first in bit and second in bit:
                self._follows[bit[first]] |= 1 << bit[second]
        self._letters = [self._letters_of([bit[atom] for atom in automaton.atoms]) for automaton in automata]
        later = [0] * (len(automata) + 1)
        for index in range(len(automata) - 1, -1, -1):
            later[index] = later[index + 1] | sum(1 << bit[atom] for atom in automata[index].atoms)
        self._relevant = [self._touching(mask) for mask in later]

    def _touching(self, mask: int) -> int:
        """The atoms of a set and those that facts tie to them."""
        tied = mask
        for index in range(len(self.atoms)):
            if (self._apart[index] | self._follows[index]) & mask:
                tied |= 1 << index
            if mask >> index & 1:
                tied |= self._apart[index] | self._follows[index]
        return tied

    def _letters_of(self, bits: list[int]) -> list[tuple[int, int, int]]:
        """A rule's possible letters: its own number, and the bits among all atoms that are set and that are not."""
        letters = []
        mask = sum(1 << bit for bit in bits)
        for letter in sorted(range(1 << len(bits)), key=lambda number: (number.bit_count(), number)):
            true = sum(1 << bit for index, bit in enumerate(bits) if letter >> index & 1)
            if self._possible(true, mask & ~true):
                letters.append((letter, true, mask & ~true))
        return letters

    def _possible(self, true: int, false: int) -> bool:
        if true & self._never:
            return False
        left = true
        while left:
            index = (left & -left).bit_length() - 1
            if self._apart[index] & true or self._follows[index] & false:
                return False
            left &= left - 1
        return True

    def successors(self, states: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], int]]:
        """The states after one more moment, each once, with the atoms that hold in it."""
        partial: dict[tuple[tuple[int, ...], int, int], int] = {((), 0, 0): 0}
        for index, automaton in enumerate(self._automata):
            partial = self._extended(partial, index, automaton, states[index])
        seen: set[tuple[int, ...]] = set()
        for (after, _, _), letter in partial.items():
            if after not in seen:
                seen.add(after)
                yield after, letter

    def _extended(
        self, partial: dict[tuple[tuple[int, ...], int, int], int], index: int, automaton: Automaton, state: int
    ) -> dict[tuple[tuple[int, ...], int, int], int]:
        row = automaton.table[state]
        relevant = self._relevant[index + 1]
        fresh: dict[tuple[tuple[int, ...], int, int], int] = {}
        for (after, true, false), whole in partial.items():
            for letter, more_true, more_false in self._letters[index]:
                self._work += 1
                if self._work > self._most_work:
                    raise TooLarge
                new = row[letter]
                if not self._keep_dead and automaton.dead >> new & 1:
                    continue
                if more_true & false or more_false & true:
                    continue
                both_true, both_false = true | more_true, false | more_false
                if self._possible(both_true, both_false):
                    key = ((*after, new), both_true & relevant, both_false & relevant)
                    fresh.setdefault(key, whole | more_true)
        return fresh
