"""The operator at a terminal: what is asked, what counts as an answer, what happens where nobody can answer."""

import asyncio
import io
import os
import signal
import threading
import time

import pytest
from conftest import plan
from rich.console import Console

from agent.cli.terminal import interrupts, terminal_operator
from agent.mission import Control, run_mission
from agent.operator import Answer, Approval, OperatorRequest
from skills import skill
from skills.calling import call_function

APPROVAL = OperatorRequest(kind="approval", text="Carry out this plan?", digest="d1", findings=("It is tight.",))
WHICH = OperatorRequest(kind="question", text="Which gauge?", choices=("left gauge", "right gauge"))


class Typed(Console):
    """A console at which somebody types these lines; an exception among them is raised."""

    def __init__(self, *lines):
        super().__init__(file=io.StringIO(), width=100)
        self.lines = list(lines)

    def input(self, prompt="", **_):
        self.print(prompt)
        line = self.lines.pop(0)
        if isinstance(line, type):
            raise line
        return line


async def ask(console, request, *, yes=False, interactive=True):
    control = Control()
    return await terminal_operator(console, control, yes=yes, interactive=interactive)(request), control


@pytest.mark.parametrize("typed, approved", [("y", True), ("YES", True), ("", False), ("n", False), ("sure", False)])
async def test_only_yes_approves(typed, approved):
    console = Typed(typed)
    answer, _ = await ask(console, APPROVAL)
    assert answer == Approval(approved=approved, digest="d1")
    assert "It is tight." in console.file.getvalue()


async def test_without_a_terminal_both_wait():
    assert (await ask(Typed(), APPROVAL, interactive=False))[0] is None
    assert (await ask(Typed(), WHICH, interactive=False))[0] is None


async def test_yes_answers_approvals_and_no_questions():
    assert (await ask(Typed(), APPROVAL, yes=True, interactive=False))[0].approved
    assert (await ask(Typed(), WHICH, yes=True, interactive=False))[0] is None


@pytest.mark.parametrize("typed", [("2",), ("right gauge",), ("RIGHT GAUGE",), ("3", "up", "2")])
async def test_a_choice_is_taken_by_number_or_name_and_nothing_else(typed):
    assert (await ask(Typed(*typed), WHICH))[0] == Answer(text="right gauge")


@pytest.mark.parametrize("key", [KeyboardInterrupt, EOFError])
async def test_leaving_the_prompt_holds_the_mission(key):
    answer, control = await ask(Typed(key), WHICH)
    assert answer is None and control.order == "hold"


def test_a_second_interrupt_cancels():
    control = Control()
    control.interrupt()
    assert control.order == "hold"
    control.interrupt()
    assert control.order == "cancel"
    control.give("hold")
    assert control.order == "cancel", "cancel outranks hold"


async def test_ctrl_c_again_interrupts_a_skill_that_blocks_the_program_and_counts_once():
    @skill
    async def block() -> None:
        """Block."""
        time.sleep(60)

    control, console, pressed = Control(), Console(file=io.StringIO()), []

    def press():
        while not pressed or (len(pressed) < 30 and control.order is None):
            time.sleep(0.3)
            pressed.append(1)
            os.kill(os.getpid(), signal.SIGINT)

    with interrupts(control, console):
        thread = threading.Thread(target=press)
        thread.start()
        with pytest.raises(RuntimeError, match="KeyboardInterrupt"):
            await call_function(block.skill, [], {})
        await asyncio.sleep(0.1)
        thread.join()
        await asyncio.sleep(0.1)
    assert len(pressed) > 2 and control.order is not None
    assert "holding" in console.file.getvalue()


async def test_ctrl_c_twice_cancels_where_the_program_hears_it():
    control = Control()
    with interrupts(control, Console(file=io.StringIO())):
        for order in ("hold", "cancel"):
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(100):
                await asyncio.sleep(0.01)
                if control.order == order:
                    break
            assert control.order == order


async def test_an_order_from_another_terminal_outranks_the_answer_at_the_prompt(stage):
    mission = stage([plan(("goto", {"place": "right room"}))], approval="ask")

    async def operator(request):
        mission.folder.give_order("cancel")
        return Approval(approved=True, digest=request.digest)

    result = await run_mission(mission.folder, mission.runtime(), operator)
    assert result.status == "cancelled" and not mission.of("intent")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_signals_at_the_prompt_hold_the_mission(number):
    class Signalled(Typed):
        def input(self, prompt="", **_):
            os.kill(os.getpid(), number)
            time.sleep(5)

    before = signal.getsignal(number)
    answer, control = await ask(Signalled(), APPROVAL)
    assert answer is None and control.order == "hold" and signal.getsignal(number) == before
