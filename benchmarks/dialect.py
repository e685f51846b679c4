"""The small models' dialect held against its own grammar: ``python -m benchmarks.dialect``.

Every answer of the oracle must be taken by the grammar of its prompt and read back without loss; whatever the grammar makes at
random must be read, and be well-typed. The full figures (``--samples 100000 --drawn 1000000``) take about half an hour on one core.
"""

import argparse
import json
import os
import random
import sys
import time
from dataclasses import replace

from agent.learning.missions import draw
from agent.learning.samples import Sample, items
from agent.planners.dialect import Prompt, Word, decode, grammar
from agent.planners.dialect.loops import unrolled
from agent.planners.dialect.prompt import Signature
from agent.planners.errors import LoopUnusable, PlanUnreadable
from agent.planners.planner import Proposal
from agent.planners.pointers import END, LIBRARY, POINTERS, Referent, ReferentType, normalise_words, tokenise
from benchmarks.gbnf_reader import Grammar

__all__ = ["main", "plainly", "rewritten", "symbolic"]

TYPES: dict[str, ReferentType] = {"P": "place", "T": "thing", "D": "door", "S": "skill"}
PER_PROMPT = 200


def symbolic(one: Sample) -> Prompt:
    """A generated sample as a prompt with made-up names, such as decoding and the grammar need."""
    at = 0
    placed: list[Word] = []
    words = items(one.mission)
    for number, item in enumerate(words):
        joined = "[or]" in (item.text, words[number - 1].text if number else "")
        placed.append(Word(item, placed[-1].start if joined else at, at + len(item.text)))
        at += len(item.text) + 1
    ends = {word.start: word.end for word in placed}
    placed = [replace(word, end=ends[word.start]) for word in placed]  # all of a group stand for the same stretch
    segments = one.prompt()
    shown = {segment.text for segment in segments if segment.special}
    table = {p: Referent(TYPES[p[1]], f"name of {p}") for p in POINTERS if p in shown}
    signatures = {p: Signature(f"skill_{p[2:-1]}", tuple(f"a{i}" for i in range(len(k))), k) for p, _, k in one.facts.skills}
    return Prompt(
        segments=segments, table=table, words=tuple(placed), mission=" ".join(one.mission), signatures=signatures,
        library=frozenset(LIBRARY), docks=frozenset(p for p in table if p.startswith("[P")), begun=bool(one.facts.history),
        inside=dict(one.facts.inside),
    )  # fmt: skip


def plainly(answer: str, prompt: Prompt) -> str:
    """An answer without loops and without the marks of quotations."""
    plain = (token for token, _ in unrolled(tokenise(answer), prompt) if token not in ("[q]", "[/q]"))
    return "".join(token if token.startswith("[") else f" {token}" for token in plain)


def rewritten(proposal: Proposal, prompt: Prompt, answer: str) -> str:
    """A decoded answer written again, without the marks of quotations; where a sentence was made of it, the answer itself."""
    if proposal.plan is None or answer.startswith("[answer]"):
        return plainly(answer, prompt)
    if not proposal.plan.steps:
        return "[done]"
    user = {signature.skill: pointer for pointer, signature in prompt.signatures.items()}
    named = {referent.name.replace("[", "(").replace("]", ")"): pointer for pointer, referent in prompt.table.items()}
    out = []
    for step in proposal.plan.steps:
        out.append(user.get(step.skill, f"[{step.skill}]"))
        for value in step.args.values():
            text = f"{value:g}" if isinstance(value, float) else str(value)
            text = text.replace("[or]", " pointerOR ").replace("[", "(").replace("]", ")")
            for name, pointer in named.items():
                text = text.replace(name, f" pointer{pointer[1:-1]} ").replace(f"({pointer[1:-1]})", f" pointer{pointer[1:-1]} ")
            for word, _, _ in normalise_words(text):
                out.append("[or]" if word == "pointeror" else f"[{word[7:].upper()}]" if word.startswith("pointer") else f" {word}")
    return "".join(out) + ("[more]" if proposal.more else "")


def well_typed(text: str, prompt: Prompt) -> bool:
    """Whether an answer is read, and its plan's arguments are of the right types."""
    try:
        proposal = decode(text, prompt)
    except LoopUnusable:
        return True  # well-typed, and refused for what it says
    except PlanUnreadable:
        return False
    for step in proposal.plan.steps if proposal.plan is not None else ():
        for name, value in step.args.items():
            kind = {"place": "P", "thing": "T", "door": "D", "lift": "P", "to": "P"}.get(name)
            if kind and not str(value).startswith(f"name of [{kind}"):
                return False
            if name == "seconds" and not isinstance(value, int | float):
                return False
    return True


def main() -> int:
    """Print the figures; the exit code tells whether anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=5000, help="oracle answers to hold against the grammar")
    parser.add_argument("--drawn", type=int, default=50_000, help="texts to draw from grammars")
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    started = time.process_time()
    stream = [draw(options.seed, number) for number in range(min(options.samples, 5000))]
    rate = len(stream) / (time.process_time() - started)
    refused = lost = 0
    for number in range(options.samples):
        one = stream[number] if number < len(stream) else draw(options.seed, number)
        prompt = symbolic(one)
        answer = "".join(segment.text for segment in one.target()).removesuffix(END)
        refused += not Grammar.read(grammar(prompt)).accepts(answer)
        lost += rewritten(decode(answer, prompt), prompt, answer) != plainly(answer, prompt)
    rng = random.Random(options.seed)
    wrong = tokens = 0
    for number in range(-(-options.drawn // PER_PROMPT)):
        prompt = symbolic(draw(options.seed + 1, number))
        reader = Grammar.read(grammar(prompt))
        for _ in range(PER_PROMPT):
            text = reader.draw(rng)
            tokens += len(tokenise(text))
            wrong += not well_typed(text, prompt)
    figures = {
        "samples_per_s": round(rate), "samples": options.samples, "refused_by_the_grammar": refused, "not_read_back": lost,
        "drawn": -(-options.drawn // PER_PROMPT) * PER_PROMPT, "tokens_drawn": tokens, "ill_typed": wrong,
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    print(json.dumps(figures, indent=2) if options.json else "\n".join(f"{name:24} {value}" for name, value in figures.items()))
    return 1 if refused or lost or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
