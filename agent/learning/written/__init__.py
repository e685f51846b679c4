"""Written missions: whole missions in people's own words, with what they mean, set on sites that are drawn.

Each ``NAME.en.txt`` or ``NAME.zh.txt`` here holds blocks of sentences with slots and their plan; docs/learning.md describes them.
``python -m agent.learning.written FILE --show 20`` checks a file and shows what becomes of it.
"""

from agent.learning.written.block import Block, WrittenInvalid, read_file
from agent.learning.written.draw import Drawn, blocks, drawn_from

__all__ = ["Block", "Drawn", "WrittenInvalid", "blocks", "drawn_from", "read_file"]
