"""``surefoot maps``: which saved maps there are, what is on one, what is wrong with one, and a picture of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import map_edit
from agent.cli.map_check import check_command
from agent.cli.map_formats import export_command, import_command
from agent.cli.options import AsJson, make_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from maps import Feature, World

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Saved maps: list, show, check, draw, edit and compare them.")

app.command("check")(check_command)
app.command("import")(import_command)
app.command("export")(export_command)

MapArgument = Annotated[str, typer.Argument(metavar="MAP", help="A shipped map's name, a folder, or a map_server .yaml.")]


@app.command("list")
def list_maps(as_json: AsJson = False) -> None:
    """List the maps that Surefoot ships."""
    from agent.cli.show import print_json
    from maps import load_world, shipped_maps

    worlds = {name: load_world(path) for name, path in shipped_maps().items()}
    if as_json:
        rows = [
            {
                "name": name,
                "size_m": list(_size(world)),
                "places": len(world.places),
                "things": len(world.things),
                "doors": len(world.doors),
                "folder": str(world.folder),
            }
            for name, world in worlds.items()
        ]
        print_json({"surefoot": 1, "maps": rows})
        return
    for name, world in worlds.items():
        width, height = _size(world)
        counts = f"{len(world.places)} places, {len(world.things)} things, {len(world.doors)} doors"
        typer.echo(f"{name:<10} {width:g} x {height:g} m, {counts}")


@app.command("show")
def show(map_name: MapArgument, as_json: AsJson = False) -> None:
    """List what is on a map by name: places, things, doors and zones, with their aliases."""
    from agent.cli.show import print_json
    from maps import find_map, load_world

    world = load_world(find_map(map_name))
    groups: dict[str, Mapping[str, Feature]] = {
        "places": world.places,
        "things": world.things,
        "doors": world.doors,
        "zones": world.zones,
    }
    if as_json:
        print_json(
            {
                "surefoot": 1,
                "map": world.name,
                "revision": world.revision,
                "warnings": list(world.warnings),
                **{
                    group: [{"name": f.name, "kind": f.kind, "aliases": list(f.aliases)} for f in features.values()]
                    for group, features in groups.items()
                },
            }
        )
        return
    from rich.console import Console
    from rich.markup import escape

    from agent.cli.show import print_warnings

    console = Console()
    frame = world.frame
    console.print(
        f"[bold]{escape(world.name)}[/bold]  {frame.width * frame.resolution:g} x {frame.height * frame.resolution:g} m "
        f"at {frame.resolution:g} m a cell  [dim]{world.revision[:19]}[/dim]"
    )
    print_warnings(world, console)
    for group, features in groups.items():
        if features:
            console.print(f"[dim]{group} ({len(features)})[/dim]")
        for feature in features.values():
            aliases = f"  [dim]{escape(', '.join(feature.aliases))}[/dim]" if feature.aliases else ""
            console.print(f"  {escape(feature.name)}{aliases}", soft_wrap=True)


@app.command("draw")
def draw(
    map_name: MapArgument,
    out: Annotated[Path, typer.Option("--out", "-o", help="Picture to write, .png or .svg.")] = Path("map.png"),
    width_px: Annotated[int, typer.Option("--width", min=200, max=10000, help="Width in pixels.")] = 1600,
) -> None:
    """Draw a map with its places, things, doors and zones."""
    from maps import Scene, find_map, load_world
    from maps import draw as draw_scene

    make_folder(out)
    world = load_world(find_map(map_name))
    typer.echo(draw_scene(world, Scene(title=world.name), out, width_px=width_px))


map_edit.register(app)


def _size(world: "World") -> tuple[float, float]:
    """Width and height, metres."""
    return round(world.frame.width * world.frame.resolution, 2), round(world.frame.height * world.frame.resolution, 2)
