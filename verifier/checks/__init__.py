"""The checks, in the order in which their findings are listed. Adding one is adding a file and a line here."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from skills import Skill
from verifier.checks.battery import check_battery
from verifier.checks.calls import check_call
from verifier.checks.conditions import check_conditions
from verifier.checks.docking import check_docking
from verifier.checks.exclusions import check_exclusions
from verifier.checks.failure import check_failure
from verifier.checks.grip import check_grip
from verifier.checks.invariants import check_invariants
from verifier.checks.lifts import check_lifts
from verifier.checks.limits import check_limits
from verifier.checks.load import check_load
from verifier.checks.names import check_names
from verifier.checks.outcomes import check_outcomes
from verifier.checks.reach import check_reach
from verifier.checks.roaming import check_roaming
from verifier.checks.time import check_time
from verifier.checks.unverifiable import check_unverifiable
from verifier.contracts import ends_docked, once
from verifier.finding import Finding
from verifier.riding import rides
from verifier.step import Step

__all__ = ["STEP_CHECKS", "StepCheck", "found_in"]

StepCheck: TypeAlias = Callable[[Step], Iterable[Finding]]

STEP_CHECKS: tuple[StepCheck, ...] = (
    check_call,
    check_names,
    check_docking,
    check_lifts,
    check_conditions,
    check_invariants,
    check_exclusions,
    check_load,
    check_grip,
    check_reach,
    check_roaming,
    check_outcomes,
    check_battery,
    check_failure,
    check_time,
    check_limits,
    check_unverifiable,
)

_ONLY: Mapping[StepCheck, Callable[[Skill], bool]] = {
    check_docking: ends_docked,
    check_lifts: lambda skill: rides(skill) is not None,
    check_conditions: lambda skill: bool(skill.requires or skill.confirms),
    check_invariants: lambda skill: bool(skill.throughout),
    check_roaming: lambda skill: skill.motion == "inside",
    check_time: lambda skill: skill.takes_from is not None or skill.takes_s[0] > skill.timeout_s,
}
"""Checks that find something about calls of some skills only, by their contract: most plans are of skills that ask little."""


def found_in(step: Step) -> tuple[Finding, ...]:
    """What all checks find in a step, in their order."""
    checks = STEP_CHECKS if step.skill is None else _checks_of(step.skill)
    return tuple([finding for check in checks for finding in check(step)])


@once
def _checks_of(skill: Skill) -> tuple[StepCheck, ...]:
    return tuple(check for check in STEP_CHECKS if check not in _ONLY or _ONLY[check](skill))
