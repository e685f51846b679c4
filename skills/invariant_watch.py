"""Watching invariants: what has to hold as long as a skill runs is read from the robot's own state while it does."""

from collections.abc import Mapping
from typing import Any

from maps import Body, RobotState
from skills.expression import Condition, Not
from skills.in_hand import HandEmpty, HandFree, Holding
from skills.plan_state import PlanState
from skills.quantity import Compares
from skills.skill import Skill
from skills.whereabouts import AtPlace, Docked, DoorIs, NearThing

__all__ = ["InvariantWatch"]

_ALWAYS = (HandEmpty, HandFree, Holding, DoorIs)
_ARRIVED = (AtPlace, Docked, NearThing)
"""What a drive is there to change counts only once it has ended."""


class InvariantWatch:
    """The invariants of one call of which the robot's state tells; those about notes are the verifier's alone.

    Args:
        skill: Its contract says what has to hold.
        args: The call's arguments, features by parameter.
        body: How much it carries and how much charge it holds.

    Attributes:
        arrived: Whether the implied drive has ended.
    """

    def __init__(self, skill: Skill, args: Mapping[str, Any], body: Body) -> None:
        self._name = skill.name
        self._conditions = tuple(condition for condition in skill.throughout if _is_sensed(condition))
        self._args = args
        self._body = body
        self.arrived = False

    def __bool__(self) -> bool:
        """Whether there is anything to watch."""
        return bool(self._conditions)

    def broken(self, state: RobotState) -> str | None:
        """The sentence about an invariant that certainly does not hold in a state; None when there is none."""
        now = PlanState.of(state, self._body)
        for condition in self._conditions:
            if not self.arrived and isinstance(_inner(condition), _ARRIVED):
                continue
            if condition.holds(now, self._args) is False:
                return f"{self._name} needs all the time that {condition}, which is not so any more"
        return None


def _inner(condition: Condition) -> Condition:
    return condition.condition if isinstance(condition, Not) else condition


def _is_sensed(condition: Condition) -> bool:
    inner = _inner(condition)
    return isinstance(inner, (*_ALWAYS, *_ARRIVED)) or (isinstance(inner, Compares) and inner.quantity == "battery_wh")
