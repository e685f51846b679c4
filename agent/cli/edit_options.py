"""What the commands that edit a map share: their options, reading coordinates, carrying an edit out, and telling what it did."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from maps import Pose, World
    from maps.edit import Edit
    from maps.edit_file import EditedMap

__all__ = [
    "AT", "EPILOG", "Aliases", "InWall", "MapArgument", "NameArgument", "Outline", "Which", "attribute_of", "carry_out", "numbers",
    "pose_of", "report", "ring_of",
]  # fmt: skip

MapArgument = Annotated[str, typer.Argument(metavar="MAP", help="A map's folder or its map_server .yaml.", show_default=False)]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Its name or an alias.", show_default=False)]
FeatureKind = Literal["place", "thing", "door", "zone"]
Which = Annotated[
    FeatureKind | None,
    typer.Option("--type", help="Which one is meant, where a place and a thing, say, share the name.", show_default=False),
]
InWall = Annotated[bool, typer.Option("--in-wall", help="Accept a pose or an outline that holds no free cell.")]
Aliases = Annotated[
    list[str] | None, typer.Option("--alias", help="Another name, in any language; may be repeated.", show_default=False)
]
Outline = Annotated[
    str | None,
    typer.Option("--outline", help="Corners once around, metres: '1,2 5,2 5,6 1,6'; two corners make a box.", show_default=False),
]
AT = "x,y in metres of the map frame, or x,y,yaw with the heading in radians."
EPILOG = (
    "Names are in the map's places.geojson; an edit changes the text of what it touches and leaves every other byte. "
    "`surefoot maps undo` takes the last edit back. Exit codes: 0 done, 2 refused: nothing was written."
)


def carry_out(map_name: str, wish: "Callable[[World], Edit]", as_json: bool) -> None:
    """Carry out an edit on a saved map and tell what it did."""
    from maps import find_map
    from maps.edit_file import edit_map

    report(edit_map(find_map(map_name), wish), as_json)


def report(done: "EditedMap", as_json: bool) -> None:
    """What changed, and what ``maps check`` says now that it did not say before."""
    from agent.cli.map_news import news_of

    news = news_of(done)
    if as_json:
        from agent.cli.show import print_json
        from maps.places_writing import feature_json

        changes = [{"before": b and feature_json(b), "after": a and feature_json(a)} for b, a in done.edit.pairs]
        issues: list[dict[str, Any]] = [
            {"code": i.code, "severity": i.severity, "where": i.where, "sentence": i.sentence, "fix": i.fix} for i in news.issues
        ]
        print_json(
            {
                "surefoot": 1,
                "map": done.after.name,
                "revision": done.after.revision,
                "edit": done.edit.title,
                "changes": changes,
                "warnings": list(news.warnings),
                "issues": issues,
                "checked": news.checked,
            }
        )
        return
    typer.echo(done.edit.title)
    gone = bool(done.edit.pairs) and done.edit.pairs[0][1] is None
    for before, after in done.edit.pairs[1:] if len(done.edit.pairs) <= 12 else ():
        if before is not None and after is not None:
            typer.echo(f"  {before.name} {'referred to it and no longer does' if gone else 'refers to it and follows'}")
    for warning in news.warnings:
        typer.echo(f"warning: {warning}")
    for issue in news.issues:
        typer.echo(f"{issue.severity} {issue.code}: {issue.sentence}" + (f"\n  fix: {issue.fix}" if issue.fix else ""))
    if not news.checked:
        typer.echo("not checked, since the map is large; `surefoot maps check` looks it over")


def numbers(option: str, text: str, counts: tuple[int, ...]) -> tuple[float, ...]:
    """The numbers of ``x,y`` or ``x,y,yaw``.

    Raises:
        BadOption: They are not that many finite numbers.
    """
    import math

    from agent.errors import BadOption

    try:
        numbers = tuple(float(part) for part in text.replace(";", ",").split(","))
    except ValueError:
        numbers = ()
    if len(numbers) not in counts or not all(map(math.isfinite, numbers)):
        shape = " or ".join(("", "", "x,y", "x,y,yaw")[count] for count in counts)
        raise BadOption(f"{option} {text!r} is not {shape}: give finite numbers separated by commas, e.g. {option} 2.5,4.0")
    return numbers


def pose_of(option: str, text: str) -> "Pose":
    """A pose; facing +x where no yaw is given.

    Raises:
        BadOption: It is none.
    """
    from maps import Pose

    return Pose(*numbers(option, text, (2, 3)))


def ring_of(text: str) -> tuple[tuple[float, float], ...]:
    """The corners of an outline; two corners are those of a box."""
    from agent.errors import BadOption

    corners = [numbers("--outline", part, (2,)) for part in text.split()]
    ring = [(x, y) for x, y in corners]
    if len(ring) > 3 and ring[0] == ring[-1]:
        ring.pop()
    if len(ring) == 2:
        (x0, y0), (x1, y1) = ring
        ring = [(min(x0, x1), min(y0, y1)), (max(x0, x1), min(y0, y1)), (max(x0, x1), max(y0, y1)), (min(x0, x1), max(y0, y1))]
    if len(ring) < 3:
        raise BadOption(f"--outline {text!r} has {len(ring)} corner: give three or more, or the two of a box")
    return tuple(ring)


def attribute_of(text: str) -> tuple[str, Any]:
    """``key=value``; a value that is a number, true or false in JSON is one, and any other is a text, also 007 and nan."""
    import json

    from agent.errors import BadOption

    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise BadOption(f"--attribute {text!r} is not key=value")
    try:
        read = json.loads(value, parse_constant=lambda word: word)
    except (ValueError, RecursionError):
        read = value
    return key.strip(), read if isinstance(read, bool | int | float) and abs(read) <= 1e300 else value
