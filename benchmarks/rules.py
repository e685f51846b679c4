"""How fast house rules are watched, and whether they mean what they say: ``python -m benchmarks.rules``.

Speed: monitor steps (one moment, one rule) per second, for many traces at once as table look-ups in NumPy and for one trace in
plain Python, over the rules of the shipped maps with random letters. Agreement: random LTLf formulas on random traces, the
compiled automaton against the semantics by definition (tests/verifier/ltlf_by_definition.py, which shares no code with it).
About one minute; the bars are 10^6 steps per second and no disagreement in 10^5 pairs.
"""

import argparse
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["agreement", "main", "speed"]

ROOT = Path(__file__).resolve().parent.parent


def speed(traces: int = 20_000, moments: int = 100, seed: int = 0) -> dict[str, Any]:
    """Monitor steps per second over all rules of the shipped maps.

    Args:
        traces: Traces watched at once.
        moments: Moments of each.
        seed: Of the random letters.

    Returns:
        Steps per second, batched and one at a time (all known, and with unknown atoms), and the number of rules.
    """
    from maps import load_world, shipped_maps
    from verifier.rules import find_rules
    from verifier.rules.batch import run_batch

    automata = [rule.automaton for path in shipped_maps().values() for rule in find_rules(load_world(path))]
    rng = np.random.default_rng(seed)
    batched = single = doubtful = 0.0
    for automaton in automata:
        columns = 1 << len(automaton.atoms)
        letters = rng.integers(0, columns, (moments, traces))
        started = time.perf_counter()
        ends = run_batch(automaton, letters)
        batched += time.perf_counter() - started
        one = letters[:, :200].T.tolist()
        started = time.perf_counter()
        for trace in one:
            states = automaton.start
            for letter in trace:
                states = automaton.advance(states, (letter, 0))
        single += time.perf_counter() - started
        last = states.bit_length() - 1
        if last != ends[199]:
            raise SystemExit("the batch and the single monitor disagree")
        unknown = (rng.integers(0, columns, (moments, 200)) & ~letters[:, :200]).T.tolist()
        started = time.perf_counter()
        for trace, doubts in zip(one, unknown, strict=True):
            states = automaton.start
            for letter, doubt in zip(trace, doubts, strict=True):
                states = automaton.advance(states, (letter, doubt))
        doubtful += time.perf_counter() - started
    return {
        "rules": len(automata),
        "states": sum(len(automaton.table) for automaton in automata),
        "batched_per_s": len(automata) * traces * moments / batched,
        "single_per_s": len(automata) * 200 * moments / single,
        "single_three_valued_per_s": len(automata) * 200 * moments / doubtful,
    }


def agreement(pairs: int = 100_000, per_formula: int = 5, seed: int = 0) -> dict[str, Any]:
    """Random (formula, trace) pairs: automaton against definition.

    Args:
        pairs: How many.
        per_formula: Traces tried on each formula.
        seed: Of everything random.

    Returns:
        Pairs, disagreements, formulas, the largest table, formulas refused as too large, and seconds.
    """
    sys.path.insert(0, str(ROOT / "tests" / "verifier"))
    from ltlf_by_definition import holds, random_formula, random_trace

    from verifier.rules.automaton import compile_formula
    from verifier.rules.errors import FormulaInvalid

    rng = random.Random(seed)
    done = wrong = formulas = largest = refused = true = 0
    started = time.perf_counter()
    while done < pairs:
        formula = random_formula(rng, rng.randint(1, 5))
        try:
            automaton = compile_formula(formula)
        except FormulaInvalid:
            refused += 1
            continue
        formulas += 1
        largest = max(largest, len(automaton.table))
        for _ in range(per_formula):
            trace = random_trace(rng)
            states = automaton.start
            for moment in trace:
                states = automaton.advance(states, (sum(1 << i for i, atom in enumerate(automaton.atoms) if atom in moment), 0))
            expected = holds(formula, trace)
            wrong += bool(states & automaton.accepting) != expected
            true += expected
            done += 1
    return {
        "pairs": done,
        "disagreements": wrong,
        "formulas": formulas,
        "held": true,
        "largest_table": largest,
        "refused": refused,
        "seconds": time.perf_counter() - started,
    }


def main() -> int:
    """Print both; the exit code tells whether the bars were met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    fast, right = speed(), agreement(options.pairs)
    if options.json:
        print(json.dumps({"speed": fast, "agreement": right}))
    else:
        print(f"{fast['rules']} rules of the shipped maps, {fast['states']} states")
        print(f"batched (NumPy)           {fast['batched_per_s'] / 1e6:8.1f} million monitor steps per second")
        print(f"one trace, plain Python   {fast['single_per_s'] / 1e6:8.1f}")
        print(f"  with unknown atoms      {fast['single_three_valued_per_s'] / 1e6:8.1f}")
        print(
            f"{right['pairs']} random pairs of formula ({right['formulas']}, up to {right['largest_table']} states) and trace:"
            f" {right['disagreements']} disagreements, {right['held']} held, {right['seconds']:.0f} s"
        )
    return 0 if fast["batched_per_s"] >= 1e6 and right["disagreements"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
