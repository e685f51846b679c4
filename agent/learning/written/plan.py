"""What the plan of a written mission is made of: steps, loops, conditions and answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Answer", "Do", "Each", "If", "Part", "Repeat", "Seek", "Try", "Wait", "names_of", "size_of"]


@dataclass(frozen=True, slots=True)
class Do:
    """One step: its verb and what stands behind it."""

    verb: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """Steps for each of several: a group's slot, or slots one by one; but some of them, or only the first so many.

    One condition may stand in the body, by itself: it is decided for each.
    """

    slots: tuple[str, ...]
    body: "tuple[Do | If, ...]"
    but: tuple[str, ...] = ()
    outside: str = ""
    first: int = 0


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same so many times over, with a pause in seconds or a duration's slot between."""

    times: int
    body: "tuple[Do | Each, ...]"
    pause: str = ""


@dataclass(frozen=True, slots=True)
class If:
    """What hangs on a look, a search, an answer, a door or the battery.

    Attributes:
        kind: ``look``, ``seek``, ``ask``, ``door`` or ``battery``.
        first: The step that finds it out; none for a door and the battery.
        quantity: ``any`` or ``every`` of a group.
        words: The door's slot and state, or ``below``/``above`` and percent.
        seen: What may be seen when it is so, and when it is not.
        then: What is done if it is so.
        otherwise: What is done if not.
        ways: More that the same look may show, and what is done then: three ways and more.
    """

    kind: str
    first: Do | None
    then: "tuple[Part, ...]"
    otherwise: "tuple[Part, ...]"
    quantity: str = ""
    words: tuple[str, ...] = ()
    seen: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    ways: "tuple[tuple[tuple[str, ...], tuple[Part, ...]], ...]" = ()


@dataclass(frozen=True, slots=True)
class Seek:
    """A search, and what is done with what it finds."""

    first: Do
    then: "tuple[Do, ...]"


@dataclass(frozen=True, slots=True)
class Try:
    """Steps, and what is done if they fail."""

    body: "tuple[Do, ...]"
    otherwise: "tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Wait:
    """Waiting until a look shows something, or a door is open or closed."""

    look: Do | None
    every: str = ""
    words: tuple[str, ...] = ()
    seen: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in place of a plan."""

    verb: str
    words: tuple[str, ...]


Part = Do | Each | Repeat | If | Seek | Try | Wait | Answer


def names_of(parts: Sequence[Part]) -> Iterator[str]:
    """All words behind verbs: slots and labels, some more than once."""
    for part in parts:
        if isinstance(part, Do | Answer):
            yield from part.words
        elif isinstance(part, Each):
            yield from (*part.slots, *part.but, *([part.outside] if part.outside else []), *names_of(part.body))
        elif isinstance(part, Repeat):
            yield from (*names_of(part.body), *([part.pause] if part.pause else []))
        elif isinstance(part, If):
            yield from (*names_of([part.first] if part.first else []), *part.words)
            for way in (part.then, *(way for _, way in part.ways), part.otherwise):
                yield from names_of(way)
        elif isinstance(part, Seek):
            yield from (*names_of([part.first]), *names_of(part.then))
        elif isinstance(part, Try):
            yield from (*names_of(part.body), *names_of(part.otherwise))
        else:
            yield from (*names_of([part.look] if part.look else []), *part.words, *([part.every] if part.every else []))


_WITH = frozenset((("pick", "place"), ("goto", "say"), ("goto", "wait"), ("inspect", "wait"), ("goto", "search"), ("pick", "put")))


def size_of(parts: Sequence[Part]) -> int:
    """How many clauses a plan takes, roughly: a step and what goes with it are one."""
    count, before = 0, ""
    for part in parts:
        if isinstance(part, Do):
            count += (before, part.verb) not in _WITH
            before = part.verb
            continue
        before = ""
        if isinstance(part, If | Try):
            body = part.body if isinstance(part, Try) else part.then
            ways = part.ways if isinstance(part, If) else ()
            count += max(1, size_of(body)) + size_of(part.otherwise) + sum(size_of(way) for _, way in ways)
        else:
            count += 1 if isinstance(part, Answer | Wait) else max(1, size_of(part.body if isinstance(part, Each | Repeat) else ()))
    return count
