"""Blocks of written missions: wordings, what is told besides, and the plan, as they stand in a file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from agent.learning.language import Language
from agent.learning.written.plan import Part, names_of, size_of
from agent.learning.written.reading import PlanInvalid, read_plan
from agent.learning.written.sentence import Sentence, SentenceInvalid, read_sentence

__all__ = ["Block", "Given", "WrittenInvalid", "read_file"]

Kind: TypeAlias = Literal["in", "start", "dock", "carrying", "battery", "door", "is", "size", "cell"]
_GIVEN: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("in", re.compile(r"((?:ts\d(?:\.(?:\d+|last))?)|[th]\d) in (start|p\d|ps\d\.(?:\d+|last))")),
    ("start", re.compile(r"start (p\d)")),
    ("dock", re.compile(r"dock (p\d)")),
    ("carrying", re.compile(r"carrying ([th]\d)")),
    ("battery", re.compile(r"battery (\d+)")),
    ("door", re.compile(r"(d\d|ds\d\.(?:\d+|last)) (open|closed|locked)")),
    ("is", re.compile(r"(ts\d\.(?:\d+|last)|ps\d\.(?:\d+|last)|ds\d\.(?:\d+|last)) is (.+)")),
    ("size", re.compile(r"((?:ts|ps|ds)\d) (\d+)")),
    ("cell", re.compile(r"cell")),
)


class WrittenInvalid(Exception):
    """A file of written missions cannot be read; one sentence with file and line."""


@dataclass(frozen=True, slots=True)
class Given:
    """Something that is told besides: its kind and what it is about."""

    kind: Kind
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One meaning and its wordings.

    Attributes:
        where: File and line, for messages.
        language: ``en`` or ``zh``.
        wordings: Ways of saying it; one at least.
        given: What is told besides.
        plan: What it means.
        level: How many clauses, 1 to 4.
    """

    where: str
    language: Language
    wordings: tuple[Sentence, ...]
    given: tuple[Given, ...]
    plan: tuple[Part, ...]
    level: int


def read_file(path: Path) -> tuple[list[Block], list[str]]:
    """The blocks of a file, and a sentence for each that cannot be used.

    Args:
        path: ``NAME.en.txt`` or ``NAME.zh.txt``.

    Raises:
        WrittenInvalid: The file cannot be read, or its name tells no language.
    """
    language: Language
    if path.name.endswith(".en.txt"):
        language = "en"
    elif path.name.endswith(".zh.txt"):
        language = "zh"
    else:
        raise WrittenInvalid(f"The name of {str(path)!r} tells no language: call it NAME.en.txt or NAME.zh.txt.")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrittenInvalid(f"The written missions {str(path)!r} cannot be read: {error}.") from None
    blocks: list[Block] = []
    faults: list[str] = []
    for number, lines in _groups(text):
        where = f"{path.name}:{number}"
        try:
            blocks.append(_block(where, language, lines))
        except (SentenceInvalid, PlanInvalid) as error:
            faults.append(f"{where}: {error}.")
    return blocks, faults


def _groups(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines that stand together, with the number of the first."""
    lines: list[str] = []
    first = 0
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.startswith("#"):
            continue
        if line.strip():
            first = first if lines else number
            lines.append(line)
        elif lines:
            yield first, lines
            lines = []


def _block(where: str, language: Language, lines: list[str]) -> Block:
    wordings = tuple(read_sentence(line.strip()) for line in lines if not line[0].isspace())
    inner = [line.strip() for line in lines if line[0].isspace()]
    if not wordings or not inner:
        raise PlanInvalid("a block needs a wording at the margin and a plan below it, indented")
    lines = [line for line in inner if line.startswith("given ")]
    given = tuple(_given(one.strip().removeprefix("given ").strip()) for line in lines for one in line.split(";"))
    plan = read_plan("\n".join(line for line in inner if not line.startswith("given ")))
    _check(wordings, given, plan)
    return Block(where, language, wordings, given, plan, min(4, max(1, size_of(plan))))


def _given(text: str) -> Given:
    for kind, pattern in _GIVEN:
        match = pattern.fullmatch(text)
        if match:
            return Given(kind, match.groups())
    raise PlanInvalid(f"'given {text}' tells nothing that is known")


def _check(wordings: tuple[Sentence, ...], given: tuple[Given, ...], plan: tuple[Part, ...]) -> None:
    """Every wording names what the plan needs, and quotes what it quotes."""
    used = [name for name in names_of(plan) if name not in ("start", "it", "found")]
    labels = {name for name in used if re.fullmatch(r"[a-z]", name)}
    slots = {name.partition(".")[0] for name in used if re.fullmatch(r"(?:ps|ts|ds|[pthdnw])\d(?:\..+)?", name)}
    silent = {one.words[0] for one in given if one.kind == "carrying"} | {one.words[1] for one in given if one.kind == "in"}
    for sentence in wordings:
        named = {slot.partition(".")[0] for slot in sentence.slots}
        missing = sorted(labels - sentence.labels)
        if missing:
            raise PlanInvalid(f"a wording marks no stretch <{missing[0]}:...> that the plan quotes")
        unnamed = sorted(slots - named - silent)
        if unnamed:
            raise PlanInvalid(f"a wording does not name {{{unnamed[0]}}}, which the plan needs")
