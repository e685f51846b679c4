"""Drawing: a block put into words and pointers on a site."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from agent.learning.cell import fit_out, linked
from agent.learning.language import Language
from agent.learning.meaning import Node
from agent.learning.site import Site
from agent.learning.words import Vocabulary
from agent.learning.written.block import Block, WrittenInvalid, read_file
from agent.learning.written.bound import bound
from agent.learning.written.meant import nodes_of
from agent.learning.written.plan import names_of

__all__ = ["Drawn", "blocks", "drawn_from"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A mission as it is drawn from a block.

    Attributes:
        site: The site that was made for it.
        said: Words and pointers.
        nodes: What it means.
        quoted: The stretches that its plan may quote.
    """

    site: Site
    said: tuple[str, ...]
    nodes: tuple[Node, ...]
    quoted: tuple[str, ...]


@cache
def blocks() -> Mapping[tuple[Language, int], tuple[Block, ...]]:
    """All blocks, by language and number of clauses, read once.

    Raises:
        WrittenInvalid: A file cannot be read; or a block, the first is named.
    """
    found: dict[tuple[Language, int], list[Block]] = {}
    for path in sorted(Path(__file__).parent.glob("*.txt")):
        read, faults = read_file(path)
        if faults:
            raise WrittenInvalid(faults[0])
        for block in read:
            found.setdefault((block.language, block.level), []).append(block)
    return MappingProxyType({key: tuple(value) for key, value in found.items()})


def drawn_from(block: Block, rng: random.Random, words: Vocabulary, site: Site | None = None) -> Drawn:
    """One of a block's wordings, on a site of its own or on that of a block before it.

    Args:
        block: The block.
        rng: Everything random comes from here.
        words: Vocabulary of what is not linked, in the block's language.
        site: Where the mission goes on that another block began; None for a fresh site.

    Raises:
        IndexError: The site ran out of names, or cannot be as the block tells it.
    """
    site = site or Site(rng, words)
    if site.cell is None and any(one.kind == "cell" for one in block.given):
        fit_out(site)
    sentence = rng.choice(block.wordings)
    extra = [word for one in block.given for word in one.words if word[-1:].isdigit() and word[0] in "pthd"]
    slots = [*sentence.slots, *(name for name in names_of(block.plan) if name[-1:].isdigit() and name[0].isalpha()), *extra]
    made = bound(block, site, list(dict.fromkeys(slots)))
    said, stretches = sentence.say(rng, made.fill)
    nodes = nodes_of(block, made, stretches)
    if site.cell is not None and site.cell.own_names:  # linking finds both skills where they are called by name
        said = [site.cell.press if word == "press" else word for word in linked(" ".join(said), site.cell).split()]
    return Drawn(site, tuple(said), tuple(nodes), tuple(stretches.values()))
