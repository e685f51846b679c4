"""Observation: one sentence of what came of a step, which knows whether it was seen, done or heard."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["Observation", "ObservationKind"]

ObservationKind: TypeAlias = Literal["seen", "done", "heard"]
"""``seen``: what was found, read or measured, or looked for in vain. ``done``: what the robot did. ``heard``: what people said."""

KINDS: tuple[str, ...] = get_args(ObservationKind)


class Observation(str):
    """A sentence; wherever words are wanted it is one. As JSON it is ``{"kind": ..., "sentence": ...}``.

    Args:
        sentence: In words, without a full stop.
        kind: What it is a sentence of.
    """

    __slots__ = ("kind",)
    kind: ObservationKind

    def __new__(cls, sentence: str, kind: ObservationKind = "seen") -> "Observation":
        """Make one; see the class.

        Raises:
            ValueError: There is no such kind, or the sentence is not text that can be written down.
        """
        if kind not in KINDS:
            raise ValueError(f"an observation is one of {', '.join(KINDS)}, not {kind!r}")
        made = super().__new__(cls, sentence)
        try:
            made.encode()
        except UnicodeEncodeError as error:
            raise ValueError(f"an observation is text that UTF-8 can hold, not {sentence!r}: {error.reason}") from None
        made.kind = kind
        return made

    @classmethod
    def of(cls, data: object) -> "Observation":
        """The observation that some JSON is; a plain sentence is taken for something seen.

        Raises:
            ValueError: It is none.
        """
        if isinstance(data, cls):
            return data
        if isinstance(data, str):
            return cls(data)
        if isinstance(data, Mapping) and set(data) == {"kind", "sentence"} and isinstance(data["sentence"], str):
            return cls(data["sentence"], data["kind"])
        raise ValueError("an observation is a sentence, or an object with its kind and sentence")

    def to_json(self) -> dict[str, str]:
        """The data that ``of`` reads."""
        return {"kind": self.kind, "sentence": str(self)}

    def __getnewargs__(self) -> tuple[str, ObservationKind]:  # type: ignore[override]  # a copy keeps the kind
        """For copies."""
        return str(self), self.kind

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """How Pydantic reads and writes it."""
        from pydantic_core import core_schema

        write = core_schema.plain_serializer_function_ser_schema(cls.to_json, when_used="json")
        return core_schema.no_info_plain_validator_function(cls.of, serialization=write)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: "CoreSchema", handler: "GetJsonSchemaHandler") -> dict[str, Any]:
        """What it is as JSON."""
        return {
            "additionalProperties": False,
            "properties": {"kind": {"enum": list(KINDS), "type": "string"}, "sentence": {"type": "string"}},
            "required": ["kind", "sentence"],
            "type": "object",
        }
