"""Conditions in PDDL: a condition that is not known to hold does not hold."""

from typing import TypeGuard

from skills.expression import Condition, Not
from skills.in_hand import HandEmpty, HandFree, Holding
from skills.noted import Fact, Keeps, Member, OneOf, braces
from skills.pddl.names import encode
from skills.pddl.vocabulary import Drive, NotExpressible, one_of_predicate, template, type_of
from skills.quantity import SIZE_OF, Compares
from skills.skill import Skill
from skills.whereabouts import AtPlace, Docked, DoorIs, NearThing

__all__ = ["ALWAYS", "NEVER", "amount", "condition_text", "confirmed_text", "number"]

ALWAYS, NEVER = "(and)", "(or)"
"""The formulas that always and never hold; they stand alone, since readers differ on them inside others."""


def condition_text(skill: Skill, condition: Condition, drive: Drive) -> str:
    """A condition that has to be known to hold, as a PDDL formula over the state before the call.

    Args:
        skill: The skill, for what its parameters are.
        condition: The condition, which the skill reads on arrival.
        drive: Where the robot drives to first; where it is on arrival is then known from the call.

    Raises:
        NotExpressible: PDDL has no counterpart.
    """
    inner = condition.condition if isinstance(condition, Not) else condition
    if isinstance(condition, Not) and isinstance(inner, AtPlace | NearThing):
        raise NotExpressible(f"{skill.name}: '{condition}' is measured on the map, which PDDL knows nothing of")
    text = _negated(_plain(skill, inner, drive)) if isinstance(condition, Not) else _plain(skill, inner, drive)
    return f"(and {_known(inner)} {text})" if _asks_attribute(inner) else text


def confirmed_text(skill: Skill, condition: Condition, drive: Drive) -> str:
    """A condition that the skill itself finds out: as ``condition_text``, but all that it must not be is known not to hold."""
    inner = condition.condition if isinstance(condition, Not) else condition
    if isinstance(inner, AtPlace | NearThing) and inner is condition:
        return ALWAYS
    text = _negated(_plain(skill, inner, drive)) if isinstance(condition, Not) else _plain(skill, inner, drive)
    return f"(or (not {_known(inner)}) {text})" if _asks_attribute(inner) else text


def _negated(text: str) -> str:
    return {ALWAYS: NEVER, NEVER: ALWAYS}.get(text, f"(not {text})")


def _plain(skill: Skill, condition: Condition, drive: Drive) -> str:
    if isinstance(condition, Compares):
        return _compared(skill, condition)
    if isinstance(condition, AtPlace | NearThing | Docked):
        return _whereabouts(skill, condition, drive)
    text = _noted(condition) or _in_hand(condition)
    if not text:
        raise NotExpressible(f"{skill.name}: '{condition}' has no counterpart in PDDL")
    return text


def _noted(condition: Condition) -> str:
    if isinstance(condition, Fact):
        return _atom(f"fact-{encode(template(condition.name))}", *braces(condition.name))
    if isinstance(condition, OneOf):
        return _atom(one_of_predicate(condition), *braces(condition.name), *braces(condition.value))
    if isinstance(condition, Member):
        return _atom(f"in-{encode(condition.collection)}", condition.item)
    if isinstance(condition, Keeps):
        return f"(kept-{encode(condition.part)})"
    return _atom(f"door-{condition.state}", condition.door) if isinstance(condition, DoorIs) else ""


def _in_hand(condition: Condition) -> str:
    if isinstance(condition, HandEmpty):
        return "(<= (carried-count) 0)"
    if isinstance(condition, HandFree):
        return "(< (carried-count) (hand-capacity))"
    if isinstance(condition, Holding):
        return "(> (carried-count) 0)" if condition.thing is None else _atom("is-holding", condition.thing)
    return ""


def number(value: float) -> str:
    """A number as PDDL writes it: decimal, without an exponent."""
    text = f"{value:.12f}".rstrip("0").rstrip(".")
    return text if text not in ("", "-0") else "0"


def amount(value: float | str) -> str:
    """An amount: a number, or the value of a parameter."""
    return number(value) if not isinstance(value, str) else f"(value-of ?{value.lstrip('-')})"


def _atom(predicate: str, *parameters: str) -> str:
    return f"({' '.join((predicate, *(f'?{name}' for name in parameters)))})"


def _whereabouts(skill: Skill, condition: AtPlace | NearThing | Docked, drive: Drive) -> str:
    """Where the robot is on arrival: where it drives to, or where it was if what it would drive to is in its hand."""
    if isinstance(condition, Docked):
        stays, arrives = "(is-docked)", NEVER
    elif isinstance(condition, AtPlace):
        stays, arrives = f"(at-place ?{condition.place})", _same(skill, condition.place, drive, ("place",))
    else:
        stays, arrives = f"(near-feature ?{condition.thing})", _same(skill, condition.thing, drive, ("thing", "door"))
    if not drive.moves:
        return stays
    if drive.to is None or type_of(skill, drive.to) != "map-thing":
        return arrives
    held, driven = f"(is-holding ?{drive.to})", f"(not (is-holding ?{drive.to}))"
    if arrives == NEVER:
        return f"(and {held} {stays})"
    if arrives == ALWAYS:
        return f"(or {driven} {stays})"
    return f"(or (and {held} {stays}) (and {driven} {arrives}))"


def _same(skill: Skill, name: str, drive: Drive, kinds: tuple[str, ...]) -> str:
    parameter = None if drive.to is None else skill.parameter(drive.to)
    if parameter is None or parameter.kind not in kinds:
        return NEVER
    return ALWAYS if name == drive.to else f"(= ?{name} ?{drive.to})"


def _asks_attribute(condition: Condition) -> TypeGuard[Compares]:
    return isinstance(condition, Compares) and "." in condition.quantity and not condition.quantity.startswith(SIZE_OF)


def _known(condition: Compares) -> str:
    parameter, _, attribute = condition.quantity.partition(".")
    return f"(known-{encode(attribute)} ?{parameter})"


def _compared(skill: Skill, condition: Compares) -> str:
    parameter, _, attribute = condition.quantity.partition(".")
    if condition.quantity == "battery_wh":
        left = "(battery-wh)"
    elif condition.quantity.startswith(SIZE_OF):
        left = f"(size-{encode(condition.quantity.removeprefix(SIZE_OF))})"
    elif attribute:
        left = f"(attr-{encode(attribute)} ?{parameter})"
    elif skill.parameter(parameter) is not None:
        left = f"(value-of ?{parameter})"
    else:
        left = f"(count-{encode(condition.quantity)})"
    return f"({condition.operator} {left} {amount(condition.amount)})"
