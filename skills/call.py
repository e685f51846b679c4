"""SkillCall and Plan: what a planner proposes, as typed, serialisable data (docs/formats.md)."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, JsonValue

__all__ = ["Plan", "SkillCall"]

SkillName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class SkillCall(BaseModel):
    """One step: a skill's name and its arguments by parameter name. Places, things and doors are given by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    skill: SkillName
    args: dict[str, JsonValue] = Field(default_factory=dict)

    def __str__(self) -> str:
        """As people read it: ``inspect(thing='pressure gauge')``."""
        return f"{self.skill}({', '.join(f'{name}={value!r}' for name, value in self.args.items())})"


class Plan(BaseModel):
    """An ordered list of skill calls, and the mission, map and revision that it was made for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    surefoot: Literal[1] = 1
    mission: str | None = None
    map: str | None = None
    revision: str | None = None
    steps: tuple[SkillCall, ...]

    def to_json(self) -> dict[str, Any]:
        """The plan as plain data, without the fields that are absent."""
        return self.model_dump(mode="json", exclude_none=True)
