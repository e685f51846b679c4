"""The dialect's grammar for one prompt, as GBNF: this robot's skills, pointers of the right type, stretches of the mission."""

from __future__ import annotations

from collections.abc import Iterable

from agent.planners.dialect.decode import ARGUMENTS, DECIMAL_DIGITS, OPTIONAL, WHOLE_DIGITS, pointers_of
from agent.planners.dialect.prompt import Prompt

__all__ = ["STEP_LIMIT", "grammar"]

STEP_LIMIT = 24


def grammar(prompt: Prompt) -> str:
    """Everything that ``decode`` reads for this prompt and nothing else.

    Args:
        prompt: What the model will be given.

    Returns:
        GBNF. Empty when there is nothing that the model could say (a robot without skills).
    """
    rules: dict[str, str] = {}
    steps = [rule for skill in sorted(prompt.library) if (rule := _library_step(skill, prompt))]
    steps += [rule for pointer in sorted(prompt.signatures) if (rule := _user_step(pointer, prompt))]
    answers = ['"[decline]"']
    if steps:
        answers.append(f"step{{1,{STEP_LIMIT}}}")
        rules["step"] = " | ".join(steps)
    if groups := _groups(prompt):
        answers.append("which")
        rules["which"] = " | ".join(_quoted("[which]" + "[or]".join(group)) for group in groups)
    for kind in ("place", "thing", "door", "dock"):
        if names := pointers_of(kind, prompt):
            rules[kind] = _any(names)
    if prompt.words:
        answers.append('"[unknown]" text')
        rules["text"] = '"[q]" (' + " | ".join(f"w{i}" for i in range(len(prompt.words))) + ') "[/q]"'
        last = len(prompt.words) - 1
        for i, word in enumerate(prompt.words):
            literal = _quoted(word.item.text if word.item.special else f" {word.item.text}")
            rules[f"w{i}"] = literal if i == last else f"{literal} w{i + 1}?"
    rules["number"] = f'" " [0-9]{{1,{WHOLE_DIGITS}}} (" . " [0-9]{{1,{DECIMAL_DIGITS}}})?'
    rules = {"root": " | ".join(answers), **rules}
    return "\n".join(f"{name} ::= {body}" for name, body in rules.items()) + "\n"


def _groups(prompt: Prompt) -> list[tuple[str, ...]]:
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


def _library_step(skill: str, prompt: Prompt) -> str | None:
    """One skill's call, or None where nothing on this map fits a parameter that it needs."""
    parts = [f'"[{skill}]"']
    for name, kind in ARGUMENTS[skill]:
        optional = (skill, name) in OPTIONAL
        rule = _argument(kind, prompt, f"[{skill}]")
        if rule is None:
            if optional:
                continue
            return None
        parts.append(f"{rule}?" if optional else rule)
    return " ".join(parts)


def _user_step(pointer: str, prompt: Prompt) -> str | None:
    parts = [_quoted(pointer)]
    for kind in prompt.signatures[pointer].kinds:
        rule = _argument(kind, prompt, pointer)
        if rule is None:
            return None
        parts.append(rule)
    return " ".join(parts)


def _argument(kind: str, prompt: Prompt, verb: str) -> str | None:
    if kind == "number":
        return "number"
    if kind == "text":
        return "text" if prompt.words else None
    names = pointers_of(kind, prompt)
    allowed = [name for name in names if (verb, name) not in prompt.refuted]
    if not allowed:
        return None
    return kind if len(allowed) == len(names) else f"({_any(allowed)})"


def _any(texts: Iterable[str]) -> str:
    return " | ".join(_quoted(text) for text in texts)


def _quoted(text: str) -> str:
    """A GBNF literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{escaped}"'
