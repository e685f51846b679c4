"""Verdict: the decision on a plan, step by step, with the routes that were verified (docs/formats.md)."""

import math
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from maps import Route
from skills.call import SkillCall
from verifier.finding import Finding

__all__ = ["ROUTE_KEYS", "Interval", "StepVerdict", "Totals", "Verdict", "printable", "with_values"]

Interval = tuple[float, float]
"""Lower and upper bound."""


class StepVerdict(BaseModel):
    """The verdict on one step.

    Attributes:
        number: 1-based.
        call: The call that was judged.
        ok: No error finding on this step.
        route: The route that the step drives; None when it does not move or none was found.
        time_s: Seconds, low and high.
        energy_wh: Watt-hours, low and high.
        distance_m: Metres, low and high: the route, and what a function that drives by itself may add.
        battery_wh: Least charge left after this step; None when not computed.
        return_wh: Charge that must be left after this step: the reserve and the verified way back to a dock at its dearest;
            None where no dock is known.
        uncertain: The step's result decides what comes after: the mission replans from here.
        findings: What is wrong with this step.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    number: int
    call: SkillCall
    ok: bool
    route: Route | None = None
    time_s: Interval = (0.0, 0.0)
    energy_wh: Interval = (0.0, 0.0)
    distance_m: Interval = (0.0, 0.0)
    battery_wh: float | None = None
    return_wh: float | None = None
    uncertain: bool = False
    findings: tuple[Finding, ...] = ()


def with_values(step: StepVerdict, values: Mapping[str, Any]) -> StepVerdict:
    """What ``step.model_copy(update=values)`` gives, in a fraction of the time: a plan has many steps."""
    made, known = _NEW(StepVerdict), step.__pydantic_fields_set__
    _SET(made, "__dict__", {**step.__dict__, **values})
    _SET(made, "__pydantic_fields_set__", known if values.keys() <= known else known | values.keys())
    _SET(made, "__pydantic_extra__", None)
    _SET(made, "__pydantic_private__", None)
    return made


_NEW, _SET = object.__new__, object.__setattr__


class Totals(BaseModel):
    """Sums over the plan; ``distance_m`` is that of the verified routes, ``distance_bounds_m`` of all that may be driven."""

    model_config = ConfigDict(frozen=True)

    distance_m: float = 0.0
    distance_bounds_m: Interval = (0.0, 0.0)
    time_s: Interval = (0.0, 0.0)
    energy_wh: Interval = (0.0, 0.0)
    battery_left_wh: float | None = None


class Verdict(BaseModel):
    """The decision: ``ok`` when no finding is an error.

    May claim: against this map, these zones and doors, this body with its margin, at this revision, each step is (not) feasible.
    """

    model_config = ConfigDict(frozen=True)

    ok: bool
    map: str
    revision: str
    body: str
    plan_digest: str
    steps: tuple[StepVerdict, ...]
    findings: tuple[Finding, ...] = ()
    totals: Totals = Totals()

    def all_findings(self) -> tuple[Finding, ...]:
        """Plan findings and step findings together, in order."""
        return self.findings + tuple(finding for step in self.steps for finding in step.findings)

    def to_json(self) -> dict[str, Any]:
        """The verdict of docs/formats.md, as plain data; its routes are without what only the router needs."""
        steps = []
        for step in self.steps:
            data = step.model_dump(mode="json", exclude={"route", "call"})
            data["call"] = {"skill": step.call.skill, "args": printable(step.call.args)}
            data["route"] = (
                None if step.route is None else {key: value for key, value in step.route.to_json().items() if key in ROUTE_KEYS}
            )
            steps.append(data)
        return {"surefoot": 1, **self.model_dump(mode="json", exclude={"steps"}), "steps": steps}


ROUTE_KEYS = ("length_m", "clearance_m", "clearance_at", "doors", "zones", "points", "excess_m")


def printable(value: Any) -> Any:
    """A JSON value that any JSON writer takes: numbers that are not finite, or too long to print, become text."""
    if isinstance(value, dict):
        return {key: printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [printable(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return hex(value) if isinstance(value, int) and value.bit_length() > 1024 else value
