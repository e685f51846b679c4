"""Conditions and effects: what a skill needs and what it changes, as data that can be simulated, explained and stored.

An expression that names a state (``holding("thing")``, ``door_is("door", "open")``) is both: as a condition it must hold
before the call, as an effect it holds afterwards. Strings name the skill's parameters; ``fact("watered {plant}")`` fills them in.
"""

from maps import DoorState
from skills.expression import Arguments, Condition, Effect, Not
from skills.in_hand import HandEmpty, HandFree, Holding, Loses, PutsDown
from skills.noted import Fact, Keeps, Member, OneOf
from skills.quantity import SIZE_OF, Compares, SetsNumber
from skills.whereabouts import AtPlace, Charges, Docked, DoorIs, NearThing, Rides

__all__ = [
    "Arguments",
    "Condition",
    "Effect",
    "adds",
    "at",
    "at_least",
    "at_most",
    "charges",
    "docked",
    "door_is",
    "fact",
    "frees",
    "hand_empty",
    "hand_free",
    "holding",
    "in_set",
    "keeps",
    "loses",
    "near",
    "one_of",
    "puts_down",
    "rides",
    "sets",
    "size_of",
]


def hand_empty() -> HandEmpty:
    """Nothing is carried."""
    return HandEmpty()


def hand_free() -> HandFree:
    """There is room to carry one more thing."""
    return HandFree()


def holding(thing: str | None = None) -> Holding:
    """The thing named by a parameter is carried; without one, anything is. As an effect: it is picked up."""
    return Holding(thing)


def puts_down(thing: str | None = None) -> PutsDown:
    """What is carried, or one thing of it, is put down within reach of where the robot stands."""
    return PutsDown(thing)


def loses(thing: str) -> Loses:
    """The thing may be elsewhere now: for ``on_failure``."""
    return Loses(thing)


def door_is(door: str, state: DoorState) -> DoorIs:
    """The door named by a parameter is ``open``, ``closed`` or ``locked``."""
    return DoorIs(door, state)


def docked() -> Docked:
    """The robot stands on a dock and charges."""
    return Docked()


def charges() -> Charges:
    """The battery is full afterwards."""
    return Charges()


def at(place: str) -> AtPlace:
    """The robot is at the place named by a parameter."""
    return AtPlace(place)


def rides(lift: str, to: str) -> Rides:
    """The robot is taken from the lift's cabin that one parameter names to the one that another names, on another level."""
    return Rides(lift, to)


def near(thing: str) -> NearThing:
    """The robot is within reach of the thing or door named by a parameter."""
    return NearThing(thing)


def fact(name: str) -> Fact:
    """A fact of your own holds, e.g. ``fact("watered {plant}")``; ``~fact(...)`` is its opposite."""
    return Fact(name)


def one_of(name: str, value: str) -> OneOf:
    """A one-of of your own has a value, e.g. ``one_of("lid of {thing}", "open")``; its values exclude one another."""
    return OneOf(name, value)


def in_set(collection: str, item: str) -> Member:
    """What a parameter names is in a set of your own, e.g. ``in_set("tray", "thing")``; ``~in_set(...)`` takes it out."""
    return Member(collection, item)


def size_of(collection: str) -> str:
    """How many things are in a set of your own: a quantity for ``at_least`` and ``at_most``."""
    return SIZE_OF + collection


def keeps(part: str) -> Keeps:
    """A part of the robot (``base``, ``arm``) stays taken when the skill has ended: nothing else may use it until it is freed."""
    return Keeps(part)


def frees(part: str) -> Not:
    """A part of the robot that a skill has kept is free again."""
    return Not(Keeps(part))


def at_least(quantity: str, amount: float | str, unit: str = "") -> Compares:
    """A quantity (``battery_wh``, your own, a parameter, or ``thing.weight_kg``) is at least an amount."""
    return Compares(quantity, ">=", amount, unit)


def at_most(quantity: str, amount: float | str, unit: str = "") -> Compares:
    """A quantity (``battery_wh``, your own, a parameter, or ``thing.weight_kg``) is at most an amount."""
    return Compares(quantity, "<=", amount, unit)


def sets(quantity: str, amount: float | str, unit: str = "") -> SetsNumber:
    """A quantity of your own takes a value; the amount is a number or a parameter's name."""
    return SetsNumber(quantity, amount, False, unit)


def adds(quantity: str, amount: float | str, unit: str = "") -> SetsNumber:
    """A quantity of your own changes by an amount: a number, a parameter's name, or ``-parameter`` to take away."""
    return SetsNumber(quantity, amount, True, unit)
