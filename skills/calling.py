"""Calling a skill's function: a coroutine in a task of its own, a plain function in a thread of its own.

What the function does to its own task, or to the program, stays within the call: it ends neither.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from types import FrameType
from typing import Any

from skills.skill import Skill

__all__ = ["CLEAN_UP_S", "call_function", "holds_the_loop"]

CLEAN_UP_S = 5.0
"""So long may a cancelled coroutine clean up; one that goes on for longer is left behind, so that the robot can be stopped."""


async def call_function(skill: Skill, first: list[Any], args: dict[str, Any]) -> Any:
    """Call the function and wait for what it returns.

    Args:
        skill: The skill whose function it is.
        first: What is injected before the arguments.
        args: The arguments by name.

    Raises:
        RuntimeError: It wanted to end the program (SystemExit, KeyboardInterrupt).
        asyncio.CancelledError: This call was cancelled, or the function cancelled itself.
        Exception: Whatever else the function raises.
    """
    if skill.is_async:
        return await _in_task(_kept_in(skill.function(*first, **args)))
    return await _in_thread(lambda: skill.function(*first, **args))


def holds_the_loop(frame: FrameType | None) -> bool:
    """Whether a frame, which runs in the event loop's thread, was called by a skill's coroutine."""
    while frame is not None:
        if frame.f_code is _kept_in.__code__:
            return True
        frame = frame.f_back
    return False


async def _in_task(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Wait for a coroutine in a task of its own; where it ignores that it is cancelled it is not waited for."""
    task = asyncio.create_task(coroutine, name="skill")
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        task.cancel()
        task.add_done_callback(_seen)
        await asyncio.wait({task}, timeout=CLEAN_UP_S)
        raise
    return task.result()


async def _kept_in(coroutine: Awaitable[Any]) -> Any:
    try:
        return await coroutine
    except (SystemExit, KeyboardInterrupt) as error:
        raise _named(error) from error


async def _in_thread(function: Callable[[], Any]) -> Any:
    """Run a plain function in a thread of its own, which does not keep the program alive when it hangs."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()

    def settle(result: Any, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)

    def work() -> None:
        result: Any = None
        error: BaseException | None = None
        try:
            result = function()
        except (SystemExit, KeyboardInterrupt, StopIteration) as raised:
            error = _named(raised)
        except BaseException as raised:
            error = raised
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=work, name="skill", daemon=True).start()
    return await future


def _named(error: BaseException) -> RuntimeError:
    """An error that may pass through a task or a future, in place of one that may not."""
    return RuntimeError(f"{type(error).__name__}: {error}")


def _seen(task: "asyncio.Task[Any]") -> None:
    """What a coroutine that was left behind raises is nobody's any more."""
    if not task.cancelled():
        task.exception()
