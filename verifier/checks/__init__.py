"""The checks, in the order in which their findings are listed. Adding one is adding a file and a line here."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

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
from verifier.finding import Finding
from verifier.step import Step

__all__ = ["STEP_CHECKS", "StepCheck"]

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
