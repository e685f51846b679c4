"""What conditions on a call mean as fluents of unified-planning, read from their JSON."""

import itertools
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import unified_planning as up
from unified_planning.shortcuts import And, BoolType, Fluent, FNode, Not, Or, RealType

from maps import Body, World
from skills import SkillCall

__all__ = ["Conditions", "exact", "fill"]


class Conditions:
    """The fluents of a problem, added as they are asked for, and conditions in terms of them.

    Args:
        problem: Where the fluents are added.
        world: Its things can be held, and have attributes.
        body: Says how much the hand holds.
    """

    def __init__(self, problem: up.model.Problem, world: World, body: Body) -> None:
        self.problem, self.world, self.body = problem, world, body
        self.atoms: dict[str, FNode] = {}
        self.litres = Fluent("litres", RealType())
        self.problem.add_fluent(self.litres, default_initial_value=0)
        self.things = [*world.things]

    def atom(self, name: str) -> FNode:
        """The fluent of a ground atom."""
        if name not in self.atoms:
            fluent = Fluent(f"atom {len(self.atoms)}", BoolType())
            self.problem.add_fluent(fluent, default_initial_value=False)
            self.atoms[name] = fluent()
        return self.atoms[name]

    def _held(self) -> list[FNode]:
        return [self.atom(f"held {name}") for name in self.things]

    def _at_least(self, atoms: list[FNode], count: int) -> FNode:
        """So many of these atoms, or more, are true."""
        return And([]) if count <= 0 else Or([And(list(some)) for some in itertools.combinations(atoms, count)])

    def holds(self, data: Mapping[str, Any], call: SkillCall, target: tuple[str, str] | None) -> FNode:
        """A condition in the state before the call, read after a drive to the target."""
        kind = data["is"]
        if kind == "Not":
            inner = data["condition"]
            if inner["is"] in ("AtPlace", "NearThing"):
                return Or([])  # that the robot is not there is never known without a measurement
            if inner["is"] == "Compares" and self._unknown(inner, call):
                return Or([])
            return Not(self.holds(inner, call, target))
        if (atom := self._asked_atom(data, call)) is not None:
            return atom
        if kind == "HandEmpty":
            return Not(Or(self._held()))
        if kind == "HandFree":
            return Not(self._at_least(self._held(), self.body.gripper_capacity))
        if kind == "Holding":
            return Or(self._held()) if data["thing"] is None else self.atom(f"held {call.args[data['thing']]}")
        if kind == "Compares":
            return self._compared(data, call)
        return self._where(kind, data, call, target)

    def _asked_atom(self, data: Mapping[str, Any], call: SkillCall) -> FNode | None:
        """The atom of a condition that is one."""
        kind = data["is"]
        if kind == "Fact":
            return self.atom(f"fact {fill(data['name'], call)}")
        if kind == "OneOf":
            return self.atom(f"one-of {fill(data['name'], call)} = {fill(data['value'], call)}")
        if kind == "Member":
            return self.atom(f"in {data['collection']} {call.args[data['item']]}")
        if kind == "Keeps":
            return self.atom(f"kept {data['part']}")
        if kind == "DoorIs":
            return self.atom(f"door {call.args[data['door']]} {data['state']}")
        return None

    def may_hold(self, data: Mapping[str, Any], call: SkillCall, target: tuple[str, str] | None) -> FNode:
        """A condition that the skill finds out by itself: what is not known may hold."""
        inner, negated = data.get("condition", data), data["is"] == "Not"
        if inner["is"] in ("AtPlace", "NearThing"):
            return Not(self._where(inner["is"], inner, call, target)) if negated else And([])
        if inner["is"] == "Compares" and self._unknown(inner, call):
            return And([])
        return self.holds(data, call, target)

    def _where(self, kind: str, data: Mapping[str, Any], call: SkillCall, target: tuple[str, str] | None) -> FNode:
        if kind == "Docked":
            before, then = self.atom("docked"), Or([])
        else:
            name = ("place", "at", data["place"]) if kind == "AtPlace" else ("feature", "near", data["thing"])
            text = str(call.args[name[2]])
            before = self.atom(f"{name[1]} {text}")
            arrives = target is not None and (target[0] == "place") == (kind == "AtPlace") and target[1] == text
            then = And([]) if arrives else Or([])
        if target is None:
            return before
        if target[0] == "thing":
            held = self.atom(f"held {target[1]}")
            return Or(And(held, before), And(Not(held), then))
        return then

    def _unknown(self, data: Mapping[str, Any], call: SkillCall) -> bool:
        parameter, _, attribute = data["quantity"].partition(".")
        return bool(attribute) and attribute not in self.world.things[str(call.args[parameter])].attributes

    def _compared(self, data: Mapping[str, Any], call: SkillCall) -> FNode:
        amount = call.args[data["amount"]] if isinstance(data["amount"], str) else data["amount"]
        quantity, least = data["quantity"], data["operator"] == ">="
        if quantity.startswith("number of "):
            atoms = [self.atom(f"in {quantity[10:]} {name}") for name in self.things]
            return self._at_least(atoms, int(amount)) if least else Not(self._at_least(atoms, int(amount) + 1))
        if quantity == "litres":
            return self.litres() >= exact(amount) if least else self.litres() <= exact(amount)
        parameter, _, attribute = quantity.partition(".")
        value = call.args[parameter]
        if attribute:
            if self._unknown(data, call):
                return Or([])
            value = self.world.things[str(value)].attributes[attribute]
        return And([]) if (value >= amount if least else value <= amount) else Or([])


def fill(text: str, call: SkillCall) -> str:
    """A name with the call's arguments in its braces."""
    for name, value in call.args.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def exact(value: float) -> Fraction:
    """A number as unified-planning takes it, without loss."""
    return Fraction(value)
