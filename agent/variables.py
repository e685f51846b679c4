"""Variables: SUREFOOT_* from the environment as settings, nested by ``__``: SUREFOOT_BODY__RADIUS_M is ``body.radius_m``."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from agent.errors import AgentError

__all__ = ["PREFIX", "VariableInvalid", "read_variables"]

PREFIX = "SUREFOOT_"

_OTHERS = frozenset({"SUREFOOT_CACHE", "SUREFOOT_NUMBA", "SUREFOOT_DATA"})
"""Read elsewhere: whether caches are used, whether searches are compiled, and where tests and benchmarks find public maps."""

_TESTS = "SUREFOOT_TEST_"


class VariableInvalid(AgentError):
    """A SUREFOOT_* variable names no setting, or holds what cannot be read; the message names it."""


def read_variables(environment: Mapping[str, str], keys: Mapping[str, Collection[str]]) -> dict[str, Any]:
    """The settings that stand in variables.

    Names count without regard to case, empty variables not at all. A value that begins with a bracket is read as JSON; a whole
    section may be given so too, and its single variables outrank it.

    Args:
        environment: All variables.
        keys: Top-level keys, each with the keys below it; none for a plain value.

    Returns:
        Values by key, nested as in the file: text, or what the JSON says.

    Raises:
        VariableInvalid: A name that is no setting, or a section that is not JSON.
    """
    found: dict[str, Any] = {}
    for name, text in sorted(environment.items(), key=lambda item: item[0].upper()):
        variable = name.upper()
        if not variable.startswith(PREFIX) or not text or variable in _OTHERS or variable.startswith(_TESTS):
            continue
        key, _, below = variable.removeprefix(PREFIX).lower().partition("__")
        if key not in keys or (below and not keys[key]):
            raise VariableInvalid(_unknown(name, keys))
        if below:
            found.setdefault(key, {})[below] = _value(text)
        elif keys[key]:
            found[key] = _section(name, text)
        else:
            found[key] = _value(text)
    return found


def _value(text: str) -> Any:
    """JSON where the text looks like it, else the text; whether it is a fit value is told later."""
    if text[0] not in "[{":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _section(name: str, text: str) -> dict[str, Any]:
    try:
        section = json.loads(text)
    except ValueError:
        section = None
    if not isinstance(section, dict):
        raise VariableInvalid(f"The variable {name} = {text!r} is not a JSON object; set single keys as {name}__KEY.")
    return section


def _unknown(name: str, keys: Mapping[str, Collection[str]]) -> str:
    from difflib import get_close_matches

    known = sorted([*keys, *(f"{key}__{below}" for key in keys for below in keys[key])])
    near = get_close_matches(name[len(PREFIX) :].lower(), known, n=1)
    if near:
        return f"The variable {name} is no setting: did you mean {PREFIX + near[0].upper()}?"
    some = ", ".join(PREFIX + key.upper() for key in known[:4])
    return f"The variable {name} is no setting; unset it, or use one that is: {some}, ... (docs/planners.md)."
