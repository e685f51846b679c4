"""How much of the planner is learnt by heart: ``python -m benchmarks.held_back`` (three minutes).

Written missions that no training draws from (``agent/learning/written/held_back/``: 445 English meanings and 443 Chinese ones, each
by a writer of its own), and as many of those that it does: share of answers that are right in every token, each token given
those before it, without the grammar. Sites, names and wordings are drawn anew for both, so the difference is what the model has
not learnt of language and has of its missions. The oracle takes one of several answers that would do, so nothing reaches 100 %.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from agent.learning.samples import Sample

__all__ = ["drawn", "main", "right"]

ROOT = Path(__file__).resolve().parent.parent
MODEL, WRITTEN = ROOT / "agent/models/planner/planner.gguf", ROOT / "agent/learning/written"


def drawn(files: Sequence[Path], count: int, seed: int) -> Iterator[Sample]:
    """So many samples of the missions in these files, each of another one while there are some.

    Args:
        files: ``NAME.en.txt`` or ``NAME.zh.txt``.
        count: Samples.
        seed: Everything random comes from here.
    """
    from agent.learning.missions import from_block
    from agent.learning.words import Vocabulary
    from agent.learning.written import read_file

    blocks = [block for path in files for block in read_file(path)[0]]
    rng = random.Random(seed)
    rng.shuffle(blocks)
    made = number = 0
    while made < count:
        block = blocks[number % len(blocks)]
        number += 1
        try:
            sample = from_block(block, rng, Vocabulary(language=block.language))
        except IndexError:
            continue  # a site that cannot be as the mission tells it
        made += 1
        yield sample


def right(model: Path, samples: Sequence[Sample]) -> tuple[list[bool], float]:
    """Whether a model's answer to each sample is the oracle's in every token, and the mean loss of a token.

    Args:
        model: A GGUF that ``agent.learning.export`` wrote, or a ``weights.npz``.
        samples: What is asked.
    """
    import torch
    from tokenizers import Tokenizer
    from torch.nn import functional as F

    from agent.learning.dataset import Encoder
    from agent.learning.export import network_of
    from agent.learning.weights import read_weights

    weights = read_weights(model)
    network, encode = network_of(weights), Encoder(Tokenizer.from_str(weights.tokenizer))
    found, loss, tokens = list[bool](), 0.0, 0
    with torch.no_grad():
        for sample in samples:
            prompt, answer = encode(sample.prompt()), encode(sample.target())
            ids = torch.tensor([[*prompt, *answer[:-1]]])
            hidden = network(ids, prompts=torch.arange(ids.shape[1])[None] < len(prompt))[0, len(prompt) - 1 :]
            logits, wanted = network.logits(hidden), torch.tensor(answer)
            loss += float(F.cross_entropy(logits, wanted, reduction="sum"))
            tokens += len(answer)
            found.append(bool((logits.argmax(-1) == wanted).all()))
    return found, loss / tokens


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    from agent.evaluation.intervals import interval

    parser = argparse.ArgumentParser(prog="python -m benchmarks.held_back", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", type=Path, action="append", help="GGUF or weights.npz, several times to compare them")
    parser.add_argument("--count", type=int, default=1776, help="missions of either kind (default 1776: each held back one twice)")
    parser.add_argument("--seed", type=int, default=41)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    kinds = {"held back": sorted((WRITTEN / "held_back").glob("*.txt")), "trained on": sorted(WRITTEN.glob("*.txt"))}
    samples = {kind: list(drawn(files, options.count, options.seed)) for kind, files in kinds.items()}
    rows = []
    for model in options.model or [MODEL]:
        for kind, asked in samples.items():
            found, loss = right(model, asked)
            parts = {"all": found} | {
                language: [so for so, sample in zip(found, asked, strict=True) if sample.language == language]
                for language in ("en", "zh")
            }
            shares = {part: [round(x, 3) for x in interval(sum(some), len(some))] for part, some in parts.items() if some}
            rows.append({"model": str(model), "missions": kind, "count": len(found), "loss": round(loss, 4), "right": shares})
    if options.json:
        print(json.dumps(rows))
        return 0
    for row in rows:
        told = ", ".join(f"{part} {share:.1%} ({low:.0%}-{high:.0%})" for part, (share, low, high) in row["right"].items())
        print(f"{Path(row['model']).name}, {row['count']} missions {row['missions']}: right {told}; loss of a token {row['loss']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
