"""Very large maps: the same answers as on small ones, from structures that hold bits for cells and are worked out where needed.

``capped`` measures distances as far as they are near, ``far`` those of single cells beyond, ``field`` puts both together where
clearances are asked for. ``clear`` tells all cells with some clearance in strips, ``labels`` numbers their components tile by
tile, ``jump_bits`` and ``bit_search`` find shortest routes over bits instead of tables, ``bit_changes`` carries those bits over
to a changed map. Large maps, from two million cells on, use what measures and what searches.
"""

from maps.huge.size import is_huge

__all__ = ["is_huge"]
