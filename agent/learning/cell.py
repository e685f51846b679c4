"""The manipulation cell: sites whose brief lists the skills that put a thing onto another and that press a button."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from agent.learning.site import Site

__all__ = ["CELLS", "Cell", "Role", "acting_as", "fit_out", "linked"]

CELLS = 0.21
"""Share of the sites that have such a cell; their missions use it in most cases."""

OWN_NAMES = 0.85
"""So often the two skills are called as the library calls them."""

_PUTS = ("place on", "set on", "put onto", "lay on", "load on", "put down on", "set down on", "deposit on", "stack on")
_PRESSES = ("push", "press button", "push button", "hit button", "tap", "touch", "push down", "press key")
_PUT_ON = re.compile(r"\bput(?:ting)?(?: it)? on\b")

Role: TypeAlias = Literal["", "load", "holder", "button"]
"""What a thing that is mentioned next is there for; only on a real map does that narrow the choice."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The pointers of the two skills.

    Attributes:
        put: Puts what is carried onto a thing.
        press: Presses a thing.
        own_names: They are called as the library calls them, so that linking finds "press" and "put it on" in a mission.
    """

    put: str
    press: str
    own_names: bool = True


def fit_out(site: Site) -> None:
    """Give a site the two skills, at times under other names."""
    rng = site.rng
    own = rng.random() < OWN_NAMES
    put, press = ("put on", "press") if own else (rng.choice(_PUTS), rng.choice(_PRESSES))
    site.cell = Cell(site.listed(("thing",), tuple(put.split())), site.listed(("thing",), tuple(press.split())), own)


def linked(text: str, cell: Cell | None) -> str:
    """A told mission as linking reads it: where one verb of a skill's stands in one piece, the skill's pointer."""
    return text if cell is None or not cell.own_names else _PUT_ON.sub(cell.put, text)


@contextmanager
def acting_as(site: Site, role: Role) -> Iterator[None]:
    """What is mentioned meanwhile is there for this."""
    before, site.role = site.role, role
    try:
        yield
    finally:
        site.role = before
