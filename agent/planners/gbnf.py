"""GBNF: a JSON Schema as a llama.cpp grammar. What it cannot express, it refuses; nothing is dropped silently.

Written here because the converters that come with llama.cpp ignore numeric bounds and fall back to "any JSON"
on a mistake. The subset is what skills' signatures need: objects, arrays, strings, numbers, enums, unions, ``$ref``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from agent.planners.errors import GrammarFailed

__all__ = ["LEFT_TO_VALIDATION", "decimals", "gbnf_of", "integers", "literal"]

LEFT_TO_VALIDATION = frozenset({"pattern", "format", "multipleOf", "uniqueItems"})
"""Keywords that no GBNF expresses: the answer is validated against the skill's own types afterwards."""

ANNOTATIONS = frozenset({"title", "description", "default", "examples", "$defs", "deprecated"})

_SIMPLE = {"boolean": '("true" | "false")', "null": '"null"'}

LARGEST = 999_999
"""Largest magnitude of a number that has no bound of its own."""

BASE_RULES = r"""ws ::= " "?
first ::= [!#-\[\]-~\u00A1-\u167F\u1681-\u1FFF\u2010-\u2027\u2030-\u205E\u2070-\u2FFF\u3001-\uD7FF\uF900-\uFEFE\uFF00-\uFFFC\U00010000-\U0010FFFF]
char ::= [ !#-\[\]-~\u00A1-\u1FFF\u2010-\u2027\u2030-\u205E\u2070-\uD7FF\uF900-\uFFFC\U00010000-\U0010FFFF] | "\\" ["\\n]
value ::= "null" | "true" | "false" | number | "\"" char* "\"" | "[" ws (value ("," ws value)*)? "]" | "{" ws (pair ("," ws pair)*)? "}"
pair ::= "\"" char* "\":" ws value
number ::= "-"? ("0" | [1-9] [0-9]{0,5}) ("." [0-9]{1,3})?
"""  # noqa: E501


def gbnf_of(schema: Mapping[str, Any]) -> str:
    """The grammar of all JSON texts that fit a schema (one optional space after ``:`` and ``,``; properties in order).

    A text that may not be empty begins with something visible.

    Args:
        schema: A JSON Schema of the subset above; ``$ref`` only to its own ``$defs``, without recursion.

    Returns:
        GBNF text whose start is ``root``.

    Raises:
        GrammarFailed: The schema holds something that cannot be expressed, or that no text fits.
    """
    rules = _Rules(schema.get("$defs", {}))
    root = rules.of(schema, "the answer")
    return f"root ::= {root}\n" + "".join(f"{name} ::= {body}\n" for name, body in rules.named.items()) + BASE_RULES


def literal(text: str) -> str:
    """A GBNF literal that matches exactly ``text``."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise GrammarFailed(f"The name {text!r} holds broken Unicode, so no grammar can be built: rename it.") from None
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{escaped}"'


def integers(low: int, high: int) -> str:
    """GBNF for the decimal integers from ``low`` to ``high``, both included; empty text where there are none."""
    parts = []
    if low < 0:
        parts += [f'"-" {body}' for body in _natural(max(1, -high), -low)]
    if high >= 0:
        parts += _natural(max(0, low), high)
    return " | ".join(parts)


def decimals(low: int, high: int, places: int = 2) -> str:
    """GBNF for decimals with ``places`` digits after the point, from ``low`` to ``high`` in units of the last place."""
    parts = []
    if low < 0:
        parts += [f'"-" {body}' for body in _natural(max(1, -high), -low, places)]
    if high >= 0:
        parts += _natural(max(0, low), high, places)
    return " | ".join(parts)


class _Rules:
    """Named rules gathered while a schema is walked."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self.definitions = definitions
        self.named: dict[str, str] = {}
        self.open: list[str] = []
        self.builders: dict[str, Callable[[Mapping[str, Any], str], str]] = {
            "object": self._object,
            "array": self._array,
            "string": self._string,
            "integer": self._number,
            "number": self._number,
        }

    def of(self, schema: Mapping[str, Any], where: str) -> str:
        """The GBNF expression of a schema; ``where`` names it in errors."""
        if "$ref" in schema:
            return self._reference(str(schema["$ref"]), where)
        if "const" in schema:
            return literal(_text(schema["const"]))
        if "enum" in schema:
            return self._one_of([literal(_text(value)) for value in schema["enum"]], where)
        for union in ("anyOf", "oneOf"):
            if union in schema:
                _only(schema, {union}, where)
                return self._one_of([self.of(branch, where) for branch in schema[union]], where)
        kind = schema.get("type")
        if isinstance(kind, list):
            return self._one_of([self.of({**schema, "type": one}, where) for one in kind], where)
        if kind is None:
            _only(schema, set(), where)
            return "value"
        if kind in _SIMPLE:
            return _SIMPLE[kind]
        if kind not in self.builders:
            raise GrammarFailed(f"No grammar can be built for {where}: its schema type {kind!r} is not known.")
        return self.builders[kind](schema, where)

    def _reference(self, reference: str, where: str) -> str:
        name = reference.removeprefix("#/$defs/")
        if name not in self.definitions:
            raise GrammarFailed(f"No grammar can be built for {where}: its schema refers to {reference!r}, which is not there.")
        if name in self.open:
            raise GrammarFailed(f"No grammar can be built for {where}: its schema is recursive at {name!r}.")
        rule = f"d{list(self.definitions).index(name)}-" + re.sub(r"[^A-Za-z0-9]+", "-", name)
        if rule not in self.named:
            self.open.append(name)
            body = self.of(self.definitions[name], where)
            self.open.pop()
            self.named[rule] = body
        return rule

    def _one_of(self, bodies: Sequence[str], where: str) -> str:
        if not bodies:
            raise GrammarFailed(f"No grammar can be built for {where}: there is nothing to choose from.")
        return bodies[0] if len(bodies) == 1 else "(" + " | ".join(dict.fromkeys(bodies)) + ")"

    def _object(self, schema: Mapping[str, Any], where: str) -> str:
        _only(schema, {"type", "properties", "required", "additionalProperties"}, where)
        properties: Mapping[str, Any] = schema.get("properties", {})
        if not properties:
            if schema.get("additionalProperties", True) is False:
                return '"{" ws "}"'
            return '"{" ws (pair ("," ws pair)*)? "}"'
        if schema.get("additionalProperties") not in (False, None):
            raise GrammarFailed(f"No grammar can be built for {where}: it mixes named and free properties.")
        must = [name for name in properties if name in schema.get("required", ())]
        may = [name for name in properties if name not in must]
        pairs = {}
        for name, inner in properties.items():
            key = literal(json.dumps(name, ensure_ascii=False) + ":")
            pairs[name] = f"{key} ws {self.of(inner, f'{where}.{name}')}"
        tail = ""
        body = ' "," ws '.join(pairs[name] for name in must)
        if must:
            body += "".join(f' ("," ws {pairs[name]})?' for name in may)
        else:
            starts = []
            for name in reversed(may):
                starts.append(pairs[name] + tail)
                tail = f' ("," ws {pairs[name]})?' + tail
            body = f"({' | '.join(reversed(starts))})?"
        return f'"{{" ws {body} "}}"'

    def _array(self, schema: Mapping[str, Any], where: str) -> str:
        _only(schema, {"type", "items", "prefixItems", "minItems", "maxItems"}, where)
        if "prefixItems" in schema:
            items = [self.of(item, f"{where}[{number}]") for number, item in enumerate(schema["prefixItems"])]
            if not schema.get("minItems") == schema.get("maxItems") == len(items):
                raise GrammarFailed(f"No grammar can be built for {where}: a tuple of open length.")
            return '"[" ws ' + ' "," ws '.join(items) + ' "]"'
        item = self.of(schema.get("items", {}), f"{where}[]")
        least, most = int(schema.get("minItems", 0)), schema.get("maxItems")
        if most is not None and most < max(least, 1):
            if most < least:
                raise GrammarFailed(f"No grammar can be built for {where}: it wants {least} to {most} items.")
            return '"[" ws "]"'
        more = f"{{{max(least - 1, 0)},{'' if most is None else most - 1}}}"
        body = f'{item} ("," ws {item}){more}'
        return f'"[" ws {body} "]"' if least else f'"[" ws ({body})? "]"'

    def _string(self, schema: Mapping[str, Any], where: str) -> str:
        _only(schema, {"type", "minLength", "maxLength"}, where)
        least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
        if most is not None and most < least:
            raise GrammarFailed(f"No grammar can be built for {where}: it wants {least} to {most} characters.")
        if not least:
            return f'"\\"" char{{0,{"" if most is None else most}}} "\\""'
        return f'"\\"" first char{{{least - 1},{"" if most is None else most - 1}}} "\\""'

    def _number(self, schema: Mapping[str, Any], where: str) -> str:
        _only(schema, {"type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}, where)
        whole = integers(*_bounds(schema, 1))
        parts = [whole] if whole else []
        if schema["type"] == "number":
            fraction = decimals(*_bounds(schema, 100))
            parts += [fraction] if fraction else []
        if not parts:
            raise GrammarFailed(f"No grammar can be built for {where}: no number fits its bounds.")
        return f"({' | '.join(parts)})"


def _only(schema: Mapping[str, Any], known: set[str], where: str) -> None:
    """Refuse keywords that would be ignored."""
    for key in schema:
        if key not in known | ANNOTATIONS | LEFT_TO_VALIDATION and not key.startswith("x-"):
            raise GrammarFailed(f"No grammar can be built for {where}: its schema uses {key!r}, which is not supported.")


def _text(value: Any) -> str:
    """A JSON value as the grammar's literal spells it."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def _bounds(schema: Mapping[str, Any], scale: int) -> tuple[int, int]:
    """The least and greatest integer n such that n / scale lies within the schema's bounds."""
    low, high = -LARGEST * scale, LARGEST * scale
    if "minimum" in schema:
        low = math.ceil(Fraction(str(schema["minimum"])) * scale)
    if "exclusiveMinimum" in schema:
        low = max(low, math.floor(Fraction(str(schema["exclusiveMinimum"])) * scale) + 1)
    if "maximum" in schema:
        high = math.floor(Fraction(str(schema["maximum"])) * scale)
    if "exclusiveMaximum" in schema:
        high = min(high, math.ceil(Fraction(str(schema["exclusiveMaximum"])) * scale) - 1)
    return low, high


def _natural(low: int, high: int, places: int = 0) -> list[str]:
    """GBNF alternatives for the naturals from low to high, one per digit count; a point before the last ``places``."""
    parts = []
    while low <= high:
        text = _pointed(low, places)
        digits = len(text.replace(".", ""))
        top = min(high, 10**digits - 1)
        parts.append(_between(text, _pointed(top, places)))
        low = top + 1
    return parts


def _pointed(number: int, places: int) -> str:
    text = str(number).zfill(places + 1)
    return f"{text[:-places]}.{text[-places:]}" if places else text


def _between(low: str, high: str) -> str:
    """GBNF for the digit strings from low to high, which have the same length and the point in the same place."""
    if not low:
        return ""
    if low[0] == high[0]:
        return f'"{low[0]}" {_between(low[1:], high[1:])}'.rstrip()
    zeros, nines = re.sub(r"\d", "0", low[1:]), re.sub(r"\d", "9", low[1:])
    first, last, parts = int(low[0]), int(high[0]), []
    if low[1:] != zeros:
        parts.append(f'"{first}" {_between(low[1:], nines)}'.rstrip())
        first += 1
    if high[1:] != nines:
        last -= 1
    if first <= last:
        free = re.sub(r"\d", "[0-9] ", zeros).replace(".", '"." ')
        parts.append(f"[{first}-{last}] {free}".rstrip())
    if high[1:] != nines:
        parts.append(f'"{high[0]}" {_between(zeros, high[1:])}'.rstrip())
    return parts[0] if len(parts) == 1 else f"({' | '.join(parts)})"
