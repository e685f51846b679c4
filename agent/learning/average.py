"""The mean of several weights that come from the same ones, as new weights (a "model soup", Wortsman et al., 2022).

Runs that began with the same weights and went on with other data or step lengths end in one valley: its middle is better than its
edges, at the cost of one network. Weights of different origin have nothing in common, and their mean says nothing.

python -m agent.learning.average --from first --from second --to mean.npz
python -m agent.learning.average --from first --from second.npz --share 1 --share 3 --to mean.npz
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from agent.learning.weights import Weights, WeightsInvalid, read_weights, write_weights

__all__ = ["averaged", "main"]


def averaged(several: Sequence[Weights], shares: Sequence[float] | None = None) -> Weights:
    """The mean of several weights.

    Args:
        several: Weights of one shape, tokenizer and dialect; attention may differ and is that of the last.
        shares: What each of them counts, more than 0; None for all alike.

    Returns:
        The mean, with the progress of those that have seen most.

    Raises:
        WeightsInvalid: They do not belong together, or the shares are none.
    """
    shares = [1.0] * len(several) if shares is None else shares
    if not several or len(shares) != len(several) or not all(0 < share < float("inf") for share in shares):
        raise WeightsInvalid(
            f"A mean needs a share of more than 0 for each weights: {len(several)} have the shares {list(shares)}."
        )
    last = several[-1]
    for number, one in enumerate(several, 1):
        what = next((what for what, a, b in _belonging(one, last) if a != b), None)
        if what is not None:
            raise WeightsInvalid(
                f"Weights number {number} have another {what} than the last: only weights of one origin have a mean."
            )
    tensors = {
        name: np.average([np.asarray(one.tensors[name], np.float32) for one in several], axis=0, weights=shares)
        for name in last.tensors
    }
    furthest = max(several, key=lambda one: int(one.progress.get("seen", 0)))
    return replace(last, tensors=tensors, progress=furthest.progress)


def _belonging(one: Weights, other: Weights) -> list[tuple[str, object, object]]:
    return [
        ("shape", _shape(one.config), _shape(other.config)),
        ("tokenizer", one.tokenizer, other.tokenizer),
        ("dialect", one.dialect, other.dialect),
    ]


def _shape(config: Mapping[str, Any]) -> dict[str, Any]:
    """What of a network's shape its tensors hang on: a GGUF tells its numbers in 32 bits, and attention has no weights."""
    return {name: int(config[name]) for name in ("vocabulary", "width", "layers", "heads", "hidden")}


def main(arguments: list[str] | None = None) -> int:
    """Average and write; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--from", dest="sources", type=Path, action="append", required=True, help="training folder, .npz or .gguf; give several")
    add("--share", dest="shares", type=float, action="append", help="what each --from counts, in their order (all alike)")
    add("--to", type=Path, required=True, help="the .npz to write")
    options = parser.parse_args(arguments)
    try:
        several = [read_weights(path / "weights.npz" if path.is_dir() else path) for path in options.sources]
        write_weights(options.to, averaged(several, options.shares))
    except WeightsInvalid as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{options.to}: the mean of {len(several)} weights")
    return 0


if __name__ == "__main__":
    sys.exit(main())
