"""Orders of telling: the parts of a mission joined so that they still mean their order of doing, and the politeness around them."""

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from agent.learning.inflect import gerund, participle
from agent.learning.language import Tongue
from agent.learning.meaning import Act, Branch, Loop, Node, Text, Until, Way
from agent.learning.quotes import bare
from agent.learning.telling import Teller

__all__ = ["base", "bent", "dress", "tell"]

_VERB = re.compile(r"<(\w+)>")
_DONE = {
    "deliver": "then_carried", "hand over": "then_carried", "inspect": "then_looked", "question": "then_looked",
    "go": "then_gone", "say": "then_said",
}  # fmt: skip
"""Joints that say again what was done, by its family."""
_FORBIDS = ("don't ", "do not ")
"""What "could you" cannot stand before."""

_DRAWS = 20
_SET_OFF = ",.!:;-(?\uff0c\u3002\uff01"
_AGAIN = re.compile(
    r"\bif (?:it|that) (?:is|isn't)\b|\bif it's not|\bthat isn't|\bthat's not|\u6ca1\u6709|\u6709\u7684\u8bdd|\u6709\u5c31"
)
"""Words that say a condition again: after one that is denied they would say the contrary of what is meant."""
_DENIED = re.compile(r"\bnot\b|n't\b|\bno\b|[\u6ca1\u4e0d]")

_TWICE = re.compile("([?!\uff1f\uff01\u3002])\\s*[.,;\uff0c\uff1b\u3002]\\s*")
"""A sentence's end with a joint's punctuation behind it."""


@dataclass
class _Part:
    """A part of a mission as it is told; ``direct`` ones cannot be bent into other forms."""

    text: str
    direct: bool
    plain: bool
    family: str = ""


def tell(teller: Teller, nodes: Sequence[Node]) -> str:
    """A mission's parts in an order of telling that still means their order of doing.

    Returns:
        The text; it begins with "?" if it is no command, so that "would you" cannot stand before it.
    """
    parts = [_part(teller, node) for node in nodes]
    told = _chinese(teller, parts) if teller.chinese else _english(teller, parts)
    return f"?{told}" if parts[0].direct or told.startswith(_FORBIDS) else told


def _part(teller: Teller, node: Node) -> _Part:
    teller.pronoun = False
    if isinstance(node, Act):
        text = teller.act(node)
        return _Part(text.lstrip("?"), text.startswith("?"), not teller.pronoun, node.family)
    if isinstance(node, Branch):
        return _Part(_branch(teller, node), True, False)
    if isinstance(node, Until):
        return _Part(_until(teller, node), False, False)
    if isinstance(node, Loop):
        return _Part(_loop(teller, node), False, False)
    return _Part(_way(teller, node), False, False)


def _clause(teller: Teller, act: Act) -> str:
    """An act in a longer sentence: a command mostly."""
    return base(teller.act(act, clause=teller.rng.random() < 0.85)).lstrip("?")


def _joined(teller: Teller, acts: list[Act]) -> str:
    """Acts that belong together."""
    texts = [_clause(teller, act) for act in acts]
    return f" {teller.tongue.phrase(teller.rng, 'and')} ".join(texts)


def _branch(teller: Teller, branch: Branch) -> str:
    rng, tongue = teller.rng, teller.tongue
    first = branch.first
    lead = ""
    if first is not None and branch.kind in ("look_it", "seek_it", "ask_it", "asked", "fail"):
        lead = _clause(teller, first)
    form = "unless" if branch.negative and rng.random() < 0.5 and not branch.otherwise else "if"
    form = form if branch.contrary is None else "asked_if"
    condition = branch.condition
    if branch.negative and form == "if":
        condition = Text(f"{condition.table}_not", condition.slots)
    said: dict[str, str] = first.said if first is not None and not lead else {}
    words = teller.text(condition, said)
    if first is not None and branch.kind in ("look", "look_it"):
        first.said["c"] = bare(words, chinese=teller.chinese)
    for act in branch.then:
        if act.family == "tell":
            act.said["c"] = words
    then = _joined(teller, branch.then)
    table = f"{form}{'_first' if lead and branch.contrary is None else ''}{'_else' if branch.otherwise else ''}"
    slots = {"c": words, "a": then, "l": lead}
    if branch.contrary is not None:
        slots["d"] = teller.text(branch.contrary)
    if branch.otherwise:
        slots["b"] = _joined(teller, branch.otherwise)
    drawn = (tongue.phrase(rng, table) for _ in range(_DRAWS))
    again = branch.contrary is None and _DENIED.search(words) is not None
    text = next((one for one in drawn if not again or not _AGAIN.search(one)), None)
    if text is None:
        raise IndexError("a condition that is denied is not said again")
    for name, value in slots.items():
        text = text.replace(f"{{{name}}}", value)
    return text.replace("\u7684\u8bdd\u7684\u8bdd", "\u7684\u8bdd")  # "if" once is enough


def _until(teller: Teller, until: Until) -> str:
    words = teller.text(until.condition)
    if until.look is not None:
        until.look.said["c"] = bare(words, chinese=teller.chinese)
    pause = teller.text(until.pause_text) if until.pause_text is not None else ""
    return teller.tongue.phrase(teller.rng, "until_every" if pause else "until", c=words, d=pause)


def _loop(teller: Teller, loop: Loop) -> str:
    rng, tongue = teller.rng, teller.tongue
    if loop.form == "patrol_round" and "p" in loop.slots:
        number = teller.number(loop.times)
        if "d" not in loop.slots:
            return teller.text(Text("rounds_of", {**loop.slots, "v": number}))
        often = f"times_{loop.times}" if f"times_{loop.times}" in tongue and rng.random() < 0.7 else "times"
        return teller.text(Text("rounds_with_stops", {**loop.slots, "v": tongue.phrase(rng, often, n=number)}))
    acts = f" {tongue.phrase(rng, 'and')} ".join(teller.act(act, clause=True).lstrip("?") for act in loop.acts)
    times = f"times_{loop.times}" if f"times_{loop.times}" in tongue and rng.random() < 0.6 else "times"
    slots = {"a": acts, "n": tongue.phrase(rng, times, n=teller.number(loop.times))}
    if loop.form == "patrol_round" and loop.times == 1:
        return acts
    if loop.form == "interval":
        slots["d"] = str(loop.slots["d"])
    return tongue.phrase(rng, loop.form, **slots)


def _way(teller: Teller, way: Way) -> str:
    goal, side = (teller.act(act, clause=True).lstrip("?") for act in (way.goal, way.side))
    return teller.tongue.phrase(teller.rng, "way", g=goal, a=side)


def _english(teller: Teller, parts: list[_Part]) -> str:
    rng, tongue = teller.rng, teller.tongue
    out: list[tuple[str, bool, _Part]] = []
    i = 0
    while i < len(parts):
        one = parts[i]
        two = parts[i + 1] if i + 1 < len(parts) else None
        if two is not None and not one.direct and not two.direct and two.plain and rng.random() < 0.2:
            out.append((_inverted(rng, tongue, one.text, two.text), True, one))
            i += 2
        else:
            out.append((base(one.text), False, one))
            i += 1
    told, apart, first = out[0]
    if len(parts) > 1 and not apart and not first.direct and rng.random() < 0.15:
        by = rng.random() < 0.33
        told = f"{tongue.phrase(rng, 'start_by')} {bent(first.text, gerund)}" if by else f"{tongue.phrase(rng, 'first')} {told}"
    for k in range(1, len(out)):
        text, inverted, part = out[k]
        if inverted or out[k - 1][1] or part.direct or out[k - 1][2].direct:
            told += f" {tongue.phrase(rng, 'then_apart')} {text}"  # what "before" and "if" join must end there to be clear
        elif k == len(out) - 1 and rng.random() < 0.15:
            told += f" {tongue.phrase(rng, 'last')} {text}"
        elif not part.direct and rng.random() < 0.03:
            told += f" , followed by {bent(part.text, gerund)}"
        else:
            told += f" {_then(rng, tongue, out[k - 1][2])} {text}"
    return told


def _then(rng: random.Random, tongue: Tongue, part: _Part) -> str:
    """What joins a part to the one after it; at times it says again what was done: "once it is there"."""
    table = _DONE.get(part.family, "then") if rng.random() < 0.12 else "then"
    return tongue.phrase(rng, table)


def _chinese(teller: Teller, parts: list[_Part]) -> str:
    rng, tongue = teller.rng, teller.tongue
    out: list[tuple[str, bool, _Part]] = []
    i = 0
    while i < len(parts):
        one = parts[i]
        two = parts[i + 1] if i + 1 < len(parts) else None
        if two is not None and not one.direct and not two.direct and two.plain and rng.random() < 0.25:
            out.append((tongue.phrase(rng, "inverted", **{"1": one.text, "2": two.text}), True, two))
            i += 2
        else:
            out.append((one.text, one.direct, one))
            i += 1
    told = out[0][0]
    if len(out) > 1 and not out[0][1] and rng.random() < 0.15:
        told = f"{tongue.phrase(rng, 'first')}{told}"
    for k in range(1, len(out)):
        text, apart, _ = out[k]
        if apart or out[k - 1][1]:
            told += f"{tongue.phrase(rng, 'then_apart')}{text}"
        elif k == len(out) - 1 and rng.random() < 0.15:
            told += f"{tongue.phrase(rng, 'last')}{text}"
        else:
            told += f"{_then(rng, tongue, out[k - 1][2])}{text}"
    return told


def dress(rng: random.Random, tongue: Tongue, text: str, *, polite: bool = True, ends: Iterable[str] = ()) -> str:
    """Politeness before and after, closing punctuation; of a text that begins with "?", only what can stand before any sentence.

    Behind one of ``ends``, words that the plan quotes, only what is set off by a mark is said: "say lunch is ready today" would be
    another quotation.
    """
    gap = "" if tongue.language == "zh" else " "
    direct = text.startswith("?")
    text = text.lstrip("?")
    if polite and rng.random() < (0.15 if direct else 0.3):
        text = f"{tongue.phrase(rng, 'hail' if direct else 'before')}{gap}{text}"
    if rng.random() < 0.12:
        closing = _closing(rng, tongue, any(text.endswith(end) for end in ends))
        text = f"{text}{gap}{closing}" if closing else text
    if rng.random() < 0.45 and text.rstrip()[-1] not in ".?!\u3002\uff1f\uff01":
        text = f"{text}{gap}{tongue.phrase(rng, 'end')}"
    return _TWICE.sub(r"\1 ", text.replace("\u90fd\u90fd", "\u90fd"))  # "all" once is enough


def _closing(rng: random.Random, tongue: Tongue, apart: bool) -> str:
    """A polite end; ``apart``: one that is set off by a mark, or none if a few draws give none."""
    drawn = (tongue.phrase(rng, "after") for _ in range(_DRAWS if apart else 1))
    return next((closing for closing in drawn if not apart or closing[0] in _SET_OFF), "")


def base(text: str) -> str:
    """A clause in its imperative form."""
    return _VERB.sub(r"\1", text)


def _inverted(rng: random.Random, tongue: Tongue, one: str, two: str) -> str:
    """Two clauses told with their order in a conjunction; ``one`` is done first."""
    forms = {"1": base(one), "2": base(two), "1ing": bent(one, gerund), "2ing": bent(two, gerund), "1ed": bent(one, participle)}
    return tongue.phrase(rng, "inverted", **forms)


def bent(text: str, inflect: Callable[[str], str]) -> str:
    """A clause with its verbs in another form."""
    return _VERB.sub(lambda match: inflect(match.group(1)), text)
