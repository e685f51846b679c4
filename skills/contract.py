"""Reading a skill's contract: the options of ``@skill``, each checked, with every mistake that is in them."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from skills.errors import Mistake
from skills.expression import Condition, Effect, Not, Strikable
from skills.in_hand import Holding
from skills.noted import KEPT, Fact, Member
from skills.parameter import Parameter
from skills.skill import SkillMotion, finite_interval
from skills.whereabouts import AtPlace, NearThing

__all__ = ["ContractReader"]

_OUTCOME = re.compile(r"^[a-z][a-z0-9 _-]{0,39}$")
_EXAMPLES: Mapping[type[Any], str] = {
    Condition: 'holding("thing")',
    Effect: 'door_is("door", "open")',
    Fact: 'fact("mopping {place}")',
}


@dataclass
class ContractReader:
    """Reads a function's options and notes what is wrong with them.

    Attributes:
        function: The function, which need not be one.
        contract: The options, by name.
        mistakes: What was wrong so far.
    """

    function: Callable[..., Any]
    contract: Mapping[str, Any]
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, message: str, parameter: str = "", line: int = 0) -> None:
        """Note a mistake: what is wrong, in which parameter, and in which line if not the first."""
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

    def outcomes(self, parameters: tuple[Parameter, ...]) -> Mapping[str, tuple[Effect, ...]]:
        """The effects of each outcome, by its name."""
        given = self.contract.get("outcomes") or {}
        if not isinstance(given, Mapping) or not all(isinstance(name, str) and _OUTCOME.match(name) for name in given):
            self.wrong('has outcomes= that are not names with effects; write outcomes={"found": fact("..."), "not found": ()}')
            return MappingProxyType({})
        if len(given) == 1:
            self.wrong(f"has the one outcome {next(iter(given))!r}; write at least two, or put it into effects=")
        return MappingProxyType({name: self._checked("outcomes", value, Effect, parameters) for name, value in given.items()})

    def expressions(self, option: str, wanted: type[Any], parameters: tuple[Parameter, ...]) -> tuple[Any, ...]:
        """The conditions, effects or facts of an option."""
        return self._checked(option, self.contract.get(option, ()), wanted, parameters)

    def _checked(self, option: str, given: Any, wanted: type[Any], parameters: tuple[Parameter, ...]) -> tuple[Any, ...]:
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
                self._names_parameters(option, item, known)
                checked.append(item)
        return tuple(checked)

    def _names_parameters(self, option: str, item: Any, known: list[str]) -> None:
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
        """The strings of an option."""
        given = self.contract.get(option, ())
        listed = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (None,)
        words = tuple(word for word in listed if isinstance(word, str) and word.strip())
        if words != listed:
            example = '{"base"}' if option == "uses" else '["water"]'
            self.wrong(f"has {option}={given!r}; write several strings, e.g. {option}={example}")
        return words

    def flag(self, option: str) -> bool:
        """Whether an option is True; anything but True and False is a mistake."""
        value = self.contract.get(option, False)
        if not isinstance(value, bool):
            self.wrong(f"has {option}={value!r}; write True or False")
        return value is True

    def power(self) -> float:
        """What the skill takes, watts."""
        value = self.contract.get("power_w", 0.0)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9:
            return float(value)
        self.wrong(f"has power_w={value!r}; write watts, a number that is not below 0")
        return 0.0

    def positive(self, option: str, value: Any, default: float) -> float:
        """Seconds above 0; the default where none are given."""
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
            self.wrong(f"has {option}={value!r}; write seconds, a number above 0")
            return default
        return float(value)

    def takes(self, timeout: float, parameters: tuple[Parameter, ...]) -> tuple[tuple[float, float], str | None]:
        """Least and most time, seconds, and the parameter that gives it, if one does."""
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
        """How the robot moves: as declared, as its parameters imply or as its effects and resources tell."""
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


def _a(wanted: type[Any]) -> str:
    return f"an {wanted.__name__.lower()}" if wanted.__name__[0] in "AEIOU" else f"a {wanted.__name__.lower()}"
