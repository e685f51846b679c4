"""YAML as plain data with the line of every part, for files that strangers wrote: no anchors, no tags, bounded size and depth."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from verifier.rules.errors import RulesFileInvalid

__all__ = ["Lines", "Place", "read_yaml"]

MAX_BYTES = 200_000
MAX_DEPTH = 24
MAX_PARTS = 20_000

Place: TypeAlias = tuple[str | int, ...]
"""Keys and indices from the top of the document to a part."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Where in the file the parts stand."""

    lines: dict[Place, int]

    def of(self, place: Place) -> int:
        """The line of a part, 1-based, or of the nearest part around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_yaml(text: bytes, file: str) -> tuple[Any, Lines]:
    """Read a YAML document.

    Args:
        text: The file's bytes, UTF-8.
        file: Its name, for errors.

    Returns:
        Plain data, and where each part of it stands. Times of day (``22:00``) and dates stay text.

    Raises:
        RulesFileInvalid: It is too large, too deep, uses anchors or tags, repeats a key, or is not YAML; names the line.
    """
    import yaml

    name = Path(file).name
    if len(text) > MAX_BYTES:
        raise RulesFileInvalid(f"{name} has {len(text)} bytes, at most {MAX_BYTES} are read")
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        raise RulesFileInvalid(f"{name}, line {line}: this is not UTF-8") from None
    try:
        node = _composed(decoded, name)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        raise RulesFileInvalid(f"{name}, line {line}: this is not YAML ({error.problem or error.context})") from None
    except yaml.reader.ReaderError as error:
        line = decoded[: error.position].count("\n") + 1 if isinstance(error.position, int) else 1
        character = f"U+{ord(error.character):04X}" if isinstance(error.character, str) else "a byte"
        raise RulesFileInvalid(f"{name}, line {line}: the control character {character} is not allowed") from None
    lines: dict[Place, int] = {}
    return (None if node is None else _plain(node, (), lines, name)), Lines(lines)


def _composed(text: str, name: str) -> Any:
    """The document's nodes. Where libyaml refuses a text, the parser in Python says why: its sentences are the same everywhere."""
    import yaml

    for loader in (getattr(yaml, "CSafeLoader", yaml.SafeLoader), yaml.SafeLoader):
        try:
            _check_events(text, name, loader)
            return yaml.compose(text, Loader=loader)
        except yaml.YAMLError:
            if loader is yaml.SafeLoader:
                raise
    return None


def _check_events(text: str, name: str, loader: Any) -> None:
    """Refuse what could blow up before anything is built from it."""
    import yaml

    depth = parts = 0
    for event in yaml.parse(text, Loader=loader):
        line = 1 if event.start_mark is None else event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise RulesFileInvalid(f"{name}, line {line}: anchors and aliases (& and *) are not read: write the value out")
        if getattr(event, "tag", None) is not None:
            raise RulesFileInvalid(f"{name}, line {line}: tags (!) are not read: write a plain value, formulas in quotes")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        parts += 1
        if depth > MAX_DEPTH or parts > MAX_PARTS:
            what = f"nested more than {MAX_DEPTH} deep" if depth > MAX_DEPTH else f"made of more than {MAX_PARTS} parts"
            raise RulesFileInvalid(f"{name}, line {line}: the file is {what}")


def _plain(node: Any, place: Place, lines: dict[Place, int], name: str) -> Any:
    import yaml

    line = node.start_mark.line + 1
    lines[place] = line
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*place, index), lines, name) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            line = key_node.start_mark.line + 1
            if key is None or key in found:
                problem = "a key must be a plain word" if key is None else f"the key {key[:40]!r} stands here twice"
                raise RulesFileInvalid(f"{name}, line {line}: {problem}")
            found[key] = _plain(value_node, (*place, key), lines, name)
            lines[(*place, key)] = line
        return found
    return _scalar(node.value, node.tag)


def _scalar(text: str, tag: str) -> str | int | float | bool | None:
    """A scalar's value; what YAML 1.1 would read as base 60, base 8 or a date stays text."""
    import yaml

    kind = tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return bool(yaml.safe_load(text))
    if kind == "int" and text.lstrip("+-").isascii() and text.lstrip("+-").isdigit() and len(text) < 20:
        return int(text)
    if kind == "float" and ":" not in text:
        return float(
            text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan").replace(".Inf", "inf").replace(".NaN", "nan")
        )
    return text
