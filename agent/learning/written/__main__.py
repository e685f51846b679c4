"""Check a file of written missions, and show what becomes of it: ``python -m agent.learning.written FILE --show 20``."""

import argparse
import random
import sys
from pathlib import Path

from agent.learning.missions import from_block
from agent.learning.words import Vocabulary
from agent.learning.written.block import WrittenInvalid, read_file

TRIES = 12
"""So often each block is drawn while a file is checked."""


def main(arguments: list[str] | None = None) -> int:
    """Read files, draw from every block, print faults and samples; 1 if there are faults."""
    parser = argparse.ArgumentParser(prog="python -m agent.learning.written", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print so many samples, drawn by chance")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    faults: list[str] = []
    blocks = []
    for path in options.files:
        try:
            read, found = read_file(path)
        except WrittenInvalid as error:
            print(error, file=sys.stderr)
            return 1
        blocks += read
        faults += found
    rng = random.Random(options.seed)
    samples = []
    for block in blocks:
        made = []
        for _ in range(TRIES):
            try:
                made.append(from_block(block, rng, Vocabulary(language=block.language)))
            except (IndexError, StopIteration, KeyError, ValueError) as error:
                why = f"{type(error).__name__}: {error}"
        if len(made) < TRIES // 4:
            faults.append(f"{block.where}: {TRIES - len(made)} of {TRIES} draws failed ({why}).")
        samples += [(block, one) for one in made]
    for block, one in rng.sample(samples, min(options.show, len(samples))):
        print(f"{block.where} [{one.level}]")
        print("   ", "".join(segment.text for segment in one.prompt()))
        print("    ->", "".join(segment.text for segment in one.target()))
    print("\n".join(faults))
    print(f"{len(blocks)} blocks, {sum(len(b.wordings) for b in blocks)} wordings, {len(faults)} faults.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
