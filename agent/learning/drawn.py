"""Drawn missions: those that a planner is measured on, over buildings that nobody has seen."""

from typing import Literal, TypeAlias

from agent.learning.buildings import building
from agent.learning.cases import Case, make_cases
from agent.learning.families import HELD_OUT
from agent.learning.language import Language

__all__ = ["Families", "drawn"]

Families: TypeAlias = Literal["any", "trained", "held-out"]

LEVELS = {"nearest and inspect in a row": 2}
"""Clauses of the missions of a held-out family; one where nothing else is said."""
_TRIES = 20_000
"""Draws of a family after which the next building has its turn: on some it cannot be."""


def drawn(
    missions: int,
    maps: int,
    seed: int,
    *,
    language: Language = "en",
    families: Families = "any",
    rooms: int | None = None,
    things: int | None = None,
    level: int | None = None,
    cell: bool = False,
) -> list[Case]:
    """Missions over buildings, the same for the same arguments.

    Args:
        missions: How many; of held-out families as many of each, so that some may be left over.
        maps: Over how many buildings.
        seed: Of buildings and missions.
        language: Of both.
        families: ``held-out``: those combinations of meanings that training never sees; ``trained``: none of them.
        rooms: Of each building, up to 200; 8 to 14 if not given.
        things: Of each building, up to 500.
        level: How many clauses each has; one to four in turn if not given, and as few as there can be of held-out families.
        cell: Every building has a manipulation cell.
    """
    numbers = range(1000 * seed, 1000 * seed + maps)
    worlds = [building(number, language=language, rooms=rooms, things=things, cell=cell) for number in numbers]
    if families != "held-out":
        held_out = None if families == "any" else ""
        return make_cases(worlds, missions, seed, language=language, held_out=held_out, level=level)
    found = []
    for family in HELD_OUT:
        clauses = level or LEVELS.get(family, 1)
        found += make_cases(
            worlds, missions // len(HELD_OUT), seed, language=language, held_out=family, level=clauses, tries=_TRIES
        )
    return found
