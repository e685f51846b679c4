"""Exactness: whether a plan makes the calls of a reference plan, whatever words it says and asks with."""

from agent.planners.pointers import normalise_words
from maps import FeatureType, World
from skills import Plan, SkillCall, SkillSet

__all__ = ["same_calls"]

_NAMED: tuple[FeatureType, ...] = ("place", "thing", "door")


def same_calls(a: Plan, b: Plan, world: World, skills: SkillSet) -> bool:
    """Whether two plans call the same skills with the same names and numbers, in the same order; free text is not compared.

    Args:
        a: A plan.
        b: Another one.
        world: The map, for other names of the same thing.
        skills: The skills, for what their parameters are.
    """
    if len(a.steps) != len(b.steps):
        return False
    return all(_key(x, world, skills) == _key(y, world, skills) for x, y in zip(a.steps, b.steps, strict=True))


def _key(call: SkillCall, world: World, skills: SkillSet) -> tuple[object, ...]:
    skill = skills.get(call.skill)
    kinds = {} if skill is None else {parameter.name: parameter.kind for parameter in skill.parameters}
    compared = []
    for name, value in sorted(call.args.items()):
        kind = kinds.get(name, "")
        if value is None or kind in ("text", "described"):
            continue
        for type in _NAMED:
            if type == kind and isinstance(value, str):
                value = world.resolve(type, value) or value
        compared.append((name, _plain(value)))
    return (call.skill, *compared)


def _plain(value: object) -> str:
    if isinstance(value, int | float):
        return f"{value:g}"
    return " ".join(word for word, _, _ in normalise_words(str(value)) if word.isalnum() or len(word) > 1)
