"""The operator at a terminal: shows the plan, asks, and gives Ctrl-C its meaning (once: hold, twice: cancel)."""

import asyncio
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console
from rich.markup import escape

from agent.mission import Control
from agent.operator import Answer, Approval, Operator, OperatorAnswer, OperatorRequest

__all__ = ["interrupts", "print_choices", "terminal_operator"]

_PATIENCE_S = 1.0
"""So long after a Ctrl-C that nobody heard the next one may interrupt what keeps the program from hearing."""


def terminal_operator(console: Console, control: Control, *, yes: bool, interactive: bool | None = None) -> Operator:
    """An operator that asks at the terminal.

    Args:
        console: Where to print.
        control: Told to hold when Ctrl-C is pressed at a prompt.
        yes: Approve without asking.
        interactive: Whether a person can answer; by default, whether stdin is a terminal. If not, the mission waits.
    """
    can_ask = sys.stdin.isatty() if interactive is None else interactive

    async def operator(request: OperatorRequest) -> OperatorAnswer | None:
        if request.kind == "approval":
            if yes:
                return Approval(approved=True, digest=request.digest, by="--yes")
            if not can_ask:
                return None
            print_choices(request.model_copy(update={"choices": ()}), console)
            answer = _prompt(console, control, f"{request.text} [y/N] ")
            if answer is None:
                return None
            return Approval(approved=answer.strip().lower() in ("y", "yes"), digest=request.digest)
        if not can_ask:
            return None
        console.print(f"[yellow]?[/yellow] {escape(request.text)}", soft_wrap=True)
        print_choices(request, console)
        while True:
            answer = _prompt(console, control, "> ")
            if answer is None:
                return None
            chosen = request.chosen(answer)
            if chosen:
                return Answer(text=chosen)
            console.print(f"Please answer with one of: {', '.join(request.choices)}" if request.choices else "Please answer.")

    return operator


def print_choices(request: OperatorRequest, console: Console) -> None:
    """What there is to know and to choose from, without the question itself."""
    for finding in request.findings:
        console.print(f"[yellow]![/yellow] {escape(finding)}", soft_wrap=True)
    for number, choice in enumerate(request.choices, start=1):
        console.print(f"  {number}  {escape(choice)}", soft_wrap=True)


@contextmanager
def interrupts(control: Control, console: Console) -> Iterator[None]:
    """Route Ctrl-C and SIGTERM to the mission while it runs.

    A coroutine of a skill that blocks the program keeps Ctrl-C from being heard; pressed again it interrupts that coroutine, and
    the presses count as one.
    """
    from skills.calling import holds_the_loop

    loop = asyncio.get_running_loop()
    unheard: list[float] = []
    echoes = 0

    def at_once(number: int, frame: FrameType | None) -> None:
        nonlocal echoes
        unheard.append(time.monotonic())
        if unheard[-1] - unheard[0] >= _PATIENCE_S and holds_the_loop(frame):
            echoes = len(unheard) - 1
            raise KeyboardInterrupt

    def pressed() -> None:
        nonlocal echoes
        unheard.clear()
        if echoes:
            echoes -= 1
            return
        control.interrupt()
        if control.order == "hold":
            console.print("[yellow]holding[/yellow]: the robot is stopping; Ctrl-C again cancels the mission")

    loop.add_signal_handler(signal.SIGINT, pressed)
    loop.add_signal_handler(signal.SIGTERM, control.give, "hold")
    signal.signal(signal.SIGINT, at_once)  # besides: the loop is woken by the system
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        loop.remove_signal_handler(signal.SIGTERM)


def _prompt(console: Console, control: Control, text: str) -> str | None:
    """Read a line; None (and a hold) on Ctrl-C, SIGTERM or end of input. The robot stands still while a person thinks."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        return console.input(escape(text))
    except (KeyboardInterrupt, EOFError):
        control.interrupt()
        return None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
