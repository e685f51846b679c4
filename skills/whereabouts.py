"""Where the robot is and which doors are open: conditions and effects about whereabouts."""

from dataclasses import dataclass, replace

from maps import Door, DoorState, Place, Pose, contains
from skills.expression import Arguments, Condition, Effect, name_of
from skills.plan_state import PlanState

__all__ = ["AtPlace", "Charges", "Docked", "DoorIs", "NearThing", "Rides"]


@dataclass(frozen=True, slots=True)
class DoorIs(Condition, Effect):
    """A door is open, closed or locked."""

    door: str
    state: DoorState

    def parameters(self) -> tuple[str, ...]:
        """The door's parameter."""
        return (self.door,)

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """By what was seen or done, else by the map; None when only the door's name is at hand."""
        name, value = name_of(args, self.door), args.get(self.door)
        options = None if name is None else state.door_options.get(name)
        if options is not None:
            return None if self.state in options else False
        if name is not None and name in state.doors:
            return state.doors[name] == self.state
        return value.state == self.state if isinstance(value, Door) else None

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """The door is in that state."""
        name = name_of(args, self.door)
        return state if name is None else state.with_door(name, self.state)

    def assume(self, state: PlanState, args: Arguments) -> PlanState:
        """It is known to be so."""
        return self.apply(state, args)

    def __str__(self) -> str:
        """For people."""
        return f"{self.door} is {self.state}"


@dataclass(frozen=True, slots=True)
class Docked(Condition, Effect):
    """The robot stands on a dock and charges."""

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """Whether it does."""
        return state.docked

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """It does."""
        return replace(state, docked=True)

    def assume(self, state: PlanState, args: Arguments) -> PlanState:
        """It is known to be so."""
        return self.apply(state, args)

    def __str__(self) -> str:
        """For people."""
        return "the robot is docked"


@dataclass(frozen=True, slots=True)
class Charges(Effect):
    """The battery is full."""

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """Charge at its most."""
        return replace(state, battery=(state.full_wh, state.full_wh))

    def __str__(self) -> str:
        """For people."""
        return "the battery is full"


@dataclass(frozen=True, slots=True)
class AtPlace(Condition, Effect):
    """The robot is at a place. ``At[Place]`` implies it as an effect; only skills that drive inside need to say it."""

    place: str

    def parameters(self) -> tuple[str, ...]:
        """The place's parameter."""
        return (self.place,)

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """By the place driven to last, else by pose and outline; None when neither tells."""
        name, value = name_of(args, self.place), args.get(self.place)
        if name is not None and name == state.at:
            return True
        if isinstance(value, Place) and value.outline and state.pose is not None:
            return bool(contains(value.outline, state.pose.point))
        return None

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """The robot is there, at a pose that is not foretold."""
        name = name_of(args, self.place)
        return state if name is None or name == state.at else state.moved(None, at=name)

    def __str__(self) -> str:
        """For people."""
        return f"the robot is at {self.place}"


@dataclass(frozen=True, slots=True)
class NearThing(Condition, Effect):
    """The robot is within reach of a thing or door. ``Near[Thing]`` implies it as an effect."""

    thing: str

    def parameters(self) -> tuple[str, ...]:
        """The thing's parameter."""
        return (self.thing,)

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """True when the robot was driven to it last; otherwise nobody has measured."""
        name = name_of(args, self.thing)
        return True if name is not None and name == state.near else None

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """The robot is there, at a pose that is not foretold."""
        name = name_of(args, self.thing)
        return state if name is None or name == state.near else state.moved(None, near=name)

    def __str__(self) -> str:
        """For people."""
        return f"the robot is near {self.thing}"


@dataclass(frozen=True, slots=True)
class Rides(Effect):
    """The robot has been taken from one cabin of a lift to another, on another level."""

    lift: str
    to: str

    def parameters(self) -> tuple[str, ...]:
        """The parameters of both cabins."""
        return (self.lift, self.to)

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """The robot stands in the other cabin."""
        place = args.get(self.to)
        pose = None if not isinstance(place, Place) else place.pose or Pose(*place.centre)
        return state.moved(pose, at=name_of(args, self.to))

    def __str__(self) -> str:
        """For people."""
        return f"the robot has ridden from {self.lift} to {self.to}"
