"""``surefoot policy train``: a policy from demonstrations, in three stages, on as long as it is given."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from agent.cli.options import AsJson
from agent.cli.policy_leg import (
    Accumulate,
    Batch,
    Bf16,
    Device,
    Minutes,
    Out,
    Rate,
    Save,
    Seed,
    Steps,
    Stride,
    Threads,
    check_device,
    check_without,
    leg,
)  # fmt: skip

__all__ = ["train"]

Data = Annotated[
    list[Path], typer.Argument(metavar="DATASET...", help="What surefoot policy record wrote, one or more.", show_default=False)
]
SizeOf = Annotated[
    Literal["nano", "small", "base", "full"],
    typer.Option("--size", help="About 2.5, 13 or 33 million parameters; full: with --vision and --language.", show_default=True),
]
HeadOf = Annotated[
    Literal["l1", "flow", "binned"],
    typer.Option("--head", help="How actions come out: regressed, integrated, or chosen among bins (a teacher's)."),
]
Vision = Annotated[
    Path | None, typer.Option("--vision", help="For --size full: local folder of a pretrained CLIP.", show_default=False)
]
Language = Annotated[
    Path | None,
    typer.Option("--language", help="For --size full: local folder of a Llama, Mistral or Qwen model.", show_default=False),
]
Start = Annotated[
    Path | None,
    typer.Option(
        "--from", help="Begin with a trained policy (its size and head count): a round of DAgger, new things.", show_default=False
    ),
]
Arm = Annotated[
    Path | None,
    typer.Option("--arm", help="File of the arm that torques are of, such as with its tool; the dataset's.", show_default=False),
]
Velocity = Annotated[bool, typer.Option("--velocity", help="Tell the policy how fast the joints have been sent, too.")]
Qlora = Annotated[bool, typer.Option("--qlora", help="Keep what LoRA is added to in four bits (NF4); what is written is merged.")]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        help="Leave out align, instruct, act, move, alignment, look, physics or smoothness; repeatable.",
        show_default=False,
    ),
]


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
    bf16: Bf16 = False,
    save_every: Save = 10.0,
    steps: Steps = None,
    without: Without = None,
    vision: Vision = None,
    language: Language = None,
    qlora: Qlora = False,
    start: Start = None,
    arm: Arm = None,
    velocity: Velocity = False,
    as_json: AsJson = False,
) -> None:
    """Train a policy in three stages: what a scene looks like, what instructions mean, then what to do.

    A fifth of --minutes goes into the first, a tenth into the second. The same command goes on exactly where the last checkpoint
    was written, so a run may be broken off at any time (Ctrl-C writes one) and given more minutes later. The policy lies in
    OUT/policy. Where there is no surefoot command: python -m policies.vla.train --help.
    """
    from agent.cli.policy_choice import require

    more = ("tokenizers",) if size == "full" else ()
    require("surefoot policy train", ("torch", "safetensors", "pyarrow", "PIL", *more), "full" if more else "vla")
    check_device(device)
    from policies.vla.train import WITHOUT, prepare

    check_without(without, WITHOUT)

    training = prepare(
        data, out, size=size, head=head, batch=batch, accumulate=accumulate, rate=rate, stride=stride, seed=seed, threads=threads,
        device=device, bf16=bf16, without=tuple(without or ()), vision=vision, language=language, qlora=qlora,
        start=start, arm=arm, velocity=velocity,
    )  # fmt: skip
    leg(training, minutes=minutes, steps=steps, save_every=save_every, as_json=as_json)
