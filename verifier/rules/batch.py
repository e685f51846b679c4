"""Many traces at once: the automaton's table walked with NumPy, one look-up for a moment of all traces."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from verifier.rules.automaton import Automaton

__all__ = ["run_batch", "verdicts"]

Ints = npt.NDArray[np.intp]


@lru_cache(maxsize=64)
def _flat(automaton: Automaton) -> Ints:
    """The table in one row, each state written as where its own row begins."""
    columns = 1 << len(automaton.atoms)
    return np.asarray(automaton.table, dtype=np.intp).reshape(-1) * columns


def run_batch(automaton: Automaton, letters: npt.ArrayLike) -> Ints:
    """The states in which traces of the same length leave an automaton.

    Args:
        automaton: Of one rule.
        letters: (T, N) ints: for each moment and trace the bits of the atoms that hold; all is known.

    Returns:
        (N,) states.

    Raises:
        ValueError: A letter has bits that are no atom's.
    """
    moments = np.asarray(letters, dtype=np.intp)
    columns = 1 << len(automaton.atoms)
    if moments.size and not 0 <= moments.min() <= moments.max() < columns:
        raise ValueError(f"letters must be 0 to {columns - 1}")
    table = _flat(automaton)
    states = np.zeros(moments.shape[1], dtype=np.intp)
    for moment in moments:
        np.add(states, moment, out=states)
        states = table[states]
    return states // columns


def verdicts(automaton: Automaton, letters: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether each of the traces keeps the rule, (N,)."""
    good = np.array([automaton.accepting >> state & 1 for state in range(len(automaton.table))], dtype=bool)
    return good[run_batch(automaton, letters)]
