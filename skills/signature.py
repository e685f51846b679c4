"""Reading a skill from a function: annotations, docstring and contract, with every mistake that is in them."""

import inspect
import re
import types
from collections.abc import Callable, Mapping
from typing import Any, get_type_hints

from skills.awaiting import forgotten_awaits
from skills.contract import ContractReader
from skills.docstring import read_args, read_summary
from skills.errors import Mistake
from skills.expression import Condition, Effect
from skills.noted import Fact
from skills.parameter import Parameter, read_parameter
from skills.skill import Injected, Skill

__all__ = ["read_skill"]

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,63}$")
_KEYWORDS = frozenset(
    "name requires effects on_failure invariant excludes confirms outcomes uses approval timeout idle_timeout idempotent"
    " uncertain takes power_w motion phrases".split()
)


def read_skill(function: Callable[..., Any], contract: Mapping[str, Any]) -> tuple[Skill | None, list[Mistake]]:
    """Read a function and its contract.

    Returns:
        The skill and no mistakes, or None and all the mistakes.
    """
    reader = _Reader(function, contract)
    made = reader.read()
    return (None, reader.mistakes) if reader.mistakes else (made, [])


class _Reader(ContractReader):
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
