"""Coroutines of the robot that a skill forgets to wait for are mistakes when the skill is read."""

import pytest

from skills import Context, Robot, SkillFileInvalid, load_skills, skill


def test_every_forgotten_await_is_named_with_its_line(tmp_path):
    file = tmp_path / "greet.py"
    file.write_text(
        "from skills import Context, skill\n\n\n"
        "@skill\n"
        "async def greet(robot: Context, again: bool = False) -> None:\n"
        '    """Greet.\n\n    Args:\n        again: Twice.\n    """\n'
        '    robot.say("hello")\n'
        "    if again:\n"
        "        robot.wait(1.0)\n"
        "    robot.progress(0.5)\n"
        '    await robot.say("bye")\n\n\n'
        "@skill\n"
        "def shout(robot: Context) -> None:\n"
        '    """Shout."""\n'
        '    robot.say("HELLO")\n'
    )
    with pytest.raises(SkillFileInvalid) as raised:
        load_skills(file)
    told = [(mistake.line, mistake.function) for mistake in raised.value.mistakes]
    assert told == [(11, "greet"), (13, "greet"), (21, "shout")]
    first, second, third = map(str, raised.value.mistakes)
    assert first.endswith("calls robot.say(...) and does not wait for it, so nothing happens; write await robot.say(...)")
    assert "write await robot.wait(...)" in second and "write robot.run(robot.say(...))" in third


def test_a_plain_function_that_is_handed_the_robot_itself_has_to_be_async():
    with pytest.raises(SkillFileInvalid, match=r"write async def, and await robot\.stop\(\.\.\.\)"):

        @skill
        def halt(robot: Robot) -> None:
            """Halt."""
            robot.stop()


def test_what_waits_somehow_is_no_mistake():
    @skill
    async def later(context: Context) -> None:
        """Say it later."""
        word = context.say("hello")
        await word
        context.observe("said")

    @skill
    def through_run(context: Context) -> None:
        """Say it through run."""
        context.run(context.say("hello"))

    namespace = {"Context": Context, "skill": skill}
    exec('@skill\nasync def unread(c: Context) -> None:\n    """No source."""\n    c.say("x")\n', namespace)
    assert later.skill and through_run.skill and namespace["unread"].skill
