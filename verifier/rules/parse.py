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
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn, cast

from maps.plain_text import label_fault
from verifier.rules.atom import PREDICATES, Atom, Predicate
from verifier.rules.errors import FormulaInvalid
from verifier.rules.formula import FALSE, TRUE, Formula, Op, atom, implies, is_temporal

__all__ = ["MAX_DEPTH", "MAX_TEXT", "make_atom", "parse_clock", "parse_formula", "parse_state"]

MAX_TEXT = 2_000
"""Characters of a formula."""

MAX_DEPTH = 60
"""Nesting of a formula."""

MAX_TOKENS = 400

_MAX_NAME = 100

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\["\\])*")|(?P<number>\d+(?:\.\d+)?)"""
    r"""|(?P<word>X\[!\]|X\[w\]|[A-Za-z_][A-Za-z_0-9]*)|(?P<sign>->|&&|\|\||[!&|(),=]))"""
)
_WORDS = {"not": "!", "and": "&", "or": "|", "&&": "&", "||": "|", "X[!]": "X", "X[w]": "WX"}
_UNARY = ("!", "X", "WX", "F", "G")
_BINARY = ("U", "W", "R")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


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


def parse_clock(text: str) -> int:
    """A time of day ``hh:mm`` in minutes.

    Raises:
        FormulaInvalid: It is not one.
    """
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise FormulaInvalid(f"{text[:20]!r} is not a time of day: write hh:mm, e.g. 22:00")
    return 60 * int(match[1]) + int(match[2])


def make_atom(predicate: Predicate, values: Sequence[str | float], *, name: str | None = None, kind: str | None = None) -> Atom:
    """An atom from what stands between its parentheses.

    Args:
        predicate: Which one.
        values: Texts and numbers without a keyword, in order.
        name: What was given as ``name=``.
        kind: What was given as ``kind=``.

    Raises:
        FormulaInvalid: Too many, too few or of the wrong type.
    """
    texts = [value for value in values if isinstance(value, str)]
    numbers = [float(value) for value in values if not isinstance(value, str)]
    for text in (*texts, name, kind):
        if text is not None:
            _check_label(text)
    if predicate in ("clock", "speed_over", "battery_below"):
        if name is not None or kind is not None:
            raise FormulaInvalid(f"{predicate} takes no name or kind")
        return _amount_atom(predicate, texts, numbers)
    amount = None
    if predicate == "carrying_over":
        if len(numbers) != 1 or texts or name or numbers[0] != int(numbers[0]) or numbers[0] > 1000:
            raise FormulaInvalid('carrying_over takes a whole number: carrying_over(2) or carrying_over(2, kind="glass")')
        amount = numbers[0]
    elif numbers or len(texts) > 1 or (texts and name):
        raise FormulaInvalid(_ONE_NAME.format(predicate))
    return _named_atom(predicate, texts[0] if texts else name, kind, amount)


_ONE_NAME = '{0} takes one name or a kind: {0}("name") or {0}(kind="...")'


def _amount_atom(predicate: Predicate, texts: list[str], numbers: list[float]) -> Atom:
    """A speed, a charge or a time of day."""
    if predicate == "clock":
        if len(texts) != 2 or numbers:
            raise FormulaInvalid('clock takes two times of day: clock("22:00", "06:00")')
        window = (parse_clock(texts[0]), parse_clock(texts[1]))
        if window[0] == window[1]:
            raise FormulaInvalid("a time window that ends when it begins is empty")
        return Atom(predicate="clock", window=window)
    if predicate == "speed_over":
        if len(numbers) != 1 or texts:
            raise FormulaInvalid("speed_over takes a speed in m/s: speed_over(0.5)")
        return Atom(predicate="speed_over", amount=numbers[0], unit="m/s")
    unit = texts[0] if texts else "%"
    if len(numbers) != 1 or len(texts) > 1 or unit not in ("%", "Wh"):
        raise FormulaInvalid('battery_below takes an amount and its unit: battery_below(20, "%") or battery_below(40, "Wh")')
    if unit == "%" and numbers[0] > 100:
        raise FormulaInvalid(f"a battery holds at most 100 %, not {numbers[0]:g}")
    return Atom(predicate="battery_below", amount=numbers[0], unit=unit)


def _named_atom(predicate: Predicate, name: str | None, kind: str | None, amount: float | None) -> Atom:
    """An atom about a feature or a skill."""
    if predicate == "calls" and (name is None or kind is not None):
        raise FormulaInvalid('calls takes the name of a skill: calls("explore")')
    if name is not None and kind is not None:
        raise FormulaInvalid(f"{predicate} takes a name or a kind, not both")
    if name is None and kind is None and predicate in ("at", "in"):
        raise FormulaInvalid(_ONE_NAME.format(predicate))
    return Atom(predicate=predicate, name=name, kind=kind, amount=amount)


def _check_label(text: str) -> None:
    if not text.strip() or len(text) > _MAX_NAME:
        raise FormulaInvalid(f"a name has 1 to {_MAX_NAME} characters")
    if fault := label_fault(text):
        raise FormulaInvalid(f"the name {text[:40]!r} cannot be used: {fault}")


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
