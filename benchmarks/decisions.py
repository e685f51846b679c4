"""Does the shipped planner go on rightly after a look: ``python -m benchmarks.decisions`` (half a minute).

Fresh generated missions of one clause that hang on what a look shows, at the moment after the look: the first token of the
answer, without the grammar, against the oracle's. Whoever never looked would be right about half the time.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from agent.learning.samples import Sample

__all__ = ["decided", "main", "moments"]

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


def decided(model: Path, count: int, seed: int) -> Counter[tuple[str, bool]]:
    """How often the answer begins as the oracle's, by language and by whether something is to be done.

    Args:
        model: A GGUF that ``agent.learning.export`` wrote, or its ``weights.npz``.
        count: Samples.
        seed: Everything random comes from here.

    Returns:
        Counts by (kind, right).
    """
    import numpy as np
    import torch
    from tokenizers import Tokenizer

    from agent.learning.dataset import Encoder
    from agent.learning.model import Config, Network
    from agent.learning.weights import read_weights

    weights = read_weights(model)
    network = Network(Config(**dict(weights.config))).eval()
    network.load_state_dict({name: torch.from_numpy(np.array(part)).float() for name, part in weights.tensors.items()})
    encode = Encoder(Tokenizer.from_str(weights.tokenizer))
    found: Counter[tuple[str, bool]] = Counter()
    for sample in moments(count, seed):
        with torch.no_grad():
            hidden = network(torch.tensor([encode(sample.prompt())]))[0, -1]
        right = int((hidden @ network.embedding.weight.T).argmax()) == encode(sample.target())[0]
        found[sample.language, right] += 1
        found["nothing to do" if sample.answer[0] == "[done]" else "something to do", right] += 1
        found["all", right] += 1
    return found


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    from agent.evaluation.intervals import interval

    parser = argparse.ArgumentParser(prog="python -m benchmarks.decisions", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", type=Path, default=MODEL, help="GGUF or weights.npz (default: the shipped planner)")
    parser.add_argument("--count", type=int, default=500, help="missions (default 500)")
    parser.add_argument("--seed", type=int, default=909)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    found = decided(options.model, options.count, options.seed)
    rows = {}
    for kind in dict.fromkeys(name for name, _ in found):
        right, of = found[kind, True], found[kind, True] + found[kind, False]
        share, low, high = interval(right, of)
        rows[kind] = {"right": right, "of": of, "share": round(share, 3), "low": round(low, 3), "high": round(high, 3)}
    if options.json:
        print(json.dumps(rows))
        return 0
    for kind, row in rows.items():
        share, low, high = (round(100 * row[name]) for name in ("share", "low", "high"))
        print(f"{kind:16} {row['right']:4} of {row['of']:4}  {share} % ({low}-{high})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
