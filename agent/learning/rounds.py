"""The oracle: what is planned in each round of a mission, from what was done and seen so far."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from agent.learning.chance import GONE, RETRIED, Chance
from agent.learning.meaning import Act, Branch, Mention, Node, Until
from agent.learning.site import tokens
from agent.learning.units import Item, Lost, Unit, spelled, unfolded, units_of

__all__ = ["STEPS", "Past", "Round", "rounds"]

LOOKS = 4
"""So often a state that is waited for is looked at, before the operator is told."""

STEPS, HISTORY = 32, 24
"""Longest plan and history of a sample."""


@dataclass(frozen=True)
class Past:
    """A step that was carried out or refused, in tokens, with its outcome and what was seen."""

    call: tuple[str, ...]
    outcome: str = ""
    seen: tuple[str, ...] = ()


@dataclass
class Round:
    """One round.

    Attributes:
        steps: The plan's steps, in tokens; a quotation's words stand between ``[q]`` and ``[/q]``.
        more: Whether the planner must be asked again after them.
        history: What was done before.
        refused: What the verifier refused of the plan before.
        answer: The whole answer where it is no plan.
        gone: Things that the map no longer has, because they were not where they should be.
        doors: Doors whose state has changed since the mission began.
        found: Things that have turned up, by pointer: the words that were searched for, and the place where that was, if told.
    """

    steps: list[tuple[str, ...]]
    more: bool = False
    history: list[Past] = field(default_factory=list)
    refused: list[Past] = field(default_factory=list)
    answer: tuple[str, ...] = ()
    gone: frozenset[str] = frozenset()
    doors: dict[str, str] = field(default_factory=dict)
    found: "dict[str, tuple[tuple[str, ...], str]]" = field(default_factory=dict)


def _told(branch: Branch) -> tuple[str, ...]:
    """What tells why nothing is done: the state that the condition was about."""
    door = branch.condition.slots.get("it")
    return ("[answer]", "[state]", door.pointer) if isinstance(door, Mention) else ("[answer]", "[self]")


class _Mission:
    """A mission under way."""

    def __init__(self, nodes: Iterable[Node], lone: frozenset[str], fate: Chance) -> None:
        self.fate = fate
        self.todo: list[Item] = list(unfolded(nodes))
        self.lone = lone
        self.history: list[Past] = []
        self.gone: set[str] = set()
        self.doors: dict[str, str] = {}
        self.found: dict[str, tuple[tuple[str, ...], str]] = {}
        self.looked = 0
        self.trouble = False
        self.unmet: tuple[str, ...] = ("[report]",)
        self.plan: list[tuple[Unit, int]] = []
        self.looking: list[Unit] = []
        self.pending: Branch | Until | Act | Lost | None = None

    def round(self) -> Round:
        """The plan of this round: up to what must be seen first."""
        self.plan, self.looking, self.pending = [], [], None
        while self.todo and self.pending is None:
            self._take(self.todo.pop(0))
        steps = [unit.steps[at] for unit, at in self.plan]
        made = Round(steps, self.pending is not None, list(self.history), gone=frozenset(self.gone), doors=dict(self.doors))
        made.found = dict(self.found)
        if not steps:
            made.answer = ("[report]",) if self.trouble else ("[done]",) if self.history else self.unmet
        return made

    def _take(self, item: Item) -> None:
        if isinstance(item, Unit):
            self.plan += [(item, at) for at in range(len(item.steps))]
        elif isinstance(item, Lost):
            self._look([Unit([("[search]", "[q]", item.thing, "[/q]")])], item)
        elif isinstance(item, Act):
            self._look(units_of(item), item)
        elif isinstance(item, Branch):
            if item.first is None:
                chosen = self.chosen(item, item.holds)
                self.unmet = self.unmet if chosen else _told(item)
                self.todo[:0] = [self._with_found(i) for i in unfolded(chosen)]  # the condition may stand behind a search
            else:
                self._look(units_of(item.first), item)
        elif item.look is not None:
            pause = [Unit([("[wait]", str(item.pause))])] if self.looked else []
            self._look([*pause, *units_of(item.look)], item)
        elif not item.holds:
            if self.looked >= LOOKS:
                self._give_up()
            else:
                self._look([Unit([("[wait]", str(item.pause))])], item)

    def _look(self, units: list[Unit], pending: "Branch | Until | Act | Lost") -> None:
        for unit in units:
            self._take(unit)
        self.looking, self.pending = units, pending

    def _give_up(self) -> None:
        """What is waited for does not come: the operator is told."""
        self.trouble = True
        self.todo.clear()

    @staticmethod
    def chosen(branch: Branch, holds: bool) -> "list[Act | Branch]":
        """What is done if the condition holds, and if it does not."""
        return branch.way(so=holds != branch.negative)

    def carry_out(self) -> bool:
        """What comes of the plan; whether another round follows."""
        failed = self.fate.failure([unit.steps[at] for unit, at in self.plan])
        stop = len(self.plan) if failed is None else failed
        for unit, at in self.plan[:stop]:
            self.history.append(self._done(unit.steps[at]))
        if stop < len(self.plan):
            self._failed(stop)
            return True
        return self._seen()

    def _done(self, step: tuple[str, ...]) -> Past:
        """A step that succeeded."""
        if step[0] == "[search]":
            thing = self.fate.find(step)
            if thing is not None and step[2] in self.gone:
                thing = step[2]
            if thing is None:
                return Past(step, "[missed]")
            self.found.pop(thing, None)
            self.found[thing] = (step[step.index("[q]") + 1 : step.index("[/q]")], step[-1] if step[-1][:2] == "[P" else "")
            return Past(step, "[found]", (thing,))
        if step[0] == "[inspect]" or (self.fate.cell is not None and step[0] == self.fate.cell.press):
            return Past(step, "[ok]", ("[saw]", *tokens(self.fate.sight(step))))
        return Past(step, "[ok]")

    def _seen(self) -> bool:
        """What the look at the plan's end has shown, if there was one."""
        item, last = self.pending, self.history[-1]
        if item is None:
            self.trouble = self.trouble or last.outcome == "[missed]"
            return last.call[0] in ("[search]", "[explore]")
        if isinstance(item, Branch) and last.call[0] == "[explore]":
            holds = self._turned_up(item, last.call[1])
        elif isinstance(item, Act | Lost) or last.call[0] == "[search]":
            holds = last.outcome == "[found]"
        else:
            holds = self.fate.holds(item)
        if not isinstance(item, Act | Lost) and last.call[0] not in ("[search]", "[wait]", "[explore]"):
            for back, so in enumerate(self._sides(item, holds), 1):
                self.history[-back] = replace(self.history[-back], seen=("[saw]", *tokens(item.seen[0 if so else 1])))
        if isinstance(item, Act):
            self._found(holds, Unit([spelled(step, item.said) for step in item.found or []]))
        elif isinstance(item, Lost):
            if holds:
                self.gone.discard(item.thing)
            self._found(holds, item.unit)
        elif isinstance(item, Branch):
            self.todo[:0] = [self._with_found(i) for i in unfolded(self.chosen(item, holds))]
        else:
            self._waited(item, holds)
        return True

    def _sides(self, item: Branch | Until, holds: bool) -> list[bool]:
        """Of each thing that was looked at, the last first, whether it is in the state that the condition is about."""
        if not isinstance(item, Branch) or not item.quantity:
            return [holds]
        sides = [item.quantity == "every"] * len(self.looking)
        if holds != (item.quantity == "every"):  # one or more are the exception
            for at in self.fate.rng.sample(range(len(sides)), self.fate.rng.randrange(1, len(sides) + (item.quantity == "any"))):
                sides[at] = not sides[at]
        return sides

    def _turned_up(self, item: Branch, place: str) -> bool:
        """Whether exploring a place has shown what the condition is about: then the map knows it."""
        if not self.fate.holds(item):
            return False
        thing = next(self.fate.spare, None)
        noun = item.condition.slots["n"]
        if thing is None or not isinstance(noun, Mention):
            raise IndexError("there is no pointer left for what is found")
        self.found[thing] = (tuple(tokens(noun.word)), place)
        return True

    def _found(self, found: bool, unit: Unit) -> None:
        """What was to be done with what was looked for."""
        if found:
            self.todo.insert(0, self._with_found(unit))
        else:
            self.trouble = True

    def _with_found(self, item: "Item") -> "Item":
        """An item whose ``*`` is what was found last."""
        if not isinstance(item, Unit) or not any("*" in step for step in item.steps):
            return item
        thing = next(reversed(self.found))
        return Unit([tuple(thing if token == "*" else token for token in step) for step in item.steps], item.fallback)

    def _waited(self, item: Until, holds: bool) -> None:
        self.looked += 1
        if item.look is None:
            door = item.condition.slots["it"]
            assert isinstance(door, Mention)
            other = {"open": "closed", "closed": "open"}[item.door]
            self.doors[door.pointer] = item.door if holds else other
            self.todo.insert(0, replace(item, holds=holds))
        elif holds:
            self.looked = 0
        elif self.looked >= LOOKS:
            self._give_up()
        else:
            self.todo.insert(0, item)

    def _failed(self, stop: int) -> None:
        """A step failed: tried again, searched for, done otherwise, or left out, with what hangs on it."""
        unit, at = self.plan[stop]
        if unit in self.looking and isinstance(self.pending, Branch) and self.pending.quantity:
            raise IndexError("what one of several looks would have shown is not made up")
        step = unit.steps[at]
        again = any(past.call == step and past.outcome == "[failed]" for past in self.history)
        lost = step[0] in ("[inspect]", "[pick]") and step[1] in self.lone and unit not in self.looking
        code = self.fate.code(step, lost)
        self.history.append(Past(step, "[failed]", tuple(code.split())))
        later = list(dict.fromkeys(other for other, _ in self.plan[stop + 1 :]))
        rest: list[Item] = [other for other in later if other is not unit and other not in self.looking]
        pending = [] if self.pending is None else [self.pending]
        if at == 0 and unit.others:  # another of them will do
            one, *others = unit.others
            steps = [tuple(one if token == step[1] else token for token in other) for other in unit.steps]
            self.todo[:0] = [Unit(steps, unit.fallback, tuple(others)), *rest, *pending]
        elif code in RETRIED and not again:
            self.todo[:0] = pending if unit in self.looking else [Unit(unit.steps[at:], unit.fallback), *rest, *pending]
        elif code in GONE and lost and unit.fallback is None:
            self.gone.add(step[1])
            self.lone -= {step[1]}
            self.todo[:0] = [Lost(step[1], Unit(unit.steps[at:])), *rest, *pending]
        else:
            self.trouble = unit.fallback is None
            self.todo[:0] = [*(unit.fallback or ()), *rest, *([] if unit in self.looking else pending)]


def rounds(nodes: Iterable[Node], lone: frozenset[str], fate: Chance) -> Iterator[Round]:
    """The rounds of one mission.

    Args:
        nodes: The mission, already said, so that quotations have their words.
        lone: Things that the mission names once, and not among others: these can be looked for by name when they are gone.
        fate: Decides what is seen and what fails.
    """
    mission = _Mission(nodes, lone, fate)
    while True:
        made = mission.round()
        if len(made.steps) > STEPS or len(made.history) > HISTORY:
            raise IndexError("a longer mission is not asked for")
        yield made
        if made.answer or not mission.carry_out():
            return
