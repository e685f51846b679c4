"""``surefoot maps import`` and ``export``: maps from other programs and for them."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from agent.cli.options import AsJson, Config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from maps.formats import Imported, ReadOptions

__all__ = ["export_command", "import_command"]

_READS = "map-server, keepout, speed, nav2-graph, spine, movingai, ros-topic, rmf-building"
_WRITES = "map-server, keepout, speed, nav2-graph, spine, movingai, ros-topic"

Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is there; rules.yaml and truth are kept.")]


def import_command(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="The file to import; what it is, is found by looking into it.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the saved map to make.")],
    format: Annotated[str | None, typer.Option("--format", "-f", help=f"Take it as: {_READS}.", show_default=False)] = None,
    onto: Annotated[
        str | None, typer.Option("--onto", metavar="MAP", help="Put a graph or a mask onto this map.", show_default=False)
    ] = None,
    keepout: Annotated[
        Path | None, typer.Option("--keepout", help="A Nav2 keep-out mask (.yaml) to import with it.", show_default=False)
    ] = None,
    speed: Annotated[
        Path | None, typer.Option("--speed", help="A Nav2 speed mask (.yaml) to import with it.", show_default=False)
    ] = None,
    graph: Annotated[
        Path | None, typer.Option("--graph", help="A Nav2 route graph or SPINE graph to import with it.", show_default=False)
    ] = None,
    resolution: Annotated[
        float | None,
        typer.Option("--resolution", min=0.001, max=100, help="Metres per cell, where the file has none.", show_default=False),
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option("--scale", min=1e-6, max=100, help="Metres per pixel of a building's drawing.", show_default=False),
    ] = None,
    corridor: Annotated[float, typer.Option("--corridor", min=0.05, max=100, help="Width of a graph's edges, metres.")] = 1.0,
    lanes: Annotated[
        bool, typer.Option("--lanes", help="Routes keep to the graph's edges: one-way, within their speed limits.")
    ] = False,
    full_speed: Annotated[
        float | None,
        typer.Option("--full-speed", min=0.01, max=100, help="What 100 % of a graph's speed is, m/s.", show_default=False),
    ] = None,
    doors: Annotated[Literal["open", "closed"], typer.Option("--doors", help="How a building's doors stand.")] = "closed",
    treat_205_as_unknown: Annotated[
        bool, typer.Option("--205-is-unknown", help="Grey 205 is unknown, whatever free_thresh says.")
    ] = False,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Make a saved map of another program's: map_server, Nav2 graphs and masks, Open-RMF, SPINE, MovingAI, a map topic.

    Every trap that the files hold is named. A building of several levels becomes one map per level, joined by its lifts in
    `levels.json`. A graph without a grid becomes corridors, and every verdict on it says so.

    Examples:
    `surefoot maps import map.yaml --out depot --keepout keepout.yaml --speed speed.yaml --graph graph.geojson`

    `surefoot maps import office.building.yaml --out office`

    `ros2 topic echo --once --full-length /map > topic.yaml; surefoot maps import topic.yaml --out lab`
    """
    from dataclasses import replace

    from agent.errors import BadOption
    from maps import find_map, load_world
    from maps.formats import ReadOptions, detect, format_named, import_map, save_imported

    if out.exists() and not overwrite:
        raise BadOption(f"Cannot import to {str(out)!r}: it exists already; choose another --out, or --overwrite.")
    known = format_named(format) if format else detect(source)
    with _waiting() as tell:
        options = ReadOptions(
            name=out.name, resolution=resolution, scale=scale, corridor_m=corridor, doors=doors, lanes=lanes, full_speed=full_speed,
            treat_205_as_unknown=treat_205_as_unknown, onto=None if onto is None else load_world(find_map(onto)), tell=tell,
        )  # fmt: skip
        tell(f"reading {source.name} ({known.title})")
        made = import_map(source, options, known)
        if onto is not None and options.onto is not None and not made.graphs:
            made = _with_its_graph(made, options)
        for extra, kind in ((keepout, "keepout"), (speed, "speed"), (graph, None)):
            if extra is None:
                continue
            if tuple(made.levels) != ("",):
                raise BadOption("--keepout, --speed and --graph go with a map of one level; import them --onto one of the levels.")
            tell(f"reading {extra.name}")
            more = import_map(extra, replace(options, onto=made.levels[""]), format_named(kind) if kind else None)
            made = replace(more, graphs={**made.graphs, **more.graphs}, warnings=(*made.warnings, *more.warnings))
        tell(f"writing {out}")
        folders = save_imported(made, out, overwrite=overwrite)
    _report(made, folders, known.name, as_json)


def _with_its_graph(made: "Imported", options: "ReadOptions") -> "Imported":
    """The graph that the map had already goes on with it."""
    from dataclasses import replace

    from maps.formats.places_graph import kept_graph

    kept = None if options.onto is None else kept_graph(options.onto)
    return made if kept is None else replace(made, graphs={"": kept})


def _report(made: "Imported", folders: dict[str, Path], format: str, as_json: bool) -> None:
    from agent.cli.show import print_json
    from maps import load_world

    worlds = {level: load_world(folder) for level, folder in folders.items()}
    notes = list(dict.fromkeys(note for world in worlds.values() for note in world.notes))
    warnings = [*notes, *(warning for warning in made.warnings if warning not in notes)]
    rows: list[dict[str, Any]] = [
        {
            "level": level, "folder": str(folders[level]), "revision": world.revision,
            "size_m": [round(world.frame.width * world.frame.resolution, 2), round(world.frame.height * world.frame.resolution, 2)],
            "places": len(world.places), "things": len(world.things), "doors": len(world.doors), "zones": len(world.zones),
            "edges": len(made.graphs[level].edges) if level in made.graphs else 0,
        }
        for level, world in worlds.items()
    ]  # fmt: skip
    if as_json:
        lifts = [{"name": lift.name, "levels": list(lift.levels)} for lift in made.lifts]
        print_json({"surefoot": 1, "format": format, "maps": rows, "lifts": lifts, "warnings": warnings})
        return
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    for row in rows:
        width, height = row["size_m"]
        console.print(
            f"[bold]{escape(row['folder'])}[/bold]  {width:g} x {height:g} m, {row['places']} places, {row['things']} things, "
            f"{row['doors']} doors" + (f", {row['edges']} edges" if row["edges"] else ""),
            soft_wrap=True,
        )
    for lift in made.lifts:
        console.print(f"lift {escape(lift.name)} joins {escape(', '.join(lift.levels))}", soft_wrap=True)
    for warning in warnings:
        console.print(f"[yellow]![/yellow] {escape(warning)}", soft_wrap=True)
    first = Path(next(iter(rows))["folder"])
    console.print(f"[dim]next: surefoot maps check {escape(str(first if len(rows) == 1 else first.parent))}[/dim]", soft_wrap=True)


def export_command(
    map_name: Annotated[str, typer.Argument(metavar="MAP", help="A shipped map's name, a folder, or a map_server .yaml.")],
    format: Annotated[str, typer.Option("--format", "-f", help=f"One of: {_WRITES}.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write.")],
    config: Config = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a map for another program, and say what it cannot hold.

    The edges of a graph are routes that the body in your settings can drive; each straight piece is one edge.

    Examples:
    `surefoot maps export warehouse --format nav2-graph --out warehouse.geojson`

    `surefoot maps export warehouse --format map-server --out nav2/warehouse.yaml`
    """
    from agent.cli.show import print_json
    from agent.settings import load_settings
    from maps import find_map, load_world
    from maps.formats import WriteOptions, export_map, format_named

    known = format_named(format)
    world = load_world(find_map(map_name))
    with _waiting() as tell:
        notes = export_map(world, known, out, WriteOptions(body=load_settings(config).body, tell=tell), overwrite=overwrite)
    if as_json:
        print_json({"surefoot": 1, "format": known.name, "file": str(out), "carries": known.carries, "notes": list(notes)})
        return
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    console.print(f"[bold]{escape(str(out))}[/bold]  {known.title}", soft_wrap=True)
    console.print(f"[dim]it carries {known.carries}[/dim]", soft_wrap=True)
    for note in notes:
        console.print(f"[yellow]![/yellow] {escape(note)}", soft_wrap=True)


@contextmanager
def _waiting() -> "Iterator[Callable[[str], None]]":
    """A line on a terminal's stderr that says what is being done; nothing where stderr is no terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda text: None
        return
    with console.status("starting") as status:
        yield lambda text: status.update(text)
