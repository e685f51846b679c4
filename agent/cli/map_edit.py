"""``surefoot maps name|move|door|zone|alias|remove|rooms|undo``: what a map names, edited without a window."""

from typing import Annotated, Literal

import typer

from agent.cli import map_add, map_diff
from agent.cli.edit_options import (
    AT,
    EPILOG,
    InWall,
    MapArgument,
    NameArgument,
    Outline,
    Which,
    carry_out,
    numbers,
    report,
    ring_of,
)
from agent.cli.options import AsJson

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands that edit, copy and compare maps to ``surefoot maps``."""
    app.command("name", epilog=EPILOG)(name_feature)
    app.add_typer(map_add.app, name="add")
    app.command("move", epilog=EPILOG)(move_feature)
    app.command("door", epilog=EPILOG)(edit_door)
    app.command("zone", epilog=EPILOG)(edit_zone)
    app.command("alias", epilog=EPILOG)(edit_aliases)
    app.command("remove", epilog=EPILOG)(remove_feature)
    app.command("rooms", epilog=EPILOG)(name_rooms)
    app.command("undo", epilog=EPILOG)(undo)
    app.command("copy")(map_diff.copy)
    app.command("diff")(map_diff.diff)


def name_feature(
    map_name: MapArgument,
    old: Annotated[str, typer.Argument(metavar="OLD", help="Its name now, or an alias.", show_default=False)],
    new: Annotated[str, typer.Argument(metavar="NEW", help="What people call it.", show_default=False)],
    which: Which = None,
    as_json: AsJson = False,
) -> None:
    """Give a feature another name. Things and doors that refer to it follow: `surefoot maps name ./office "room 2" kitchen`."""
    from maps.edit import rename

    carry_out(map_name, lambda world: rename(world, old, new, which), as_json)


def move_feature(
    map_name: MapArgument,
    name: NameArgument,
    to: Annotated[str | None, typer.Option("--to", help=f"Where it goes: {AT}", show_default=False)] = None,
    by: Annotated[str | None, typer.Option("--by", help="How far it moves instead: dx,dy in metres.", show_default=False)] = None,
    which: Which = None,
    in_wall: InWall = False,
    as_json: AsJson = False,
) -> None:
    """Put a feature elsewhere, its shape unchanged: `surefoot maps move ./office charger --to 4.0,3.2,1.57`, or `--by 0,0.2`."""
    from maps import Pose
    from maps.edit import move

    goal = numbers("--to", to, (2, 3)) if to is not None else None
    away = numbers("--by", by, (2,)) if by is not None else None
    carry_out(
        map_name,
        lambda world: move(
            world,
            name,
            to=Pose(*goal) if goal else None,
            by=(away[0], away[1]) if away else None,
            yaw=goal is not None and len(goal) == 3,
            type=which,
            in_wall=in_wall,
        ),
        as_json,
    )


def edit_door(
    map_name: MapArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A door, or the name of a new one.", show_default=False)],
    start: Annotated[str | None, typer.Option("--from", help="One jamb: x,y in metres.", show_default=False)] = None,
    end: Annotated[str | None, typer.Option("--to", help="The other jamb: x,y in metres.", show_default=False)] = None,
    between: Annotated[
        list[str] | None,
        typer.Option("--between", help="A place that it opens into; twice for both; else those on its sides.", show_default=False),
    ] = None,
    state: Annotated[
        Literal["open", "closed", "locked"] | None,
        typer.Option("--state", help="Its state on the map.", show_default=False),
    ] = None,
    width_m: Annotated[
        float | None, typer.Option("--width", help="Clear width, metres, if not from jamb to jamb.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add a door, or change one: `surefoot maps door ./office "lab door" --from 4.0,2.0 --to 4.0,3.0 --state closed`."""
    from agent.errors import BadOption
    from maps.edit_rules import change_door

    if (start is None) != (end is None):
        raise BadOption("A doorway has two jambs: give both --from x,y and --to x,y.")
    segment = None
    if start is not None and end is not None:
        (ax, ay), (bx, by) = numbers("--from", start, (2,)), numbers("--to", end, (2,))
        segment = ((ax, ay), (bx, by))
    carry_out(
        map_name,
        lambda world: change_door(world, name, segment=segment, between=between, state=state, width_m=width_m),
        as_json,
    )


def edit_zone(
    map_name: MapArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A zone, or the name of a new one.", show_default=False)],
    outline: Outline = None,
    rule: Annotated[
        Literal["keepout", "slow"] | None,
        typer.Option("--rule", help="keepout: the robot never enters; slow: at most --max-speed.", show_default=False),
    ] = None,
    max_speed: Annotated[float | None, typer.Option("--max-speed", help="Of a slow zone, m/s.", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:
    """Add a zone, or change one: `surefoot maps zone ./office "wet floor" --outline '10,10 14,12' --max-speed 0.3`."""
    from maps.edit_rules import change_zone

    ring = ring_of(outline) if outline is not None else None
    carry_out(map_name, lambda world: change_zone(world, name, outline=ring, rule=rule, max_speed=max_speed), as_json)


def edit_aliases(
    map_name: MapArgument,
    name: NameArgument,
    aliases: Annotated[
        list[str] | None, typer.Argument(metavar="[ALIAS]...", help="Other names to add, in any language.", show_default=False)
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option("--remove", help="An alias to take away; may be repeated.", show_default=False)
    ] = None,
    which: Which = None,
    as_json: AsJson = False,
) -> None:
    """Add other names, or take some away: `surefoot maps alias ./office kitchen 厨房 "coffee corner"`."""
    from maps.edit import change_aliases

    carry_out(map_name, lambda world: change_aliases(world, name, add=aliases or (), drop=drop or (), type=which), as_json)


def remove_feature(map_name: MapArgument, name: NameArgument, which: Which = None, as_json: AsJson = False) -> None:
    """Take a feature off the map; what referred to it no longer does: `surefoot maps remove ./office "room 7"`."""
    from maps.edit import remove

    carry_out(map_name, lambda world: remove(world, name, which), as_json)


def name_rooms(map_name: MapArgument, as_json: AsJson = False) -> None:
    """Find the rooms of a map and write them into its places.geojson, named by what is in them and by their shape.

    Without a places.geojson one is made; otherwise the rooms that have no name yet are added. Then rename them:
    `surefoot maps name ./office "room 2" kitchen`.
    """
    from maps import find_map
    from maps.edit_file import editable_folder, write_first_places
    from maps.edit_rooms import add_rooms

    path = find_map(map_name)
    if (editable_folder(path) / "places.geojson").exists():
        carry_out(map_name, add_rooms, as_json)
    else:
        report(write_first_places(path, add_rooms), as_json)


def undo(map_name: MapArgument, as_json: AsJson = False) -> None:
    """Take back the last edit; again for the one before. Refused when places.geojson has been changed otherwise since."""
    from maps import find_map
    from maps.edit_file import undo_edit

    title = undo_edit(find_map(map_name))
    if as_json:
        from agent.cli.show import print_json

        print_json({"surefoot": 1, "map": map_name, "undone": title})
    else:
        typer.echo(f"undone: {title}")
