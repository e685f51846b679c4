"""``surefoot policy train``: a policy from demonstrations, in three stages, on as long as it is given."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from agent.cli.options import AsJson

__all__ = ["train"]

Data = Annotated[
    list[Path], typer.Argument(metavar="DATASET...", help="What surefoot policy record wrote, one or more.", show_default=False)
]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder for checkpoint, log.jsonl and the policy.")]
SizeOf = Annotated[
    Literal["nano", "small", "base"], typer.Option("--size", help="About 4, 9 or 24 million parameters.", show_default=True)
]
HeadOf = Annotated[
    Literal["l1", "flow", "binned"],
    typer.Option("--head", help="How actions come out: regressed, integrated, or chosen among bins (a teacher's)."),
]
Minutes = Annotated[
    float, typer.Option("--minutes", min=0.01, help="Wall time of all three stages, earlier legs counted; 90 for a first result.")
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
Save = Annotated[float, typer.Option("--save-every", min=0.05, help="Minutes between checkpoints.")]
Steps = Annotated[int | None, typer.Option("--steps", min=1, help="End this leg after so many steps.", show_default=False)]
Without = Annotated[
    list[str] | None,
    typer.Option("--without", help="Leave out align, instruct, alignment, physics or smoothness; repeatable.", show_default=False),
]

_MAY_GO = ("align", "instruct", "alignment", "physics", "smoothness")


def train(
    data: Data,
    out: Out = Path("train"),
    size: SizeOf = "nano",
    head: HeadOf = "l1",
    minutes: Minutes = 90.0,
    batch: Batch = 32,
    accumulate: Accumulate = 1,
    rate: Rate = 5e-4,
    stride: Stride = 1,
    seed: Seed = 0,
    threads: Threads = 2,
    device: Device = None,
    save_every: Save = 10.0,
    steps: Steps = None,
    without: Without = None,
    as_json: AsJson = False,
) -> None:
    """Train a policy in three stages: what a scene looks like, what instructions mean, then what to do.

    A fifth of --minutes each goes into the first two. The same command goes on exactly where the last checkpoint was written, so a
    run may be broken off at any time (Ctrl-C writes one) and given more minutes later. The policy lies in OUT/policy.
    Where there is no surefoot command: python -m policies.vla.train --help.
    """
    from rich.console import Console

    from agent.cli.policy_choice import require
    from agent.cli.policy_progress import Bar
    from agent.cli.policy_stop import stopping
    from agent.cli.show import print_json
    from agent.errors import BadOption

    require("surefoot policy train", ("torch", "safetensors", "pyarrow", "PIL"), "vla")
    odd = [name for name in without or () if name not in _MAY_GO]
    if odd:
        raise BadOption(f"--without {odd[0]} is nothing that can be left out: {', '.join(_MAY_GO)}.")
    from policies.vla.train import prepare, run

    _check_device(device)
    console = Console(stderr=as_json)
    training = prepare(
        data, out, size=size, head=head, batch=batch, accumulate=accumulate, rate=rate, stride=stride, seed=seed, threads=threads,
        device=device, without=tuple(without or ()),
    )  # fmt: skip
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
    pace = (training.step - first) * batch * accumulate / spent if spent > 0 else 0.0
    if as_json:
        print_json({
            "surefoot": 1, "folder": str(out), "policy": str(policy), "finished": finished, "stage": training.name,
            "steps": training.step, "minutes": round(training.elapsed / 60, 3), "samples_per_s": round(pace, 1), "last": last,
        })  # fmt: skip
    else:
        word = "trained" if finished else "stopped; the same command goes on"
        console.print(
            f"{word}: {training.elapsed / 60:.1f} min, {training.step} steps, stage {training.name}, {pace:.0f} samples/s",
            highlight=False,
        )
        console.print(f"next: surefoot policy eval --policy {out}", soft_wrap=True, markup=False, highlight=False)
    raise typer.Exit(130 if broken else 0)


def _check_device(device: str | None) -> None:
    """Whether there is such a device.

    Raises:
        BadOption: There is none.
    """
    import torch

    from agent.errors import BadOption

    if device not in (None, "cpu") and not (str(device).startswith("cuda") and torch.cuda.is_available()):
        raise BadOption(f"--device {device} is not there: this torch can use {'cuda' if torch.cuda.is_available() else 'cpu'}.")
