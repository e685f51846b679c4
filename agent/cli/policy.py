"""``surefoot policy``: record demonstrations, train a policy on them, distil it, try it, export it, look at what a folder holds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import policy_distill, policy_eval, policy_record, policy_train
from agent.cli.options import AsJson

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help="Policies that move the arm: record, train, distill, eval, export, info.",
    epilog="In this order: `surefoot policy record demos`, `surefoot policy train demos --out train`, "
    "`surefoot policy eval --policy train`, `surefoot policy export train --out policy`, "
    "`surefoot run ... --robot mujoco --policy policy`.",
    rich_markup_mode="markdown",
)
app.command("record")(policy_record.record)
app.command("train")(policy_train.train)
app.command("distill")(policy_distill.distill)
app.command("eval")(policy_eval.evaluate)

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", show_default=False)]


@app.callback()
def common() -> None:
    """Policies that move the arm: record, train, distill, eval, export, info."""


@app.command("export")
def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A training or a checkpoint.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the export; an older one there is replaced.")] = Path(
        "policy"
    ),
    as_json: AsJson = False,
) -> None:
    """Write a policy as one folder for every runtime: .pt2, ONNX, weights, statistics, and a manifest with parity.

    Each backend that runs here is compared with the network; one whose actions differ by more than 1e-5 and nothing is written.
    TensorRT engines are built where the policy is first used, for the GPU there.
    """
    from rich.console import Console

    from agent.cli.policy_choice import require
    from agent.cli.show import print_json
    from policies.vla.folders import about_folder, policy_in

    require("surefoot policy export", ("torch", "safetensors", "onnx", "onnxscript"), "export")
    where = policy_in(folder)
    from policies.vla.export import export as write_export
    from policies.vla.policy import VLAPolicy

    console = Console(stderr=as_json)
    with console.status("loading ...") as status:
        manifest = write_export(VLAPolicy.from_pretrained(where), out, told=lambda line: status.update(f"{line} ..."))
    told = about_folder(out)
    if as_json:
        print_json({"surefoot": 1, **told})
        return
    _print_parity(manifest["parity"], console)
    console.print(f"{told['name']}, {told['bytes'] / 1e6:.1f} MB: {out}", soft_wrap=True, markup=False, highlight=False)
    console.print(
        f"next: surefoot run 'press the packing button' --map factory --robot mujoco --policy {out}",
        soft_wrap=True, markup=False, highlight=False,
    )  # fmt: skip


@app.command("info")
def info(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A dataset, training, checkpoint or export.", show_default=False)
    ],
    as_json: AsJson = False,
) -> None:
    """Say what a folder holds: demonstrations, a training, a checkpoint or an export, in its own numbers."""
    from agent.cli.show import print_json
    from policies.vla.folders import about_folder

    told = about_folder(folder)
    if as_json:
        print_json({"surefoot": 1, **told})
        return
    from rich.console import Console

    console = Console()
    _print_about(told, console)


def _print_about(told: dict[str, Any], console: "Console") -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for key, value in told.items():
        if key in ("parity", "policy") or value is None:
            continue
        table.add_row(key, f"{value / 1e6:.1f} MB" if key == "bytes" else _words(value))
    console.print(table, highlight=False)
    if "parity" in told:
        _print_parity(told["parity"], console)
    if told.get("policy"):
        console.print("its policy:", highlight=False)
        _print_about(told["policy"], console)


def _print_parity(parity: dict[str, Any], console: "Console") -> None:
    for name, found in parity.items():
        if "not_run" in found:
            console.print(f"parity {name}: not run: {found['not_run']}", soft_wrap=True, markup=False, highlight=False)
        else:
            worst = found["largest_difference"]
            console.print(
                f"parity {name}: largest difference {worst['decode']:.1e} in actions, {worst['encode']:.1e} in the latent "
                f"(bar {found['bar']:.0e})",
                soft_wrap=True, markup=False, highlight=False,
            )  # fmt: skip


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_words(part)}" for key, part in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
