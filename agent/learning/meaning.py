"""Meanings: what a mission asks for, in no language: mentions, acts with their steps, and acts put together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = ["Act", "Branch", "Loop", "Mention", "Node", "Quote", "Slot", "Step", "Text", "Until", "Way"]

Form: TypeAlias = Literal[
    "one", "all", "nearest", "nearest_to", "farthest", "count", "except", "any", "which", "attribute", "group"
]


@dataclass(eq=False)
class Mention:
    """Something of the map that a mission names.

    Attributes:
        kind: ``place``, ``thing`` or ``door``; ``words`` for what names nothing there.
        candidates: The pointers that its linked words can mean, nearest first.
        chosen: Those that are meant.
        form: How the choice is said.
        beside: What the choice refers to: what is left out of "all but", what "nearest to" is measured from.
        word: The attribute that chooses, or the words that name nothing; ``those`` where "all" goes without saying, ``apart``
            where what is left out is said elsewhere, and ``single`` where each of them is said as one: "the lamp in every room".
        tail: Where a thing is, said with it.
        instead: What was named first and is taken back.
    """

    kind: str
    candidates: tuple[str, ...]
    chosen: tuple[str, ...]
    form: Form = "one"
    beside: "Mention | None" = None
    word: str = ""
    tail: "Mention | None" = None
    instead: "Mention | None" = None

    @property
    def pointer(self) -> str:
        """The first that is meant."""
        return self.chosen[0]

    def each(self) -> "list[Mention]":
        """A mention of each that is meant, where several are named one by one: "all but 3 and 5"."""
        if self.form != "group":
            return [self]
        return [Mention(self.kind, (one,), (one,)) for one in self.chosen]


@dataclass(eq=False)
class Text:
    """A phrase of a table with its slots; the same in every language but for the table."""

    table: str
    slots: "dict[str, Slot]" = field(default_factory=dict)


Slot: TypeAlias = "Mention | Text | str | list[Mention]"


@dataclass(frozen=True)
class Quote:
    """In a step: the words that a slot of its act was said with."""

    slot: str


Step: TypeAlias = tuple[str | Quote, ...]


@dataclass(eq=False)
class Act:
    """One thing to do.

    Attributes:
        text: How it is said.
        units: Its steps, in units: when one step fails, the rest of its unit is dropped and no other.
        family: What kind of act it is.
        found: It is a search on which these steps follow, once it has found something; ``*`` stands for that.
        answer: The answer in place of any plan: a question about a mention.
        said: The words of its slots, once it was said.
    """

    text: Text
    units: Sequence[Sequence[Step]]
    family: str
    found: list[Step] | None = None
    answer: tuple[str, ...] | None = None
    said: dict[str, str] = field(default_factory=dict)

    @property
    def steps(self) -> list[Step]:
        """All of its steps."""
        return [step for unit in self.units for step in unit]

    @property
    def things(self) -> list[Mention]:
        """The mentions of things in it, in the order of its slots."""
        slots = [slot for value in self.text.slots.values() for slot in (value if isinstance(value, list) else [value])]
        return [slot for slot in slots if isinstance(slot, Mention) and slot.kind == "thing"]


@dataclass(eq=False)
class Branch:
    """What is done if something is so, and what otherwise.

    Attributes:
        kind: How it is found out: ``look``, ``asked``, ``seek``, ``ask``, ``door``, ``battery`` or ``fail`` (of ``first``).
        first: The act that finds it out; None where the prompt tells it.
        condition: How it is said.
        holds: Whether it is so, where the prompt tells it.
        negative: The condition is said with "not" or "unless": ``then`` is for when it is not so.
        then: What is done if the condition as it is said holds.
        otherwise: What is done if not.
        seen: Words that are seen when it is so, and when it is not.
        contrary: How the opposite of the condition is said, where ``first`` asks for it.
        quantity: ``any`` or ``every``, where several things are looked at and one of them decides, or all; empty for one thing.
        deeper: What is asked next, behind ``then`` and behind ``otherwise``: a condition within the condition.
    """

    kind: str
    first: Act | None
    condition: Text
    then: "list[Act]"
    otherwise: "list[Act]" = field(default_factory=list)
    holds: bool = False
    negative: bool = False
    seen: tuple[str, str] = ("yes", "no")
    contrary: Text | None = None
    quantity: str = ""
    deeper: "tuple[Branch | None, Branch | None]" = (None, None)
    family: str = "condition"

    def way(self, *, so: bool) -> "list[Act | Branch]":
        """What is done if the condition as it is said holds, or does not."""
        deeper = self.deeper[0 if so else 1]
        return [*(self.then if so else self.otherwise), *([deeper] if deeper is not None else [])]


@dataclass(eq=False)
class Until:
    """Wait until a look shows that something is so; ``door`` is the state of a door that is waited for instead."""

    look: Act | None
    condition: Text
    pause: int
    pause_text: Text | None
    holds: bool
    seen: tuple[str, str] = ("yes", "no")
    door: str = ""
    family: str = "until"


@dataclass(eq=False)
class Loop:
    """Acts so many times, with a pause between if there is one; ``form`` is the phrase table."""

    acts: list[Act]
    times: int
    form: str
    pause: int = 0
    slots: "dict[str, Slot]" = field(default_factory=dict)
    family: str = "repeat"


@dataclass(eq=False)
class Way:
    """Something to do on the way to something else."""

    goal: Act
    side: Act
    family: str = "on the way"


Node: TypeAlias = "Act | Branch | Until | Loop | Way"
