"""Conformance: what every robot must keep to, simulated or real, as a suite that its author runs.

    problems = await check_robot(robot, route)
    assert problems == []

The robot drives along the route, is stopped half-way, and drives on to its end: clear the space around it.
"""

import math
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from itertools import pairwise

from maps import Pose, RobotState, Route, distance
from skills.robot import ActionReport, Robot

__all__ = ["Promise", "check_promises", "check_robot"]

STEP_S = 0.1
PATIENCE_S = 600.0
SLACK_M = 0.05
"""Error of a robot's own position that is not held against it, metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise of ``skills.Robot`` and how a robot kept it.

    Attributes:
        name: In a word or two.
        promise: What is promised, one sentence.
        problems: One sentence for each way in which it was broken; empty when it was kept.
    """

    name: str
    promise: str
    problems: tuple[str, ...] = ()


async def check_robot(robot: Robot, route: Route, *, prefix: str = "conformance") -> list[str]:
    """Run the suite.

    Args:
        robot: At rest at the start of ``route``.
        route: A verified route of at least one metre, free to drive.
        prefix: Of the action ids; a robot must not have seen them before.

    Returns:
        One sentence for each promise of ``skills.Robot`` that the robot broke; empty when it conforms.
    """
    return [problem for promise in await check_promises(robot, route, prefix=prefix) for problem in promise.problems]


async def check_promises(
    robot: Robot, route: Route, *, prefix: str = "conformance", on_done: Callable[[Promise], None] | None = None
) -> list[Promise]:
    """Run the suite, promise by promise.

    Args:
        robot: At rest at the start of ``route``.
        route: A verified route of at least one metre, free to drive.
        prefix: Of the action ids; a robot must not have seen them before.
        on_done: Told of each promise once it has been checked.

    Returns:
        The promises with what was wrong. Nothing is driven when the first, that the suite can run at all, is broken.
    """
    done: list[Promise] = []
    for check in (_is_ready, _unknown_id, _say_once, _out_of_reach, _stopped_drive, _whole_drive, _wrong_start, _replay):
        problems = [problem async for problem in check(robot, route, prefix)]
        name = check.__name__.strip("_").replace("_", " ")
        made = Promise(name=name, promise=(check.__doc__ or "").strip(), problems=tuple(problems))
        done.append(made)
        if on_done is not None:
            on_done(made)
        if problems and check is _is_ready:
            break
    return done


async def _is_ready(robot: Robot, route: Route, prefix: str) -> AsyncIterator[str]:
    """It has all verbs, a finite state, and stands at the start of the route."""
    if not isinstance(robot, Robot):
        verbs = ("body", "state", "drive", "act", "report", "look", "stop", "changes", "wait")
        missing = [verb for verb in verbs if not hasattr(robot, verb)]
        yield f"the robot lacks verbs of skills.Robot: {', '.join(missing)}"
        return
    before = await robot.state()
    numbers = (before.pose.x, before.pose.y, before.pose.yaw, before.battery_wh)
    if not all(map(math.isfinite, numbers)):
        yield f"the state is not finite: pose ({numbers[0]}, {numbers[1]}, {numbers[2]}), battery {numbers[3]} Wh"
        return
    if route.length_m < 1.0:
        yield f"the route is {route.length_m:.2f} m long; the suite needs at least 1 m"
    elif distance(before.pose.point, route.start) > robot.body.tracking_m:
        yield f"the robot is {distance(before.pose.point, route.start):.2f} m away from the start of the route"


async def _unknown_id(robot: Robot, route: Route, prefix: str) -> AsyncIterator[str]:
    """An id that was never used is reported as never started."""
    report = await robot.report(f"{prefix}/never")
    if report.status != "never_started":
        yield f"report of an id that was never used says {report.status!r}, not 'never_started'"


async def _say_once(robot: Robot, route: Route, prefix: str) -> AsyncIterator[str]:
    """An act ends, keeps its answer, and is not done again under the same id."""
    action = f"{prefix}/say"
    await robot.act(action, "say", "conformance check")
    report = await _ended(robot, action)
    if report.status != "succeeded":
        yield f"saying a sentence ended as {report.status!r} ({report.code})"
    await robot.act(action, "say", "conformance check")
    again = await robot.report(action)
    if again != report:
        yield f"the same act under the same id changed its report from {report} to {again}"


async def _out_of_reach(robot: Robot, route: Route, prefix: str) -> AsyncIterator[str]:
    """What it cannot do ends as failed, with a cause code and a sentence, and moves nothing."""
    before = await robot.state()
    for verb in ("pick", "place"):
        action = f"{prefix}/{verb} nothing"
        if verb == "place" and before.carrying:
            continue
        await robot.act(action, verb, "no such thing 7f3a")
        report = await _ended(robot, action)
        if report.status != "failed" or not report.code or not report.message:
            ended = f"{report.status!r} ({report.code!r}: {report.message!r})"
            yield f"to {verb} a thing that is not there ended as {ended}, not as failed with its cause"
    after = await robot.state()
    if _moved(before, after) > SLACK_M or after.carrying != before.carrying:
        yield "an act that failed moved the base or changed the load"


async def _stopped_drive(robot: Robot, route: Route, prefix: str) -> AsyncIterator[str]:
    """A drive that is stopped leaves evidence, an honest report, and the robot on its route."""
    action, seen = f"{prefix}/stopped", list[Pose]()
    await robot.drive(action, route)
    await robot.drive(action, route)
    async for problem in _watch(robot, action, seen, until=lambda: _is_half_way(robot, action)):
        yield problem
    stopped = await robot.stop()
    if stopped.seconds < 0:
        yield f"stopping took {stopped.seconds} s"
    await robot.wait(1.0)
    later = await robot.state()
    if _moved(stopped.state, later) > SLACK_M:
        yield f"the robot moved {_moved(stopped.state, later):.2f} m in the second after stop() had returned"
    report = await robot.report(action)
    if report.status != "cancelled":
        yield f"a drive that was stopped is reported as {report.status!r}, not 'cancelled'"
    if not 0.0 < report.driven_m < route.length_m:
        yield f"a drive that was stopped on the way reports {report.driven_m:.2f} m of {route.length_m:.2f} m"
    off = _off_route(later.pose, route)
    if off > robot.body.tracking_m + SLACK_M:
        yield f"the robot stopped {off:.2f} m off its route; it may be {robot.body.tracking_m:.2f} m"


async def _whole_drive(robot: Robot, route: Route, prefix: str) -> AsyncIterator[str]:
    """A free route is driven to its end, within the tracking bound, without jumps."""
    action, seen = f"{prefix}/rest", list[Pose]()
    here = (await robot.state()).pose.point
    rest = _rest_of(route, here)
    charge = (await robot.state()).battery_wh
    await robot.drive(action, rest)
    async for problem in _watch(robot, action, seen):
        yield problem
    report = await robot.report(action)
    after = await robot.state()
    if report.status != "succeeded":
        yield f"a drive along a free route ended as {report.status!r} ({report.code}: {report.message})"
        return
    away = distance(after.pose.point, route.points[-1])
    if away > 0.02 + SLACK_M:
        yield f"the drive ended {away:.2f} m from the end of its route"
    if after.battery_wh > charge and not after.docked:
        yield "the battery gained charge while driving"
    worst = max((_off_route(pose, rest) for pose in seen), default=0.0)
    if worst > robot.body.tracking_m + SLACK_M:
        yield f"the robot was {worst:.2f} m off its route; it may be {robot.body.tracking_m:.2f} m"


async def _wrong_start(robot: Robot, route: Route, prefix: str) -> AsyncIterator[str]:
    """A route that starts elsewhere is not driven, and a code says why."""
    action = f"{prefix}/elsewhere"
    before = await robot.state()
    if distance(before.pose.point, route.start) < 0.5:
        return
    await robot.drive(action, route)
    report = await _ended(robot, action)
    if report.status != "failed" or not report.code:
        yield f"a route that starts {distance(before.pose.point, route.start):.2f} m away was {report.status}, not failed"
    if _moved(before, await robot.state()) > SLACK_M:
        yield "the robot moved on a route that starts elsewhere"


async def _replay(robot: Robot, route: Route, prefix: str) -> AsyncIterator[str]:
    """What was sensed can be asked for again, from the start or from the middle."""
    number, everything = await robot.changes(0)
    again, repeated = await robot.changes(0)
    if again < number or list(repeated)[: len(everything)] != list(everything):
        yield "asking for all changes twice gave different answers"
    last, nothing = await robot.changes(again)
    if last == again and nothing:
        yield "asking for changes after the last one gave some"


async def _watch(
    robot: Robot, action: str, seen: list[Pose], *, until: Callable[[], Awaitable[bool]] | None = None
) -> AsyncIterator[str]:
    """Follow an action; the pose may not jump, progress may not go back."""
    body, waited, last = robot.body, 0.0, await robot.report(action)
    seen.append((await robot.state()).pose)
    while last.status == "running" and waited < PATIENCE_S and not (until is not None and await until()):
        await robot.wait(STEP_S)
        waited += STEP_S
        report, pose = await robot.report(action), (await robot.state()).pose
        passed = report.seconds - last.seconds
        jump = distance(pose.point, seen[-1].point)
        if jump > body.max_speed * max(passed, STEP_S) * 1.5 + SLACK_M:
            yield f"the pose jumped by {jump:.2f} m in {passed:.2f} s"
        if report.driven_m < last.driven_m - 1e-6 or report.fraction < last.fraction - 1e-6:
            yield f"progress went back from {last} to {report}"
        last = report
        seen.append(pose)
    if last.status == "running" and waited >= PATIENCE_S:
        yield f"{action} did not end within {PATIENCE_S:.0f} s"


async def _is_half_way(robot: Robot, action: str) -> bool:
    return (await robot.report(action)).fraction >= 0.5


async def _ended(robot: Robot, action: str) -> ActionReport:
    waited = 0.0
    while (report := await robot.report(action)).status == "running" and waited < PATIENCE_S:
        await robot.wait(STEP_S)
        waited += STEP_S
    return report


def _moved(before: RobotState, after: RobotState) -> float:
    return distance(before.pose.point, after.pose.point)


def _nearest(point: tuple[float, float], route: Route) -> tuple[float, int]:
    """Distance to a route's polyline, metres, and the number of the vertex that ends the nearest segment."""
    if len(route.points) == 1:
        return distance(point, route.start), 0
    best = (float("inf"), 1)
    for number, ((ax, ay), (bx, by)) in enumerate(pairwise(route.points), start=1):
        dx, dy = bx - ax, by - ay
        square = dx * dx + dy * dy
        share = 0.0 if square == 0 else min(max(((point[0] - ax) * dx + (point[1] - ay) * dy) / square, 0.0), 1.0)
        best = min(best, (distance(point, (ax + share * dx, ay + share * dy)), number))
    return best


def _off_route(pose: Pose, route: Route) -> float:
    return _nearest(pose.point, route)[0]


def _rest_of(route: Route, here: tuple[float, float]) -> Route:
    """The part of a route that lies before the robot."""
    number = _nearest(here, route)[1]
    points = (here, *route.points[number:])
    headings = None if route.headings is None else (route.headings[number], *route.headings[number:])
    length = sum(distance(a, b) for a, b in pairwise(points))
    return Route(
        points=points, goal_yaw=route.goal_yaw, length_m=length, grid_length_m=length, clearance_m=route.clearance_m,
        clearance_at=route.clearance_at, doors=route.doors, zones=route.zones, revision=route.revision,
        headings=headings, body_clearance_m=route.body_clearance_m,
    )  # fmt: skip
