"""Names of things in other modules, as ``module:factory``, so that a heavy import happens only in the process that needs it."""

import importlib
from collections.abc import Mapping
from typing import Any

from policies.runtime.errors import EngineFailed

__all__ = ["made"]


def made(name: str, options: Mapping[str, Any] | None = None) -> Any:
    """What a factory returns.

    Args:
        name: ``module:factory``, e.g. ``my_robot.policy:load``.
        options: Its keyword arguments.

    Raises:
        EngineFailed: There is no such module or factory, or it raised.
    """
    module_name, _, attribute = name.partition(":")
    if not module_name or not attribute.isidentifier():
        raise EngineFailed(f"{name!r} does not name a factory; write it as 'module:factory'")
    try:
        factory = getattr(importlib.import_module(module_name), attribute)
    except (ImportError, AttributeError) as error:
        raise EngineFailed(f"{name!r} cannot be imported: {error}") from error
    try:
        return factory(**(options or {}))
    except Exception as error:
        # Whatever a user's factory raises has to reach the person who reads the report, not a traceback in a child process.
        raise EngineFailed(f"{name!r} could not be made: {type(error).__name__}: {error}") from error
