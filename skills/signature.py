"""Reading a skill from a function: annotations, docstring and contract, with every mistake that is in them."""

import inspect
import re
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, get_type_hints

from skills.awaiting import forgotten_awaits
from skills.docstring import read_args, read_summary
from skills.errors import Mistake
from skills.expression import Condition, Effect, Not, Strikable
from skills.in_hand import Holding
from skills.noted import KEPT, Fact, Member
from skills.parameter import Parameter, read_parameter
from skills.skill import Injected, Skill, SkillMotion, finite_interval
from skills.whereabouts import AtPlace, NearThing

__all__ = ["read_skill"]

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,63}$")
_KEYWORDS = frozenset(
    "name requires effects on_failure invariant excludes confirms outcomes uses approval timeout idle_timeout idempotent"
    " uncertain takes power_w motion phrases".split()
)

_OUTCOME = re.compile(r"^[a-z][a-z0-9 _-]{0,39}$")
_EXAMPLES: Mapping[type[Any], str] = {
    Condition: 'holding("thing")',
    Effect: 'door_is("door", "open")',
    Fact: 'fact("mopping {place}")',
}


def read_skill(function: Callable[..., Any], contract: Mapping[str, Any]) -> tuple[Skill | None, list[Mistake]]:
    """Read a function and its contract.

    Returns:
        The skill and no mistakes, or None and all the mistakes.
    """
    reader = _Reader(function, contract)
    made = reader.read()
    return (None, reader.mistakes) if reader.mistakes else (made, [])


@dataclass
class _Reader:
    function: Callable[..., Any]
    contract: Mapping[str, Any]
    mistakes: list[Mistake] = field(default_factory=list)

    def read(self) -> Skill | None:
        function, contract = self.function, self.contract
        if not inspect.isfunction(function):
            self.wrong("is not a function; write @skill above a def or async def")
            return None
        if inspect.isasyncgenfunction(function) or inspect.isgeneratorfunction(function):
            self.wrong("yields; return a value, and report progress with context.progress(...)")
        name = contract.get("name") or function.__name__
        if not isinstance(name, str) or not _NAME.match(name):
            self.wrong(f"has the name {name!r}; use a small letter, then small letters, digits and _, at most 64")
        for unknown in sorted(set(contract) - _KEYWORDS):
            self.wrong(f"has the unknown option {unknown!r} in @skill; it takes {', '.join(sorted(_KEYWORDS))}")
        summary = read_summary(function.__doc__)
        if not summary:
            self.wrong('has no docstring; write what it does in one sentence, """Water a plant."""')
        injected, parameters = self.parameters()
        self.awaits(injected)
        requires = self.expressions("requires", Condition, parameters)
        effects = self.expressions("effects", Effect, parameters)
        on_failure = self.expressions("on_failure", Effect, parameters)
        outcomes = self.outcomes(parameters)
        uses = self.words("uses")
        timeout = self.positive("timeout", contract.get("timeout"), 120.0)
        takes_s, takes_from = self.takes(timeout, parameters)
        return Skill(
            name=name,
            summary=summary,
            doc=inspect.cleandoc(function.__doc__ or ""),
            parameters=parameters,
            requires=requires,
            effects=effects,
            on_failure=on_failure,
            invariant=self.expressions("invariant", Condition, parameters),
            excludes=self.expressions("excludes", Fact, parameters),
            confirms=self.expressions("confirms", Condition, parameters),
            outcomes=outcomes,
            uses=frozenset(uses),
            approval=self.flag("approval"),
            timeout_s=timeout,
            idle_timeout_s=self.positive("idle_timeout", contract.get("idle_timeout"), 60.0),
            idempotent=self.flag("idempotent"),
            uncertain=self.flag("uncertain") or bool(outcomes),
            takes_s=takes_s,
            takes_from=takes_from,
            power_w=self.power(),
            motion=self.motion(parameters, (*effects, *(item for made in outcomes.values() for item in made)), frozenset(uses)),
            phrases=self.words("phrases"),
            function=function,
            injected=injected,
        )

    def wrong(self, message: str, parameter: str = "", line: int = 0) -> None:
        code = getattr(self.function, "__code__", None)
        self.mistakes.append(
            Mistake(
                file=code.co_filename if code else "",
                line=line or (code.co_firstlineno if code else 0),
                function=getattr(self.function, "__name__", repr(self.function)),
                parameter=parameter,
                message=message,
            )
        )

    def parameters(self) -> tuple[Injected | None, tuple[Parameter, ...]]:
        entries = read_args(self.function.__doc__)
        injected: Injected | None = None
        found: list[Parameter] = []
        names: set[str] = set()
        for index, item in enumerate(inspect.signature(self.function).parameters.values()):
            names.add(item.name)
            annotation = self.annotation(item)
            role = _injected(annotation)
            if role is not None:
                if index == 0:
                    injected = role
                else:
                    self.wrong(f"is a {role.capitalize()} but not the first parameter; move it to the front", item.name)
                continue
            if item.kind in (item.VAR_POSITIONAL, item.VAR_KEYWORD):
                self.wrong("takes any number of arguments; write out each parameter with its type", item.name)
                continue
            if item.kind is item.POSITIONAL_ONLY:
                self.wrong("is positional-only; plans give arguments by name, remove the /", item.name)
            if annotation is inspect.Parameter.empty and self.unannotated(item.name, index):
                continue
            if item.name not in entries or not entries[item.name]:
                self.wrong(f"is not described; add '{item.name}: ...' under Args: in the docstring", item.name)
            if annotation in (inspect.Parameter.empty, _Unresolved):
                continue
            required = item.default is inspect.Parameter.empty
            default = None if required else item.default
            try:
                found.append(
                    read_parameter(item.name, annotation, required=required, default=default, doc=entries.get(item.name, ""))
                )
            except ValueError as error:
                self.wrong(str(error), item.name)
        for extra in sorted(set(entries) - names):
            self.wrong(f"is described under Args: but is not a parameter; remove '{extra}: ...'", extra)
        moving = [parameter.name for parameter in found if parameter.motion is not None]
        for name in moving[1:]:
            self.wrong(f"implies a second motion after {moving[0]!r}; make it Known[...], or split the skill in two", name)
        return injected, tuple(found)

    def awaits(self, injected: Injected | None) -> None:
        """What the function forgets to wait for; the library's own skills are not read for it again at every start."""
        if injected is not None and not (self.function.__module__ or "").startswith("skills.library."):
            for line, message in forgotten_awaits(self.function, _roles()[injected]):
                self.wrong(message, line=line)

    def unannotated(self, name: str, index: int) -> bool:
        """Note that a type is missing; returns whether it is that of the robot, which is not described either."""
        robot = index == 0 and name in ("context", "robot", "self")
        wanted = ("Robot" if name == "robot" else "Context") if robot else f"its type, e.g. {name}: str or {name}: Near[Thing]"
        self.wrong(f"has no annotation; write {name}: {wanted}" if robot else f"has no annotation; write {wanted}", name)
        return robot

    def annotation(self, item: inspect.Parameter) -> Any:
        """The annotation, resolved if it is a string; ``_Unresolved`` after noting why it cannot be."""
        if item.annotation is inspect.Parameter.empty:
            return item.annotation
        holder = types.SimpleNamespace(__annotations__={item.name: item.annotation})
        closure = inspect.getclosurevars(self.function).nonlocals if self.function.__closure__ else {}
        try:
            hints = get_type_hints(holder, globalns=self.function.__globals__, localns=closure, include_extras=True)
        except NameError as error:
            self.wrong(f"has the annotation {item.annotation!r}, where {error.name!r} is not known; import it", item.name)
        except (TypeError, AttributeError, SyntaxError) as error:
            self.wrong(f"has the annotation {item.annotation!r}, which is not a type ({error}); correct it", item.name)
        else:
            return hints[item.name]
        return _Unresolved

    def outcomes(self, parameters: tuple[Parameter, ...]) -> Mapping[str, tuple[Effect, ...]]:
        given = self.contract.get("outcomes") or {}
        if not isinstance(given, Mapping) or not all(isinstance(name, str) and _OUTCOME.match(name) for name in given):
            self.wrong('has outcomes= that are not names with effects; write outcomes={"found": fact("..."), "not found": ()}')
            return MappingProxyType({})
        if len(given) == 1:
            self.wrong(f"has the one outcome {next(iter(given))!r}; write at least two, or put it into effects=")
        return MappingProxyType({name: self.checked("outcomes", value, Effect, parameters) for name, value in given.items()})

    def expressions(self, option: str, wanted: type[Any], parameters: tuple[Parameter, ...]) -> tuple[Any, ...]:
        return self.checked(option, self.contract.get(option, ()), wanted, parameters)

    def checked(self, option: str, given: Any, wanted: type[Any], parameters: tuple[Parameter, ...]) -> tuple[Any, ...]:
        known = [parameter.name for parameter in parameters]
        items = given if isinstance(given, Iterable) and not isinstance(given, str) else (given,)
        checked = []
        for item in items:
            if callable(item):
                self.wrong(f"has {getattr(item, '__name__', item)!r} in {option}=; call it, with the names of parameters")
            elif not isinstance(item, wanted):
                example = _EXAMPLES[wanted]
                self.wrong(f"has {item!r} in {option}=, which is not {_a(wanted)}; write e.g. {example}")
            else:
                self.names_parameters(option, item, known)
                checked.append(item)
        return tuple(checked)

    def names_parameters(self, option: str, item: Any, known: list[str]) -> None:
        signature = inspect.signature(self.function).parameters
        for name in item.parameters():
            if name not in known and name not in signature:
                takes = ", ".join(known) or "no parameter"
                self.wrong(f"has {option}= '{item}', but the function has no parameter {name!r}; it has {takes}", name)
        inner = item.condition if isinstance(item, Not) else item
        if isinstance(inner, Member) and inner.collection == KEPT:
            self.wrong(f"has '{item}' in {option}=; that set is the robot's own, write keeps(...) and frees(...)")
        if option in ("effects", "on_failure", "outcomes"):
            if isinstance(item, Not) and not isinstance(item.condition, Strikable):
                self.wrong(f"has '{item}' in {option}=, which cannot be brought about; only a fact can be struck out, ~fact('...')")
            if isinstance(item, Holding) and item.thing is None:
                self.wrong(f"has holding() in {option}=; name the parameter that is picked, holding('thing')")

    def words(self, option: str) -> tuple[str, ...]:
        given = self.contract.get(option, ())
        listed = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (None,)
        words = tuple(word for word in listed if isinstance(word, str) and word.strip())
        if words != listed:
            example = '{"base"}' if option == "uses" else '["water"]'
            self.wrong(f"has {option}={given!r}; write several strings, e.g. {option}={example}")
        return words

    def flag(self, option: str) -> bool:
        value = self.contract.get(option, False)
        if not isinstance(value, bool):
            self.wrong(f"has {option}={value!r}; write True or False")
        return value is True

    def power(self) -> float:
        value = self.contract.get("power_w", 0.0)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9:
            return float(value)
        self.wrong(f"has power_w={value!r}; write watts, a number that is not below 0")
        return 0.0

    def positive(self, option: str, value: Any, default: float) -> float:
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
            self.wrong(f"has {option}={value!r}; write seconds, a number above 0")
            return default
        return float(value)

    def takes(self, timeout: float, parameters: tuple[Parameter, ...]) -> tuple[tuple[float, float], str | None]:
        value = self.contract.get("takes")
        if value is None:
            return (0.0, timeout), None
        if isinstance(value, str):
            if not any(parameter.name == value and parameter.kind == "number" for parameter in parameters):
                self.wrong(f"has takes={value!r}, which is not a number parameter of the function", value)
            return (0.0, timeout), value
        if not finite_interval(value):
            self.wrong(f"has takes={value!r}; write (low, high) seconds, 0 <= low <= high, or the name of a number parameter")
            return (0.0, timeout), None
        return (float(value[0]), float(value[1])), None

    def motion(self, parameters: tuple[Parameter, ...], effects: tuple[Effect, ...], uses: frozenset[str]) -> SkillMotion:
        declared = self.contract.get("motion")
        implied = any(parameter.motion is not None for parameter in parameters)
        if declared not in (None, "inside", "none"):
            self.wrong(f"has motion={declared!r}; write motion='inside' if it drives by itself, else leave it out")
        if declared == "inside":
            return "inside"
        if implied:
            if declared == "none":
                self.wrong("has motion='none' but a parameter that implies motion; make it Known[...]")
            return "implied"
        if declared is None and any(isinstance(effect, AtPlace | NearThing) for effect in effects):
            return "inside"
        return "undeclared" if "base" in uses and declared is None else "none"


class _Unresolved:
    """Marks an annotation that could not be resolved."""


def _injected(annotation: Any) -> Injected | None:
    roles = _roles()
    if annotation is roles["robot"]:
        return "robot"
    return "context" if isinstance(annotation, type) and issubclass(annotation, roles["context"]) else None


def _roles() -> dict[Injected, type[Any]]:
    from skills.context import Context
    from skills.robot import Robot

    return {"context": Context, "robot": Robot}


def _a(wanted: type[Any]) -> str:
    return f"an {wanted.__name__.lower()}" if wanted.__name__[0] in "AEIOU" else f"a {wanted.__name__.lower()}"
