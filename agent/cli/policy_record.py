"""``surefoot policy record``: demonstrations of the scripted expert, as a dataset that policies learn from."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from agent.cli.options import AsJson

if TYPE_CHECKING:
    from skills.robots.physics.demonstrations import Recorded

__all__ = ["record"]

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the dataset goes; must hold none yet.", show_default=False)]
Episodes = Annotated[int, typer.Option("--episodes", "-n", min=1, help="Episodes to keep; about 100 frames each.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of the first episode; they count up.")]
Noise = Annotated[
    float, typer.Option("--noise", min=0.0, max=0.3, help="How hard the hand is pushed off its path at times, radians.")
]
Pixels = Annotated[
    int,
    typer.Option("--pixels", min=16, max=480, help="Side of the pictures, a multiple of 16: 64 for nano, 96 for small and base."),
]
Task = Annotated[
    Literal["pick", "place", "press"] | None, typer.Option("--task", help="Only this task; drawn by default.", show_default=False)
]
Actor = Annotated[
    str | None,
    typer.Option(
        "--actor", metavar="FOLDER", show_default=False,
        help="Let this policy take turns with the expert, and keep how the expert goes on (DAgger); use new --seed numbers.",
    ),
]  # fmt: skip
AllPairs = Annotated[
    bool, typer.Option("--all-pairs", help="Also the six pairs of colours that surefoot policy eval asks for as unseen.")
]


def record(
    folder: Folder,
    episodes: Episodes = 200,
    seed: Seed = 0,
    noise: Noise = 0.03,
    pixels: Pixels = 96,
    task: Task = None,
    actor: Actor = None,
    all_pairs: AllPairs = False,
    as_json: AsJson = False,
) -> None:
    """Let the scripted expert act in the cell, and write what it sees and does as a LeRobot 3.0 dataset.

    The expert is pushed off its path at times, and every frame holds what it would do from there: a policy learns to mend its
    mistakes. Masses, frictions, colours, light and places differ from episode to episode; each keeps them as physics_context.
    With --actor a policy in training takes turns with it, so that what the expert does where *it* gets to is learnt too: kept are
    the expert's turns, each as an episode of the dataset. Ctrl-C ends it with the episodes so far.
    """
    import time

    from rich.console import Console

    from agent.cli.policy_choice import choose_policy, require
    from agent.cli.policy_progress import Bar
    from agent.cli.show import print_json
    from agent.errors import BadOption

    require("surefoot policy record", ("mujoco", "mink"), "physics")
    require("surefoot policy record", ("torch", "pyarrow", "PIL"), "vla")
    if pixels % 16:
        raise BadOption(f"--pixels {pixels} is not a multiple of 16: the network halves a picture four times.")
    from agent.cli.policy_stop import stopping
    from skills.robots.physics.demonstrations import record as record_episodes
    from skills.robots.physics.plant import pixels_of
    from skills.robots.physics.trials import FIRST_SEED

    if seed + 2 * episodes > FIRST_SEED:
        raise BadOption(f"Seeds from {FIRST_SEED} on are those of surefoot policy eval: give a smaller --seed.")

    console = Console(stderr=as_json)
    chosen = None if actor is None else choose_policy(actor, recover=False)
    if chosen is not None:
        console.print(chosen.said, soft_wrap=True, markup=False, highlight=False)
        pixels = pixels_of(chosen.policy)
    begun = time.monotonic()
    with Bar(console, "episodes", episodes) as bar, stopping() as stopped:

        def told(number: int, so_far: "Recorded") -> None:
            rate = so_far.frames / max(time.monotonic() - begun, 1e-9)
            bar.show(so_far.kept, f"{so_far.frames} frames, {rate:.0f} frames/s")

        made = record_episodes(
            folder, episodes=episodes, seed=seed, noise=noise, pixels=pixels, task=task,
            actor=None if chosen is None else chosen.policy,
            wanted=(lambda scene: True) if all_pairs else (lambda scene: not scene.held_out), told=told, stopped=stopped,
        )  # fmt: skip
    seconds = time.monotonic() - begun
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    told_json = {
        "surefoot": 1, "folder": str(folder), "episodes": made.kept, "tried": made.tried, "frames": made.frames,
        "seconds": round(seconds, 1), "frames_per_s": round(made.frames / seconds, 1), "bytes": size,
    }  # fmt: skip
    if as_json:
        print_json(told_json)
    else:
        console.print(
            f"{made.kept} episodes of {made.tried} tried, {made.frames} frames, {size / 1e6:.1f} MB in {seconds:.0f} s "
            f"({made.frames / seconds:.0f} frames/s): {folder}",
            soft_wrap=True, markup=False, highlight=False,
        )  # fmt: skip
        console.print(f"next: surefoot policy train {folder} --out train", soft_wrap=True, markup=False, highlight=False)
    raise typer.Exit(130 if made.kept < episodes else 0)
