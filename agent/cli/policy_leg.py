"""One leg of a training, whatever is trained: what it may be told, its bar, its end; ``surefoot policy train`` and ``distill``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from policies.vla.training import Training

__all__ = [
    "Accumulate", "Batch", "Bf16", "Device", "Minutes", "Out", "Rate", "Save", "Seed", "Steps", "Stride", "Threads", "check_device",
    "check_without", "leg",
]  # fmt: skip

Out = Annotated[Path, typer.Option("--out", "-o", help="Folder for checkpoint, log.jsonl and the policy.")]
Minutes = Annotated[
    float, typer.Option("--minutes", min=0.01, help="Wall time of all stages, earlier legs counted; 90 for a first result.")
]
Batch = Annotated[int, typer.Option("--batch", min=1, help="Samples per step; 32 on a CPU, 256 on a GPU.")]
Accumulate = Annotated[int, typer.Option("--accumulate", min=1, help="Batches per optimiser step, where memory is short.")]
Rate = Annotated[float, typer.Option("--rate", min=1e-6, max=0.1, help="Step length at its highest.")]
Stride = Annotated[
    int, typer.Option("--stride", min=1, help="Look at every so manieth frame only: less memory, nearly as much to learn.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of weights and samples.")]
Threads = Annotated[int, typer.Option("--threads", min=1, max=256, help="Of the CPU.")]
Device = Annotated[str | None, typer.Option("--device", help="cpu or cuda; a GPU where there is one.", show_default=False)]
Bf16 = Annotated[
    bool, typer.Option("--bf16", help="Compute in bfloat16 on a processor too: base takes half the time, nano gains nothing.")
]
Save = Annotated[float, typer.Option("--save-every", min=0.05, help="Minutes between checkpoints.")]
Steps = Annotated[int | None, typer.Option("--steps", min=1, help="End this leg after so many steps.", show_default=False)]


def leg(training: "Training", *, minutes: float, steps: int | None, save_every: float, as_json: bool) -> None:
    """Train until the time is up or Ctrl-C is pressed, write the policy, and say how it went.

    Args:
        training: New or gone on with.
        minutes: Of all legs.
        steps: End this one after so many.
        save_every: Minutes between checkpoints.
        as_json: Print JSON, and everything else to standard error.

    Raises:
        typer.Exit: Always; 130 after Ctrl-C.
    """
    from rich.console import Console

    from agent.cli.policy_progress import Bar
    from agent.cli.policy_stop import stopping
    from agent.cli.show import print_json
    from policies.vla.train import run

    console = Console(stderr=as_json)
    first, before, last = training.step, training.elapsed, dict[str, Any]()
    if first:
        console.print(f"going on after {before / 60:.1f} min, step {first}", highlight=False)
    with Bar(console, "training", 60 * minutes, counted=False) as bar, stopping() as stopped:

        def told(record: dict[str, Any]) -> None:
            last.update(record)

        def shown() -> bool:
            worth = last.get("action", last.get("where"))
            note = f"{training.name}, step {training.step}" + ("" if worth is None else f", loss {worth:.3f}")
            bar.show(training.elapsed, note)
            return stopped()

        finished = run(training, 60 * minutes, steps or 10**9, 60 * save_every, told=told, stopped=shown)
        broken = stopped()
    policy = training.folder / "policy"
    training.policy().save_pretrained(policy)
    spent = training.elapsed - before
    pace = (training.step - first) * training.batch * training.accumulate / spent if spent > 0 else 0.0
    if as_json:
        print_json({
            "surefoot": 1, "folder": str(training.folder), "policy": str(policy), "finished": finished, "stage": training.name,
            "steps": training.step, "minutes": round(training.elapsed / 60, 3), "samples_per_s": round(pace, 1), "last": last,
        })  # fmt: skip
    else:
        word = "trained" if finished else "stopped; the same command goes on"
        console.print(
            f"{word}: {training.elapsed / 60:.1f} min, {training.step} steps, stage {training.name}, {pace:.0f} samples/s",
            highlight=False,
        )
        console.print(f"next: surefoot policy eval --policy {training.folder}", soft_wrap=True, markup=False, highlight=False)
    raise typer.Exit(130 if broken else 0)


def check_without(without: list[str] | None, may_go: tuple[str, ...]) -> None:
    """Whether all that shall be left out can be.

    Raises:
        BadOption: Something cannot.
    """
    from agent.errors import BadOption

    odd = [name for name in without or () if name not in may_go]
    if odd:
        raise BadOption(f"--without {odd[0]} is nothing that can be left out: {', '.join(may_go)}.")


def check_device(device: str | None) -> None:
    """Whether there is such a device.

    Raises:
        BadOption: There is none.
    """
    import torch

    from agent.errors import BadOption

    if device not in (None, "cpu") and not (str(device).startswith("cuda") and torch.cuda.is_available()):
        raise BadOption(f"--device {device} is not there: this torch can use {'cuda' if torch.cuda.is_available() else 'cpu'}.")
