"""``surefoot maps check``: what is wrong with a map, for this robot, in words and as a picture; and what can safely be mended."""

from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.options import AsJson, Config, Out, Start, make_folder

if TYPE_CHECKING:
    from maps import MapIssue, World

__all__ = ["check_command"]

_COLOURS = {"error": "red", "warning": "yellow", "note": "dim"}


def check_command(
    map_name: Annotated[str, typer.Argument(metavar="MAP", help="A shipped map's name, a folder, or a map_server .yaml.")],
    fix: Annotated[bool, typer.Option("--fix", help="Mend what the map itself settles; images are never touched.")] = False,
    out: Out = None,
    start: Start = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Look for what will hurt later: the grey-205 trap, places in walls or out of this body's reach, names too alike ...

    Exit codes: 0 no error (warnings and notes there may be), 1 at least one error, 2 the map cannot be read.
    """
    from agent.cli.setup import parse_start
    from agent.settings import load_settings
    from maps import check_map, find_map, load_world

    if out is not None:
        make_folder(out)
    body = load_settings(config).body
    given = None if start is None else parse_start(start)
    path = find_map(map_name)
    changed: tuple[str, ...] = ()
    if fix:
        from maps.check_fix import fix_map

        changed = fix_map(path)
    world = load_world(path)
    issues = check_map(world, body, start=given)
    if as_json:
        from agent.cli.show import print_json
        from maps.check_report import report

        print_json(report(world.name, body.name, changed, issues))
    else:
        _print(world, issues, changed, asked=fix)
    if out is not None:
        from agent.map_scene import issues_scene
        from maps import MapError, draw, start_pose

        try:
            given = given or start_pose(world)
        except MapError:
            given = None
        drawn = draw(world, issues_scene(world, issues, body, given), out)
        if not as_json:
            typer.echo(drawn)
    raise typer.Exit(1 if any(issue.severity == "error" for issue in issues) else 0)


def _print(world: "World", issues: "tuple[MapIssue, ...]", changed: tuple[str, ...], *, asked: bool) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    for sentence in changed:
        console.print(f"[green]changed[/green] {escape(sentence)}", soft_wrap=True)
    for number, issue in enumerate(issues, start=1):
        colour = _COLOURS[issue.severity]
        console.print(f"{number} [{colour}]{issue.severity}[/{colour}] {issue.code}: {escape(issue.sentence)}", soft_wrap=True)
        by_itself = " [dim](--fix does it)[/dim]" if issue.repair is not None and not asked else ""
        console.print(f"  [dim]fix:[/dim] {escape(issue.fix)}{by_itself}", soft_wrap=True)
    console.print(f"{len(issues)} issue{'' if len(issues) == 1 else 's'} on {escape(world.name)}")
