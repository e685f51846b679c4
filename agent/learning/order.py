"""Orders of telling: clauses joined so that they still mean their order of doing, and the politeness around them."""

import random
import re
from collections.abc import Callable

from agent.learning.clauses import Clause
from agent.learning.inflect import gerund, participle
from agent.learning.phrases import phrase

__all__ = ["base", "dress", "tell"]

_VERB = re.compile(r"<(\w+)>")


def tell(rng: random.Random, clauses: list[Clause]) -> str:
    """The clauses in an order of telling that still means their order of doing."""
    texts = [clause.text.lstrip("?") for clause in clauses]
    direct = [clause.text.startswith("?") for clause in clauses]
    out: list[str] = []
    single: list[int | None] = []
    i = 0
    while i < len(texts):
        if i + 1 < len(texts) and not direct[i] and not direct[i + 1] and rng.random() < 0.2:
            out.append(_inverted(rng, texts[i], texts[i + 1]))
            single.append(None)
            i += 2
        else:
            out.append(base(texts[i]))
            single.append(i)
            i += 1
    if len(texts) > 1 and single[0] is not None and not direct[0] and rng.random() < 0.15:
        starts = ("first", "first", "first ,", "first of all ,")
        by = rng.random() < 0.33
        out[0] = f"{rng.choice(('start by', 'begin by'))} {_form(texts[0], gerund)}" if by else f"{rng.choice(starts)} {out[0]}"
    told = out[0]
    for k in range(1, len(out)):
        clause = single[k]
        if clause is None or single[k - 1] is None:  # what "before" and "after" join must end there to be clear
            told += f" {phrase(rng, 'then_apart')} {out[k]}"
            continue
        if k == len(out) - 1 and rng.random() < 0.15:
            told += f" {phrase(rng, 'last')} {out[k]}"
        elif clause is not None and not direct[clause] and rng.random() < 0.03:
            told += f" , followed by {_form(texts[clause], gerund)}"
        else:
            told += f" {phrase(rng, 'then')} {out[k]}"
    return told


def dress(rng: random.Random, text: str, *, polite: bool = True) -> str:
    """Politeness before and after, closing punctuation."""
    if polite and rng.random() < 0.3:
        text = f"{phrase(rng, 'before')} {text}"
    if rng.random() < 0.12:
        text = f"{text} {phrase(rng, 'after')}"
    if rng.random() < 0.45 and text.rstrip()[-1] not in ".?!":
        text = f"{text} {rng.choice(('.', '.', '.', '.', '!'))}"
    return text


def base(text: str) -> str:
    """A clause in its imperative form."""
    return _VERB.sub(r"\1", text)


def _inverted(rng: random.Random, one: str, two: str) -> str:
    """Two clauses told with their order in a conjunction; ``one`` is done first."""
    forms = {"1": base(one), "2": base(two), "1ing": _form(one, gerund), "2ing": _form(two, gerund), "1ed": _form(one, participle)}
    return phrase(rng, "inverted", **forms)


def _form(text: str, inflect: Callable[[str], str]) -> str:
    return _VERB.sub(lambda match: inflect(match.group(1)), text)
