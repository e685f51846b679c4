"""Awaiting: finds calls of the robot's coroutines whose statement forgets to wait for them, and so does nothing at all."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["forgotten_awaits"]


def forgotten_awaits(function: Callable[..., Any], injected: type[Any]) -> Iterator[tuple[int, str]]:
    """Statements such as ``context.say("hello")``: the coroutine is made, thrown away, and never runs.

    Args:
        function: A skill's function; one whose source cannot be read has none that are found.
        injected: The class of its first parameter.

    Yields:
        The line number in the file, and what is wrong with it.
    """
    try:
        source, first_line = inspect.getsourcelines(function)
        tree = ast.parse(textwrap.dedent("".join(source)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return
    robot = next(iter(inspect.signature(function).parameters), "")
    if inspect.iscoroutinefunction(function):
        wait = "await {}"
    else:
        wait = f"{robot}.run({{}})" if hasattr(injected, "run") else "async def, and await {}"
    for statement in ast.walk(tree):
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
            continue
        verb = statement.value.func
        if not (isinstance(verb, ast.Attribute) and isinstance(verb.value, ast.Name) and verb.value.id == robot):
            continue
        if inspect.iscoroutinefunction(getattr(injected, verb.attr, None)):
            call, line = f"{robot}.{verb.attr}(...)", first_line + statement.lineno - 1
            yield line, f"calls {call} and does not wait for it, so nothing happens; write {wait.format(call)}"
