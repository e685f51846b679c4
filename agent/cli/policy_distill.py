"""``surefoot policy distill``: a small, fast policy from a large one that was trained, and the demonstrations of both."""

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

__all__ = ["distill"]

Teacher = Annotated[
    Path,
    typer.Argument(metavar="TEACHER", help="A training or checkpoint that was made with --head binned.", show_default=False),
]
Data = Annotated[
    list[Path], typer.Argument(metavar="DATASET...", help="What the teacher learnt from, one or more.", show_default=False)
]
SizeOf = Annotated[
    Literal["nano", "small", "base"], typer.Option("--size", help="The student's: about 1.5, 9 or 24 million parameters.")
]
Pixels = Annotated[
    int | None, typer.Option("--pixels", min=16, help="Side of the student's pictures; the data's without.", show_default=False)
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        help="Leave out align, alignment, look, physics, smoothness, soft, hard or feature; repeatable.",
        show_default=False,
    ),
]


def distill(
    teacher: Teacher,
    data: Data,
    out: Out = Path("student"),
    size: SizeOf = "nano",
    pixels: Pixels = None,
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
    as_json: AsJson = False,
) -> None:
    """Train a small policy by a large one: what a scene looks like, then what the teacher would do, and how sure it is.

    The loss is 0.7 of the divergence from the teacher's bins at temperature 4, 0.3 of what the student would have learnt alone, and
    0.1 of the distance between their features. The same command goes on where the last checkpoint was written, with the same
    teacher. The student lies in OUT/policy. Where there is no surefoot command: python -m policies.vla.distill --help.
    """
    from agent.cli.policy_choice import require

    require("surefoot policy distill", ("torch", "safetensors", "pyarrow", "PIL"), "vla")
    check_device(device)
    from policies.vla.distill import WITHOUT, prepare

    check_without(without, WITHOUT)
    training = prepare(
        teacher, data, out, size=size, pixels=pixels, batch=batch, accumulate=accumulate, rate=rate, stride=stride, seed=seed,
        threads=threads, device=device, bf16=bf16, without=tuple(without or ()),
    )  # fmt: skip
    leg(training, minutes=minutes, steps=steps, save_every=save_every, as_json=as_json)
