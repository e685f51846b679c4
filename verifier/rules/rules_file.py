"""Reading rules files: from untrusted bytes to house rules, or to one sentence that names the line."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from maps import World
from verifier.rules.automaton import compile_formula
from verifier.rules.errors import FormulaInvalid, RulesFileInvalid
from verifier.rules.house_rule import HouseRule
from verifier.rules.patterns import rule_formula
from verifier.rules.rules_model import RuleModel, RulesFile
from verifier.rules.yaml_lines import MAX_BYTES, Lines, Place, read_yaml

__all__ = ["FILE_NAME", "find_rules", "load_rules", "parse_rules"]

FILE_NAME = "rules.yaml"

_MAX_WORK = 4_000_000
"""Comparisons while all rules of a file are compiled, about two seconds."""


def find_rules(world: World, file: Path | None = None) -> tuple[HouseRule, ...]:
    """The rules for a map: those of a file, or those that lie beside the map; none when nothing lies there.

    Raises:
        RulesFileInvalid: The file cannot be read or is malformed.
    """
    if file is not None:
        return load_rules(file, world)
    beside = None if world.folder is None else world.folder / FILE_NAME
    return load_rules(beside, world) if beside is not None and beside.is_file() else ()


def load_rules(path: Path, world: World | None = None) -> tuple[HouseRule, ...]:
    """Read a rules file.

    Args:
        path: The file.
        world: The map that the rules are for; names are then put in its spelling.

    Raises:
        RulesFileInvalid: It cannot be read or is malformed; the sentence names the line.
    """
    try:
        with open(path, "rb") as file:
            text = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise RulesFileInvalid(f"cannot read the rules {str(path)!r}: {error.strerror or error}") from None
    rules = parse_rules(text, str(path))
    return rules if world is None else tuple(rule.on(world) for rule in rules)


def parse_rules(text: bytes, file: str = FILE_NAME) -> tuple[HouseRule, ...]:
    """Read the content of a rules file.

    Raises:
        RulesFileInvalid: It is malformed; the sentence names the line.
    """
    name = Path(file).name
    data, lines = read_yaml(text, file)
    if data is None:
        raise RulesFileInvalid(f"{name}, line 1: the file is empty; write `surefoot: 1` and a list of rules")
    try:
        model = RulesFile.model_validate(data)
    except ValidationError as error:
        raise RulesFileInvalid(_sentence(error, data, lines, name)) from None
    rules: list[HouseRule] = []
    work = 0
    for index, rule in enumerate(model.rules):
        rules.append(_rule(rule, file, lines, index))
        work += rules[-1].automaton.work
        if work > _MAX_WORK:
            raise RulesFileInvalid(f"{name}, line {rules[-1].line}: the rules up to here have too many cases to keep apart")
    return tuple(rules)


def _rule(rule: RuleModel, file: str, lines: Lines, index: int) -> HouseRule:
    place: Place = ("rules", index)
    try:
        formula = rule_formula(rule)
        compile_formula(formula)
    except FormulaInvalid as error:
        line = lines.of((*place, rule.pattern))
        raise RulesFileInvalid(f"{Path(file).name}, line {line}: rule {rule.name!r}: {error}") from None
    return HouseRule(
        name=rule.name,
        formula=formula,
        pattern=rule.pattern,
        why=rule.why,
        severity=rule.severity,
        file=file,
        line=lines.of(place),
    )


def _sentence(error: ValidationError, data: Any, lines: Lines, name: str) -> str:
    """The deepest of Pydantic's errors, with its line: of a choice between shapes it is about the one that fits best."""
    found = [(_place(item["loc"], data), item["msg"], str(item["loc"][-1]) if item["loc"] else "") for item in error.errors()]
    place, message, key = max(found, key=lambda item: (len(item[0]), item[1].startswith("Value error")))
    line = lines.of(place)
    where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in place) or "the document"
    message = message.removeprefix("Value error, ")
    if message == "Extra inputs are not permitted":
        message = "there is no such key"
    elif message.startswith("Input should be a valid dictionary"):
        message = "expected keys with values, such as name and never"
    elif message == "Field required":
        message = f"the key {key!r} is missing"
    return f"{name}, line {line}: {where[:120]}: {message[:1].lower() + message[1:]}"


def _place(loc: Sequence[str | int], data: Any) -> Place:
    """Pydantic's location without the names of its own models."""
    place: list[str | int] = []
    for part in loc:
        if isinstance(data, dict) and part in data:
            data = data[part]
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            continue
        place.append(part)
    return tuple(place)
