"""Plans and verdicts as pictures: translates them into the marks of a Scene; ``maps.draw`` only draws."""

from collections.abc import Sequence
from typing import Any

from agent.events import Event
from agent.scene_evidence import battery_chart, bottleneck, finding_marks, role_of
from maps import Body, Caption, Mark, Marker, Path, Point, Pose, RobotMark, RobotState, Role, Scene, World
from skills import SkillCall
from verifier import Finding, StepVerdict, Verdict
from verifier.wording import short

__all__ = ["mission_scene", "plan_scene"]


def plan_scene(title: str, verdict: Verdict, world: World, body: Body, state: RobotState) -> Scene:
    """A dry run: every step's route, its number at its goal, its verdict in the legend, what is wrong and where, the charge.

    Args:
        title: Usually the mission's sentence.
        verdict: The verdict, with its routes.
        world: The map that it was judged on.
        body: The body that was judged; drawn to scale where it stands.
        state: Where the robot stands now, and its charge.
    """
    marks: list[Mark] = []
    captions: list[Mark] = []
    numbers: dict[Point, list[StepVerdict]] = {}
    last = state.pose.point
    for step in verdict.steps:
        before = last
        role: Role = "route" if step.ok else "bad"
        if step.route is not None:
            if world.building is not None and world.building.apart(last, step.route.start):
                marks.append(Path(points=(last, step.route.start), role="muted"))
            last = step.route.points[-1]
        if step.route is not None and len(step.route.points) > 1:
            marks.append(Path(points=step.route.points, role=role))
        spot = last if step.ok else next((found.where for found in step.findings if found.where is not None), last)
        numbers.setdefault((round(spot[0], 2), round(spot[1], 2)), []).append(step)
        captions.append(Caption(text=_caption(step), role="ok" if step.ok else "bad"))
        captions += [Caption(text=_told(finding, step), role=role_of(finding)) for finding in step.findings]
        for finding in step.findings:
            marks += finding_marks(finding, world, before)
    captions += [Caption(text=finding.message, role=role_of(finding)) for finding in verdict.findings]
    marks += bottleneck(verdict)
    for at, steps in numbers.items():
        label = ",".join(str(step.number) for step in steps)
        marks.append(Marker(at=at, role="ok" if all(step.ok for step in steps) else "bad", label=label))
    marks.append(RobotMark(pose=state.pose, radius_m=body.radius_m))
    captions.append(Caption(text=_totals(verdict), role="muted"))
    chart = battery_chart(verdict, body, state.battery_wh)
    if chart is not None:
        captions.append(chart)
    return Scene(title=title, marks=(*marks, *captions))


def mission_scene(title: str, events: Sequence[Event], body: Body, end: Pose) -> Scene:
    """A mission as its journal tells it: every route that was driven, each step's number where it was done, how it ended.

    Args:
        title: The mission's sentence.
        events: The journal.
        body: The body, drawn to scale at ``end``.
        end: Where the robot stands now.
    """
    marks: list[Mark] = []
    captions: list[Mark] = []
    numbers: dict[Point, list[tuple[int, bool]]] = {}
    last: Point | None = None
    for event in events:
        route = event.data.get("route") if event.type in ("intent", "authorised") else None
        if route is not None:
            points = tuple((float(x), float(y)) for x, y in route["points"])
            last = points[-1]
            if len(points) > 1:
                marks.append(Path(points=points, role="driven"))
        if event.type == "observed":
            number, ok = len(captions) + 1, event.data["outcome"]["status"] == "succeeded"
            call = SkillCall.model_validate(event.data["call"])
            captions.append(Caption(text=f"{number} {call}{_measured(event.data['outcome'])}", role="ok" if ok else "bad"))
            at = last or end.point
            numbers.setdefault((round(at[0], 1), round(at[1], 1)), []).append((number, ok))
        if event.type in ("finished", "held", "cancelled"):
            status = str(event.data.get("status", event.type))
            captions.append(Caption(text=status, role="ok" if status == "succeeded" else "bad"))
    for place, done in numbers.items():
        label = ",".join(str(number) for number, _ in done)
        marks.append(Marker(at=place, role="ok" if all(ok for _, ok in done) else "bad", label=label))
    marks.append(RobotMark(pose=end, radius_m=body.radius_m))
    return Scene(title=title, marks=(*marks, *captions))


def _measured(outcome: dict[str, Any]) -> str:
    """What the robot measured of a step: distance and time."""
    driven, seconds = outcome["evidence"].get("driven_m"), outcome["evidence"].get("seconds")
    figures = [f"{driven:.1f} m"] if driven else []
    figures += [f"{seconds:.0f} s"] if seconds else []
    return f"  {', '.join(figures)}" if figures else ""


def _told(finding: Finding, step: StepVerdict) -> str:
    """The finding's sentence without the call, which stands above it."""
    text = finding.message.removeprefix(f"Step {step.number} {short(step.call)}: ")
    return text[:1].upper() + text[1:]


def _caption(step: StepVerdict) -> str:
    text = f"{step.number} {step.call}"
    if step.route is not None and step.route.length_m > 0:
        text += f"  {step.route.length_m:.1f} m, {step.time_s[1]:.0f} s"
        text += f" ({step.route.remark})" if step.route.remark else ""
    return text


def _totals(verdict: Verdict) -> str:
    totals = verdict.totals
    battery = "" if totals.battery_left_wh is None else f", {totals.battery_left_wh:.0f} Wh left"
    return f"{totals.distance_m:.1f} m, at most {totals.time_s[1]:.0f} s and {totals.energy_wh[1]:.1f} Wh{battery}"
