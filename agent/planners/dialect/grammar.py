"""The dialect's grammar for one prompt, as GBNF: this robot's skills, pointers of the right type, stretches of the mission."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from agent.planners.dialect.answers import speaker
from agent.planners.dialect.arguments import ARGUMENTS, DECIMAL_DIGITS, OPTIONAL, WHOLE_DIGITS, pointers_of
from agent.planners.dialect.loops import MOST_TIMES, groups_of, heads_of, looped, open_groups
from agent.planners.dialect.prompt import Prompt
from agent.planners.pointers import IT
from agent.planners.vocabulary import allowed

__all__ = ["grammar"]


@dataclass(frozen=True, slots=True)
class _Argument:
    kind: str
    optional: bool = False

    @property
    def named(self) -> bool:
        return self.kind not in ("number", "text")


def grammar(prompt: Prompt) -> str:
    """Everything that ``decode`` reads for this prompt and nothing else.

    Args:
        prompt: What the model will be given.

    Returns:
        GBNF. Empty when there is nothing that the model could say (a robot without skills).
    """
    rules: dict[str, str] = {}
    steps = list(_steps(prompt))
    answers = ['"[decline]" text?' if prompt.words else '"[decline]"'] if prompt.declines else []
    if steps:
        loops = [kind for kind in looped if len(pointers_of(kind, prompt)) > 1]
        rules |= dict(_loops(loops, steps, prompt))
        answers.append(f"part{{1,{prompt.dialect.steps}}}" + (' "[more]"?' if prompt.begins else ""))
        rules["part"] = "step | times" + "".join(f" | each-{kind}" for kind in loops)
        rules["step"] = " | ".join(steps)
    if groups := open_groups(prompt):
        answers.append("which")
        rules["which"] = " | ".join(_quoted("[which]" + "[or]".join(group)) for group in groups)
    if prompt.begun:
        answers.append('"[done]"')
    if speaker(prompt) is not None and prompt.answers:
        answers.append('"[answer]" answer')
        rules["answer"] = " | ".join(_answers(prompt))
    for kind in ("place", "thing", "door", "dock"):
        if names := pointers_of(kind, prompt):
            rules[kind] = _any(names)
    if prompt.words:
        answers += ['"[unknown]" text'] if prompt.wonders else []
        rules["text"] = '"[q]" (' + " | ".join(f"w{i}" for i in range(len(prompt.words))) + ') "[/q]"'
        last = len(prompt.words) - 1
        for i, word in enumerate(prompt.words):
            literal = _quoted(word.item.text if word.item.special else f" {word.item.text}")
            rules[f"w{i}"] = literal if i == last else f"{literal} w{i + 1}?"
    rules["number"] = f'" " [0-9]{{1,{WHOLE_DIGITS}}} (" . " [0-9]{{1,{DECIMAL_DIGITS}}})?'
    rules = {"root": " | ".join(answers), **rules}
    return "\n".join(f"{name} ::= {body}" for name, body in rules.items()) + "\n"


def _steps(prompt: Prompt, loop: str = "") -> Iterator[str]:
    """Every call; in a loop through names of a kind, with ``[it]`` for one of them."""
    for skill in sorted(prompt.library):
        yield from _calls(f"[{skill}]", _library_arguments(skill, prompt), prompt, loop)
    for pointer, signature in sorted(prompt.signatures.items()):
        yield from _calls(pointer, [_Argument(kind) for kind in signature.kinds], prompt, loop)


def _loops(kinds: Sequence[str], steps: Sequence[str], prompt: Prompt) -> Iterator[tuple[str, str]]:
    """The rules of loops: through pointers and groups of one kind, and so many times over."""
    most = prompt.dialect.steps
    for kind in kinds:
        heads = [pointer for pointer in heads_of(prompt) if pointer in pointers_of(kind, prompt)]
        yield f"one-{kind}", f'{kind} | "[all]" ({_any(heads)})' if heads else kind
        out = f"(one-{kind} | place)" if kind == "thing" and pointers_of("place", prompt) else f"one-{kind}"
        yield f"step-{kind}", " | ".join(_steps(prompt, kind))
        most_out = prompt.dialect.candidates
        yield (
            f"each-{kind}",
            f'"[each]" one-{kind}{{1,{most_out}}} ("[but]" {out}{{1,{most_out}}})? step-{kind}{{1,{most}}} "[/each]"',
        )
    yield "again", "step" + "".join(f" | each-{kind}" for kind in kinds)
    counts = _any(f" {number}" for number in range(2, MOST_TIMES + 1))
    yield "times", f'"[times]" ({counts}) again{{1,{most}}} ("[between]" step{{1,{most}}})? "[/times]"'


def _answers(prompt: Prompt) -> Iterator[str]:
    """What can be answered: about anything that has a pointer, about groups, about the robot."""
    yield from ('"[self]"', '"[hello]"', '"[list]"')
    named = [kind for kind in ("place", "thing", "door") if pointers_of(kind, prompt)]
    if named:
        yield f'"[state]" ({" | ".join(named)})'
        groups = "".join(f" | {_quoted('[or]'.join(group))}" for group in groups_of(prompt))
        yield f'("[where]" | "[count]") ({" | ".join(named)}{groups})'
    if "place" in named:
        yield '"[list]" place'


def _library_arguments(skill: str, prompt: Prompt) -> list[_Argument]:
    needed = prompt.worded and skill == "say"
    return [_Argument(kind, (skill, name) in OPTIONAL and not needed) for name, kind in ARGUMENTS[skill]]


def _calls(verb: str, arguments: Sequence[_Argument], prompt: Prompt, loop: str = "") -> Iterator[str]:
    """The calls of one skill less those that were refuted; none where nothing on this map fits a parameter that it needs.

    ``[it]`` stands for any member of a loop, so a skill with refuted calls does without.
    """
    domains: dict[str, tuple[str | None, ...]] = {}
    for place, argument in enumerate(arguments):
        if argument.named:
            names = pointers_of(argument.kind, prompt)
            domains[str(place)] = (*names, None) if argument.optional else names
    if any(not domain for domain in domains.values()):
        return
    if not prompt.words and any(argument.kind == "text" and not argument.optional for argument in arguments):
        return
    barred = [call[1:] for call in prompt.refuted if call[0] == verb]
    loop = "" if barred else loop
    for product in allowed(domains, sorted(barred, key=str)):
        parts = [_quoted(verb)]
        for place, argument in enumerate(arguments):
            if argument.named:
                said = _names(argument.kind, product[str(place)], prompt)
                parts.append(f"({said} | {_quoted(IT)})" if argument.kind == loop else said)
            elif argument.kind == "number":
                parts.append("number")
            elif prompt.words:
                parts.append("text?" if argument.optional else "text")
        yield " ".join(part for part in parts if part)


def _names(kind: str, choice: Sequence[str | None], prompt: Prompt) -> str:
    """One of these pointers; also none of them where None is among them."""
    said = [pointer for pointer in choice if pointer is not None]
    if not said:
        return ""
    rule = kind if len(said) == len(pointers_of(kind, prompt)) else f"({_any(said)})"
    return f"{rule}?" if None in choice else rule


def _any(texts: Iterable[str]) -> str:
    return " | ".join(_quoted(text) for text in texts)


def _quoted(text: str) -> str:
    """A GBNF literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{escaped}"'
