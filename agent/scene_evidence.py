"""The evidence of a verdict as marks: where a step fails and by how much, the zones and doors named, the charge along the way."""

import re
from collections.abc import Iterator

from maps import Body, Chart, Mark, Marker, Path, Point, Region, Role, World
from verifier import Finding, Verdict

__all__ = ["battery_chart", "bottleneck", "finding_marks", "role_of"]

_QUOTED = re.compile(r'"([^"]+)"')
"""Names in a rule's atom, as in ``in("waiting area")``."""


def role_of(finding: Finding) -> Role:
    """What a finding's severity looks like."""
    return "bad" if finding.severity == "error" else "warning" if finding.severity == "warning" else "muted"


def finding_marks(finding: Finding, world: World, last: Point) -> Iterator[Mark]:
    """Where a finding is on the map.

    Args:
        finding: The finding.
        world: Names of zones and doors are looked up here.
        last: Where the robot was before the step, metres; a dashed line leads from there to what blocks.

    Yields:
        The zone and the doors that it names, the spot with needed and available numbers, the last point of safe return. Of notes
        what a drive was led around.
    """
    is_kept = finding.detail.get("state") == "kept"
    if finding.severity == "note" and not is_kept:
        return
    role = "warning" if is_kept else role_of(finding)
    for name in dict.fromkeys((finding.subject, *_names(finding))):
        area = world.zones.get(name) or (world.places.get(name) if finding.code == "RULE" else None)
        if area is not None and area.outline:
            yield Region(outline=area.outline, role=role, label="gone around" if is_kept else name)
        door = world.doors.get(name)
        if door is not None:
            yield Path(points=door.segment, role="warning", label=name)
    if finding.where is not None and not is_kept:
        if finding.severity == "error" and finding.code not in ("BATTERY", "TIME", "RULE", "PRECONDITION"):
            yield Path(points=(last, finding.where), role="bad")
        yield Marker(at=finding.where, role=role, label=_amounts(finding))
    back = finding.detail.get("safe_return_at")
    if isinstance(back, list | tuple) and len(back) == 2:
        yield Marker(at=(float(back[0]), float(back[1])), role="warning", label="last safe return")


def battery_chart(verdict: Verdict, body: Body, charge_wh: float) -> Chart | None:
    """The charge along the way: what may be left after each step, over what the way back to a dock needs.

    Args:
        verdict: Its steps' energies are intervals.
        body: Its battery is the top of the axis.
        charge_wh: Charge at the start.

    Returns:
        The chart, or None for a plan that was not judged or drives nowhere.
    """
    band = [(0.0, charge_wh, charge_wh)]
    floor: list[tuple[float, float]] = []
    ticks: list[tuple[float, str, Role]] = []
    along, high = 0.0, charge_wh
    for step in verdict.steps:
        if step.battery_wh is None:
            return None
        before = band[-1][1]
        along += step.route.length_m if step.route is not None else 0.0
        high -= step.energy_wh[0]
        if step.battery_wh > before:
            band.append((along, max(0.0, before - step.energy_wh[1]), max(0.0, high)))
            high = max(step.battery_wh, body.battery_wh)
        band.append((along, max(0.0, step.battery_wh), max(0.0, high)))
        ticks.append((along, str(step.number), "ok" if step.ok else "bad"))
        if step.return_wh is not None:
            floor += [] if floor else [(0.0, step.return_wh)]
            floor.append((along, step.return_wh))
    if along <= 0:
        return None
    return Chart(
        title="Charge along the way, Wh",
        band=tuple(band),
        floor=tuple(floor),
        floor_label="reserve and way back to a dock" if floor else "",
        ticks=tuple(ticks),
        top=charge_wh,
    )


def bottleneck(verdict: Verdict) -> list[Mark]:
    """The tightest spot of all routes."""
    moving = [step.route for step in verdict.steps if step.route is not None and len(step.route.points) > 1]
    if not moving:
        return []
    tightest = min(moving, key=lambda route: route.clearance_m)
    return [Marker(at=tightest.clearance_at, role="bottleneck", label=f"{tightest.clearance_m:.2f} m clear")]


def _names(finding: Finding) -> list[str]:
    """Names in the finding's details: layers, doors and zones that block."""
    found: list[str] = []
    for key in ("subjects", "doors", "zones"):
        value = finding.detail.get(key)
        found += [name for name in value if isinstance(name, str)] if isinstance(value, list | tuple) else []
    return found + _QUOTED.findall(str(finding.detail.get("atom", "")))


def _amounts(finding: Finding) -> str:
    """``has 0.64, needs 0.72 m``, or nothing."""
    if finding.needed is None or finding.available is None:
        return ""
    digits = 2 if max(abs(finding.needed), abs(finding.available)) < 10 else 1
    return f"has {finding.available:.{digits}f}, needs {finding.needed:.{digits}f} {finding.unit}".rstrip()
