"""``surefoot policy eval``: how often a policy does what it is told, closed loop in the cell."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from agent.cli.options import AsJson, Verbose

if TYPE_CHECKING:
    from rich.console import Console

    from skills.robots.physics.trials import Trial

__all__ = ["evaluate"]

PolicyName = Annotated[
    str, typer.Option("--policy", help="expert, or a folder: a training, a checkpoint, an export; auto as for surefoot run.")
]
Backend = Annotated[
    str,
    typer.Option(
        "--backend",
        help="What computes an export: auto, tensorrt, cuda-graph, openvino, openvino-bf16, onnxruntime, pt2, eager or inductor.",
    ),
]
Episodes = Annotated[int, typer.Option("--episodes", "-n", min=1, help="Episodes of each group.")]
Groups = Annotated[list[str] | None, typer.Option("--group", help="Only seen, unseen or swapped; repeatable.", show_default=False)]
Task = Annotated[
    Literal["pick", "place", "press"] | None,
    typer.Option("--task", help="Only this task; drawn by default (unseen is always place).", show_default=False),
]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Seed of the first scene; 1000000.", show_default=False)]
Delay = Annotated[
    float, typer.Option("--delay", min=0.0, max=1000.0, help="How long an answer of the policy takes, simulated milliseconds.")
]
Limit = Annotated[float, typer.Option("--limit", min=1.0, max=600.0, help="When an episode is given up, simulated seconds.")]
ShiftBy = Annotated[
    Literal["physics", "light", "both"] | None,
    typer.Option("--shift", help="Shift masses and frictions, light, or both to where no demonstration was.", show_default=False),
]
Recover = Annotated[
    bool,
    typer.Option("--recover/--no-recover", help="Bring a learned policy out of a standstill, as missions do, or leave it there."),
]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", help="File for the trials, one JSON line each; a broken-off run goes on from it.")
]


def evaluate(
    policy: PolicyName = "auto",
    backend: Backend = "auto",
    episodes: Episodes = 100,
    groups: Groups = None,
    task: Task = None,
    seed: Seed = None,
    delay: Delay = 0.0,
    limit: Limit = 30.0,
    shift: ShiftBy = None,
    recover: Recover = True,
    out: Out = None,
    as_json: AsJson = False,
    verbose: Verbose = 0,
) -> None:
    """Count how often a policy succeeds in the manipulation cell, by the engine and the safety filter of missions.

    **seen**: scenes like those of the demonstrations, other seeds; **unseen**: a block on a tray whose pair of colours no
    demonstration had; **swapped**: the seen scenes once more, asked for another thing. Each with its 95 % interval. Success is
    what physics says. --shift plays the same scenes with other masses, frictions or light than any demonstration had. The same
    seeds give the same trials. -v names each trial that failed.
    """
    import time

    from rich.console import Console

    from agent.cli.policy_choice import choose_policy, require
    from agent.cli.policy_figures import TrialsFile, figures
    from agent.cli.policy_progress import Bar
    from agent.cli.policy_stop import stopping
    from agent.cli.show import print_json
    from agent.errors import BadOption
    from skills.robots.physics.trials import FIRST_SEED, GROUPS, trials

    require("surefoot policy eval", ("mujoco", "mink"), "physics")
    odd = [name for name in groups or () if name not in GROUPS]
    if odd:
        raise BadOption(f"--group {odd[0]} is none: choose {', '.join(GROUPS)}.")
    chosen = tuple(name for name in GROUPS if not groups or name in groups)
    console = Console(stderr=as_json)
    acting = choose_policy(policy, backend, recover=recover)
    console.print(acting.said, soft_wrap=True, markup=False, highlight=False)
    head = {
        "policy": "expert" if acting.policy is None else acting.policy.spec.name, "weights": acting.digest,
        "backend": acting.backend, "delay_ms": delay, "limit_s": limit, "task": task, "shift": shift,
        "recover": recover and acting.policy is not None,
    }  # fmt: skip
    file = None if out is None else TrialsFile(out, head)
    known = [] if file is None else file.read()
    begun = time.monotonic()
    made: list[Trial] = []
    with Bar(console, "trials", episodes * len(chosen)) as bar, stopping() as stopped:
        playing = trials(
            acting.policy, episodes=episodes, seed=FIRST_SEED if seed is None else seed, groups=chosen, task=task,
            delay_s=delay / 1000, limit_s=limit, shift=shift, known=known,
        )  # fmt: skip
        for trial in playing:
            if file is not None and trial not in known:
                file.append(trial)
            made.append(trial)
            bar.show(len(made), f"{trial.group}: {sum(t.success for t in made)} of {len(made)} done")
            if verbose and not trial.success:
                console.print(f"{trial.group} {trial.seed} {trial.instruction}: {trial.why}", markup=False, highlight=False)
            if stopped():
                break
    told = {"surefoot": 1, **head, "episodes": episodes, "trials": len(made)}
    told = {**told, "wall_s": round(time.monotonic() - begun, 1), **figures(made)}
    if as_json:
        print_json(told)
    else:
        _print(told, console)
    raise typer.Exit(130 if len(made) < episodes * len(chosen) else 0)


def _print(told: dict[str, Any], console: "Console") -> None:
    from rich.table import Table

    tasks = sorted({task for group in told["groups"].values() for task in group["tasks"]})
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("group", "trials", "success", "95 % interval", *tasks):
        table.add_column(heading, justify="left" if heading == "group" else "right", no_wrap=True)
    rows = {**told["groups"], **({"followed": told["followed"]} if "followed" in told else {})}
    for name, group in rows.items():
        by_task = [_percent(group.get("tasks", {}).get(task)) for task in tasks]
        table.add_row(
            name, str(group["of"]), _percent(group), f"{100 * group['low']:.1f}-{100 * group['high']:.1f}", *by_task
        )  # fmt: skip
    console.print(table)
    if "followed" in told:
        console.print("[dim]followed: scenes in which both the drawn and the swapped instruction were done[/dim]")
    for why, count in told["failures"].items():
        console.print(f"{count} failed: {why}", soft_wrap=True, markup=False, highlight=False)
    took = "" if told["done_s"] is None else f"; {told['done_s']:.1f} s of robot time for one that succeeds"
    console.print(f"{told['trials']} trials in {told['wall_s']:.0f} s{took}", highlight=False)


def _percent(share: dict[str, Any] | None) -> str:
    return "-" if share is None else f"{100 * share['share']:.1f} %"
