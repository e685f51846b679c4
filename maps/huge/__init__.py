"""Very large maps: the same answers as on small ones, from structures that hold bits for cells and are worked out where needed.

``field`` works clearances out tile by tile when they are asked for, ``clear`` tells all cells with some clearance in strips,
``labels`` numbers their components tile by tile, ``jump_bits`` and ``bit_search`` find shortest routes over bits instead of tables.
"""

from maps.huge.size import is_huge

__all__ = ["is_huge"]
