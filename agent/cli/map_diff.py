"""``surefoot maps copy|diff``: a copy of a map to edit, and what differs between two maps."""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.options import AsJson, make_folder

__all__ = ["copy", "diff"]


def copy(
    map_name: Annotated[str, typer.Argument(metavar="MAP", help="A shipped map's name, a folder, or a map_server .yaml.")],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to make.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Copy a map into a new folder, to edit it there: grid, masks, places, house rules and truth."""
    from maps import find_map, load_world
    from maps.edit_copy import copy_map

    made = copy_map(find_map(map_name), folder)
    if as_json:
        from agent.cli.show import print_json

        print_json({"surefoot": 1, "map": made.name, "folder": str(made), "revision": load_world(made).revision})
    else:
        typer.echo(made)


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="The map before.", show_default=False)],
    after: Annotated[str, typer.Argument(metavar="B", help="The map after.", show_default=False)],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Picture to draw, .png or .svg.", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what differs between two maps: cells, masks, names. Both must be in the same map frame. Exit code 1 if anything does."""
    from maps import draw, find_map, load_world
    from maps.edit_diff import diff_worlds

    if out is not None:
        make_folder(out)
    a, b = load_world(find_map(before)), load_world(find_map(after))
    found = diff_worlds(a, b)
    picture = None
    if out is not None:
        from maps.edit_scene import diff_scene

        picture = str(draw(b, diff_scene(f"From {a.name} to {b.name}", found), out))
    if as_json:
        from agent.cli.show import print_json

        revisions = {"before": a.revision, "after": b.revision}
        print_json({"surefoot": 1, **revisions, "same": not found, **found.to_json(), "picture": picture})
    else:
        for sentence in found.sentences():
            typer.echo(sentence)
        typer.echo(picture or ("" if found else "no difference"), nl=bool(picture or not found))
    raise typer.Exit(1 if found else 0)
