"""What a written mission means on one site: its plan as the acts that the oracle knows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from agent.learning.language import Language
from agent.learning.meaning import Act, Branch, Loop, Mention, Node, Quote, Slot, Step, Text, Until
from agent.learning.quotes import bare
from agent.learning.replies import replies
from agent.learning.site import tokens
from agent.learning.written.block import Block
from agent.learning.written.bound import Bound
from agent.learning.written.plan import Answer, Do, Each, If, Part, Repeat, Seek, Try, Wait

__all__ = ["nodes_of"]

_DECIDES = " decides"
_DOORS = ("open", "closed", "locked")
_FAMILIES = {"goto": "go", "place": "unload"}
_VERBS = {"open": "[open_door]", "lift": "[take_lift]"}
_TO_PLACES = ("goto", "place", "explore", "dock", "search", "lift")
_SLOT = re.compile(r"(?:ps|ts|ds|[pthd])\d(?:\.\w+)?")
_ARTICLE = re.compile(r"^(?:(?:a|an|the|my|our|your|his|her|their|some|any|another)\s+)+(?=\S)")


def nodes_of(block: Block, made: Bound, said: Mapping[str, str]) -> list[Node]:
    """What a block means.

    Args:
        block: The block.
        made: Its slots.
        said: The words of its marked stretches.

    Raises:
        IndexError: The site is not as the plan needs it.
    """
    sought = {f"{label} sought": _ARTICLE.sub("", words) for label, words in said.items()}
    decides = {f"{label}{_DECIDES}": _bare(words, block.language) for label, words in said.items()}
    return list(_Reading(made, {**said, **sought, **decides}).nodes(block.plan))


def _bare(words: str, language: Language) -> str:
    """A condition without what could as well belong to its "if"."""
    if language == "en":
        return bare(words, chinese=False)
    return " ".join(tokens(bare(words.replace(" ", ""), chinese=True)))


def _kind(pointer: str) -> str:
    return {"P": "place", "T": "thing", "D": "door"}[pointer[1]]


def _one(pointer: str) -> Mention:
    return Mention(_kind(pointer), (pointer,), (pointer,))


def _together(unit: Sequence[Do], step: Do) -> bool:
    """Whether a step is dropped when one before it fails: carrying, speaking at a place, telling what was seen."""
    first, last = unit[0].verb, unit[-1].verb
    if first == "pick":
        return (last == "pick" and step.verb in ("place", "put")) or (last == "place" and step.verb == "say")
    if first == "goto":
        return step.verb in ("say", "wait", "search", "explore") and last in ("goto", "say")
    return first == "inspect" and (step.verb == "wait" or (step.verb == "say" and not step.words))


def _family(steps: Sequence[Do]) -> str:
    """What kind of act these steps are."""
    verbs = [step.verb for step in steps]
    if "put" in verbs:
        return "put on"
    if verbs[0] == "pick" and "place" in verbs:
        return "fetch" if steps[verbs.index("place")].words == ("start",) else "deliver"
    if verbs[0] == "inspect" and "say" in verbs:
        return "tell seen"
    return "say" if "say" in verbs else _FAMILIES.get(verbs[0], verbs[0])


@dataclass(frozen=True)
class _Reading:
    """One block on one site; ``it`` is the member that a loop is at."""

    made: Bound
    said: Mapping[str, str]
    it: str = ""

    def nodes(self, parts: Sequence[Part]) -> Iterator[Node]:
        """Parts of a plan, plain steps that hang together as one act."""
        plain: list[Do] = []
        for part in parts:
            if isinstance(part, Do):
                plain += [*self._taken(part, plain), part]
                continue
            yield from self.acts(plain)
            plain = []
            if isinstance(part, Each) and isinstance(part.body[0], If):
                yield from (_Reading(self.made, self.said, one)._if(part.body[0]) for one in self._members(part)[1])
            else:
                yield self._node(part)
        yield from self.acts(plain)

    def _taken(self, step: Do, before: Sequence[Do]) -> list[Do]:
        """The pick that goes without saying where something is put on something."""
        if step.verb != "put" or step.words[0] in ("it", "found"):
            return []
        taken = Do("pick", step.words[:1])
        held = next((one for one in reversed(before) if one.verb in ("pick", "place", "put")), None)
        if held is None:
            return [] if self.made.pointer(step.words[0]) == self.made.site.carrying else [taken]
        return [] if held == taken else [taken]

    def acts(self, steps: Sequence[Do]) -> Iterator[Act]:
        """Plain steps as acts."""
        unit: list[Do] = []
        for step in steps:
            if unit and not _together(unit, step):
                yield self._act(unit)
                unit = []
            unit.append(step)
        if unit:
            yield self._act(unit)

    def _act(self, steps: Sequence[Do], decides: str = "") -> Act:
        slots: dict[str, Slot] = {"t": [_one(self.made.pointer(w)) for step in steps for w in step.words if _SLOT.fullmatch(w)]}
        return Act(Text("written", slots), [[self._step(step, decides) for step in steps]], _family(steps), said=dict(self.said))

    def _step(self, step: Do, decides: str = "") -> Step:
        made, cell = self.made, self.made.site.cell
        if step.verb in ("put", "press"):
            if cell is None:
                raise IndexError("the block needs: given cell")
            verb = cell.put if step.verb == "put" else cell.press
        else:
            verb = _VERBS.get(step.verb, f"[{step.verb}]")
        words: list[str | Quote] = [verb]
        for word in step.words[1:] if step.verb == "put" else step.words:  # what is put is what was picked up
            if re.fullmatch(r"[a-z]", word):
                words += ["[q]", Quote(f"{word} sought" if step.verb == "search" else f"{word}{decides}"), "[/q]"]
            elif word in ("it", "found"):
                words.append((made.site.inside.get(self.it, self.it) if step.verb in _TO_PLACES else self.it) or "*")
            elif word[0] == "w" or word.isdigit():
                words.append(made.seconds.get(word, word))
            else:
                words.append(made.place(word) if step.verb in _TO_PLACES else made.pointer(word))
        return tuple(words)

    def _members(self, part: Each) -> tuple[Slot, tuple[str, ...]]:
        """How those are meant through which a loop goes, and which they are."""
        made = self.made
        if len(part.slots) > 1:
            listed = tuple(made.pointer(name) for name in part.slots)
            return [_one(pointer) for pointer in listed], listed
        group = made.pointers[part.slots[0]]
        out = tuple(made.pointer(name) for name in part.but)
        place = made.place(part.outside) if part.outside else ""
        if place:
            out = tuple(one for one in group if made.site.inside.get(one) == place)
        chosen = group[: part.first] if part.first else tuple(one for one in group if one not in out)
        if not chosen:
            raise IndexError("all of a group is left out")
        kind = _kind(group[0])
        if part.first:
            return Mention(kind, group, chosen, "count"), chosen
        if not out:
            return Mention(kind, group, chosen, "all"), chosen
        beside = _one(place or out[0]) if place or len(out) == 1 else Mention(kind, out, out, "group")
        return Mention(kind, group, chosen, "except", beside=beside), chosen

    def _node(self, part: Part) -> Node:
        if isinstance(part, Each):
            slot, chosen = self._members(part)
            body = [step for step in part.body if isinstance(step, Do)]
            units = [[_Reading(self.made, self.said, one)._step(step) for step in body] for one in chosen]
            return Act(Text("written", {"t": slot}), units, _family(body), said=dict(self.said))
        if isinstance(part, Repeat):
            acts = [one for one in self.nodes(part.body) if isinstance(one, Act)]
            return Loop(acts, part.times, "repeat", int(self.made.seconds.get(part.pause, part.pause or "0")))
        if isinstance(part, Seek):
            first = self._act([part.first])
            first.found, first.family = [self._step(step) for step in part.then], "fetch unknown"
            return first
        if isinstance(part, Try):
            return Branch("fail", self._act(part.body), Text("written"), self._flat(part.otherwise))
        if isinstance(part, Wait):
            return self._until(part)
        if isinstance(part, Answer):
            family = {"decline": "cannot", "answer": "map question"}.get(part.verb, part.verb)
            return Act(Text("written"), [], family, answer=self._answer(part))
        assert isinstance(part, If)
        return self._if(part)

    def _flat(self, parts: Sequence[Part]) -> list[Act]:
        """What hangs on a condition, loops written out."""
        found: list[Act] = []
        for node in self.nodes(parts):
            found += [act for _ in range(node.times) for act in node.acts] if isinstance(node, Loop) else []
            found += [node] if isinstance(node, Act) else []
        return found

    def _if(self, part: If) -> Branch:
        rng = self.made.site.rng
        so, no = part.seen
        others = [(no, part.otherwise), *part.ways]
        no, alternative = rng.choice(others)  # of three ways and more the look shows the first, or one of the others
        then, otherwise = self._flat(part.then), self._flat(alternative)
        deeper = (self._deeper(part.then), self._deeper(alternative))
        if part.first is None:
            return replace(self._told(part, then, otherwise), deeper=deeper)
        seen = (rng.choice(so), rng.choice(no)) if part.kind == "look" else ("yes", "no")
        if part.kind == "ask":
            seen = replies(rng, chinese=self.made.site.words.language == "zh")
        first = self._looks(part.first) if part.quantity else self._act([part.first], _DECIDES if part.kind == "look" else "")
        return Branch(part.kind, first, Text("written"), then, otherwise, seen=seen, quantity=part.quantity, deeper=deeper)

    def _deeper(self, parts: Sequence[Part]) -> Branch | None:
        """The condition at the end of what hangs on a condition."""
        return self._if(parts[-1]) if parts and isinstance(parts[-1], If) else None

    def _looks(self, step: Do) -> Act:
        """A look at each of a group."""
        group = self.made.pointers[step.words[0]]
        units = [[("[inspect]", one, "[q]", Quote(f"{step.words[1]}{_DECIDES}"), "[/q]")] for one in group]
        return Act(Text("written", {"t": Mention("thing", group, group, "all")}), list(units), "inspect", said=dict(self.said))

    def _told(self, part: If, then: list[Act], otherwise: list[Act]) -> Branch:
        """A condition that the prompt tells: a door's state, the battery."""
        site = self.made.site
        if part.kind == "battery":
            limit = int(part.words[1])
            holds = site.battery < limit if part.words[0] == "below" else site.battery > limit
            return Branch("battery", None, Text("written"), then, otherwise, holds=holds)
        door, word = self.made.pointer(part.words[0]), part.words[1]
        state = site.attributes.get(door, ("",))[0]
        if state not in _DOORS or site.rng.random() < 0.5:
            state = site.rng.choice(_DOORS)
        site.attributes[door] = (state,)
        holds = state == word or (word == "closed" and state == "locked")
        return Branch("door", None, Text("written", {"it": _one(door)}), then, otherwise, holds=holds)

    def _until(self, part: Wait) -> Until:
        made = self.made
        pause = int(made.seconds.get(part.every, part.every or "30"))
        if part.look is None:
            door, word = made.pointer(part.words[0]), part.words[1]
            now = made.site.rng.choice(("open", "closed"))
            made.site.attributes[door] = (now,)
            return Until(None, Text("written", {"it": _one(door)}), pause, None, holds=now == word, door=word)
        seen = (made.site.rng.choice(part.seen[0]), made.site.rng.choice(part.seen[1]))
        return Until(self._act([part.look], _DECIDES), Text("written"), pause, None, made.site.rng.random() < 0.5, seen)

    def _answer(self, part: Answer) -> tuple[str, ...]:
        if part.verb in ("unknown", "decline"):
            return (f"[{part.verb}]", "[q]", *self.said[part.words[0]].split(" "), "[/q]")
        topic = (f"[{part.verb}]",) if part.verb == "which" else ("[answer]", f"[{part.words[0]}]")
        slots = part.words if part.verb == "which" else part.words[1:]
        made = self.made
        pointers = [p for slot in slots for p in ([made.pointer(slot)] if "." in slot else made.pointers[slot])]
        return (*topic, *[token for pointer in pointers for token in ("[or]", pointer)][1:])
