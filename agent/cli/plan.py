"""``surefoot plan``: the dry run. Plans, verifies, repairs, draws; nothing moves and nothing is stored."""

from pathlib import Path
from typing import Any

import typer

from agent.cli.certificates import CertificateFile
from agent.cli.limits import MaxDistance, MaxEnergy, MaxSteps, MaxTime, make_limits
from agent.cli.options import (
    AsJson,
    AtTime,
    Config,
    Lora,
    MapName,
    Mission,
    Model,
    Out,
    Rules,
    Seed,
    SkillFiles,
    Start,
    Unknown,
    Verbose,
    make_folder,
)  # fmt: skip

__all__ = ["plan"]


def plan(
    mission: Mission,
    map_name: MapName = "warehouse",
    skill_files: SkillFiles = None,
    config: Config = None,
    model: Model = None,
    lora: Lora = None,
    start: Start = None,
    rules: Rules = None,
    at: AtTime = None,
    unknown: Unknown = None,
    max_time: MaxTime = None,
    max_distance: MaxDistance = None,
    max_steps: MaxSteps = None,
    max_energy: MaxEnergy = None,
    out: Out = None,
    certificate: CertificateFile = None,
    seed: Seed = 0,
    as_json: AsJson = False,
    verbose: Verbose = 0,
) -> None:
    """Plan a mission and judge every step, without moving anything: verdicts, distance, time, battery, a picture."""
    import asyncio

    from rich.console import Console
    from rich.markup import escape

    from agent.cli.caches import load_map, remember_routes
    from agent.cli.logs import set_up_logging
    from agent.cli.setup import load_skill_set, load_start, mission_rules, overrides, paper_runtime
    from agent.mission import dry_run
    from agent.planners import check_mission
    from agent.planners.make import make_planner
    from agent.settings import load_settings
    from maps import find_map

    set_up_logging(verbose)
    console = Console(stderr=True)
    instruction = check_mission(mission)
    picture = _picture(out, instruction)
    settings = load_settings(config, overrides(model=model, lora=lora, seed=seed, unknown=unknown))
    path = find_map(map_name)
    world = load_map(path)
    remember_routes(world)
    skills = load_skill_set(skill_files, world)
    state = load_start(world, settings.body, start)
    planner = make_planner(settings)
    events: list[tuple[str, dict[str, Any]]] = []

    def watch(type: str, data: dict[str, Any]) -> None:
        events.append((type, data))
        if verbose and type == "proposed":
            console.print(f"[dim]{escape(data['planner'])}, {data['seconds']:.2f} s: {escape(data['text'])}[/dim]", soft_wrap=True)

    runtime = paper_runtime(settings, world, state, skills, planner, watch, mission_rules(world, instruction, rules, at))
    runtime.limits = make_limits(max_time, max_distance, max_steps, max_energy)

    async def work() -> Any:
        try:
            return await dry_run(runtime, instruction)
        finally:
            await planner.close()

    with console.status("planning ..."):
        result = asyncio.run(work())
    verdict = runtime.verdict
    if verdict is not None and certificate is not None:
        from agent.cli.certificates import write_certificates

        write_certificates(certificate, verdict, runtime.steps, runtime.world, path)
    if verdict is not None:
        from agent.scene import plan_scene
        from maps import draw

        draw(world, plan_scene(instruction, verdict, world, runtime.body, state), picture)
    if as_json:
        from agent.cli.show import print_json

        print_json(
            {
                "surefoot": 1,
                "status": result.status,
                "summary": result.summary,
                "question": None if result.request is None else result.request.model_dump(),
                "plan": result.state.get("plan"),
                "verdict": None if verdict is None else verdict.to_json(),
                "picture": None if verdict is None else str(picture),
                "rounds": [data for type, data in events if type == "proposed"],
            }
        )
    else:
        from agent.cli.show import print_confidence, print_spoken, print_verdict, print_warnings

        table = Console()
        print_warnings(world, table)
        if verdict is not None:
            print_verdict(verdict, table)
            print_spoken(runtime.rules, table)
            print_confidence(events, table)
            table.print(f"picture: {picture}", soft_wrap=True, markup=False, highlight=False)
        if result.request is not None:
            choices = ", ".join(result.request.choices)
            table.print(f"[yellow]?[/yellow] {escape(f'{result.request.text} {choices}')}", soft_wrap=True)
        elif verdict is None or not verdict.ok:
            table.print(result.summary, soft_wrap=True, markup=False)
    raise typer.Exit(_exit_code(result.status, verdict is not None and verdict.ok))


def _exit_code(status: str, ok: bool) -> int:
    if status == "waiting":
        return 3
    return 0 if ok else 1


def _picture(out: Path | None, instruction: str) -> Path:
    """Where the picture goes: as asked, else into the user's cache, named after the mission; where there is none, into /tmp."""
    if out is not None:
        make_folder(out)
        return out
    import re
    import tempfile
    from hashlib import sha256

    from platformdirs import user_cache_path

    from agent.errors import BadOption

    stem = re.sub(r"[^a-z0-9]+", "-", instruction.lower()).strip("-")[:48] or "plan"
    if len(instruction) > 48 or not instruction.isascii():  # another mission may begin with the same words, or have none of these
        stem += "-" + sha256(instruction.encode()).hexdigest()[:8]
    picture = user_cache_path("surefoot") / "pictures" / f"{stem}.png"
    try:
        make_folder(picture)
    except BadOption:
        picture = Path(tempfile.mkdtemp(prefix="surefoot-")) / picture.name
    return picture
