"""Loops: an answer says once what is done for each of several or several times over; here it becomes plain steps.

``[each] [all] [T4] [but] [T6] [inspect] [it] [/each]``: everything that stands in the mission with T4, but T6.
``[times] 3 [goto] [P1] [between] [wait] 60 [/times]``: three times, with a minute between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from agent.planners.dialect.prompt import Prompt
from agent.planners.errors import LoopUnusable, PlanUnreadable
from agent.planners.pointers import ALL, BETWEEN, BUT, EACH, EACH_END, IT, TIMES, TIMES_END

__all__ = ["LONGEST", "MOST_TIMES", "groups_of", "heads_of", "looped", "open_groups", "unrolled"]

MOST_TIMES = 20
"""A loop is gone through so often at most."""

LONGEST = 4096
"""A longer plan is refused, tokens."""

looped = ("place", "thing", "door")
"""What a loop can go through."""

Origin: TypeAlias = tuple[str, int]
"""A token of the plain plan, and the token of the answer that it comes from."""


def unrolled(tokens: Sequence[str], prompt: Prompt) -> list[Origin]:
    """An answer without loops.

    Args:
        tokens: The answer as it was said.
        prompt: What it answers.

    Raises:
        PlanUnreadable: A loop does not end, or does not begin with what it goes through.
        LoopUnusable: A loop goes through nothing, or makes the plan too long.
    """
    return _Unrolling(tokens, prompt).block(0, len(tokens))


def groups_of(prompt: Prompt) -> list[tuple[str, ...]]:
    """The groups of candidates that stand in the mission, as pointers; each once."""
    groups: dict[tuple[str, ...], None] = {}
    group: list[str] = []
    joined = False
    for word in prompt.words:
        text = word.item.text
        if not word.item.special:
            group, joined = [], False
        elif text == "[or]":
            joined = True
            continue
        else:
            group = [*group, text] if joined else [text]
            joined = False
        if len(group) > 1:
            groups.pop(tuple(group[:-1]), None)
            groups[tuple(group)] = None
    return list(groups)


def open_groups(prompt: Prompt) -> list[tuple[str, ...]]:
    """The groups of which it may be asked which one is meant: not all of whose members are named by themselves as well."""
    specials = ["", *(word.item.text if word.item.special else "" for word in prompt.words), ""]
    around = zip(specials, specials[1:], specials[2:], strict=False)
    alone = {text for before, text, behind in around if text and "[or]" not in (before, text, behind)}
    return [group for group in groups_of(prompt) if not alone.issuperset(group)]


def heads_of(prompt: Prompt) -> dict[str, tuple[str, ...]]:
    """First pointer -> all that ``[all]`` before it goes through: the candidates of a mention that are of its type.

    Of two mentions that begin alike, it is the one with more.
    """
    heads: dict[str, tuple[str, ...]] = {}
    for group in sorted(groups_of(prompt), key=len):
        for kind in looped:
            same = tuple(pointer for pointer in group if prompt.table[pointer].type == kind)
            if len(same) > 1:
                heads[same[0]] = same
    return heads


class _Unrolling:
    """One answer on its way to plain steps."""

    def __init__(self, tokens: Sequence[str], prompt: Prompt) -> None:
        self.tokens = tokens
        self.prompt = prompt
        self.groups = heads_of(prompt)

    def block(self, start: int, end: int) -> list[Origin]:
        """The tokens between two places, loops gone through."""
        out: list[Origin] = []
        at = start
        while at < end:
            token = self.tokens[at]
            if token == "[q]":  # nothing that is quoted is a loop
                close = self._find("[/q]", at, end)
                out += ((self.tokens[i], i) for i in range(at, close + 1))
                at = close + 1
            elif token in (EACH, TIMES):
                close = self._find(EACH_END if token == EACH else TIMES_END, at, end)
                out += self._each(at + 1, close) if token == EACH else self._times(at + 1, close)
                at = close + 1
            else:
                out.append((token, at))
                at += 1
            if len(out) > LONGEST:
                raise LoopUnusable(
                    f"The model's answer makes a plan of more than {LONGEST} tokens, which is too long: ask for fewer rounds."
                )
        return out

    def _find(self, closing: str, start: int, end: int) -> int:
        for at in range(start + 1, end):
            if self.tokens[at] == closing:
                return at
        raise self._wrong(f"has no {closing!r} for the {self.tokens[start]!r} before it")

    def _each(self, start: int, end: int) -> list[Origin]:
        """Its steps for every member in turn."""
        members, at = self._members(start, end)
        if at == start:
            raise self._wrong(f"goes through nothing after {EACH!r}")
        if not members:
            raise LoopUnusable("The model's answer is for everything but everything that there is: say what it is to be done with.")
        body = self.block(at, end)
        out: list[Origin] = []
        for member in members:
            out += (member if token == IT else (token, origin) for token, origin in body)
            if len(out) > LONGEST:
                break
        return out

    def _members(self, at: int, end: int) -> tuple[list[Origin], int]:
        """What a loop goes through, and where its steps begin."""
        members: dict[str, int] = {}
        out = False
        while at < end:
            token = self.tokens[at]
            if token == BUT and members and not out:
                out, at = True, at + 1
                continue
            whole = token == ALL
            if whole:
                at += 1
                token = self.tokens[at] if at < end else ""
                if token not in self.groups:
                    raise self._wrong(f"names no group after {ALL!r}")
            elif token not in self.prompt.table or self.prompt.table[token].type not in looped:
                break
            named = self.groups[token] if whole else (token,)
            for pointer in named:
                if not out:
                    members.setdefault(pointer, at)
                    continue
                for left in [m for m in members if pointer in (m, self.prompt.inside.get(m))]:
                    del members[left]
            at += 1
        return list(members.items()), at

    def _times(self, start: int, end: int) -> list[Origin]:
        """Its steps so many times, what stands between them in between."""
        count = self.tokens[start] if start < end else ""
        if not (count.isascii() and count.isdigit() and 1 <= int(count) <= MOST_TIMES):
            raise self._wrong(f"says no number up to {MOST_TIMES} after {TIMES!r}")
        middle = next((at for at in self._unquoted(start + 1, end) if self.tokens[at] == BETWEEN), None)
        body = self.block(start + 1, end if middle is None else middle)
        pause = [] if middle is None else self.block(middle + 1, end)
        out = list(body)
        for _ in range(int(count) - 1):
            out += [*pause, *body]
            if len(out) > LONGEST:
                break
        return out

    def _unquoted(self, start: int, end: int) -> Iterator[int]:
        quoted = False
        for at in range(start, end):
            quoted = self.tokens[at] == "[q]" or (quoted and self.tokens[at] != "[/q]")
            if not quoted:
                yield at

    def _wrong(self, what: str) -> PlanUnreadable:
        return PlanUnreadable(f"The model's answer {' '.join(self.tokens)[:200]!r} cannot be read: it {what}.")
