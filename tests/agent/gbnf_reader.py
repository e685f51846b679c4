"""A reader of GBNF for tests: draws random texts from a grammar, and turns grammars without recursion into regular expressions."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import Any

TOKEN = re.compile(r'\s*(?:("(?:\\.|[^"\\])*")|(\[(?:\\.|[^\]\\])*\])|([A-Za-z][A-Za-z0-9-]*)|([()|*?+])|(\{\d+,?\d*\}))')
ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
PLAIN = {"n": "\n", "t": "\t", "r": "\r"}


def unescape(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = match[1]
        return chr(int(code[1:], 16)) if code[0] in "xuU" and len(code) > 1 else PLAIN.get(code, code)

    return ESCAPE.sub(one, text)


@dataclass
class Grammar:
    rules: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Grammar:
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

    def regex(self, node: Any = None) -> str:
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
    if mark in "*?+":
        return {"*": (0, None), "?": (0, 1), "+": (1, None)}[mark]
    least, _, most = mark[1:-1].partition(",")
    return int(least), (int(most) if most else None)


def ranges(text: str) -> list[tuple[str, str]]:
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
