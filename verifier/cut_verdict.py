"""Cut verdict: the refusal that can be given at once where what has come cuts a leg off for good; why in detail is told later.

That there is no way is proved (``maps.cut_off``). What would have to go, how wide a gap is or which place can be reached instead
takes a look at the whole map, and ``verify`` says it when it settles the verdict.
"""

from maps.geometry import Point
from verifier.digest import digest_of
from verifier.finding import Finding
from verifier.message import told
from verifier.standing import Nearest
from verifier.step import Step
from verifier.verdict import StepVerdict, Totals, Verdict, with_values

__all__ = ["CUT_OFF", "cut_verdict", "is_cut_off"]

CUT_OFF = "cut_off"
"""In the detail of a finding that is told at once."""


def cut_verdict(near: Nearest, step: Step, subject: str, place: Point) -> Verdict:
    """A refusal whose steps end with the one that is refused.

    Args:
        near: The verdict on another map, without a finding.
        step: The step whose leg is cut off; all before it stand.
        subject: Where the leg leads.
        place: Where something has come, metres.
    """
    judged, revision = near.judged, near.scope.world.revision
    count = step.number - 1
    before = tuple(
        verdict if verdict.route is None else with_values(verdict, {"route": verdict.route.on(revision)})
        for verdict in judged.verdict.steps[:count]
    )
    call = judged.verdict.steps[count].call
    finding = told(Finding(code="NO_VALID_PATH", step=step.number, subject=subject, where=place, detail={CUT_OFF: True}), call)
    left = before[-1].battery_wh if before else near.scope.state.battery_wh
    refused = StepVerdict(number=step.number, call=call, ok=False, battery_wh=left, findings=(finding,))
    parts = {
        "ok": False,
        "revision": revision,
        "plan_digest": digest_of(judged.digest, revision),
        "steps": (*before, refused),
        "totals": _totals(before, left),
    }
    return judged.verdict.model_copy(update=parts)


def is_cut_off(verdict: Verdict) -> bool:
    """Whether a verdict was refused at once, and ``verify`` has yet to say why."""
    return any(CUT_OFF in finding.detail for finding in verdict.all_findings())


def _totals(steps: tuple[StepVerdict, ...], left: float | None) -> Totals:
    """Sums over some steps."""
    low, high = (sum(step.distance_m[side] for step in steps) for side in (0, 1))
    time, energy = ((sum(getattr(step, name)[side] for step in steps) for side in (0, 1)) for name in ("time_s", "energy_wh"))
    driven = sum(step.route.length_m for step in steps if step.route is not None)
    return Totals(
        distance_m=driven, distance_bounds_m=(low, high), time_s=tuple(time), energy_wh=tuple(energy), battery_left_wh=left
    )
