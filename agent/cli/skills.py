"""``surefoot skills``: what the robot can do; look at a skill's contract, check a file of your own, begin a new one."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli.options import AsJson, SkillFiles
from agent.cli.pddl import pddl

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Skills: list them, read a contract, check your own file, begin a new one.")
app.command("pddl")(pddl)


@app.command("list")
def list_skills(skill_files: SkillFiles = None, as_json: AsJson = False) -> None:
    """List the skills that a plan may call, with their arguments."""
    from agent.cli.setup import load_skill_set
    from agent.cli.show import print_json

    skills = load_skill_set(skill_files)
    if as_json:
        print_json({"surefoot": 1, "skills": [_contract(skill) for skill in skills]})
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("skill", "arguments", "what it does"):
        table.add_column(heading)
    for skill in skills:
        table.add_row(skill.name, escape(", ".join(map(_argument, skill.parameters))), escape(skill.summary))
    Console().print(table)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="A skill's name.")],
    skill_files: SkillFiles = None,
    as_json: AsJson = False,
) -> None:
    """Show one skill: arguments, motion, what it needs and brings about, and its JSON schema."""
    from agent.cli.setup import load_skill_set
    from agent.cli.show import print_json

    skills = load_skill_set(skill_files)
    skill = skills[name]
    if as_json:
        print_json({"surefoot": 1, **_contract(skill)})
        return
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    console.print(f"[bold]{skill.name}[/bold]({escape(', '.join(map(_argument, skill.parameters)))})\n{escape(skill.summary)}")
    for parameter in skill.parameters:
        console.print(f"  {parameter.name}: {escape(parameter.doc)}")
    facts = {
        "motion": skill.motion,
        "needs": ", ".join(map(str, skill.requires)) or "nothing",
        "brings about": ", ".join(map(str, skill.effects)) or "nothing that it declares",
        "if it fails": ", ".join(map(str, skill.on_failure)) or "nothing changes",
        "holds while it runs": ", ".join(map(str, skill.throughout)) or "nothing that it declares",
        "finds out": ", ".join((*map(str, skill.confirms), *skill.outcomes)) or "nothing that it declares",
        "uses": ", ".join(sorted(skill.uses)) or "nothing exclusively",
        "takes": f"{skill.takes_s[0]:g} to {skill.takes_s[1]:g} s besides driving",
        "may be repeated after a crash": "yes" if skill.idempotent else "only when a person says so",
    }
    for label, text in facts.items():
        console.print(f"  [dim]{label}:[/dim] {escape(text)}", soft_wrap=True)


@app.command("check")
def check(file: Annotated[Path, typer.Argument(help="A Python file or folder with skills.")], as_json: AsJson = False) -> None:
    """Read a file of skills and name every mistake in it at once."""
    from agent.cli.setup import load_skill_set
    from agent.cli.show import print_json
    from skills import load_skills
    from skills.errors import SkillFileInvalid

    try:
        found = load_skills(file)
        load_skill_set(None, handling=True).with_skills(*found)  # a name that is taken is a mistake wherever they are used
    except SkillFileInvalid as error:
        if not as_json:
            raise
        typer.echo(f"surefoot: {error}", err=True)
        print_json({"surefoot": 1, "error": str(error), "mistakes": [asdict(mistake) for mistake in error.mistakes]})
        raise typer.Exit(2) from None
    if as_json:
        print_json({"surefoot": 1, "file": str(file), "skills": [_contract(skill) for skill in found]})
        return
    names = ", ".join(skill.name for skill in found)
    typer.echo(f"{file}: {len(found)} skill{'' if len(found) == 1 else 's'} without mistakes: {names}")


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="The new skill's name, e.g. water_plant.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Where to write it; NAME.py here otherwise.")] = None,
) -> None:
    """Write a small skill to begin with, and a test for it."""
    from agent.errors import BadOption
    from skills.new_skill import new_skill

    path = out or Path(f"{name}.py")
    test = path.with_name(f"test_{path.name}")
    for existing in (path, test):
        if existing.exists():
            raise BadOption(f"{existing} is there already; choose another name or --out.")
    source, test_source = new_skill(name, path.stem)
    try:
        path.write_text(source, encoding="utf-8")
        test.write_text(test_source, encoding="utf-8")
    except OSError as error:
        raise BadOption(f"Cannot write {path}: {error.strerror}; choose another --out.") from None
    typer.echo(f"Wrote {path} and {test}. Next: surefoot skills check {path}; python -m pytest {test}")


def _argument(parameter: Any) -> str:
    return f"{parameter.name}: {parameter.kind}" + ("" if parameter.required else f" = {parameter.default!r}")


def _contract(skill: Any) -> dict[str, Any]:
    return {
        "name": skill.name,
        "summary": skill.summary,
        "motion": skill.motion,
        "requires": [str(condition) for condition in skill.requires],
        "effects": [str(effect) for effect in skill.effects],
        "on_failure": [str(effect) for effect in skill.on_failure],
        "invariant": [str(condition) for condition in skill.invariant],
        "excludes": [str(fact) for fact in skill.excludes],
        "confirms": [str(condition) for condition in skill.confirms],
        "outcomes": {name: [str(effect) for effect in effects] for name, effects in skill.outcomes.items()},
        "uses": sorted(skill.uses),
        "idempotent": skill.idempotent,
        "approval": skill.approval,
        "takes_s": list(skill.takes_s),
        "schema": skill.json_schema(),
    }
