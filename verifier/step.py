"""What a check is handed: one step of the plan with the state before it, the drive it implies and what it costs."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from maps import Body, NoRoute, Point, Pose, RobotState, Route, World, Zone
from maps.clearance import UnknownPolicy
from skills import NO_NOTES, Notes, Plan, PlanState, Skill, SkillCall, SkillSet
from skills.laden import laden
from verifier.arguments import Arguments, Named
from verifier.limits import NO_LIMITS, Limits
from verifier.verdict import Interval

if TYPE_CHECKING:
    from verifier.reads import Reads
    from verifier.routes import Target

__all__ = [
    "Branch",
    "Cost",
    "Home",
    "Leg",
    "Scope",
    "Situation",
    "Step",
    "Used",
    "Visit",
]


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What stays the same while one plan is judged.

    ``unknown`` is how unseen cells count: ``blocked``, ``allowed`` or ``ask``. ``unladen`` is the empty body where ``body`` has a
    load that makes it larger. ``notes`` is what earlier steps of the same mission have noted down. ``reads`` notes what of the
    world is looked at. With ``mend`` a route that a change has cut may be mended (``maps.mend``). ``avoid`` are regions that drives
    keep out of for a rule's sake (``verifier.detour``).
    """

    plan: Plan
    world: World
    state: RobotState
    body: Body
    skills: SkillSet
    unknown: UnknownPolicy = "blocked"
    limits: Limits = NO_LIMITS
    unladen: Body | None = None
    notes: Notes = NO_NOTES
    reads: "Reads | None" = None
    mend: bool = False
    avoid: tuple[Zone, ...] = ()

    @property
    def map(self) -> World:
        """The world as maps is handed it: what it looks at is in the evidence of the routes that it gives."""
        return self.world if self.reads is None else self.reads.world

    def unsettled(self) -> None:
        """Note that the verdict depends on more of the map than is noted."""
        if self.reads is not None:
            self.reads.complete = False

    def loaded(self, carrying: Collection[str]) -> "Scope":
        """The same for the body with this load and no other, whose outline may be larger.

        A thing whose size makes no sense is left out; ``checks.load`` refuses to carry it.
        """
        if not carrying and self.unladen is None:
            return self
        unladen = self.unladen or self.body
        body = laden(unladen, carrying, self.world)
        return self if body == self.body else replace(self, body=body, unladen=unladen)

    def of(self, body: Body | None) -> "Scope":
        """The same for another body, if one is given."""
        return self if body is None or body == self.body else replace(self, body=body)


@dataclass(frozen=True, kw_only=True)
class Leg:
    """The drive that a step implies.

    Attributes:
        subject: Name of the place, thing or door that it leads to.
        parameter: The parameter that implies it; empty when the skill does (``dock()`` to the nearest dock).
        motion: ``at``, ``near``, ``seen`` or ``door``.
        start: Where it starts.
        result: The route, or why there is none.
        because_of: The failed step without which there would be a route.
        provisional: There is a route only through space that an uncertain step before may reveal, or a door it may leave open.
        doubtful: The doors on a provisional route that an uncertain step before may have left shut.
        refuted: There is no route from here with every door open and unseen space free.
        target: The point that it leads to, for distances, metres.
        goal: What it leads to, as the router is asked.
    """

    subject: str
    parameter: str
    motion: str
    start: Pose
    result: Route | NoRoute
    because_of: int | None = None
    provisional: bool = False
    doubtful: tuple[str, ...] = ()
    refuted: bool = False
    target: Point | None = None
    goal: "Target | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The way back to a dock: its name, the verified way's length in metres, and the time that it takes, seconds."""

    dock: str
    length_m: float
    time_s: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a step takes when it drives its verified route: intervals that hold under the body's model.

    Attributes:
        time_s: Drive and function, seconds.
        energy_wh: The same, Wh.
        drive_wh: The part of the drive to where the function starts, Wh.
        distance_m: Length of the verified route, metres.
        metres: Distance that the base covers, with what the function drives by itself.
        stray_s: How long the way back from wherever the function ends to where it started may take at most, seconds; 0 for a
            function that does not drive by itself.
    """

    time_s: Interval = (0.0, 0.0)
    energy_wh: Interval = (0.0, 0.0)
    drive_wh: Interval = (0.0, 0.0)
    distance_m: float = 0.0
    metres: Interval = (0.0, 0.0)
    stray_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One earlier step as a lower bound sees it: where its leg had to end, and the least that its function takes.

    Attributes:
        target: What the leg led to; None without a leg.
        seconds: Least time of the function, seconds.
        energy_wh: Least energy of the function, Wh.
        charged: Whether the battery was filled.
        body: The body that drove there, with its load; None for the one that the bound is asked for.
    """

    target: "Target | None" = None
    seconds: float = 0.0
    energy_wh: float = 0.0
    charged: bool = False
    body: Body | None = None


@dataclass(frozen=True, kw_only=True)
class Used:
    """What the earlier steps take together.

    Attributes:
        time_s: Seconds, low and high.
        metres: Distance, low and high.
        energy_wh: Energy, Wh, low and high, whatever is charged meanwhile.
        visits: The steps themselves, for bounds over every route there is.
        over: Limits that were found exceeded; none of the later steps says so again.
    """

    time_s: Interval = (0.0, 0.0)
    metres: Interval = (0.0, 0.0)
    energy_wh: Interval = (0.0, 0.0)
    visits: tuple[Visit, ...] = ()
    over: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One way in which the uncertain steps may have ended: the number and outcome of each, and what holds then."""

    outcomes: tuple[tuple[int, str], ...] = ()
    state: PlanState


@dataclass(frozen=True, kw_only=True)
class Situation:
    """The state carried from step to step.

    Attributes:
        state: What holds if the earlier steps did what they say.
        pose: The last pose that the robot can really get to; legs start here even where the state's pose is not foretold.
        assumed: Where the robot would be had the last failed leg worked.
        assumed_by: The step of that leg.
        clouded_by: An earlier step whose effects nobody can know (unknown skill, wrong arguments).
        uncertain_since: An earlier step whose result decides what is known from there on.
        home: The way back to a dock from here; None when there is no dock or no way.
        history: The states before the earlier steps, oldest first.
        charge_wh: Charge at the start or after the last charging, Wh.
        strained_by: The step since which the charge may not do for the way back; none of the later ones says so again.
        stray_s: How far from ``pose`` the robot may be after a function that drives by itself: at most so long a way back, s.
        used: What the earlier steps take.
        branches: The ways in which the uncertain steps may have ended, at least two; none where there is but one. ``state``
            covers them all.
        exclusive: Pairs of facts that the earlier steps have declared to exclude one another.
    """

    state: PlanState
    pose: Pose
    assumed: Pose | None = None
    assumed_by: int | None = None
    clouded_by: int | None = None
    uncertain_since: int | None = None
    home: Home | None = None
    history: tuple[PlanState, ...] = ()
    charge_wh: float = 0.0
    strained_by: int | None = None
    stray_s: float = 0.0
    used: Used = Used()
    branches: tuple[Branch, ...] = ()
    exclusive: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step, simulated. Checks read it; nothing in it says whether it is good.

    Attributes:
        scope: What stays the same.
        number: Step number, 1-based.
        call: As proposed.
        skill: None when there is no such skill.
        arguments: Read against skill and map.
        before: What the earlier steps leave behind.
        leg: The implied drive; None when there is none or the arguments are not sound.
        cost: Time, energy and distance of the step.
        arrived: The state after the drive, before the function.
        spent: Charge left after drive and function, before effects such as charging, Wh, low and high; on arrival for a
            step that ends on a dock.
        after: The state once its effects hold.
        home: The way back to a dock from where it ends.
        branches: The branches on arrival; ``arrived`` covers them all.
        ends: The branches once the effects hold; ``after`` covers them all.
    """

    scope: Scope
    number: int
    call: SkillCall
    skill: Skill | None
    arguments: Arguments
    before: Situation
    leg: Leg | None = None
    cost: Cost = Cost()
    arrived: PlanState
    spent: Interval = (0.0, 0.0)
    after: PlanState
    home: Home | None = None
    branches: tuple[Branch, ...] = ()
    ends: tuple[Branch, ...] = ()

    @property
    def named(self) -> Named:
        """The arguments as conditions and effects want them: features where they are at hand, else values."""
        return self.arguments.named
