"""The domain: an action for each skill, for each of its outcomes, and for each way to leave out what it drives to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skills.expression import Condition, Effect, Not
from skills.noted import Keeps
from skills.parameter import Parameter
from skills.pddl.conditions import ALWAYS, condition_text, confirmed_text
from skills.pddl.effects import effect_texts
from skills.pddl.names import encode
from skills.pddl.vocabulary import LEVEL, TYPES, Drive, NotExpressible, Vocabulary, conditions_of, effect_lists, type_of
from skills.skill import Skill
from skills.whereabouts import Docked, Rides

__all__ = ["Action", "Domain", "domain_of"]

_HEAD = """; What the skills need and bring about, as a planning domain. Left to the verifier: routes, the body, doors on the way,
; energy and time, invariants after the effects, facts that exclude one another in later steps, and what is so after a failure.
; (is-reachable ?f) is static: from where the robot stands there is a way to ?f with every door open. A plan that breaks it cannot
; be carried out; a plan that keeps it may still be refused. Each outcome of an uncertain skill is an action, skill--outcome."""
_WITH_LIFTS = ("existential-preconditions",)
_REQUIREMENTS = "typing negative-preconditions disjunctive-preconditions equality conditional-effects numeric-fluents".split()


@dataclass(frozen=True, slots=True)
class Action:
    """An action of the domain: its name, the skill's parameters that it has, and its text."""

    name: str
    parameters: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain in PDDL; ``text`` is all of it, the same for the same skills."""

    name: str
    words: Vocabulary
    actions: Mapping[tuple[str, str, bool], Action]
    skills: Mapping[str, Skill]
    text: str

    def action(self, skill: str, args: Mapping[str, Any], outcome: str = "") -> Action:
        """The action for a call: that of its outcome, and without what is driven to where the call leaves that out.

        Raises:
            KeyError: There is no such skill or outcome.
        """
        parameter = self.skills[skill].motion_parameter
        given = parameter is None or args.get(parameter.name) is not None
        return self.actions[skill, outcome, given]


def domain_of(skills: Iterable[Skill], name: str = "surefoot") -> Domain:
    """Write the domain of a set of skills.

    Args:
        skills: The skills, in the order of the actions.
        name: The domain's name.

    Returns:
        The domain. It needs typing, negative and disjunctive preconditions, equality, conditional effects and numeric fluents; with
        a skill that takes lifts also existential preconditions, and levels as objects.

    Raises:
        NotExpressible: One of the skills says what PDDL cannot.
    """
    skills = tuple(skills)
    words = Vocabulary.of(skills)
    actions: dict[tuple[str, str, bool], Action] = {}
    for skill in skills:
        for outcome, effects in effect_lists(skill).items():
            motion = skill.motion_parameter
            for given in (True, False) if motion is not None and not motion.required else (True,):
                actions[skill.name, outcome, given] = _action(skill, outcome, effects, words, given=given)
    blocks = [
        f"(define (domain {encode(name)})",
        f"  (:requirements {' '.join(f':{name}' for name in (*_REQUIREMENTS, *(_WITH_LIFTS if words.rides else ())))})",
        f"  (:types {TYPES}{f' {LEVEL} - object' if words.rides else ''})",
        _block("predicates", words.predicates()),
        *([_block("functions", words.functions())] if any(words.functions()) else []),
        *(action.text for action in actions.values()),
        ")",
    ]
    text = f"{_HEAD}\n" + "\n".join(blocks) + "\n"
    return Domain(name=name, words=words, actions=actions, skills={skill.name: skill for skill in skills}, text=text)


def _block(name: str, lines: Iterator[str]) -> str:
    return f"  (:{name}\n    " + "\n    ".join(lines) + ")"


def _action(skill: Skill, outcome: str, effects: tuple[Effect, ...], words: Vocabulary, *, given: bool) -> Action:
    motion = skill.motion_parameter if given else None
    docks = not given and any(isinstance(effect, Docked) for effect in effects)
    drive = Drive(to=None if motion is None or motion.kind == "pose" else motion.name, moves=motion is not None or docks)
    conditions = conditions_of(skill)
    parameters = _parameters(skill, conditions, effects, drive)
    needed = [text for text in _needs(skill, effects, words, drive) if text != ALWAYS]
    texts = effect_texts(skill, effects, words, drive)
    name = skill.name + (f"--{encode(outcome)}" if outcome else "") + ("" if given else "--anywhere")
    shown = " ".join(f"?{parameter} - {type_of(skill, parameter)}" for parameter in parameters)
    lines = [
        f"  (:action {name}",
        f"    :parameters ({shown})",
        f"    :precondition (and{''.join(f' {text}' for text in dict.fromkeys(needed))})",
        f"    :effect (and{''.join(chr(10) + '      ' + text for text in texts)}))",
    ]
    return Action(name=name, parameters=parameters, text="\n".join(lines))


def _parameters(skill: Skill, conditions: Iterable[Condition], effects: Iterable[Effect], drive: Drive) -> tuple[str, ...]:
    """The parameters that matter to the state, in the signature's order."""
    named = {name for item in (*conditions, *effects) for name in item.parameters()} | ({drive.to} if drive.to else set())
    for item in conditions:
        quantity = getattr(item.condition if isinstance(item, Not) else item, "quantity", None)
        named |= {quantity} if quantity is not None else set()
    found = [parameter for parameter in skill.parameters if parameter.name in named]
    motion = skill.motion_parameter
    for parameter in found:
        if _may_be_missing(parameter) and parameter.name != drive.to:
            if parameter is motion and not any(parameter.name in item.parameters() for item in (*conditions, *effects)):
                continue
            raise NotExpressible(f"{skill.name}: {parameter.name} may be left out, and PDDL cannot say what then holds")
    return tuple(parameter.name for parameter in found)


def _may_be_missing(parameter: Parameter) -> bool:
    return parameter.nullable or (not parameter.required and parameter.default is None)


def _needs(skill: Skill, effects: Iterable[Effect], words: Vocabulary, drive: Drive) -> Iterator[str]:
    fetches = drive.to is not None and type_of(skill, drive.to) == "map-thing"
    if drive.to is not None:
        there = f"(is-reachable ?{drive.to})"
        if words.rides:
            there = f"(and {there} (exists (?l - {LEVEL}) (and (robot-on ?l) (is-on ?{drive.to} ?l))))"
        yield f"(or (is-holding ?{drive.to}) {there})" if fetches else there
    for ride in (effect for effect in effects if isinstance(effect, Rides)):
        yield f"(lift-joins ?{ride.lift} ?{ride.to})"
    freed = {item.condition.part for item in effects if isinstance(item, Not) and isinstance(item.condition, Keeps)}
    drives = drive.moves or skill.motion in ("inside", "undeclared")
    for part in sorted((skill.uses | ({"base"} if drives else set())) - freed):
        if part in words.parts:
            free = f"(not (kept-{encode(part)}))"
            yield free if part in skill.uses or not fetches else f"(or (is-holding ?{drive.to}) {free})"
    for condition in (*skill.requires, *skill.throughout):
        yield condition_text(skill, condition, drive)
    for condition in skill.confirms:
        yield confirmed_text(skill, condition, drive)
