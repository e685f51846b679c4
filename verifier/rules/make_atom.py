"""Making atoms: what stands between the parentheses of a predicate, checked; and times of day."""

import re
from collections.abc import Sequence

from maps.plain_text import label_fault
from verifier.rules.atom import Atom, Predicate
from verifier.rules.errors import FormulaInvalid

__all__ = ["make_atom", "parse_clock"]

_MAX_NAME = 100
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


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
