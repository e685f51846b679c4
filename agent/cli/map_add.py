"""``surefoot maps add place|thing|dock``: put something new on a map."""

from typing import Annotated

import typer

from agent.cli.edit_options import (
    AT,
    EPILOG,
    Aliases,
    InWall,
    MapArgument,
    Outline,
    attribute_of,
    carry_out,
    numbers,
    pose_of,
    ring_of,
)
from agent.cli.options import AsJson

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Add a place, a thing or a dock to a map.", epilog=EPILOG)


@app.command("place", epilog=EPILOG)
def add_place(
    map_name: MapArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people call it.", show_default=False)],
    at: Annotated[str | None, typer.Option("--at", help=f"Where the robot stands in it: {AT}", show_default=False)] = None,
    outline: Outline = None,
    kind: Annotated[str, typer.Option("--kind", help="What sort of place: kitchen, office ...", show_default=False)] = "",
    aliases: Aliases = None,
    in_wall: InWall = False,
    as_json: AsJson = False,
) -> None:
    """Add a place: a pose, a region, or both: `surefoot maps add place ./office kitchen --outline '0,0 4,3'`."""
    from agent.errors import BadOption
    from maps import Place
    from maps.edit import add_feature

    if at is None and outline is None:
        raise BadOption("A place needs --at x,y[,yaw], --outline, or both.")
    ring = ring_of(outline) if outline is not None else ()
    place = Place(
        name=name, kind=kind, aliases=tuple(aliases or ()), outline=ring, pose=None if at is None else pose_of("--at", at)
    )
    carry_out(map_name, lambda world: add_feature(world, place, in_wall=in_wall), as_json)


@app.command("thing", epilog=EPILOG)
def add_thing(
    map_name: MapArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people call it.", show_default=False)],
    at: Annotated[str, typer.Option("--at", help="Where it is: x,y in metres of the map frame.", show_default=False)],
    kind: Annotated[str, typer.Option("--kind", help="What sort of thing: gauge, pallet ...", show_default=False)] = "",
    place: Annotated[
        str | None, typer.Option("--place", help="The place it belongs to; otherwise the one it stands in.", show_default=False)
    ] = None,
    state: Annotated[str | None, typer.Option("--state", help="Its state, e.g. on.", show_default=False)] = None,
    reach_m: Annotated[float | None, typer.Option("--reach", help="How near a robot must come, m.", show_default=False)] = None,
    attributes: Annotated[
        list[str] | None,
        typer.Option("--attribute", help="What is known of it, as key=value; may be repeated.", show_default=False),
    ] = None,
    aliases: Aliases = None,
    as_json: AsJson = False,
) -> None:
    """Add a thing: `surefoot maps add thing ./office "pressure gauge" --at 6.2,1.1 --kind gauge --attribute 'reading=4.2 bar'`."""
    from maps import Thing
    from maps.edit import add_feature

    x, y = numbers("--at", at, (2,))
    known = dict(attribute_of(text) for text in attributes or ())
    also = tuple(aliases or ())
    thing = Thing(name=name, kind=kind, aliases=also, position=(x, y), place=place, state=state, attributes=known, reach_m=reach_m)
    carry_out(map_name, lambda world: add_feature(world, thing), as_json)


@app.command("dock", epilog=EPILOG)
def add_dock(
    map_name: MapArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people call it.", show_default=False)],
    at: Annotated[str, typer.Option("--at", help="Where it charges: x,y,yaw in metres and radians.", show_default=False)],
    aliases: Aliases = None,
    in_wall: InWall = False,
    as_json: AsJson = False,
) -> None:
    """Add a dock: `surefoot maps add dock ./office charger --at 4.0,3.0,1.57`."""
    from maps import Place, Pose
    from maps.edit import add_feature

    pose = Pose(*numbers("--at", at, (3,)))
    dock = Place(name=name, kind="dock", aliases=tuple(aliases or ()), pose=pose)
    carry_out(map_name, lambda world: add_feature(world, dock, in_wall=in_wall), as_json)
