"""Options that several commands share, declared once so that they read the same everywhere."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

__all__ = [
    "AsJson", "AtTime", "Config", "Lora", "MapName", "Mission", "Model", "Out", "Rules", "Seed", "SkillFiles",
    "Start", "Unknown", "Verbose", "make_folder",
]  # fmt: skip

Mission: TypeAlias = Annotated[str, typer.Argument(help="What the robot should do, in plain language.", show_default=False)]
MapName: TypeAlias = Annotated[
    str,
    typer.Option(
        "--map",
        "-m",
        help="A shipped map (warehouse, hospital, home, plant, factory), a saved map's folder, or a map_server .yaml.",
    ),
]
SkillFiles: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option("--skills", help="A Python file or folder with your own skills; may be repeated.", show_default=False),
]
Config: TypeAlias = Annotated[
    Path | None, typer.Option("--config", help="Settings file; otherwise ./surefoot.toml is read if it is there.")
]
Model: TypeAlias = Annotated[
    Path | None,
    typer.Option("--model", help="A GGUF model to plan with instead of the shipped one.", show_default=False),
]
Lora: TypeAlias = Annotated[Path | None, typer.Option("--lora", help="A LoRA adapter (GGUF) for that model.", show_default=False)]
Start: TypeAlias = Annotated[
    str | None,
    typer.Option("--start", help="Start pose x,y,yaw in metres and radians; the map's dock otherwise.", show_default=False),
]
Rules: TypeAlias = Annotated[
    Path | None,
    typer.Option("--rules", help="House rules (docs/rules.md) instead of the map's own rules.yaml.", show_default=False),
]
AtTime: TypeAlias = Annotated[
    str | None,
    typer.Option("--at", help="Time of day hh:mm at which the mission starts, for rules with time windows.", show_default=False),
]
Out: TypeAlias = Annotated[
    Path | None, typer.Option("--out", "-o", help="Where to draw the picture (.png or .svg).", show_default=False)
]
Unknown: TypeAlias = Annotated[
    Literal["blocked", "allowed", "ask"] | None,
    typer.Option(
        "--unknown",
        help="Space that nobody has mapped: blocked, allowed, or ask: go through it only where there is no other way and a person "
        "approves; otherwise as the settings say (blocked).",
        show_default=False,
    ),
]
Seed: TypeAlias = Annotated[int, typer.Option("--seed", help="Seed for the planner's sampling; the simulation is without chance.")]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, for machines.")]
Verbose: TypeAlias = Annotated[
    int, typer.Option("--verbose", "-v", count=True, help="Say more: -v the planner's answers, -vv log lines.")
]


def make_folder(picture: Path) -> None:
    """Make the folder that a picture goes into, before any work is done for it.

    Raises:
        BadOption: It cannot be made, or the picture is neither a .png nor an .svg.
    """
    from agent.errors import BadOption

    if picture.suffix.lower() not in (".png", ".svg"):
        raise BadOption(f"Cannot draw to {str(picture)!r}: the name must end in .png or .svg.")
    try:
        picture.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadOption(f"Cannot write into {str(picture.parent)!r}: {error.strerror}; choose another --out.") from None
