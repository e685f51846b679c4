"""The slots of a written mission on one site: pointers of the map, words that name nothing there, durations."""

import random
from collections.abc import Iterator, Mapping, Sequence

from agent.learning.durations import duration
from agent.learning.site import Site
from agent.learning.written.block import Block, Given
from agent.learning.written.plan import Each, If, Part, Repeat, Try

__all__ = ["Bound", "bound"]

_SIZES = (2, 3, 3, 4, 4, 5, 6, 8)


class Bound:
    """The slots of one block on one site.

    Attributes:
        site: The site.
        pointers: Slot -> pointers; one for what is single, nearest first for a group.
        spoken: Slot of a noun or a duration -> its words.
        seconds: Slot of a duration -> seconds.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.pointers: dict[str, tuple[str, ...]] = {}
        self.spoken: dict[str, str] = {}
        self.seconds: dict[str, str] = {}

    def pointer(self, name: str) -> str:
        """The pointer of a slot, a member or ``start``."""
        if name == "start":
            return self.site.start
        slot, _, member = name.partition(".")
        group = self.pointers[slot]
        return group[-1 if member == "last" else int(member or 1) - 1]

    def place(self, name: str) -> str:
        """The place that a slot names, or where what it names stands."""
        pointer = self.pointer(name)
        return pointer if pointer.startswith("[P") else self.site.inside[pointer]

    def fill(self, name: str) -> str:
        """A slot as it stands in a linked mission."""
        if name in self.spoken:
            return self.spoken[name]
        return self.pointer(name) if "." in name else " [or] ".join(self.pointers[name])


def _sizes(block: Block, rng: random.Random, slots: Sequence[str]) -> dict[str, int]:
    """How many candidates each group has: what its plan and its wordings need at least."""
    least: dict[str, int] = {}
    fixed = {one.words[0]: int(one.words[1]) for one in block.given if one.kind == "size"}
    for part in block.plan:
        for each in _eaches(part):
            if each.first:
                least[each.slots[0]] = each.first + 1
            if isinstance(each.body[0], If):
                fixed.setdefault(each.slots[0], rng.choice((2, 3, 3, 4)))  # every look is a round of its own
            if each.but or each.outside:
                least[each.slots[0]] = max(3, len(each.but) + 2)
    for name in slots:
        slot, _, member = name.partition(".")
        if slot[1:2] == "s":
            number = int(member) if member.isdigit() else 2
            least[slot] = max(least.get(slot, 2), number)
    return {slot: fixed.get(slot, max(size, rng.choice(_SIZES))) for slot, size in least.items()}


def _eaches(part: Part) -> Iterator[Each]:
    if isinstance(part, Each):
        yield part
    elif isinstance(part, If):
        for one in (*part.then, *part.otherwise):
            yield from _eaches(one)
    elif isinstance(part, Repeat):
        for one in part.body:
            yield from _eaches(one)
    elif isinstance(part, Try):
        for one in part.otherwise:
            yield from _eaches(one)


def bound(block: Block, site: Site, slots: Sequence[str]) -> Bound:
    """Draw what every slot of a block stands for.

    Args:
        block: The block.
        site: The site; what is told besides is put into it.
        slots: Slots and members that its wording and its plan name.

    Raises:
        IndexError: There are no pointers left, or the site cannot be as it is told.
    """
    made = Bound(site)
    sizes = _sizes(block, site.rng, slots)
    names = sorted({name.partition(".")[0] for name in slots} - {"start"}, key=lambda name: ("pdthnw".index(name[0]), name))
    within = {one.words[0]: one.words[1] for one in block.given if one.kind == "in"}
    made.pointers = {one.words[0]: (_known(site, one),) for one in block.given if one.kind in ("start", "dock", "carrying")}
    for name in names:
        if name[0] == "n":
            made.spoken[name] = site.noun()
        elif name[0] == "w":
            made.spoken[name], made.seconds[name] = duration(site.rng, site.words.language)
        elif name not in made.pointers:
            made.pointers[name] = tuple(_drawn(made, name, number, within) for number in range(1, sizes.get(name, 1) + 1))
    _leave_out(block, made)
    for one in block.given:
        if one.kind == "battery":
            site.battery = int(one.words[0])
        elif one.kind in ("door", "is"):
            site.attributes[made.pointer(one.words[0])] = (one.words[1],)
    return made


def _known(site: Site, given: Given) -> str:
    """The pointer of what a block tells of the site: where the robot is, where it charges, what it holds."""
    if given.kind == "start":
        return site.start
    if given.kind == "dock":
        return site.docks[0]
    site.carrying = site.unlisted()
    return site.carrying


def _leave_out(block: Block, made: Bound) -> None:
    """Where those in a place are left out of a group, some of it is there."""
    site = made.site
    for each in (each for part in block.plan for each in _eaches(part) if each.outside):
        group, place = made.pointers[each.slots[0]], made.place(each.outside)
        if not any(site.inside.get(one) == place for one in group):
            site.inside.update(dict.fromkeys(site.rng.sample(group, site.rng.randint(1, len(group) - 1)), place))


def _drawn(made: Bound, name: str, number: int, within: Mapping[str, str]) -> str:
    """A fresh pointer for a slot, or for a member of it."""
    site = made.site
    if name[0] == "p":
        return site.fresh_place()
    if name[0] == "d":
        return site.door()
    where = within.get(f"{name}.{number}") or within.get(name)
    if where is not None:
        return site.thing(made.pointer(where))
    return site.thing(_apart(made) if name[0] == "h" else site.somewhere())


def _apart(made: Bound) -> str:
    """A place where nobody else stands to whom something is brought: two messages are two drives."""
    taken = {made.site.inside[group[0]] for slot, group in made.pointers.items() if slot[0] == "h"}
    place = made.site.place()
    return made.site.fresh_place() if place in taken else place
