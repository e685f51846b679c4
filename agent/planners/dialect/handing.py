"""Pointers handed out to the names of a brief, first come first served."""

from __future__ import annotations

from agent.planners.pointers import Dialect, Referent, ReferentType

__all__ = ["Pointers"]


class Pointers:
    """Hands out pointers.

    Attributes:
        table: What each pointer stands for.
        dialect: Says how many there are.
    """

    def __init__(self, dialect: Dialect) -> None:
        """None yet."""
        self.table: dict[str, Referent] = {}
        self.dialect = dialect
        self._pools = {"place": dialect.places, "thing": dialect.things, "door": dialect.doors, "skill": dialect.skills}
        self._by_name: dict[Referent, str] = {}

    def of(self, type_: ReferentType, name: str) -> str | None:
        """The pointer of a name, a new one at its first mention; None when all of the type are given out."""
        referent = Referent(type_, name)
        if referent not in self._by_name:
            used = sum(other.type == type_ for other in self._by_name)
            if used == len(self._pools[type_]):
                return None
            self._by_name[referent] = self._pools[type_][used]
            self.table[self._pools[type_][used]] = referent
        return self._by_name[referent]

    def given(self, type_: ReferentType, name: str) -> str | None:
        """The pointer that a name has been given; None for one that cannot be said."""
        return self._by_name.get(Referent(type_, name))
