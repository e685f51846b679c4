"""Parameter: one parameter of a skill as its annotation describes it: its kind, the motion it implies, how to check it."""

import enum
import json
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import JsonValue, PydanticSchemaGenerationError, PydanticUserError, TypeAdapter, ValidationError

from maps import Door, Place, Pose, Thing
from skills.types import Description, Motion

__all__ = ["Kind", "Parameter", "ParameterMotion", "read_parameter"]

Kind: TypeAlias = Literal["place", "thing", "door", "described", "text", "number", "choice", "pose", "value"]
ParameterMotion: TypeAlias = Literal["at", "near", "seen"]

_FEATURES: Mapping[type, Literal["place", "thing", "door"]] = {Place: "place", Thing: "thing", Door: "door"}
_MOTIONS: Mapping[str, tuple[str, ...]] = {
    "place": ("at", "known"),
    "thing": ("near", "seen", "known"),
    "door": ("near", "seen", "known"),
}


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a skill.

    Attributes:
        name: As in the signature.
        kind: What a planner has to write: a name on the map (place, thing, door), words (described, text), a number, one of
            several choices, a pose ``[x, y, yaw]``, or any other JSON value.
        motion: The motion that the runtime does before the function runs; None for none.
        required: Whether a call must give it.
        default: The value when it is not given; None when it is required.
        nullable: Whether ``null`` may be given.
        annotation: The annotation, resolved.
        doc: Its entry under ``Args:``.
    """

    name: str
    kind: Kind
    motion: ParameterMotion | None = None
    required: bool = True
    default: Any = None
    nullable: bool = False
    annotation: Any = field(default=Any, repr=False, compare=False)
    doc: str = ""

    @property
    def is_name(self) -> bool:
        """Whether the argument is the name of a place, thing or door."""
        return self.kind in ("place", "thing", "door")

    @property
    def choices(self) -> tuple[JsonValue, ...]:
        """The values of a ``choice``, as JSON; empty for other kinds."""
        return tuple(self.json_schema().get("enum", ())) if self.kind == "choice" else ()

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """What checks and converts a value that is not a name or a pose."""
        return TypeAdapter(self.annotation)

    def validate(self, value: JsonValue) -> Any:
        """Check one JSON value.

        Args:
            value: The argument as a plan gives it.

        Returns:
            A name as it was given, a ``Pose``, or the value in the annotation's type.

        Raises:
            ValueError: One sentence: the parameter, the value and what was expected.
        """
        if value is None and self.nullable:
            return None
        if self.is_name or self.kind == "described":
            if not isinstance(value, str) or not value.strip():
                wanted = "a description in words" if self.kind == "described" else f"the name of a {self.kind}"
                raise ValueError(f"{self.name}={value!r} is not {wanted}")
            return value
        if self.kind == "pose":
            return self._pose(value)
        try:
            return self.adapter.validate_json(json.dumps(value, allow_nan=False), strict=True)
        except ValidationError as error:
            reason = error.errors(include_url=False)[0]
            path = "".join(f"[{part!r}]" for part in reason["loc"])
            message = str(reason["msg"])
            raise ValueError(f"{self.name}{path}={value!r}: {message[:1].lower()}{message[1:]}") from None
        except (TypeError, ValueError):
            raise ValueError(f"{self.name}={value!r} is not a JSON value") from None

    def json_schema(self, names: Sequence[str] | None = None) -> dict[str, Any]:
        """The JSON Schema of the value; ``names`` limits a name to those on a map."""
        schema: dict[str, Any]
        if self.is_name or self.kind == "described":
            schema = {"type": "string", "minLength": 1, "x-surefoot": self.kind}
            if names is not None and self.is_name:
                schema["enum"] = list(names)
            if self.nullable:
                schema = {"anyOf": [schema, {"type": "null"}]}
        elif self.kind == "pose":
            number = {"type": "number"}
            schema = {"type": "array", "items": number, "minItems": 2, "maxItems": 3, "x-surefoot": "pose"}
            if self.nullable:
                schema = {"anyOf": [schema, {"type": "null"}]}
        else:
            schema = self.adapter.json_schema(ref_template="#/$defs/{model}")
        schema.pop("title", None)
        if self.doc:
            schema["description"] = self.doc
        if not self.required:
            schema["default"] = self.default_json()
        return schema

    def default_json(self) -> JsonValue:
        """The default as JSON."""
        if isinstance(self.default, Pose):
            return [self.default.x, self.default.y, self.default.yaw]
        if self.default is None or self.is_name or self.kind == "described":
            return self.default  # type: ignore[no-any-return]  # None or a string
        return self.adapter.dump_python(self.default, mode="json")  # type: ignore[no-any-return]

    def _pose(self, value: JsonValue) -> Pose:
        if isinstance(value, list) and len(value) in (2, 3):
            numbers = [float(n) for n in value if isinstance(n, int | float) and not isinstance(n, bool)]
            if len(numbers) == len(value) and all(abs(n) < 1e9 for n in numbers):
                return Pose(*numbers)
        raise ValueError(f"{self.name}={value!r} is not a pose [x, y] or [x, y, yaw] in metres and radians")


def read_parameter(name: str, annotation: Any, *, required: bool, default: Any = None, doc: str = "") -> Parameter:
    """Make a parameter from its annotation.

    Raises:
        ValueError: The annotation says nothing that a plan could fill in; the sentence tells what to write.
    """
    inner, marks, nullable = _unwrap(annotation)
    motions = [mark.kind for mark in marks if isinstance(mark, Motion)]
    described = any(isinstance(mark, Description) for mark in marks)
    feature = _FEATURES.get(inner) if isinstance(inner, type) else None
    if len(motions) > 1:
        raise ValueError("has more than one of At, Near, Seen and Known; keep one")
    if feature is None and motions:
        raise ValueError(f"{motions[0].capitalize()}[...] takes Place, Thing or Door, not {_type_name(inner)}")
    kind: Kind
    motion: ParameterMotion | None = None
    if feature is not None:
        kind, motion = feature, _motion(feature, motions)
    elif described:
        kind = "described"
    elif inner is Pose:
        kind = "pose"
    else:
        kind = _plain_kind(inner)
    parameter = Parameter(
        name=name, kind=kind, motion=motion, required=required, default=default, nullable=nullable, annotation=annotation, doc=doc
    )  # fmt: skip
    if kind in ("text", "number", "choice", "value"):
        _check_plain(parameter)
    elif default is not None and not isinstance(default, Pose if kind == "pose" else str):
        raise ValueError(f"has the default {default!r}; only None or a {'Pose' if kind == 'pose' else 'string'} can be one")
    elif not required and default is None and not nullable:
        raise ValueError(f"has the default None but is not optional; write {_type_name(inner)} | None")
    return parameter


def _motion(feature: str, motions: list[Any]) -> ParameterMotion | None:
    """The motion of a place, thing or door, or the sentence that says what to write."""
    allowed = _MOTIONS[feature]
    title = feature.capitalize()
    if not motions:
        options = " or ".join(f"{motion.capitalize()}[{title}]" for motion in allowed)
        raise ValueError(f"is a bare {title}; write {options} to say whether the robot drives there")
    if motions[0] not in allowed:
        options = " or ".join(f"{motion.capitalize()}[{title}]" for motion in allowed)
        raise ValueError(f"is {motions[0].capitalize()}[{title}]; write {options}")
    return None if motions[0] == "known" else motions[0]


def _check_plain(parameter: Parameter) -> None:
    """Make sure that pydantic can check the value, that it has a JSON Schema, and that the default fits."""
    try:
        if not parameter.required:
            parameter.adapter.validate_python(parameter.default)
        parameter.json_schema()
    except ValidationError:
        raise ValueError(f"has the default {parameter.default!r}, which its own annotation does not allow") from None
    except (PydanticSchemaGenerationError, PydanticUserError):
        raise ValueError(f"has the type {_type_name(parameter.annotation)}, which no JSON value can fill; use str, float, int, "
                         "bool, Literal, Enum, a pydantic model, Place, Thing, Door or Pose") from None  # fmt: skip


def _unwrap(annotation: Any) -> tuple[Any, list[Any], bool]:
    """The innermost type of Annotated and Optional, the marks found on the way and whether None is allowed."""
    if get_origin(annotation) is Annotated:
        base, *marks = get_args(annotation)
        inner, more, nullable = _unwrap(base)
        return inner, [*marks, *more], nullable
    if get_origin(annotation) in (Union, types.UnionType):
        options = [option for option in get_args(annotation) if option is not type(None)]
        if len(options) == 1 and len(options) < len(get_args(annotation)):
            inner, marks, _ = _unwrap(options[0])
            return inner, marks, True
        if any(_is_domain(option) for option in options):
            raise ValueError("mixes several types in one union; give each its own parameter")
        return annotation, [], type(None) in get_args(annotation)
    return annotation, [], False


def _is_domain(option: Any) -> bool:
    inner, marks, _ = _unwrap(option)
    return inner is Pose or inner in _FEATURES.keys() or any(isinstance(mark, Motion | Description) for mark in marks)


def _plain_kind(inner: Any) -> Kind:
    if inner is str:
        return "text"
    if inner is int or inner is float:
        return "number"
    if get_origin(inner) is Literal or (isinstance(inner, type) and issubclass(inner, enum.Enum)):
        return "choice"
    return "value"


def _type_name(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation).replace("typing.", "")
