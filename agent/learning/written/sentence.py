"""Sentences with choices, slots and marked stretches: ``(go|drive) to {p1} and see <a:if {t1} is on>``."""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from agent.learning.site import tokens

__all__ = ["Sentence", "SentenceInvalid", "read_sentence"]

SLOT = re.compile(r"\{(ps|ts|ds|[pthdnw])(\d)(?:\.(\d+|last))?\}")
"""Places, things, who stands somewhere, doors, nouns that name nothing, durations; groups end in s, members have a number."""

_LABEL = re.compile(r"<([a-z]):")
_OPEN, _CLOSE = "\ue000", "\ue001"
"""Around a stretch while its sentence is put together: characters that nobody types."""


class SentenceInvalid(ValueError):
    """A sentence cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class _Choice:
    options: "tuple[_Parts, ...]"


@dataclass(frozen=True, slots=True)
class _Stretch:
    label: str
    parts: "_Parts"


_Parts: TypeAlias = "tuple[str | _Choice | _Stretch, ...]"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One wording.

    Attributes:
        parts: Plain text with slots, choices and marked stretches.
        slots: Everything in braces in it, each once, in order.
        labels: The marked stretches' labels.
    """

    parts: _Parts
    slots: tuple[str, ...]
    labels: frozenset[str]

    def say(self, rng: random.Random, fill: Callable[[str], str]) -> tuple[list[str], Mapping[str, str]]:
        """The sentence, put together by chance.

        Args:
            rng: Draws the choices.
            fill: Gives the words or pointers of a slot, by its name without braces.

        Returns:
            Its tokens, and each marked stretch's words, separated by spaces.
        """
        text = SLOT.sub(lambda match: fill(match.group()[1:-1]), _drawn(self.parts, rng))
        said: list[str] = []
        begun: list[tuple[str, int]] = []
        stretches: dict[str, str] = {}
        marks = tokens(text.lower().replace("[or]s", "[or] s"))
        at = 0
        while at < len(marks):
            if marks[at] == _OPEN:
                begun.append((marks[at + 1], len(said)))
                at += 2
                continue
            if marks[at] == _CLOSE:
                label, start = begun.pop()
                stretches[label] = " ".join(said[start:])
            else:
                said.append(marks[at])
            at += 1
        return [_pointer(token) for token in said], {label: _pointers(words) for label, words in stretches.items()}


def _pointer(token: str) -> str:
    """A pointer as the dialect writes it: lowering a sentence has lowered it too."""
    return token.upper() if re.fullmatch(r"\[[ptds]\d+\]", token) else token


def _pointers(words: str) -> str:
    return " ".join(_pointer(token) for token in words.split())


def _drawn(parts: _Parts, rng: random.Random) -> str:
    out = ""
    for part in parts:
        if isinstance(part, str):
            out += part
        elif isinstance(part, _Choice):
            out += _drawn(rng.choice(part.options), rng)
        else:
            out += f" {_OPEN} {part.label} {_drawn(part.parts, rng)} {_CLOSE} "
    return out


def read_sentence(text: str) -> Sentence:
    """Read one wording.

    Args:
        text: As it is written.

    Raises:
        SentenceInvalid: A brace holds no slot, or a choice or a stretch is not closed.
    """
    if bracket := re.search(r"[][]", text):
        raise SentenceInvalid(f"{bracket.group()!r} is a sign of the dialect: write round brackets")
    parts, _ = _parts(text, 0, "")
    slots = tuple(dict.fromkeys(match.group()[1:-1] for match in SLOT.finditer(text)))
    labels = list(_labels(parts))
    return Sentence(parts, slots, frozenset(labels))


def _labels(parts: _Parts) -> Iterator[str]:
    for part in parts:
        if isinstance(part, _Stretch):
            yield part.label
            yield from _labels(part.parts)
        elif isinstance(part, _Choice):
            for option in part.options:
                yield from _labels(option)


def _parts(text: str, at: int, end: str) -> tuple[_Parts, int]:
    """Parts up to one of the characters of ``end``."""
    out: list[str | _Choice | _Stretch] = []
    plain = ""
    while at < len(text) and text[at] not in end:
        sign = text[at]
        label = _LABEL.match(text, at)
        if text.startswith(("->", "=>"), at):
            plain += text[at : at + 2]
            at += 2
            continue
        if sign == "{":
            slot = SLOT.match(text, at)
            if slot is None:
                raise SentenceInvalid(f"{text[at : at + 12]!r} begins no slot such as {{p1}}, {{ts1}} or {{ts1.2}}")
            plain += slot.group()
            at = slot.end()
            continue
        if sign == "(" or label:
            out.append(plain)
            plain = ""
            part, at = _choice(text, at + 1) if sign == "(" else _stretch(text, at, label)
            out += [part] if isinstance(part, _Stretch) or len(part.options) > 1 else ["(", *part.options[0], ")"]
            continue
        if sign == "}" or (sign == "|" and not end):
            raise SentenceInvalid(f"{sign!r} stands alone before {text[at : at + 20]!r}")
        plain += sign
        at += 1
    return (*(part for part in (*out, plain) if part),), at


def _choice(text: str, at: int) -> tuple[_Choice, int]:
    options: list[_Parts] = []
    while True:
        parts, at = _parts(text, at, "|)")
        options.append(parts)
        if at >= len(text) or text[at] not in "|)":
            raise SentenceInvalid(f"a choice is not closed in {text!r}")
        at += 1
        if text[at - 1] == ")":
            break
    return _Choice(tuple(options)), at


def _stretch(text: str, at: int, label: "re.Match[str] | None") -> tuple[_Stretch, int]:
    assert label is not None
    parts, at = _parts(text, label.end(), ">")
    if at >= len(text) or text[at] != ">":
        raise SentenceInvalid(f"the stretch {label.group()!r} is not closed in {text!r}")
    return _Stretch(label.group(1), parts), at + 1
