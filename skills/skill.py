"""Skill: a function and its contract as data; ``@skill`` reads the one from the other and reports every mistake at once."""

import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, Literal, ParamSpec, Protocol, TypeAlias, TypeVar, overload

from pydantic import JsonValue

from skills.condition import Condition, Effect
from skills.errors import ArgumentProblem, ArgumentsInvalid, Mistake, SkillFileInvalid
from skills.noted import Fact
from skills.parameter import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maps import World

__all__ = ["Injected", "Skill", "SkillFunction", "SkillMotion", "collect_mistakes", "skill"]

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")

SkillMotion: TypeAlias = Literal["implied", "none", "inside", "undeclared"]
Injected: TypeAlias = Literal["context", "robot"]


@dataclass(frozen=True, kw_only=True)
class Skill:
    """What a robot can do, as data: everything that schema, grammar, verifier, runtime and documentation need.

    Attributes:
        name: As plans call it.
        summary: One sentence.
        doc: The whole docstring.
        parameters: In the order of the signature, without the injected one.
        requires: What must hold before.
        effects: What holds after success, besides where the implied motion ends. What is not named does not change.
        on_failure: What may be true after a failure.
        invariant: What holds as long as the skill runs, from setting off until it has ended.
        excludes: Facts that must not hold while the skill runs, nor as long as a fact holds that it has brought about.
        confirms: What the skill itself finds out: it succeeds only where this holds, so that it is known afterwards.
        outcomes: The ways in which an uncertain skill may succeed, by name, each with effects of its own.
        uses: Parts of the robot that the skill holds until it ends: ``base``, ``arm``, ...
        approval: Whether a person has to approve each call, whatever the approval setting.
        timeout_s: Longest time that the function may take, seconds, implied motion not counted.
        idle_timeout_s: Longest time without a sign of life (``context.progress``, a robot action's progress), seconds.
        idempotent: Whether the call may be repeated after a crash without a person.
        uncertain: Whether its result decides what to do next; the mission replans after it.
        takes_s: Time that the function takes besides implied motion, low and high, seconds.
        takes_from: Parameter that gives the time instead, in seconds; None for none.
        power_w: What the function draws besides the robot's idle power, watts.
        motion: ``implied`` by a parameter (driven before the function), ``none``, ``inside`` (the function asks for authorised
            routes) or ``undeclared`` (it uses the base and says nothing: it cannot be verified).
        phrases: How people ask for it, for linking.
        function: The function itself.
        injected: What its first parameter receives; None when it takes none.
    """

    name: str
    summary: str
    doc: str = field(default="", repr=False)
    parameters: tuple[Parameter, ...] = ()
    requires: tuple[Condition, ...] = ()
    effects: tuple[Effect, ...] = ()
    on_failure: tuple[Effect, ...] = ()
    invariant: tuple[Condition, ...] = ()
    excludes: tuple[Fact, ...] = ()
    confirms: tuple[Condition, ...] = ()
    outcomes: Mapping[str, tuple[Effect, ...]] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    uses: frozenset[str] = frozenset()
    approval: bool = False
    timeout_s: float = 120.0
    idle_timeout_s: float = 60.0
    idempotent: bool = False
    uncertain: bool = False
    takes_s: tuple[float, float] = (0.0, 120.0)
    takes_from: str | None = None
    power_w: float = 0.0
    motion: SkillMotion = "none"
    phrases: tuple[str, ...] = ()
    function: Callable[..., Any] = field(repr=False, compare=False)
    injected: Injected | None = None

    @property
    def is_async(self) -> bool:
        """Whether the function is ``async def``."""
        return inspect.iscoroutinefunction(self.function)

    @property
    def motion_parameter(self) -> Parameter | None:
        """The one parameter that implies motion, if any."""
        return next((parameter for parameter in self.parameters if parameter.motion is not None), None)

    @cached_property
    def throughout(self) -> tuple[Condition, ...]:
        """What has to hold as long as it runs: its invariants, and that no fact holds which it excludes."""
        return (*self.invariant, *(~fact for fact in self.excludes))

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of this name, or None."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def duration_s(self, args: Mapping[str, Any]) -> tuple[float, float]:
        """Time that the function takes with these arguments, implied motion not counted, low and high, seconds."""
        if self.takes_from is not None:
            value = args.get(self.takes_from)
            if value is None and (parameter := self.parameter(self.takes_from)) is not None:
                value = parameter.default
            if isinstance(value, int | float) and not isinstance(value, bool):
                return (float(value), float(value))
        return self.takes_s

    def json_schema(self, world: "World | None" = None) -> dict[str, Any]:
        """The JSON Schema of the arguments; with a world, names are limited to those on its map."""
        properties: dict[str, Any] = {}
        definitions: dict[str, Any] = {}
        for parameter in self.parameters:
            names = None if world is None or not parameter.is_name else world.names(parameter.kind)  # type: ignore[arg-type]
            schema = parameter.json_schema(names)
            definitions.update(schema.pop("$defs", {}))
            properties[parameter.name] = schema
        schema = {
            "type": "object",
            "title": self.name,
            "description": self.summary,
            "properties": properties,
            "required": [parameter.name for parameter in self.parameters if parameter.required],
            "additionalProperties": False,
        }
        return {**schema, "$defs": definitions} if definitions else schema

    def check_args(self, args: Mapping[str, JsonValue]) -> dict[str, Any]:
        """Check a call's arguments against the signature and fill in the defaults; names are not looked up.

        Returns:
            Values by parameter name, in the signature's order: names as strings, the rest in the annotation's type.

        Raises:
            ArgumentsInvalid: All that is wrong with the arguments.
        """
        problems = [_unexpected(self, name) for name in args if self.parameter(name) is None]
        values: dict[str, Any] = {}
        for parameter in self.parameters:
            if parameter.name not in args:
                if parameter.required:
                    problems.append(ArgumentProblem(parameter.name, f"{self.name} needs {parameter.name}"))
                values[parameter.name] = parameter.default
                continue
            try:
                values[parameter.name] = parameter.validate(args[parameter.name])
            except ValueError as error:
                problems.append(ArgumentProblem(parameter.name, str(error)))
        if problems:
            raise ArgumentsInvalid(problems)
        return values

    def resolve_args(self, args: Mapping[str, JsonValue], world: "World") -> dict[str, Any]:
        """Check a call's arguments and turn names into places, things and doors of this world.

        Raises:
            ArgumentsInvalid: All that is wrong: with the types first, else every name that is not on the map.
        """
        values = self.check_args(args)
        problems: list[ArgumentProblem] = []
        for parameter in self.parameters:
            text = values[parameter.name]
            if not parameter.is_name or text is None:
                continue
            name = world.resolve(parameter.kind, text)  # type: ignore[arg-type]  # place, thing or door
            if name is None:
                problems.append(_unknown_name(parameter, text, world))
            else:
                values[parameter.name] = world.feature(parameter.kind, name)  # type: ignore[arg-type]
        if problems:
            raise ArgumentsInvalid(problems)
        return values


class SkillFunction(Protocol, Generic[P, R_co]):
    """A decorated function: called like the function it was, with its contract in ``skill``."""

    skill: Skill

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Call the function directly, as in a test."""


_collector: ContextVar[list[Mistake] | None] = ContextVar("skill_mistakes", default=None)


@contextmanager
def collect_mistakes() -> "Iterator[list[Mistake]]":
    """Within this context ``@skill`` adds its mistakes to the list instead of raising them."""
    found: list[Mistake] = []
    token = _collector.set(found)
    try:
        yield found
    finally:
        _collector.reset(token)


@overload
def skill(function: Callable[P, R], /) -> SkillFunction[P, R]: ...
@overload
def skill(
    *,
    name: str | None = None,
    requires: Condition | Iterable[Condition] = (),
    effects: Effect | Iterable[Effect] = (),
    on_failure: Effect | Iterable[Effect] = (),
    invariant: Condition | Iterable[Condition] = (),
    excludes: Fact | Iterable[Fact] = (),
    confirms: Condition | Iterable[Condition] = (),
    outcomes: Mapping[str, Effect | Iterable[Effect]] | None = None,
    uses: Iterable[str] = (),
    approval: bool = False,
    timeout: float | None = None,
    idle_timeout: float = 60.0,
    idempotent: bool = False,
    uncertain: bool = False,
    takes: tuple[float, float] | str | None = None,
    power_w: float = 0.0,
    motion: Literal["inside", "none"] | None = None,
    phrases: Iterable[str] = (),
) -> Callable[[Callable[P, R]], SkillFunction[P, R]]: ...
def skill(function: Callable[..., Any] | None = None, /, **contract: Any) -> Any:
    """Make a skill of a function: its signature is the contract, this decorator adds what a signature cannot say.

    Args:
        function: The function, for the bare form ``@skill``.
        **contract: ``name``; ``requires``, ``effects``, ``on_failure``, ``invariant``, ``excludes``, ``confirms`` (one or several
            conditions or effects each); ``outcomes`` (names, each with effects); ``uses`` (parts of the robot); ``approval``;
            ``timeout`` and ``idle_timeout`` (seconds); ``idempotent``; ``uncertain``; ``takes`` ((low, high) seconds, or the
            parameter that gives them); ``power_w`` (watts besides idle); ``motion`` (``inside`` for a skill that drives by
            itself); ``phrases``.

    Returns:
        The function itself, with its ``Skill`` in the attribute ``skill``.

    Raises:
        SkillFileInvalid: Everything that is wrong with the signature or the contract.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        from skills.signature import read_skill

        made, mistakes = read_skill(function, contract)
        if mistakes:
            collector = _collector.get()
            if collector is None:
                raise SkillFileInvalid(mistakes)
            collector.extend(mistakes)
        else:
            function.skill = made  # type: ignore[attr-defined]
        return function

    return decorate if function is None else decorate(function)


def _unexpected(skill: Skill, name: str) -> ArgumentProblem:
    takes = ", ".join(parameter.name for parameter in skill.parameters) or "no arguments"
    return ArgumentProblem(name, f"{skill.name} has no parameter {name!r}; it takes {takes}")


def _unknown_name(parameter: Parameter, text: str, world: "World") -> ArgumentProblem:
    from difflib import get_close_matches

    names = world.names(parameter.kind)  # type: ignore[arg-type]  # place, thing or door
    near = tuple(get_close_matches(text, names, n=3))
    hint = f"; did you mean {', '.join(repr(name) for name in near)}?" if near else ""
    message = f"{parameter.name}={text!r}: the map {world.name!r} has no {parameter.kind} of that name{hint}"
    return ArgumentProblem(parameter.name, message, "UNKNOWN_NAME", near)


def finite_interval(value: object) -> bool:
    """Whether a value is a (low, high) pair of finite numbers, 0 <= low <= high."""
    if not isinstance(value, tuple) or len(value) != 2 or not all(isinstance(number, int | float) for number in value):
        return False
    return 0 <= value[0] <= value[1] and math.isfinite(value[1])
