"""Reading a call's arguments: first against the skill's signature, then against the names on this map."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from maps import Feature, FeatureType, World
from skills import Parameter, Skill, SkillCall

__all__ = ["Arguments", "Misnamed", "Mistake", "Named", "read_arguments"]

Named: TypeAlias = Mapping[str, object]
"""A call's arguments by parameter name, as conditions read them."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """An argument that is missing, unexpected or of the wrong type: its name and one sentence."""

    parameter: str
    reason: str


@dataclass(frozen=True, slots=True)
class Misnamed:
    """An argument that names nothing on this map."""

    parameter: str
    kind: FeatureType
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """A call's arguments read against the skill and the map.

    Attributes:
        values: By parameter; names of features in the map's own spelling, defaults filled in.
        features: The features named, by parameter.
        mistakes: Arguments that are wrong whatever the map is.
        misnamed: Names that this map does not have.
    """

    values: Mapping[str, object]
    features: Mapping[str, Feature]
    mistakes: tuple[Mistake, ...] = ()
    misnamed: tuple[Misnamed, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether the call means something on this map."""
        return not self.mistakes and not self.misnamed

    @property
    def named(self) -> Named:
        """The arguments as conditions and effects want them: features where they are at hand, else values."""
        return {**self.values, **self.features}


_MOST_TEXT = 10_000
_MOST_READ = 4096
_READ: dict[tuple[object, ...], tuple[Arguments, object, object, object]] = {}
"""Arguments of words alone by themselves, the skill and the names on the map, these by identity and therefore kept beside them."""


def read_arguments(call: SkillCall, skill: Skill, world: World, *, carried: Collection[str] = ()) -> Arguments:
    """Read a call's arguments; nothing is repaired, everything that is wrong is listed.

    Args:
        call: The call, as proposed.
        skill: The skill that it names.
        world: The map whose names count; aliases and other spellings become the map's own name.
        carried: Things in the robot's hand; they are known by name even when they are no longer on the map.

    Returns:
        The values and features by parameter, and the mistakes.
    """
    if carried:
        return _read_all(call, skill, world, carried)
    asked = tuple(call.args.items())
    if not all([type(value) is str for _, value in asked]) or any([parameter.kind == "door" for parameter in skill.parameters]):
        return _read_all(call, skill, world, carried)  # one looks alike that is not (1, True), a look at a door is noted
    key = (asked, *map(id, (skill, world.places, world.things)))
    known = _READ.get(key)
    if known is None:
        if len(_READ) >= _MOST_READ:
            _READ.clear()
        known = _READ[key] = (_read_all(call, skill, world, carried), skill, world.places, world.things)
    return known[0]


def _read_all(call: SkillCall, skill: Skill, world: World, carried: Collection[str]) -> Arguments:
    values: dict[str, object] = {}
    features: dict[str, Feature] = {}
    mistakes: list[Mistake] = []
    misnamed: list[Misnamed] = []
    known = {parameter.name: parameter for parameter in skill.parameters}
    for name in call.args:
        if name not in known:
            expected = ", ".join(known) or "none"
            mistakes.append(Mistake(name, f"{skill.name} has no argument {name[:80]!r} (it takes: {expected})"))
    for parameter in skill.parameters:
        if parameter.name not in call.args and parameter.required:
            mistakes.append(Mistake(parameter.name, f"argument {parameter.name!r} is missing"))
            continue
        if parameter.name not in call.args and not parameter.is_name:
            values[parameter.name] = parameter.default
            continue
        value = call.args.get(parameter.name, parameter.default)
        if value is None and (parameter.nullable or parameter.name not in call.args):
            continue
        read, reason = _read(parameter, value)
        if reason:
            mistakes.append(Mistake(parameter.name, reason))
        elif not parameter.is_name:
            values[parameter.name] = read
        else:
            kind = cast(FeatureType, parameter.kind)
            name_on_map = world.resolve(kind, str(read))
            values[parameter.name] = str(read) if name_on_map is None else name_on_map
            if name_on_map is None and not (kind == "thing" and read in carried):
                misnamed.append(Misnamed(parameter.name, kind, str(read)))
            elif name_on_map is not None:
                features[parameter.name] = world.feature(kind, name_on_map)
    return Arguments(values=values, features=features, mistakes=tuple(mistakes), misnamed=tuple(misnamed))


def _read(parameter: Parameter, value: Any) -> tuple[object, str]:
    """The validated value, or why it is not valid."""
    if not _finite(value):
        return None, f"argument {parameter.name!r} is not a finite number"
    if parameter.is_name and not (isinstance(value, str) and 0 < len(value.strip()) <= _MOST_TEXT):
        return None, f"argument {parameter.name!r} must be the name of a {parameter.kind}, not {_shown(value)}"
    try:
        return parameter.validate(value), ""
    except (ValueError, TypeError) as error:
        return None, str(error).partition("\n")[0] or f"argument {parameter.name!r} is not valid"


def _shown(value: object) -> str:
    text = repr(value[:60] if isinstance(value, str) else value)
    return text if len(text) <= 60 else text[:57] + "..."


def _finite(value: object, depth: int = 0) -> bool:
    """Whether every number inside is finite; nesting beyond reason counts as not."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return abs(value) < 2**63
    if depth > 20:
        return False
    if isinstance(value, Mapping):
        return all(_finite(item, depth + 1) for item in value.values())
    if isinstance(value, list | tuple):
        return all(_finite(item, depth + 1) for item in value)
    return True
