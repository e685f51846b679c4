"""``surefoot skills pddl``: the skills as a planning domain, a map and a plan as its problem, for planners of others."""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.options import Config, SkillFiles, Start

__all__ = ["pddl"]


def pddl(
    map_name: Annotated[
        str | None,
        typer.Option("--map", "-m", help="A map: also write the problem of a robot that stands on it.", show_default=False),
    ] = None,
    plan_file: Annotated[
        Path | None, typer.Option("--plan", help="A plan file: also write it in the domain's actions.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for domain.pddl, problem.pddl and plan.txt.", show_default=False)
    ] = None,
    start: Start = None,
    skill_files: SkillFiles = None,
    config: Config = None,
) -> None:
    """Write the skills' contracts as a PDDL domain, and with a map the problem that the robot's state is."""
    from agent.cli.setup import load_skill_set, load_start
    from agent.errors import BadOption
    from agent.files import write_atomically
    from skills import SkillError
    from skills.pddl import NotExpressible, domain_of

    if plan_file is not None and map_name is None:
        raise BadOption("--plan needs --map: a plan's names are those of a map.")
    world = None
    if map_name is not None:
        from maps import find_map, load_world

        world = load_world(find_map(map_name))
    skills = load_skill_set(skill_files, world)
    try:
        domain = domain_of(skills)
    except NotExpressible as error:
        raise BadOption(f"These skills cannot be written in PDDL: {error}") from None
    texts = {"domain.pddl": domain.text}
    if world is not None:
        from agent.cli.check_plan import read_plan
        from agent.settings import load_settings
        from verifier.pddl import plan_text, problem_text

        body = load_settings(config).body
        plan = None if plan_file is None else read_plan(plan_file)
        try:
            texts["problem.pddl"] = problem_text(domain, world, load_start(world, body, start), body, skills, plan)
            if plan is not None:
                texts["plan.txt"] = plan_text(domain, plan, world)
        except SkillError as error:
            raise BadOption(f"{plan_file} cannot be written in PDDL: {error}") from None
        except NotExpressible as error:
            raise BadOption(f"The map {world.name!r} cannot be written in PDDL: {error}") from None
    if out is None:
        for text in texts.values():
            typer.echo(text)
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            write_atomically(out / name, text.encode())
    except OSError as error:
        raise BadOption(f"Cannot write into {str(out)!r}: {error.strerror}; choose another --out.") from None
    typer.echo(f"Wrote {', '.join(str(out / name) for name in texts)}")
