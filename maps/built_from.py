"""BuiltFrom: what was worked out of a map carries the revision that it was built from, and is never used with another one."""

from typing import Self

from maps.errors import StaleIndex

__all__ = ["BuiltFrom"]


class BuiltFrom:
    """A base for indexes; they have a ``revision``, empty where nobody said what they were built from."""

    __slots__ = ()
    revision: str

    def on(self, revision: str) -> Self:
        """This index, to be used with a map of that revision.

        Args:
            revision: ``World.revision`` of the map that is asked about.

        Raises:
            StaleIndex: It was built from another revision.
        """
        if self.revision != revision:
            raise StaleIndex(type(self).__name__, self.revision, revision)
        return self
