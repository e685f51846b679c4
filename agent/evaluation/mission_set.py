"""Mission sets: sentences with what they should lead to, as a YAML file that people write for their own maps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError, model_validator

from agent.evaluation.condition import Condition
from agent.evaluation.errors import SetInvalid
from maps import DoorState
from skills import Plan, SkillCall, SkillSet

__all__ = ["Edits", "Expectation", "Mission", "MissionFile", "MissionSet", "Reason", "Want", "load_set", "plan_of", "set_loader"]

Want: TypeAlias = Literal["plan", "ask", "decline", "answer"]

Reason: TypeAlias = Literal["impossible", "rule", "out of scope", "nothing to do"]
"""Why nothing is to be done: no way or no such ability here and now; a house rule; not a robot's work; a greeting."""

Rectangle: TypeAlias = tuple[float, float, float, float]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _conditions(value: Any) -> Any:
    return {"all": value} if isinstance(value, list) else value


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Goal: TypeAlias = Annotated[Condition, BeforeValidator(_conditions, Condition | tuple[Condition, ...])]
Words: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_listed, str | tuple[str, ...])]


class Edits(_Model):
    """How one mission's site differs from its map folder.

    Attributes:
        doors: State by door.
        move: Where a thing is instead: a place's name, or x and y in metres.
        gone: Things that are not there.
        states: State by thing.
        attributes: Attributes by thing; they are added to those it has.
        block: What stands in the way: a door's name (its whole width), or x0, y0, x1, y1 in metres.
    """

    doors: dict[str, DoorState] = Field(default_factory=dict)
    move: dict[str, str | tuple[float, float]] = Field(default_factory=dict)
    gone: Words = ()
    states: dict[str, str] = Field(default_factory=dict)
    attributes: dict[str, dict[str, str | int | float | bool]] = Field(default_factory=dict)
    block: tuple[str | Rectangle, ...] = ()


class Expectation(_Model):
    """One right way to treat a mission: exactly one of a goal, a question (perhaps with a goal after it), a refusal, an answer.

    Attributes:
        goal: What must have happened; a list means all of it.
        ask: The names that the operator is to choose from; empty for a question without candidates.
        decline: The reason for which nothing may be carried out.
        answer: Words that the operator must be told; nothing may be moved, opened or said aloud.
    """

    goal: Goal | None = None
    ask: Words | None = None
    decline: Reason | None = None
    answer: Words | None = None

    @model_validator(mode="after")
    def _one(self) -> Expectation:
        given = [key for key in ("ask", "decline", "answer") if getattr(self, key) is not None]
        if len(given) > 1 or (given in (["decline"], ["answer"]) and self.goal is not None) or not (given or self.goal):
            raise ValueError("give goal, ask, ask with goal, decline, or answer")
        return self

    @property
    def want(self) -> Want:
        """What the planner's first answer should be."""
        if self.ask is not None:
            return "ask"
        if self.decline is not None:
            return "decline"
        return "answer" if self.answer is not None else "plan"


class Mission(Expectation):
    """One mission of a set.

    Attributes:
        id: Unique in the file.
        map: A shipped map, or a folder below the set's ``maps`` folder or the set file's own.
        say: What the operator types.
        lang: Its language.
        tags: Capabilities that it tests; the tables have a row for each.
        start: Where the robot stands: a place, or x, y, yaw; the map's dock otherwise.
        operator: The operator's answers, in order; after them nobody answers.
        allow: Skills, or skills with a name, that the goal does not mention and that are no fault.
        or_else: Other right ways.
        known: How the agent's map differs from its folder.
        truth: How what is really there differs from the folder's ``truth``.
        faults: Cause code by verb, or verb and target, of actions that fail every time.
        plan: The reference plan; for ``impossible`` and ``rule``, the obvious plan, which must be refused.
        rounds: Reference plans of a mission that takes several, in order.
    """

    id: str = Field(min_length=1)
    map: str
    say: str = Field(min_length=1)
    lang: str = "en"
    tags: Words = ()
    start: str | tuple[float, float, float] | None = None
    operator: Words = ()
    allow: Words = ()
    or_else: tuple[Expectation, ...] = ()
    known: Edits = Edits()
    truth: Edits = Edits()
    faults: dict[str, str] = Field(default_factory=dict)
    plan: tuple[JsonValue, ...] | None = None
    rounds: tuple[tuple[JsonValue, ...], ...] = ()

    @property
    def ways(self) -> tuple[Expectation, ...]:
        """Every right way, the first one first."""
        return (self, *self.or_else)

    def reference(self) -> tuple[tuple[JsonValue, ...], ...]:
        """The reference plans, in order; empty when there are none."""
        return self.rounds or (() if self.plan is None else (self.plan,))


class MissionFile(_Model):
    """A set file, as it is written."""

    surefoot: Literal[1]
    name: str = ""
    about: str = ""
    maps: str = "."
    missions: tuple[Mission, ...] = Field(min_length=1)


@dataclass(frozen=True)
class MissionSet:
    """A set file, read and checked.

    Attributes:
        name: Its name, or the file's.
        folder: Where the missions' maps are looked for before the shipped ones.
        missions: In the file's order.
        digest: SHA-256 of the file, hexadecimal.
    """

    name: str
    folder: Path
    missions: tuple[Mission, ...]
    digest: str


def load_set(path: Path) -> MissionSet:
    """Read a mission set file.

    Raises:
        SetInvalid: It cannot be read, is not YAML, or a mission has a mistake; the first few are named.
    """
    import yaml

    try:
        raw = path.read_bytes()
        data = yaml.load(raw, Loader=set_loader())
    except OSError as error:
        raise SetInvalid(f"The mission set {str(path)!r} cannot be read: {error.strerror or error}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        told = " ".join(str(error).split())
        raise SetInvalid(f"The mission set {str(path)!r} is not YAML: {told}.") from None
    if not isinstance(data, Mapping):
        raise SetInvalid(f"The mission set {str(path)!r} is not a mapping: begin it with 'surefoot: 1' and 'missions:'.")
    try:
        file = MissionFile.model_validate(data)
    except ValidationError as error:
        raise SetInvalid(f"The mission set {str(path)!r} is not valid: {'; '.join(_mistakes(error, data))}.") from None
    seen: set[str] = set()
    for mission in file.missions:
        if mission.id in seen:
            raise SetInvalid(f"The mission set {str(path)!r} has two missions with the id {mission.id!r}.")
        seen.add(mission.id)
    folder = (path.parent / file.maps).resolve()
    return MissionSet(file.name or path.stem, folder, file.missions, hashlib.sha256(raw).hexdigest())


def plan_of(steps: Sequence[JsonValue], skills: SkillSet) -> Plan:
    """A plan from its short form: ``{goto: kitchen}``, ``{inspect: {thing: fridge, question: ...}}``, ``dock``.

    Args:
        steps: One step each: a skill's name, a skill's name with its first argument or all of them, or a call as in plan files.
        skills: The skills, for the names of first parameters.

    Raises:
        SetInvalid: A step is none of these, or names no skill.
    """
    return Plan(steps=tuple(_call(step, skills) for step in steps))


def _call(step: JsonValue, skills: SkillSet) -> SkillCall:
    if isinstance(step, str):
        step = {step: None}
    if not isinstance(step, dict) or not step:
        raise SetInvalid(f"The step {step!r} is no call: write {{goto: kitchen}} or {{inspect: {{thing: fridge}}}}.")
    if "skill" in step:
        return SkillCall.model_validate(step)
    (name, value), *more = step.items()
    skill = skills.get(name)
    if skill is None or more:
        raise SetInvalid(f"The step {step!r} is no call of a skill; the skills are {', '.join(skills.names)}.")
    if isinstance(value, dict):
        return SkillCall(skill=name, args=value)
    if value is None:
        return SkillCall(skill=name)
    if not skill.parameters:
        raise SetInvalid(f"The step {step!r} gives {name} an argument, and it takes none.")
    return SkillCall(skill=name, args={skill.parameters[0].name: value})


def _mistakes(error: ValidationError, data: Mapping[str, Any], most: int = 3) -> Iterator[str]:
    found = error.errors()
    for one in found[:most]:
        where = ".".join(str(part) for part in one["loc"])
        yield f"{_owner(one['loc'], data)}{where}: {one['msg'].removeprefix('Value error, ')}"
    if len(found) > most:
        yield f"and {len(found) - most} more"


def _owner(where: tuple[int | str, ...], data: Mapping[str, Any]) -> str:
    """The id of the mission that a mistake is in."""
    match where:
        case ("missions", int(number), *_) if isinstance(data.get("missions"), list):
            mission = data["missions"][number]
            return f"mission {mission['id']!r}, " if isinstance(mission, Mapping) and "id" in mission else ""
    return ""


def set_loader() -> Any:
    """PyYAML's safe loader, the C one where there is one, with plain yes, no, on and off as the words that they are."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    boolean = "tag:yaml.org,2002:bool"
    resolvers = {  # words stay words: ``off`` is a state of a lamp
        first: [(tag, pattern) for tag, pattern in found if tag != boolean or first in "tTfF"]
        for first, found in base.yaml_implicit_resolvers.items()
    }
    return type("Loader", (base,), {"yaml_implicit_resolvers": resolvers})
