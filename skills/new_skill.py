"""The text of a new skill and of its test, for ``surefoot skills new NAME``."""

from skills.errors import SkillError

__all__ = ["new_skill"]

_SKILL = '''"""{title}: a skill for Surefoot."""

from maps import Thing
from skills import Context, Near, SkillFailed, fact, skill


@skill(uses={{"base"}}, effects=fact("{name} {{thing}}"), takes=(1.0, 10.0), phrases=["{words}"])
async def {name}(context: Context, thing: Near[Thing], seconds: float = 5.0) -> str:
    """{title} a thing from close by.

    Args:
        thing: What to {words}; the robot is driven to within reach of it first.
        seconds: How long it takes, seconds.
    """
    if seconds <= 0:
        raise SkillFailed("BAD_ARGUMENT", f"{{seconds}} s is no time at all")
    await context.wait(seconds)
    context.observe(f"{words}: {{thing.name}}")
    return thing.name
'''

_TEST = '''"""{title}, tested on a simulated robot."""

from pathlib import Path

from skills import load_skills
from skills.testing import run_skill, shipped_world

({name},) = load_skills(Path(__file__).with_name("{module}.py"))


def test_{name}():
    world = shipped_world("home")
    thing = next(iter(world.things))
    outcome = run_skill({name}, world, thing=thing)
    assert outcome.ok, outcome.message
    assert outcome.value == thing
'''


def new_skill(name: str, module: str | None = None) -> tuple[str, str]:
    """The text of a skill file and of its test.

    Args:
        name: The skill's name: small letters, digits and underscores.
        module: Name of the file without ``.py``; the skill's name by default.

    Returns:
        The skill's text and the test's text.

    Raises:
        SkillError: The name cannot be one, or is taken by the library.
    """
    import keyword
    import re

    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name) or keyword.iskeyword(name):
        raise SkillError(f"{name!r} cannot be a skill's name; use small letters, digits and _, e.g. water_plant")
    from skills.registry import library

    if name in library(handling=True):
        raise SkillError(f"{name!r} is a skill of the library; choose another name, e.g. my_{name}")
    words = name.replace("_", " ").strip()
    fields = {"name": name, "module": module or name, "words": words, "title": words[:1].upper() + words[1:]}
    return _SKILL.format(**fields), _TEST.format(**fields)
