"""Reading formulas: a small recursive-descent parser with limits on length and depth.

    formula  = or [ "->" formula ]
    or       = and { "|" and }
    and      = until { "&" until }
    until    = unary [ ("U" | "W" | "R") until ]
    unary    = ("!" | "X" | "WX" | "F" | "G") unary | "(" formula ")" | "true" | "false" | atom
    atom     = predicate "(" [ argument { "," argument } ] ")"
    argument = [ "kind" "=" | "name" "=" ] text | number

Also understood: ``not``, ``and``, ``or``, ``&&``, ``||``, ``X[!]`` for X and ``X[w]`` for WX.
"""

import re
from dataclasses import dataclass
from typing import NoReturn, cast

from verifier.rules.atom import PREDICATES, Predicate
from verifier.rules.errors import FormulaInvalid
from verifier.rules.formula import FALSE, TRUE, Formula, Op, atom, implies, is_temporal
from verifier.rules.make_atom import make_atom

__all__ = ["MAX_DEPTH", "MAX_TEXT", "parse_formula", "parse_state"]

MAX_TEXT = 2_000
"""Characters of a formula."""

MAX_DEPTH = 60
"""Nesting of a formula."""

MAX_TOKENS = 400

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\["\\])*")|(?P<number>\d+(?:\.\d+)?)"""
    r"""|(?P<word>X\[!\]|X\[w\]|[A-Za-z_][A-Za-z_0-9]*)|(?P<sign>->|&&|\|\||[!&|(),=]))"""
)
_WORDS = {"not": "!", "and": "&", "or": "|", "&&": "&", "||": "|", "X[!]": "X", "X[w]": "WX"}
_UNARY = ("!", "X", "WX", "F", "G")
_BINARY = ("U", "W", "R")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


def parse_formula(text: str) -> Formula:
    """Read a formula.

    Raises:
        FormulaInvalid: It does not parse, or is too long or too deep; the sentence names the column.
    """
    if len(text) > MAX_TEXT:
        raise FormulaInvalid(f"the formula has {len(text)} characters, at most {MAX_TEXT} are read: split the rule")
    return _Parser(_tokens(text)).whole()


def parse_state(text: str) -> Formula:
    """Read a formula about one moment: atoms joined by ``!``, ``&``, ``|`` and ``->``.

    Raises:
        FormulaInvalid: It does not parse or has a temporal operator.
    """
    formula = parse_formula(text)
    if is_temporal(formula):
        raise FormulaInvalid("X, WX, F, G, U, W and R cannot stand inside a pattern: write the whole rule as ltlf")
    return formula


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.end() == at:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            raise FormulaInvalid(f"column {start + 1}: {text[start : start + 12]!r} is not understood")
        kind = cast(str, match.lastgroup)
        word = match[kind]
        tokens.append(_Token("text" if kind == "text" else kind, _WORDS.get(word, word), match.start(kind) + 1))
        if len(tokens) > MAX_TOKENS:
            raise FormulaInvalid(f"the formula has more than {MAX_TOKENS} words and signs: split the rule")
        at = match.end()
    return tokens


class _Parser:
    """Walks over the tokens once; each method reads one line of the grammar."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Formula:
        formula = self.formula()
        if self._at < len(self._tokens):
            self._fail("an operator or the end")
        return formula

    def formula(self) -> Formula:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FormulaInvalid(f"the formula is nested more than {MAX_DEPTH} deep: split the rule")
        left = self._chain("|")
        if self._take("->"):
            left = implies(left, self.formula())
        self._depth -= 1
        return left

    def _chain(self, sign: Op) -> Formula:
        def operand() -> Formula:
            return self._chain("&") if sign == "|" else self._until()

        left = operand()
        while self._take(sign):
            left = Formula(sign, (left, operand()))
        return left

    def _until(self) -> Formula:
        left = self._unary()
        for sign in _BINARY:
            if self._take(sign):
                self._deeper()
                left = Formula(cast(Op, sign), (left, self._until()))
                self._depth -= 1
                break
        return left

    def _unary(self) -> Formula:
        for sign in _UNARY:
            if self._take(sign):
                self._deeper()
                formula = Formula(cast(Op, sign), (self._unary(),))
                self._depth -= 1
                return formula
        if self._take("("):
            formula = self.formula()
            self._expect(")")
            return formula
        if self._take("true"):
            return TRUE
        return FALSE if self._take("false") else self._atom()

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FormulaInvalid(f"the formula is nested more than {MAX_DEPTH} deep: split the rule")

    def _atom(self) -> Formula:
        token = self._peek()
        if token is None or token.kind != "word":
            self._fail("an atom such as at(\"kitchen\"), '(' or an operator")
        if token.text not in PREDICATES:
            known = ", ".join(PREDICATES)
            raise FormulaInvalid(f"column {token.column}: there is no {token.text[:40]!r}; there are {known}, X, WX, F, G, U, W, R")
        predicate: Predicate = token.text
        self._at += 1
        self._expect("(")
        values: list[str | float] = []
        named: dict[str, str] = {}
        while not self._take(")"):
            if values or named:
                self._expect(",")
            self._argument(values, named)
        try:
            return atom(make_atom(predicate, values, **named))
        except FormulaInvalid as error:
            raise FormulaInvalid(f"column {token.column}: {error}") from None

    def _argument(self, values: list[str | float], named: dict[str, str]) -> None:
        token = self._peek()
        if token is not None and token.kind == "word" and token.text in ("kind", "name") and token.text not in named:
            self._at += 1
            self._expect("=")
            value = self._peek()
            if value is None or value.kind != "text":
                self._fail("a text in double quotes")
            named[token.text] = _unquoted(value.text)
        elif token is not None and token.kind == "text":
            values.append(_unquoted(token.text))
        elif token is not None and token.kind == "number" and len(token.text) < 12:
            values.append(float(token.text))
        else:
            self._fail("a text in double quotes, a number or ')'")
        self._at += 1

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, text: str) -> bool:
        token = self._peek()
        if token is None or token.kind == "text" or token.text != text:
            return False
        self._at += 1
        return True

    def _expect(self, text: str) -> None:
        if not self._take(text):
            self._fail(repr(text))

    def _fail(self, wanted: str) -> NoReturn:
        token = self._peek()
        if token is None:
            raise FormulaInvalid(f"the formula ends where {wanted} should follow")
        raise FormulaInvalid(f"column {token.column}: {token.text[:20]!r} stands where {wanted} should")


def _unquoted(text: str) -> str:
    return re.sub(r'\\(["\\])', r"\1", text[1:-1])
