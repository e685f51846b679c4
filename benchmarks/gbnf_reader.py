"""A reader of GBNF for tests and benchmarks: draws random texts from a grammar, and tells which texts it can make."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import Any

TOKEN = re.compile(r'\s*(?:("(?:\\.|[^"\\])*")|(\[(?:\\.|[^\]\\])*\])|([A-Za-z][A-Za-z0-9-]*)|([()|*?+])|(\{\d+,?\d*\}))')
ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
PLAIN = {"n": "\n", "t": "\t", "r": "\r"}


def unescape(text: str) -> str:
    """A literal without its escapes."""

    def one(match: re.Match[str]) -> str:
        code = match[1]
        return chr(int(code[1:], 16)) if code[0] in "xuU" and len(code) > 1 else PLAIN.get(code, code)

    return ESCAPE.sub(one, text)


@dataclass
class Grammar:
    """A grammar, rule by rule."""

    rules: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Grammar:
        """Read GBNF, one rule a line."""
        grammar = cls()
        for line in text.splitlines():
            if line.strip():
                name, body = line.split("::=", 1)
                tokens = []
                at = 0
                while at < len(body.rstrip()):
                    match = TOKEN.match(body, at)
                    assert match, f"cannot read {body[at:]!r}"
                    tokens.append(match.group().strip() if not match[1] else match[1])
                    at = match.end()
                node, rest = alternatives(tokens)
                assert not rest, rest
                grammar.rules[name.strip()] = node
        return grammar

    def draw(self, rng: random.Random, node: Any = None, depth: int = 0) -> str:
        """A random text of the grammar."""
        kind, value = self.rules["root"] if node is None else node
        if kind == "text":
            return value
        if kind == "class":
            low, high = rng.choice(value)
            return chr(rng.randint(ord(low), ord(high)))
        if kind == "rule":
            return self.draw(rng, self.rules[value], depth + 1)
        if kind == "all":
            return "".join(self.draw(rng, part, depth) for part in value)
        if kind == "any":
            return self.draw(rng, value[0] if depth > 40 else rng.choice(value), depth)
        inner, least, most = value
        most = least + 6 if most is None else most
        count = rng.choice([least, most, rng.randint(least, most), min(most, least + 1)]) if depth < 40 else least
        return "".join(self.draw(rng, inner, depth) for _ in range(count))

    def accepts(self, text: str) -> bool:
        """Whether the grammar can make a text, as an automaton that is in several places at once."""
        return len(text) in self._after(self.rules["root"], frozenset((0,)), text, {})

    def _after(self, node: Any, places: frozenset[int], text: str, known: dict[Any, frozenset[int]]) -> frozenset[int]:
        kind, value = node
        if not places:
            return places
        if kind == "text":
            return frozenset(at + len(value) for at in places if text.startswith(value, at))
        if kind == "class":
            return frozenset(at + 1 for at in places if at < len(text) and any(low <= text[at] <= high for low, high in value))
        if kind == "rule":
            key = (value, places)
            if key not in known:
                known[key] = self._after(self.rules[value], places, text, known)
            return known[key]
        if kind == "all":
            for part in value:
                places = self._after(part, places, text, known)
            return places
        if kind == "any":
            return frozenset().union(*(self._after(part, places, text, known) for part in value))
        inner, least, most = value
        out: set[int] = set(places) if least == 0 else set()
        number = 0
        while places and (most is None or number < most):
            places = self._after(inner, places, text, known)
            number += 1
            if number >= least:
                if places <= out:
                    break
                out |= places
        return frozenset(out)

    def regex(self, node: Any = None) -> str:
        """The same as a regular expression; only for grammars without recursion."""
        kind, value = self.rules["root"] if node is None else node
        if kind == "text":
            return re.escape(value)
        if kind == "class":
            return "[" + "".join(f"{re.escape(low)}-{re.escape(high)}" for low, high in value) + "]"
        if kind == "rule":
            return self.regex(self.rules[value])
        if kind == "all":
            return "".join(self.regex(part) for part in value)
        if kind == "any":
            return "(?:" + "|".join(self.regex(part) for part in value) + ")"
        inner, least, most = value
        return f"(?:{self.regex(inner)}){{{least},{'' if most is None else most}}}"


def alternatives(tokens: list[str]) -> tuple[Any, list[str]]:
    """Parse alternatives, up to a closing bracket."""
    options, parts = [], []
    while tokens and tokens[0] != ")":
        token = tokens[0]
        if token == "|":
            options.append(("all", parts))
            parts, tokens = [], tokens[1:]
            continue
        if token == "(":
            node, tokens = alternatives(tokens[1:])
            assert tokens and tokens[0] == ")"
        elif token.startswith('"'):
            node = ("text", unescape(token[1:-1]))
        elif token.startswith("["):
            node = ("class", ranges(token[1:-1]))
        else:
            node = ("rule", token)
        tokens = tokens[1:]
        while tokens and (tokens[0] in "*?+" or tokens[0].startswith("{")):
            node, tokens = ("some", (node, *bounds(tokens[0]))), tokens[1:]
        parts.append(node)
    options.append(("all", parts))
    return (options[0] if len(options) == 1 else ("any", options)), tokens


def bounds(mark: str) -> tuple[int, int | None]:
    """Least and most of a repetition."""
    if mark in "*?+":
        return {"*": (0, None), "?": (0, 1), "+": (1, None)}[mark]
    least, _, most = mark[1:-1].partition(",")
    return int(least), (int(most) if most else None)


def ranges(text: str) -> list[tuple[str, str]]:
    """A character class as ranges."""
    units = re.findall(r"\\(?:x..|u....|U.{8}|.)|.", text, re.DOTALL)
    found, at = [], 0
    while at < len(units):
        low = high = unescape(units[at])
        if at + 2 < len(units) and units[at + 1] == "-":
            high = unescape(units[at + 2])
            at += 2
        found.append((low, high))
        at += 1
    return found
