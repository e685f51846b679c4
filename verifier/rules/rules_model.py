"""What a rules.yaml may hold, as Pydantic models; the committed JSON Schema is generated from them."""

import math
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from maps.plain_text import label_fault

__all__ = ["MAX_RULES", "PATTERNS", "Condition", "RuleModel", "RulesFile", "Which", "rules_schema"]

MAX_RULES = 200
MAX_TEXT = 2_000
_MAX_PARTS = 10


def _clean(text: str) -> str:
    if fault := label_fault(text):
        raise ValueError(fault)
    return text


def _label(text: str) -> str:
    if not text.strip():
        raise ValueError("a name may not be blank")
    return _clean(text)


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("expected a finite number")
    return number


Label: TypeAlias = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_label)]
Text: TypeAlias = Annotated[str, Field(max_length=500), AfterValidator(_clean)]
FormulaText: TypeAlias = Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(_clean)]
Amount: TypeAlias = Annotated[float, Field(ge=0, le=1e9), AfterValidator(_finite)]
Count: TypeAlias = Annotated[int, Field(ge=0, le=1000)]
Clock: TypeAlias = Annotated[str, Field(pattern=r"^([01]?\d|2[0-3]):[0-5]\d$")]


class _Strict(BaseModel):
    """No unknown keys, except those that begin with ``x-``, which are other programs' own."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        defer_build=True,  # most are parts of others and never validate alone
        json_schema_extra={"patternProperties": {"^x-": {}}},
    )

    @model_validator(mode="before")
    @classmethod
    def _leave_out_foreign_keys(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if not (isinstance(key, str) and key.startswith("x-"))}
        return data


class Which(_Strict):
    """A feature by its name or by its kind."""

    name: Label | None = None
    kind: Label | None = None

    @model_validator(mode="after")
    def _one(self) -> "Which":
        if (self.name is None) == (self.kind is None):
            raise ValueError("give a name or a kind, one of the two")
        return self


class Battery(_Strict):
    """A charge."""

    percent: Annotated[float, Field(ge=0, le=100)] | None = None
    wh: Amount | None = None

    @model_validator(mode="after")
    def _one(self) -> "Battery":
        if (self.percent is None) == (self.wh is None):
            raise ValueError("give percent or wh, one of the two")
        return self


class Number(_Strict):
    """A number of things, of a kind or of any."""

    count: Count
    kind: Label | None = None


class Condition(_Strict):
    """Something that holds or does not hold at a moment; exactly one key."""

    model_config = ConfigDict(populate_by_name=False)

    at: Label | Which | None = None
    in_: Label | Which | None = Field(default=None, alias="in")
    crosses: Label | Which | None = None
    near: Label | Which | None = None
    inspects: Label | Which | None = None
    picks: Label | Which | None = None
    calls: Label | None = None
    carrying: Label | Which | None = Field(default=None, description="A thing; the word anything stands for any thing.")
    carrying_over: Count | Number | None = None
    speed_over: Amount | None = Field(default=None, description="m/s")
    battery_below: Battery | None = None
    not_: "AnyCondition | None" = Field(default=None, alias="not")
    all: Annotated[list["AnyCondition"], Field(min_length=1, max_length=_MAX_PARTS)] | None = None
    any: Annotated[list["AnyCondition"], Field(min_length=1, max_length=_MAX_PARTS)] | None = None

    @model_validator(mode="after")
    def _one_key(self) -> "Condition":
        if len(self.given()) != 1:
            keys = ", ".join(field.alias or name for name, field in type(self).model_fields.items())
            raise ValueError(f"expected exactly one of {keys}")
        return self

    def given(self) -> dict[str, Any]:
        """What is set, by the key as it is written."""
        fields = type(self).model_fields
        return {fields[name].alias or name: value for name in fields if (value := getattr(self, name)) is not None}


AnyCondition: TypeAlias = FormulaText | Condition
"""Formula text without temporal operators, or a mapping with one key."""


class Before(_Strict):
    """``then`` not before ``first`` has been."""

    first: AnyCondition
    then: AnyCondition


class AfterWithin(_Strict):
    """After ``after``, ``do`` has to follow; within a time or a number of steps if one is given."""

    after: AnyCondition
    do: AnyCondition
    within_s: Annotated[float, Field(gt=0, le=1e7)] | None = None
    within_steps: Annotated[int, Field(ge=1, le=1000)] | None = None

    @model_validator(mode="after")
    def _one(self) -> "AfterWithin":
        if self.within_s is not None and self.within_steps is not None:
            raise ValueError("give within_s or within_steps, not both")
        return self


class AtMost(_Strict):
    """``of`` begins at most so many times."""

    times: Annotated[int, Field(ge=0, le=20)]
    of: AnyCondition


class Capacity(_Strict):
    """At most so many things carried at once, of a kind or of any."""

    at_most: Count
    kind: Label | None = None


class TimeWindow(_Strict):
    """``what`` only between two times of day; a window may span midnight."""

    what: AnyCondition
    from_: Clock = Field(alias="from")
    to: Clock


PATTERNS = (
    "never", "always", "before", "after_within", "at_most", "at_least_once", "mutual_exclusion", "capacity", "time_window", "ltlf",
)  # fmt: skip


class RuleModel(_Strict):
    """A house rule: a name, optionally why, how bad breaking it is, and exactly one pattern."""

    name: Label
    why: Text = ""
    severity: Literal["error", "warning", "note"] = "error"
    never: AnyCondition | None = None
    always: AnyCondition | None = None
    while_: AnyCondition | None = Field(default=None, alias="while", description="Narrows never or always.")
    before: Before | None = None
    after_within: AfterWithin | None = None
    at_most: AtMost | None = None
    at_least_once: AnyCondition | None = None
    mutual_exclusion: Annotated[list[AnyCondition], Field(min_length=2, max_length=_MAX_PARTS)] | None = None
    capacity: Capacity | None = None
    time_window: TimeWindow | None = None
    ltlf: FormulaText | None = None

    @property
    def pattern(self) -> str:
        """The key of the pattern."""
        return next(key for key in PATTERNS if getattr(self, key) is not None)

    @model_validator(mode="after")
    def _one_pattern(self) -> "RuleModel":
        given = [key for key in PATTERNS if getattr(self, key) is not None]
        if len(given) != 1:
            found = f"this one has {' and '.join(given)}" if given else "this one has none"
            raise ValueError(f"a rule has exactly one pattern of {', '.join(PATTERNS)}; {found}")
        if self.while_ is not None and given[0] not in ("never", "always"):
            raise ValueError("while goes with never or always only")
        return self


class RulesFile(_Strict):
    """The house rules of a saved map, version 1."""

    surefoot: Literal[1]
    rules: Annotated[list[RuleModel], Field(max_length=MAX_RULES)] = []

    @model_validator(mode="after")
    def _names_once(self) -> "RulesFile":
        seen: set[str] = set()
        for rule in self.rules:
            if rule.name in seen:
                raise ValueError(f"two rules are named {rule.name!r}")
            seen.add(rule.name)
        return self


def rules_schema() -> dict[str, Any]:
    """The JSON Schema of rules.yaml."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **RulesFile.model_json_schema(by_alias=True),
        "title": "Surefoot rules.yaml",
    }
