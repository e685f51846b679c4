"""SkillSet: the skills that a robot has, by name; a value, never a global."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from skills.errors import Mistake, SkillFileInvalid, UnknownSkill
from skills.library import LIBRARY
from skills.skill import Skill

if TYPE_CHECKING:
    from maps import Thing, World

__all__ = ["SkillSet", "as_skill", "library"]


class SkillSet:
    """An immutable set of skills in a fixed order: iterating gives the skills, ``skills["goto"]`` the one of that name."""

    def __init__(self, skills: Iterable[Skill | Callable[..., Any]] = ()) -> None:
        given = [as_skill(item) for item in skills]
        self._skills = {skill.name: skill for skill in given}
        if len(self._skills) < len(given):
            raise SkillFileInvalid(_twice(given))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the skills, in order."""
        return tuple(self._skills)

    @property
    def skills(self) -> tuple[Skill, ...]:
        """The skills, in order."""
        return tuple(self._skills.values())

    def with_skills(self, *skills: Skill | Callable[..., Any]) -> "SkillSet":
        """A set with these added.

        Raises:
            SkillFileInvalid: A name is taken already.
        """
        return SkillSet((*self.skills, *skills))

    def __getitem__(self, name: str) -> Skill:
        """The skill of this name; UnknownSkill (a KeyError) with the nearest names when there is none."""
        try:
            return self._skills[name]
        except KeyError:
            from difflib import get_close_matches

            near = get_close_matches(name, self._skills, n=3)
            hint = f"did you mean {', '.join(map(repr, near))}?" if near else f"there are {', '.join(self._skills)}"
            raise UnknownSkill(f"there is no skill {name!r}; {hint}") from None

    def get(self, name: str) -> Skill | None:
        """The skill of this name, or None."""
        return self._skills.get(name)

    def __contains__(self, name: object) -> bool:
        """Whether there is a skill of this name."""
        return name in self._skills

    def __iter__(self) -> Iterator[Skill]:
        return iter(self._skills.values())

    def __len__(self) -> int:
        return len(self._skills)

    def __eq__(self, other: object) -> bool:
        return self._skills == other._skills if isinstance(other, SkillSet) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.names)

    def __repr__(self) -> str:
        return f"SkillSet({', '.join(self._skills)})"


def library(world: "World | None" = None, *, handling: bool = False) -> SkillSet:
    """The skills that every robot gets, and those that a world gives reason for.

    Args:
        world: With lifts, also the skill that takes them; with trays that stay where they are, those for handling.
        handling: The skills for handling in any case: for a robot with an arm.
    """
    more: list[Callable[..., Any]] = []
    if world is not None and world.building is not None and world.building.lifts:
        from skills.library.take_lift import take_lift

        more.append(take_lift)
    if handling or (world is not None and any(_is_fixed_tray(thing) for thing in world.things.values())):
        from skills.library.press import press
        from skills.library.put_on import put_on

        more += [put_on, press]
    return SkillSet((*LIBRARY, *more))


def as_skill(item: Skill | Callable[..., Any]) -> Skill:
    """The skill itself, or the one that ``@skill`` put on a function.

    Raises:
        TypeError: It is neither.
    """
    found = item if isinstance(item, Skill) else getattr(item, "skill", None)
    if not isinstance(found, Skill):
        raise TypeError(f"{item!r} is not a skill; write @skill above the function")
    return found


def _is_fixed_tray(thing: "Thing") -> bool:
    """Whether a thing is a tray of a manipulation cell: without a weight it is not one to be carried around."""
    return thing.kind == "tray" and "weight_kg" not in thing.attributes


def _twice(skills: Iterable[Skill]) -> Iterator[Mistake]:
    first: dict[str, Skill] = {}
    for skill in skills:
        if skill.name in first:
            code = skill.function.__code__
            other = first[skill.name].function.__code__
            yield Mistake(
                file=code.co_filename,
                line=code.co_firstlineno,
                function=skill.function.__name__,
                message=f"is named {skill.name!r} like the skill in {other.co_filename}, line {other.co_firstlineno}; rename one",
            )
        else:
            first[skill.name] = skill
