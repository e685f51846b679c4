"""Labels: names from other programs' files made fit for a map, where names are unique and plain."""

from maps.naming import normalise_name
from maps.places_model import MAX_NAME
from maps.plain_text import label_fault, short

__all__ = ["Labels"]


class Labels:
    """Hands out names that are unique on one map, and remembers which had to be changed."""

    def __init__(self, file: str, taken: tuple[str, ...] = ()) -> None:
        """No name but those taken is given out yet.

        Args:
            file: The file that the names come from, for the sentences.
            taken: Names that are in use already.
        """
        self._file = file
        self._taken = {normalise_name(name) for name in taken}
        self._refused: list[str] = []
        self._numbered: list[str] = []

    def claim(self, wish: object, fallback: str, *, quiet: bool = False) -> str:
        """A name like this one.

        Args:
            wish: What the file says; anything.
            fallback: What to take where that cannot be a name.
            quiet: Repeated names are no news: number them without a warning.
        """
        name = " ".join(str(wish).split()) if isinstance(wish, str | int) and not isinstance(wish, bool) else ""
        if name and (len(name) > MAX_NAME - 8 or label_fault(name)):
            self._refused.append(name)
            name = ""
        name = name or fallback
        unique, number = name, 2
        while normalise_name(unique) in self._taken:
            unique = f"{name} {number}"
            number += 1
        if unique != name and not quiet:
            self._numbered.append(f"{name!r} to {unique!r}")
        self._taken.add(normalise_name(unique))
        return unique

    def warnings(self) -> tuple[str, ...]:
        """What was changed, in at most two sentences."""
        found = []
        if self._refused:
            found.append(
                f"{self._file}: {len(self._refused)} names cannot stand on a map (too long, control characters, or they read as an "
                f"instruction), the first is {short(self._refused[0])}; others were given"
            )
        if self._numbered:
            found.append(
                f"{self._file}: {len(self._numbered)} names were there already and are numbered: {', '.join(self._numbered[:3])}"
                + (" ..." if len(self._numbered) > 3 else "")
            )
        return tuple(found)
