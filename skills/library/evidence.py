"""From a robot's report of an act to an outcome: what gripper and camera said goes into the evidence."""

from pydantic import JsonValue

from skills.outcome import Outcome
from skills.robot import ActionReport

__all__ = ["outcome_of"]


def outcome_of(report: ActionReport, value: JsonValue) -> Outcome:
    """A success with the robot's own evidence, where it gave any: a simulated robot has none."""
    evidence = dict(report.value) if isinstance(report.value, dict) else {}
    return Outcome(status="succeeded", value=value, evidence=evidence)
