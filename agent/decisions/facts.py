"""What a skill has told of a look, as facts: "reading: 4.2 bar; state: closed" is two, a typed value as many as it has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.decisions.words import plain, words

__all__ = ["Fact", "facts", "unsure", "yes_or_no"]

LISTS = frozenset({"things", "contents", "items", "visible", "objects", "inside", "people", "found", "seen"})
"""Keys of lists that tell all there is, so that what is not in them is not there."""

_MOST = 64
"""So many facts are read; of more, none."""

_KEY = re.compile(r"^\s*(?P<key>[a-z\u3400-\u9fff][\w /()\u3400-\u9fff-]{0,40}?)(?<!\d)\s*[:\uff1a=]\s*(?P<value>\S.*)$")
_YES = frozenset({"yes", "true", "y", "yeah", "yep", "correct", "right", "是", "是的", "对", "对的", "有", "有的", "嗯"})
_NO = frozenset({"no", "false", "n", "nope", "not", "wrong", "不是", "否", "不", "没有", "没", "不对", "无", "没有的"})
_UNSURE = re.compile(
    r"\b(?:unknown|unclear|unsure|not sure|not certain|uncertain|maybe|perhaps|possibly|probably|might|unreadable|"
    r"can(?:not|'t) (?:tell|see|say|read|be seen)|could not|couldn't|illegible|not visible|nothing to be seen|no answer|don't know|"
    r"hard to (?:tell|say|see)|seems? like|n/a)\b|"
    r"不清楚|不知道|看不清|看不见|看不到|不确定|可能|也许|未知|不明|说不准|没看清|无法|难说"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact.

    Attributes:
        key: What it is told of: "reading", "state"; "" where that is not told.
        value: What is told, folded.
        text: Both as they are shown.
        listed: The value is one member of a list that holds all there is.
    """

    key: str
    value: str
    text: str
    listed: bool = False


def facts(seen: object) -> list[Fact] | None:
    """The facts of an observation: a sentence, a number, a truth value, a list of names, or an object of these.

    Returns:
        None for what is too long or too much to be read as a whole.
    """
    found: list[Fact] = []
    for fact in _facts(seen, ""):
        if fact is None or len(found) == _MOST:
            return None
        found.append(fact)
    if any(fact.key not in ("colour", "color") and set(words(fact.value)) & _COLOURS for fact in found):
        found = [fact for fact in found if fact.key not in ("colour", "color")]  # that of a lamp, not of what it is on
    return found


_COLOURS = frozenset({"red", "green", "yellow", "amber", "blue", "orange", "红", "绿", "黄", "蓝"})


def unsure(found: list[Fact]) -> bool:
    """Whether it is told that it could not be seen, or was not sure."""
    return any(_UNSURE.search(fact.value) for fact in found)


def yes_or_no(found: list[Fact]) -> bool | None:
    """The answer to the question that was asked, where there is a plain one."""
    for fact in found:
        if not fact.key and fact.value in _YES:
            return True
        if not fact.key and fact.value in _NO:
            return False
    return None


def _facts(seen: object, key: str) -> Iterator[Fact | None]:
    if isinstance(seen, Mapping):
        for name, value in seen.items():
            yield from _facts(value, plain(str(name)).replace("_", " "))
    elif isinstance(seen, list | tuple):
        if not seen and key:
            yield Fact(key, "nothing", f"{key}: nothing", listed=key in LISTS)
        for value in seen:
            for fact in _facts(value, ""):
                yield fact and Fact(key, fact.value, fact.text, listed=key in LISTS)
    elif isinstance(seen, bool):
        yield Fact(key, "yes" if seen else "no", f"{key}: {'yes' if seen else 'no'}".removeprefix(": "))
    elif isinstance(seen, int | float):
        yield Fact(key, f"{seen:.12g}" if isinstance(seen, float) else str(seen), f"{key}: {seen}".removeprefix(": "))
    elif isinstance(seen, str):
        yield from _told(seen, key)


def _told(seen: str, key: str) -> Iterator[Fact | None]:
    folded = plain(seen)
    if seen.strip() and not folded:
        yield None
        return
    for piece in re.split(r"[;\uff1b\n]|\u3002|\uff0c", folded):
        begun, _, rest = piece.strip().partition(",")
        if begun.strip() in _YES | _NO:
            yield Fact(key, begun.strip(), begun.strip())
            piece = rest
        if not piece.strip(" ,."):
            continue
        match = _KEY.match(piece)
        if match is None:
            value = piece.strip(" ,.")
            yield Fact(key, value, f"{key}: {value}".removeprefix(": "))
        else:
            yield Fact(match["key"].removeprefix("the ").strip(), match["value"].strip(" ,."), piece.strip(" ,."))
