"""Answering a question about a thing that is in view: from its attributes in simulation, from the picture with a camera model."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from maps import Thing, Value
from maps.arm_reach import described
from skills.robot import View

__all__ = ["Answerer", "AttributeAnswerer", "Sight"]


class Answerer(Protocol):
    """What answers ``inspect``'s question. A camera model is plugged in through ``Context(answerer=...)``."""

    def answer(self, question: str, thing: Thing, view: View) -> str:
        """Answer a question about a thing that the view shows."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A thing in view: what is seen of it now, and what can answer questions about it."""

    thing: Thing
    view: View
    answerer: Answerer = field(repr=False)

    def answer(self, question: str) -> str:
        """Answer a question in words, e.g. ``What does it read?`` with ``reading: 4.2 bar``."""
        return self.answerer.answer(question, self.thing, self.view)


_TOPICS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "read": ("reading", "value", "display", "pressure", "temperature", "level"),
    "reads": ("reading", "value", "display", "pressure", "temperature", "level"),
    "show": ("reading", "display", "value", "label", "text", "state"),
    "say": ("label", "text", "display", "reading"),
    "written": ("label", "text", "number"),
    "measure": ("reading", "value"),
    "color": ("colour", "color"),
    "colour": ("colour", "color"),
    "heavy": ("weight_kg", "weight", "mass_kg"),
    "weigh": ("weight_kg", "weight", "mass_kg"),
    "weight": ("weight_kg", "weight", "mass_kg"),
    "hot": ("temperature", "temperature_c"),
    "warm": ("temperature", "temperature_c"),
    "cold": ("temperature", "temperature_c"),
    "full": ("level", "fill", "state"),
    "empty": ("level", "fill", "state"),
    "many": ("count", "number", "quantity"),
    "much": ("quantity", "level", "weight_kg"),
    "big": ("size", "width_m", "height_m"),
    "tall": ("height_m", "height"),
    "expire": ("expires", "expiry", "best_before"),
    "condition": ("condition", "state"),
    "status": ("status", "state"),
})  # fmt: skip
"""Words of a question and the attributes they ask for, the likeliest first."""

_UNITS: Mapping[str, str] = MappingProxyType(
    {"kg": "kg", "g": "g", "m": "m", "cm": "cm", "mm": "mm", "c": "°C", "bar": "bar", "pct": "%", "percent": "%", "v": "V",
     "w": "W", "l": "l", "s": "s", "rpm": "rpm", "hz": "Hz", "db": "dB", "a": "A"}
)  # fmt: skip
"""Last parts of attribute names that are units: ``weight_kg``."""


class AttributeAnswerer:
    """Answers from the state and attributes that a thing has on the map, as a simulated look sees them."""

    def answer(self, question: str, thing: Thing, view: View) -> str:
        """Answer with the facts that the question asks for; with all there are when it asks for none of them by name."""
        facts = _facts(thing)
        if not facts:
            return f"{thing.name}: nothing to be seen but the {thing.kind or 'thing'} itself"
        words = re.findall(r"\w+", question.casefold())
        if yes_no := _yes_no(words, {key: text for key, text in facts.items() if not _in_name(text, thing)}):
            return yes_no
        for word in words:
            for key in (word, *_TOPICS.get(word, ())):
                if match := _fact_named(facts, key):
                    return match
        return "; ".join(f"{_label(key)}: {text}" for key, text in facts.items())


def _facts(thing: Thing) -> dict[str, str]:
    """State and attributes as text, units joined to their numbers."""
    facts: dict[str, str] = {}
    attributes = described(thing)
    unit = attributes.pop("unit", attributes.pop("units", ""))
    measured = next((key for key in ("reading", "value", "level", "pressure", "temperature") if key in attributes), None)
    for key, value in attributes.items():
        text = _text(key, value)
        has_unit = key == measured and unit and not text.endswith(str(unit))
        facts[key] = f"{text} {unit}" if has_unit else text
    if thing.state is not None:
        facts["state"] = thing.state
    return facts


def _text(key: str, value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    _, _, unit = key.rpartition("_")
    return f"{value} {_UNITS[unit]}" if "_" in key and unit in _UNITS else str(value)


def _label(key: str) -> str:
    stem, _, unit = key.rpartition("_")
    return (stem if stem and unit in _UNITS else key).replace("_", " ")


def _fact_named(facts: Mapping[str, str], key: str) -> str | None:
    """The fact of this name, or of this name and a unit (``temperature`` finds ``temperature_c``)."""
    for name, text in facts.items():
        if name.casefold() == key or _label(name).casefold() == key:
            return f"{_label(name)}: {text}"
    return None


def _in_name(text: str, thing: Thing) -> bool:
    """Whether a fact is part of what the thing is called: "is bed 105 free?" does not ask whether its number is 105."""
    return text.casefold() in re.findall(r"\w+", thing.name.casefold())


def _yes_no(words: list[str], facts: Mapping[str, str]) -> str | None:
    """``Is it open?`` with ``yes, state: open``; None when it is not such a question or no fact decides it."""
    if not words or words[0] not in ("is", "are", "does", "has"):
        return None
    for key, text in facts.items():
        if text.casefold() in words:
            return f"yes, {_label(key)}: {text}"
        if text in ("yes", "no") and _label(key).casefold() in words:
            return f"{text}, {_label(key)}: {text}"
    opposites = {"open", "closed", "locked", "on", "off", "full", "empty", "running", "stopped", "clean", "dirty", "broken", "ok"}
    if "state" in facts and opposites & set(words):
        return f"no, state: {facts['state']}"
    return None
