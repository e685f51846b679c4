"""Numbers in conditions and effects: compared and changed as intervals, since not all of them are known exactly."""

from dataclasses import dataclass
from typing import Literal

from skills.expression import Arguments, Condition, Effect
from skills.plan_state import Interval, PlanState

__all__ = ["SIZE_OF", "Compares", "SetsNumber"]

SIZE_OF = "number of "
"""Before a set's name: how many things are in it."""


@dataclass(frozen=True, slots=True)
class Compares(Condition):
    """A quantity is at least or at most an amount.

    ``quantity`` is ``battery_wh``, a quantity that skills keep count of, the size of a set (``number of tray``), a parameter,
    or a parameter's attribute (``thing.weight_kg``). ``amount`` is a number or a parameter that is one.
    """

    quantity: str
    operator: Literal[">=", "<="]
    amount: float | str
    unit: str = ""

    @property
    def is_own(self) -> bool:
        """Whether the quantity is neither the charge nor a set's size nor an attribute; it may still be a parameter."""
        return self.quantity != "battery_wh" and not self.quantity.startswith(SIZE_OF) and "." not in self.quantity

    def parameters(self) -> tuple[str, ...]:
        """The amount's parameter, and the quantity's where an attribute is asked for."""
        named = (self.quantity.split(".")[0],) if "." in self.quantity and not self.quantity.startswith(SIZE_OF) else ()
        return named + ((self.amount,) if isinstance(self.amount, str) else ())

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """True or false when the whole interval says so; None when it straddles the amount or nothing is known."""
        amount = _number(args.get(self.amount)) if isinstance(self.amount, str) else self.amount
        interval = self._interval(state, args)
        if amount is None or interval is None:
            return None
        low, high = interval
        if self.operator == ">=":
            return True if low >= amount else False if high < amount else None
        return True if high <= amount else False if low > amount else None

    def assume(self, state: PlanState, args: Arguments) -> PlanState:
        """A quantity that is kept count of lies on this side of the amount."""
        amount = _number(args.get(self.amount)) if isinstance(self.amount, str) else self.amount
        if amount is None or self.quantity not in state.numbers:
            return state
        low, high = state.numbers[self.quantity]
        return state.with_number(self.quantity, (max(low, amount), high) if self.operator == ">=" else (low, min(high, amount)))

    def _interval(self, state: PlanState, args: Arguments) -> Interval | None:
        if self.quantity == "battery_wh":
            return state.battery
        if self.quantity in state.numbers:
            return state.numbers[self.quantity]
        if self.quantity.startswith(SIZE_OF):
            return state.size_of(self.quantity.removeprefix(SIZE_OF))
        parameter, _, attribute = self.quantity.partition(".")
        value = args.get(parameter)
        if attribute:
            value = getattr(value, "attributes", {}).get(attribute)
        number = _number(value)
        return None if number is None else (number, number)

    def __str__(self) -> str:
        """For people."""
        words = "at least" if self.operator == ">=" else "at most"
        return f"{self.quantity} is {words} {self.amount}{' ' + self.unit if self.unit else ''}"


@dataclass(frozen=True, slots=True)
class SetsNumber(Effect):
    """A quantity takes a value (``relative`` False) or changes by one (True); the amount is a number or a parameter."""

    quantity: str
    amount: float | str
    relative: bool = False
    unit: str = ""

    def parameters(self) -> tuple[str, ...]:
        """The amount's parameter."""
        return (self.amount.lstrip("-"),) if isinstance(self.amount, str) else ()

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """The quantity's new interval; unknown amounts leave it unknown."""
        amount = self.amount if not isinstance(self.amount, str) else _number(args.get(self.amount.lstrip("-")))
        if amount is None:
            return state.with_number(self.quantity, (float("-inf"), float("inf")))
        if isinstance(self.amount, str) and self.amount.startswith("-"):
            amount = -amount
        low, high = state.numbers.get(self.quantity, (0.0, 0.0)) if self.relative else (0.0, 0.0)
        return state.with_number(self.quantity, (low + amount, high + amount))

    def __str__(self) -> str:
        """For people."""
        return f"{self.quantity} {'changes by' if self.relative else 'becomes'} {self.amount}{' ' + self.unit if self.unit else ''}"


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
