"""The operator at a terminal: what is asked, what counts as an answer, what happens where nobody can answer."""

import io

import pytest
from rich.console import Console

from agent.cli.terminal import terminal_operator
from agent.mission import Control
from agent.operator import Answer, Approval, OperatorRequest

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
