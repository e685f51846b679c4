"""``surefoot rules``: the house rules of a map: list them, look for what is wrong with them, draw them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.options import AsJson, Config, SkillFiles, Start, make_folder

if TYPE_CHECKING:
    from maps import World
    from verifier.rules import HouseRule, RuleIssue

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="House rules of a map: list, check and draw them.")

MapOption = Annotated[
    str | None,
    typer.Option("--map", "-m", help="A shipped map's name, a folder, or a map_server .yaml; the rules file's folder otherwise."),
]
RulesArgument = Annotated[
    Path | None, typer.Argument(metavar="[RULES.yaml]", help="A rules file; the map's own without it.", show_default=False)
]


@app.command("list")
def list_rules(rules_file: RulesArgument = None, map_name: MapOption = None, as_json: AsJson = False) -> None:
    """List rules: name, pattern, severity, why, and the formula that each stands for."""
    world, rules = _load(rules_file, map_name)
    if as_json:
        from agent.cli.show import print_json

        rows = [{**rule.to_json(), "pattern": rule.pattern, "file": Path(rule.file).name, "line": rule.line} for rule in rules]
        print_json({"surefoot": 1, "map": world.name, "rules": rows})
        return
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    for number, rule in enumerate(rules, start=1):
        colour = {"error": "red", "warning": "yellow", "note": "dim"}[rule.severity]
        why = f"  [dim]{escape(rule.why)}[/dim]" if rule.why else ""
        console.print(f"{number}  [bold]{escape(rule.name)}[/bold] [{colour}]{rule.severity}[/{colour}]{why}", soft_wrap=True)
        console.print(
            f"   [dim]{rule.pattern.replace('_', ' ')}:[/dim] {escape(str(rule.formula))}", soft_wrap=True, highlight=False
        )
    if not rules:
        console.print(f"There are no house rules for {escape(world.name)}; docs/rules.md says how to write some.")


@app.command("check")
def check(
    rules_file: RulesArgument = None,
    map_name: MapOption = None,
    skill_files: SkillFiles = None,
    config: Config = None,
    start: Start = None,
    as_json: AsJson = False,
) -> None:
    """Look for contradictions, obligations that nobody can meet, rules that can never be broken, and names that match nothing."""
    from agent.cli.setup import load_skill_set, parse_start
    from agent.settings import load_settings
    from verifier.rules import check_rules

    world, rules = _load(rules_file, map_name)
    pose = None if start is None else parse_start(start)
    issues = check_rules(rules, world, load_settings(config).body, load_skill_set(skill_files, world), pose)
    if as_json:
        from agent.cli.show import print_json

        rows = [issue.to_json() for issue in issues]
        print_json({"surefoot": 1, "map": world.name, "rules": len(rules), "issues": rows})
    else:
        _print_issues(issues, len(rules), world.name)
    raise typer.Exit(1 if any(issue.severity == "error" for issue in issues) else 0)


@app.command("draw")
def draw(
    rules_file: RulesArgument = None,
    map_name: MapOption = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Name of a rule to draw; may be repeated.", show_default=False)
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Picture to write, .png or .svg.")] = Path("rules.png"),
    width_px: Annotated[int, typer.Option("--width", min=200, max=10000, help="Width in pixels.")] = 1600,
    as_json: AsJson = False,
) -> None:
    """Draw what each rule speaks of on the map, hatched, with the rule's number; names and formulas in the legend."""
    from agent.errors import BadOption
    from agent.rule_scene import rules_scene
    from maps import draw as draw_scene

    make_folder(out)
    world, rules = _load(rules_file, map_name)
    wanted = set(only or ())
    if missing := wanted - {rule.name for rule in rules}:
        raise BadOption(
            f"There is no rule named {sorted(missing)[0]!r}; there are {', '.join(repr(r.name) for r in rules) or 'none'}."
        )
    shown = [rule for rule in rules if not wanted or rule.name in wanted]
    picture = draw_scene(world, rules_scene(f"House rules of {world.name}", shown, world), out, width_px=width_px)
    if as_json:
        from agent.cli.show import print_json

        print_json({"surefoot": 1, "map": world.name, "rules": [rule.name for rule in shown], "picture": str(picture)})
    else:
        typer.echo(picture)


def _print_issues(issues: "tuple[RuleIssue, ...]", count: int, map_name: str) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    for issue in issues:
        colour = "red" if issue.severity == "error" else "yellow"
        place = f"{issue.file}:{issue.line}"
        console.print(
            f"[{colour}]{issue.severity}[/{colour}] {issue.code} {escape(place)}: {escape(issue.sentence)}", soft_wrap=True
        )
        if issue.fix:
            console.print(f"  [dim]fix:[/dim] {escape(issue.fix)}", soft_wrap=True)
    rules = f"{count} rule{'' if count == 1 else 's'}"
    console.print(f"{rules}, {len(issues)} issue{'' if len(issues) == 1 else 's'} on {escape(map_name)}")


def _load(rules_file: Path | None, map_name: str | None) -> "tuple[World, tuple[HouseRule, ...]]":
    """The map and the rules that are asked for.

    Raises:
        BadOption: Neither is given.
    """
    from agent.errors import BadOption
    from maps import find_map, load_world
    from verifier.rules import find_rules

    if map_name is not None:
        world = load_world(find_map(map_name))
    elif rules_file is not None and (rules_file.parent / "map.yaml").is_file():
        world = load_world(rules_file.parent)
    elif rules_file is not None:
        raise BadOption(f"There is no map.yaml beside {str(rules_file)!r}: say which map the rules are for with --map.")
    else:
        raise BadOption("Give a map (--map warehouse), a rules file, or both.")
    return world, find_rules(world, rules_file)
