"""A checked map as a picture: a numbered mark where each issue is, what it is in the legend."""

from collections.abc import Sequence

from maps import Body, Caption, MapIssue, Mark, Marker, Pose, RobotMark, Role, Scene, World

__all__ = ["issues_scene"]

_ROLES: dict[str, Role] = {"error": "bad", "warning": "warning", "note": "highlight"}


def issues_scene(world: World, issues: Sequence[MapIssue], body: Body, start: Pose | None = None) -> Scene:
    """The issues of a map, numbered in their order, worst first.

    Args:
        world: The map.
        issues: What ``check_map`` found.
        body: The robot, drawn to scale where it starts.
        start: Where it starts; not drawn if nobody knows.
    """
    marks: list[Mark] = []
    together: dict[tuple[float, float], list[tuple[int, MapIssue]]] = {}
    for number, issue in enumerate(issues, start=1):
        if issue.where is not None and world.frame.contains(issue.where):
            together.setdefault((round(issue.where[0], 1), round(issue.where[1], 1)), []).append((number, issue))
    for here in together.values():
        label = ",".join(str(number) for number, _ in here[:3])
        first = here[0][1]
        assert first.where is not None
        marks.append(Marker(at=first.where, role=_ROLES[first.severity], label=label))
    if start is not None:
        marks.append(RobotMark(pose=start, radius_m=body.radius_m))
    for number, issue in enumerate(issues, start=1):
        text = f"{number} {issue.severity}: {issue.sentence}"
        marks.append(Caption(text=text, role=_ROLES[issue.severity]))
    if not issues:
        marks.append(Caption(text="nothing to mend", role="ok"))
    return Scene(title=f"{world.name}: what to mend", marks=tuple(marks))
