"""``surefoot run`` and ``surefoot resume``: a mission from its sentence, or from where it stopped, to its report and picture."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from agent.cli.limits import MaxDistance, MaxEnergy, MaxSteps, MaxTime, make_limits
from agent.cli.options import (
    AsJson,
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

if TYPE_CHECKING:
    from agent.mission import MissionResult
    from agent.operator import OperatorAnswer, OperatorRequest
    from agent.planners import Planner
    from agent.runtime import MissionRuntime
    from agent.settings import Settings
    from agent.store import MissionFolder
    from maps import Pose

__all__ = ["resume", "run"]

_EXIT = {"succeeded": 0, "waiting": 3, "held": 130, "cancelled": 130}

Approve = Annotated[
    Literal["off", "ask", "auto"] | None,
    typer.Option("--approve", help="off: run what the verifier accepts; ask: always ask; auto: ask when it warns."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Answer every request for approval with yes.")]
Reply = Annotated[
    str | None,
    typer.Option(
        "--answer", metavar="TEXT", help="What the mission waits to be told: yes, no, a choice or its number, a sentence."
    ),
]
RobotKind = Annotated[
    Literal["simulated", "mujoco"] | None,
    typer.Option("--robot", help="simulated: moves on the map; mujoco: a body with an arm in physics.", show_default=False),
]
PolicyName = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar="expert|FOLDER",
        help="Who moves the arm in physics: the scripted expert, or a learned policy (surefoot policy); the shipped one otherwise.",
        show_default=False,
    ),
]
PlanFile = Annotated[
    Path | None,
    typer.Option("--plan", metavar="PLAN.json", help="Carry out this plan instead of asking the model.", show_default=False),
]
VideoFile = Annotated[Path | None, typer.Option("--video", help="Film the robot in physics (.mp4, .gif).", show_default=False)]
ReportFile = Annotated[
    Path | None,
    typer.Option("--report", help="Write the report as JSON here too, with the robot's own account.", show_default=False),
]
Rate = Annotated[float | None, typer.Option("--rate", help="Robot seconds per second in simulation.", min=0.01, max=10000.0)]


def run(
    mission: Mission,
    map_name: MapName = "warehouse",
    robot: RobotKind = None,
    policy: PolicyName = None,
    plan: PlanFile = None,
    video: VideoFile = None,
    report: ReportFile = None,
    approve: Approve = None,
    yes: Yes = False,
    rate: Rate = None,
    skill_files: SkillFiles = None,
    config: Config = None,
    model: Model = None,
    lora: Lora = None,
    start: Start = None,
    rules: Rules = None,
    unknown: Unknown = None,
    max_time: MaxTime = None,
    max_distance: MaxDistance = None,
    max_steps: MaxSteps = None,
    max_energy: MaxEnergy = None,
    out: Out = None,
    seed: Seed = 0,
    as_json: AsJson = False,
    verbose: Verbose = 0,
) -> None:
    """Run a mission: plan, verify, ask for approval, carry out in simulation, report, draw.

    Ctrl-C once stops the robot and keeps the mission (surefoot resume ID); twice cancels it.
    Without a terminal to ask at, the mission waits (exit code 3) and surefoot resume ID --answer TEXT goes on.
    """
    from agent.cli.caches import load_map
    from agent.cli.check_plan import read_plan
    from agent.cli.logs import set_up_logging
    from agent.cli.policy_choice import named_policy
    from agent.cli.robots import arm_of, check_outputs
    from agent.cli.setup import load_house_rules, load_skill_set, load_start, open_store, overrides
    from agent.planners import check_mission
    from agent.settings import load_settings
    from maps import find_map

    set_up_logging(verbose)
    instruction = check_mission(mission)
    limits = make_limits(max_time, max_distance, max_steps, max_energy)
    if out is not None:
        make_folder(out)
    options = overrides(
        model=model, lora=lora, seed=seed, approval=approve, unknown=unknown, robot__rate=rate, robot__kind=robot,
        robot__policy=named_policy(policy),
    )  # fmt: skip
    settings = load_settings(config, options)
    check_outputs(settings, video, report)
    arm_of(settings, policy)  # a policy that cannot act is told before a mission is made
    given = None if plan is None else read_plan(plan)
    path = find_map(map_name)
    world = load_map(path)
    skills = load_skill_set(skill_files, world, handling=settings.robot.kind == "mujoco")
    load_house_rules(world, rules)  # a mistake in them is told before a mission is made
    pose = load_start(world, settings.body, start).pose
    folder = open_store(settings).create(
        {
            "instruction": instruction,
            "map": map_name if not Path(map_name).exists() else str(Path(map_name).resolve()),
            "settings": settings.model_dump(mode="json"),
            "skills_files": tuple(str(file.resolve()) for file in skill_files or ()),
            "limits": {} if limits is None else limits.given(),
            "plan": None if given is None else given.to_json(),
            "plan_file": "" if plan is None else plan.name,
            "rules_file": "" if rules is None else str(rules.resolve()),
            "start": (pose.x, pose.y, pose.yaw),
            "seed": seed,
        }
    )
    with folder.locked():
        _go(
            folder, settings, world, skills, new=True, yes=yes, out=out, as_json=as_json, verbose=verbose, video=video,
            report_file=report,
        )  # fmt: skip


def resume(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="A mission's id, or the beginning of it.")],
    answer: Reply = None,
    video: VideoFile = None,
    report: ReportFile = None,
    yes: Yes = False,
    rate: Rate = None,
    config: Config = None,
    out: Out = None,
    as_json: AsJson = False,
    verbose: Verbose = 0,
) -> None:
    """Go on with a mission that was held, waits for an answer, or whose process died. No finished step is repeated.

    --answer gives the answer that it waits for, without a terminal: yes or no to a plan, a choice by number or name, or free text.
    """
    from agent.cli.logs import set_up_logging
    from agent.cli.robots import check_outputs
    from agent.cli.setup import load_skill_set, open_store
    from agent.settings import load_settings, stored_settings
    from maps import find_map, load_world

    set_up_logging(verbose)
    folder = open_store(load_settings(config)).open(identifier)
    if out is not None:
        make_folder(out)
    record = folder.read()
    settings = stored_settings(record.settings)
    if rate is not None:
        settings = settings.model_copy(update={"robot": settings.robot.model_copy(update={"rate": rate})})
    check_outputs(settings, video, report)
    world = load_world(find_map(record.map))
    skills = load_skill_set([Path(file) for file in record.skills_files], world, handling=settings.robot.kind == "mujoco")
    with folder.locked():  # before anything of the mission is touched: another process may be at it
        told = None if answer is None or record.ended else _told(folder, answer)
        _go(
            folder, settings, world, skills, new=False, yes=yes, told=told, out=out, as_json=as_json, verbose=verbose,
            video=video, report_file=report,
        )  # fmt: skip


def _told(folder: "MissionFolder", text: str) -> "tuple[OperatorRequest, OperatorAnswer]":
    """The request that a mission waits with, and this text as its answer."""
    from agent.answering import answer_to, pending_request
    from agent.errors import BadOption
    from agent.journal import read_journal

    request = pending_request(read_journal(folder.journal))
    if request is None:
        raise BadOption(f"Mission {folder.id} waits for no answer; resume it without --answer.")
    return request, answer_to(request, text)


def _go(
    folder: "MissionFolder", settings: "Settings", world: Any, skills: Any, *,
    new: bool, yes: bool, told: "tuple[OperatorRequest, OperatorAnswer] | None" = None,
    out: Path | None, as_json: bool, verbose: int, video: Path | None = None, report_file: Path | None = None,
) -> None:  # fmt: skip
    """Run or resume, show progress, draw, print the report, exit with its code."""
    import asyncio

    from rich.console import Console

    from agent.answering import answering_first
    from agent.cli.progress import ProgressView
    from agent.cli.robots import arm_of, filming, write_report
    from agent.cli.setup import live_runtime
    from agent.cli.show import print_json, print_report, print_spoken, print_warnings
    from agent.cli.terminal import interrupts, print_choices, terminal_operator
    from agent.mission import Control, emitter, resume_mission, run_mission
    from agent.planners.make import make_planner
    from agent.planners.plan_file import PlanFilePlanner
    from skills import Plan

    console = Console(stderr=as_json)
    view = ProgressView(console, verbose=verbose)
    emit = emitter(folder, view.watch)
    record = folder.read()
    planner: Planner
    if record.plan is not None:
        planner = PlanFilePlanner(Plan.model_validate(record.plan), record.plan_file)
    else:
        planner = make_planner(settings, lambda sentence: emit("planner_switched", {"reason": sentence}))
    arm = arm_of(settings)
    runtime = live_runtime(settings, folder, record, world, skills, planner, emit)
    print_warnings(world, console)

    async def work() -> "tuple[MissionResult, Pose]":
        control = Control()
        ask = terminal_operator(console, control, yes=yes, interactive=sys.stdin.isatty() and not as_json)
        if told is not None:
            ask = answering_first(*told, ask)

        async def operator(request: Any) -> Any:
            view.pause()
            try:
                return await ask(request)
            finally:
                view.go_on()

        try:
            with interrupts(control, console), filming(runtime.robot, video, view.filmed), view:
                act = run_mission if new else resume_mission
                result = await act(folder, runtime, operator, control)
            return result, (await runtime.observe_robot()).pose
        finally:
            await planner.close()

    console.print(f"mission [bold]{folder.id}[/bold]", highlight=False)
    if arm:
        console.print(arm, soft_wrap=True, markup=False, highlight=False)
    print_spoken(() if runtime.keeper is None else runtime.keeper.rules(), console)
    result, pose = asyncio.run(work())
    picture = _draw(folder, runtime, pose, out)
    report = folder.read_document("report.json") or {"status": result.status, "summary": result.summary}
    report = {**report, "status": result.status, "summary": result.summary}
    if report_file is not None:
        write_report(report_file, report, runtime.robot)
    filmed = video is not None and video.exists()
    if as_json:
        question = None if result.request is None else result.request.model_dump()
        files = {"picture": str(picture), "events": str(folder.journal)} | ({"video": str(video)} if filmed else {})
        print_json({"surefoot": 1, "mission": folder.id, **report, "question": question, **files})
    else:
        print_report(report, console)
        if result.request is not None:
            print_choices(result.request, console)
            console.print(f"to answer: surefoot resume {folder.id} --answer TEXT", markup=False, highlight=False)
        console.print(f"picture: {picture}", soft_wrap=True, markup=False, highlight=False)
        if filmed and video is not None:
            size = f"{video.stat().st_size / 1e6:.1f} MB"
            console.print(f"video: {video} ({size})", soft_wrap=True, markup=False, highlight=False)
    raise typer.Exit(_EXIT.get(result.status, 1))


def _draw(folder: "MissionFolder", runtime: "MissionRuntime", pose: "Pose", out: Path | None) -> Path:
    """The picture of what was driven, from the journal."""
    from agent.journal import read_journal
    from agent.scene import mission_scene
    from maps import draw

    scene = mission_scene(folder.read().instruction, read_journal(folder.journal), runtime.body, pose)
    return draw(runtime.world, scene, out or folder.picture)
