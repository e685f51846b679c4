"""JSON texts edited in place: what did not change in a document stays byte for byte as it was written."""

import json
import re
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = ["Splice", "apply_splices", "inverse", "parse_strictly", "rewrite"]

Splice: TypeAlias = tuple[int, int, str]
"""Characters ``start`` up to ``end`` of a text, and what stands there instead."""

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def parse_strictly(text: str) -> Any:
    """The document of a JSON text in which no object has a key twice (of two, a reader would silently forget one).

    Raises:
        ValueError: It is not JSON, or has a key twice.
        RecursionError: It is nested too deeply.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = next(key for key in found if sum(key == other for other, _ in pairs) > 1)
            raise ValueError(f"an object has the key {twice!r} twice; remove one")
        return found

    return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=once)


def rewrite(text: str, old: Any, new: Any) -> list[Splice]:
    """What to replace in a JSON text so that it holds another document.

    New text follows the layout around it: on one line or indented, with or without spaces, escaped or not.

    Args:
        text: A JSON text, perhaps with a byte-order mark.
        old: Its document, as ``parse_strictly`` gives it.
        new: The document that it shall hold; what is equal to ``old`` at the same path, or in the same list, keeps its text.

    Returns:
        Splices in order that do not overlap.
    """
    writer = _Writer(text, escaped=text.isascii() and "\\u" in text)
    writer.change(_after_space(text, 1 if text.startswith("\ufeff") else 0), old, new)
    return sorted(writer.splices)


def apply_splices(text: str, splices: list[Splice]) -> str:
    """The text after these replacements, which are in order and do not overlap."""
    parts, at = [], 0
    for start, end, instead in splices:
        parts += [text[at:start], instead]
        at = end
    return "".join([*parts, text[at:]])


def inverse(text: str, splices: list[Splice]) -> list[Splice]:
    """The replacements that lead back to ``text`` from what ``apply_splices`` makes of it."""
    back, shift = [], 0
    for start, end, instead in splices:
        back.append((start + shift, start + shift + len(instead), text[start:end]))
        shift += len(instead) - (end - start)
    return back


@dataclass(frozen=True, slots=True)
class _Element:
    """An item of a list or a member of an object: where it begins (a member: its key), its value begins, and it ends."""

    start: int
    value: int
    end: int
    key: str = ""


class _Writer:
    """Collects the splices of one text."""

    def __init__(self, text: str, *, escaped: bool) -> None:
        self.text, self.escaped, self.splices = text, escaped, list[Splice]()

    def change(self, at: int, old: Any, new: Any) -> None:
        """Make the value that begins at ``at`` the new one."""
        if _same(old, new):
            return
        if isinstance(old, dict) and isinstance(new, dict):
            self._change_object(at, old, new)
        elif isinstance(old, list) and isinstance(new, list):
            self._change_list(at, old, new)
        else:
            self.splices.append((at, _end(self.text, at), self._plain(new)))

    def _change_object(self, at: int, old: dict[str, Any], new: dict[str, Any]) -> None:
        elements, close = _elements(self.text, at, members=True)
        kept = [element.key in new for element in elements]
        for element, stays in zip(elements, kept, strict=True):
            if stays:
                self.change(element.value, old[element.key], new[element.key])
        colon = self.text[_end(self.text, elements[0].start) : elements[0].value] if elements else ": "
        added = [(self._plain(key) + colon, value) for key, value in new.items() if key not in old]
        self._resequence(at, close, elements, kept, len(elements), added)

    def _change_list(self, at: int, old: list[Any], new: list[Any]) -> None:
        """Equal items at both ends keep their text; in between, items are changed pair by pair, then cut or added."""
        elements, close = _elements(self.text, at, members=False)
        head = 0
        while head < min(len(old), len(new)) and _same(old[head], new[head]):
            head += 1
        tail = 0
        while tail < min(len(old), len(new)) - head and _same(old[-1 - tail], new[-1 - tail]):
            tail += 1
        pairs = min(len(old), len(new)) - head - tail
        for index in range(head, head + pairs):
            self.change(elements[index].value, old[index], new[index])
        first = head + pairs
        kept = [not first <= index < len(old) - tail for index in range(len(old))]
        self._resequence(at, close, elements, kept, first, [("", value) for value in new[first : len(new) - tail]])

    def _resequence(
        self, at: int, close: int, elements: list[_Element], kept: list[bool], place: int, added: list[tuple[str, Any]]
    ) -> None:
        """Cut the elements that are not kept, and write the added ones (what stands before a value, the value) at a place."""
        if all(kept) and not added:
            return
        between = self._between(elements)
        texts = [before + self._laid_out(value, elements, between) for before, value in added]
        if not any(kept):
            start, end = (elements[0].start, elements[-1].end) if elements and added else (at + 1, close)
            self.splices.append((start, end, between.join(texts)))
            return
        last = max(index for index, stays in enumerate(kept) if stays)
        for start, stop in _runs(kept):
            if stop < len(elements):
                self.splices.append((elements[start].start, elements[stop].start, ""))
            elif place < len(elements) or not added:
                self.splices.append((elements[last].end, elements[-1].end, ""))
        if added and place == 0:
            self.splices.append((elements[0].start, elements[0].start, "".join(text + between for text in texts)))
        elif added and place < len(elements):
            self.splices.append((elements[place - 1].end,) * 2 + ("".join(between + text for text in texts),))
        elif added:
            self.splices.append((elements[last].end, elements[-1].end, "".join(between + text for text in texts)))

    def _between(self, elements: list[_Element]) -> str:
        """What stands between two elements here."""
        if len(elements) > 1:
            return self.text[elements[-2].end : elements[-1].start]
        if elements:
            before = self.text[: elements[0].start]
            space = before[len(before.rstrip(" \t\n\r")) :]
            return "," + (space if "\n" in space else " ")
        return ", "

    def _plain(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=self.escaped, allow_nan=False)

    def _laid_out(self, value: Any, elements: list[_Element], between: str) -> str:
        """A new value's text: over several lines if the elements beside it are written so."""
        beside = elements[-1] if elements else None
        indented = (
            beside is not None and isinstance(value, dict) and re.match(r"[{\[]\r?\n([ \t]*)", self.text[beside.value : beside.end])
        )
        if not indented or beside is None:
            return self._plain(value)
        line = self.text.rfind("\n", 0, beside.start) + 1
        base = _SPACE.match(self.text[line : beside.start])
        margin = base.group() if base else ""
        step = indented.group(1).removeprefix(margin) or "  "
        newline = "\r\n" if "\r\n" in between or "\r\n" in indented.group() else "\n"
        text = json.dumps(value, ensure_ascii=self.escaped, allow_nan=False, indent=step)
        return text.replace("\n", newline + margin)


def _elements(text: str, at: int, *, members: bool) -> tuple[list[_Element], int]:
    """The items of the list or members of the object that begins at ``at``, and where its closing bracket stands."""
    found, here = [], _after_space(text, at + 1)
    while text[here] not in "]}":
        start, key = here, ""
        if members:
            key, here = _DECODER.raw_decode(text, here)
            here = _after_space(text, _after_space(text, here) + 1)  # past the colon
        end = _end(text, here)
        found.append(_Element(start, here, end, key))
        here = _after_space(text, end)
        if text[here] == ",":
            here = _after_space(text, here + 1)
    return found, here


def _end(text: str, at: int) -> int:
    return _DECODER.raw_decode(text, at)[1]


def _after_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _runs(kept: list[bool]) -> list[tuple[int, int]]:
    """The runs of elements that are not kept, as (first, one past the last)."""
    runs, start = [], None
    for index, stays in enumerate([*kept, True]):
        if not stays and start is None:
            start = index
        elif stays and start is not None:
            runs.append((start, index))
            start = None
    return runs


def _same(a: Any, b: Any) -> bool:
    """Equal as JSON: 4 and 4.0 are one number, 1 and true are two values."""
    if a is b:
        return True
    if isinstance(a, bool) or isinstance(b, bool):
        return False
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(value, b[key]) for key, value in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    return bool(a == b)
