"""Does the shipped planner go on rightly after a look: ``python -m benchmarks.decisions`` (a minute).

Fresh generated missions of one clause that hang on what a look shows, at the moment after the look: the first token of the
answer, without the grammar, against the oracle's: of the model alone, and of the model that is told the mission anew once the judge
of conditions has settled it, as the runtime does. Whoever never looked would be right about half the time.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from agent.decisions import Decided, Look, Named, decide
from agent.learning.samples import Sample

__all__ = ["decided", "judged", "main", "moments"]

MODEL = Path(__file__).resolve().parent.parent / "agent/models/planner/planner.gguf"


def moments(count: int, seed: int) -> Iterator[Sample]:
    """So many samples whose prompt ends with what was seen of the thing that decides."""
    from agent.learning.missions import draw

    made = number = 0
    while made < count:
        number += 1
        try:
            sample = draw(seed, number, level=1)
        except IndexError:
            continue  # a site that ran out of what the mission needs
        last = sample.facts.history[-1] if sample.facts.history else None
        if last is None or not any(family in ("if look", "if asked") for family in sample.families):
            continue
        if last.call[0].text == "[inspect]" and last.seen and last.seen[0].text == "[saw]" and not sample.facts.refused:
            made += 1
            yield sample


def judged(sample: Sample) -> tuple[tuple[str, ...] | None, Decided | None]:
    """A sample's mission as the runtime tells it anew once its looks have settled a condition, and what they have settled.

    Returns:
        The words and pointers, and the decisions; (None, None) where nothing is settled.
    """
    chinese = sample.language == "zh"
    gap = "" if chinese else " "
    text, named = "", list[Named]()
    for number, token in enumerate(sample.mission):
        text += gap * bool(text)
        if token == "[or]" or (number and sample.mission[number - 1] == "[or]"):
            group = named[-1]
            names = group.names if token == "[or]" else (*group.names, token)
            named[-1] = replace(group, end=len(text) + len(token), names=names)
        elif token[0] == "[" and len(token) > 1:
            named.append(Named(len(text), len(text) + len(token), (token,), token[1] == "T"))
        text += token
    looks, last = list[Look](), 0
    for past in sample.facts.history:
        call, seen = ([item.text for item in items] for items in (past.call, past.seen))
        last = last + 1 if seen[:1] == ["[saw]"] else 0 if past.outcome == "[ok]" else last
        if seen[:1] == ["[saw]"]:
            told = " ".join(seen[1:])
            looks.append(Look(call[1], gap.join(call[3:-1]), _HAN.sub("", told)))
    found = decide(text, named, looks, fresh=last)
    return (None, None) if found is None else (tuple(_TOKEN.findall(found.text)), found)


_HAN = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_TOKEN = re.compile(r"\[[A-Z]\d+\]|\[or\]|[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:['-][^\W_\u3400-\u9fff]+)*|\S")


def decided(model: Path, count: int, seed: int) -> tuple[Counter[tuple[str, bool]], Counter[tuple[str, bool]]]:
    """How often the answer begins as the oracle's, by language, by whether something is to be done, and by whether the judge told.

    Args:
        model: A GGUF that ``agent.learning.export`` wrote, or its ``weights.npz``.
        count: Samples.
        seed: Everything random comes from here.

    Returns:
        Counts by (kind, right): of the model alone, and of what the runtime makes of it with the judge of conditions.
    """
    import numpy as np
    import torch
    from tokenizers import Tokenizer

    from agent.learning.dataset import Encoder
    from agent.learning.model import Config, Network
    from agent.learning.samples import items
    from agent.learning.weights import read_weights
    from agent.planners.dialect.prompt import compose
    from agent.planners.pointers import Segment

    weights = read_weights(model)
    network = Network(Config(**dict(weights.config))).eval()
    network.load_state_dict({name: torch.from_numpy(np.array(part)).float() for name, part in weights.tensors.items()})
    encode = Encoder(Tokenizer.from_str(weights.tokenizer))
    done = encode((Segment("[done]", special=True),))[0]

    def first(prompt: tuple[Segment, ...], *, due: bool = False) -> int:
        with torch.no_grad():
            hidden = network(torch.tensor([encode(prompt)]))[0, -1]
        scores = hidden @ network.embedding.weight.T
        if due:
            scores[done] = -torch.inf
        return int(scores.argmax())

    alone: Counter[tuple[str, bool]] = Counter()
    together: Counter[tuple[str, bool]] = Counter()
    for sample in moments(count, seed):
        wanted = encode(sample.target())[0]
        said = first(sample.prompt())
        told, found = judged(sample)
        if told is None or found is None:
            answer = said
        else:
            answer = done if found.spent else first(compose(sample.facts, items(told)), due=found.due)
        todo = "nothing to do" if sample.answer[0] == "[done]" else "something to do"
        for kind in ("all", sample.language, todo, "settled" if found is not None else "not settled"):
            alone[kind, said == wanted] += 1
            together[kind, answer == wanted] += 1
    return alone, together


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    from agent.evaluation.intervals import interval

    parser = argparse.ArgumentParser(prog="python -m benchmarks.decisions", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", type=Path, default=MODEL, help="GGUF or weights.npz (default: the shipped planner)")
    parser.add_argument("--count", type=int, default=500, help="missions (default 500)")
    parser.add_argument("--seed", type=int, default=909)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    rows: dict[str, dict[str, dict[str, float]]] = {}
    for way, found in zip(("model alone", "with the judge"), decided(options.model, options.count, options.seed), strict=True):
        for kind in dict.fromkeys(name for name, _ in found):
            right, of = found[kind, True], found[kind, True] + found[kind, False]
            share, low, high = interval(right, of)
            row = {"right": right, "of": of, "share": round(share, 3), "low": round(low, 3), "high": round(high, 3)}
            rows.setdefault(kind, {})[way] = row
    if options.json:
        print(json.dumps(rows))
        return 0
    for kind, ways in rows.items():
        told = []
        for way, row in ways.items():
            share, low, high = (round(100 * row[name]) for name in ("share", "low", "high"))
            told.append(f"{way} {row['right']:4} of {row['of']:4}  {share:3} % ({low}-{high})")
        print(f"{kind:16} " + "   ".join(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
