"""``surefoot robot``: whether a robot keeps what the ``Robot`` interface promises."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli.options import AsJson, MapName, Start

if TYPE_CHECKING:
    from maps import Body, Pose, Route, World
    from skills import Robot

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Robots: check an adapter against the promises of the Robot interface.")

LEAST_M, MOST_M = 2.0, 12.0


@app.callback()
def common() -> None:
    """Robots: check an adapter against the promises of the Robot interface."""


@app.command("check")
def check(
    robot: Annotated[
        str,
        typer.Option("--robot", help="simulated, mujoco, or module:Class of your own adapter, made with the map's World."),
    ] = "simulated",
    map_name: MapName = "factory",
    start: Start = None,
    as_json: AsJson = False,
) -> None:
    """Drive a robot along a verified route, stop it on the way, and see whether it keeps its promises.

    The robot moves: clear the space around it. Your own adapter is imported from the current folder or from what is installed;
    it is called with the map (a maps.World), or without anything if it takes nothing.
    """
    import asyncio

    from rich.console import Console
    from rich.table import Table

    from agent.cli.caches import load_map
    from agent.cli.setup import parse_start
    from agent.cli.show import print_json
    from maps import find_map
    from skills.robots import check_promises

    world = load_map(find_map(map_name))
    made = _made(robot, world, None if start is None else parse_start(start))
    console = Console(stderr=as_json)

    async def work() -> Any:
        state = await made.state()
        route = _route(world, made.body, state.pose)
        with console.status(f"driving {route.length_m:.1f} m on {world.name} ..."):
            return route, await check_promises(made, route)

    route, promises = asyncio.run(work())
    kept = all(not promise.problems for promise in promises)
    if as_json:
        checks = [{"name": p.name, "promise": p.promise, "problems": list(p.problems)} for p in promises]
        print_json({
            "surefoot": 1, "robot": robot, "map": world.name, "route_m": round(route.length_m, 3), "conforms": kept,
            "checks": checks,
        })  # fmt: skip
    else:
        table = Table(box=None, header_style="dim")
        for heading in ("", "promise", "what was wrong"):
            table.add_column(heading, overflow="fold")
        for promise in promises:
            mark = "[red]✗[/red]" if promise.problems else "[green]✓[/green]"
            table.add_row(mark, promise.promise, "\n".join(promise.problems))
        console.print(table)
        broken = sum(bool(promise.problems) for promise in promises)
        said = "keeps all promises" if kept else f"breaks {broken} of {len(promises)} promises"
        console.print(f"{robot} {said}, on a route of {route.length_m:.1f} m on map {world.name}", highlight=False)
    raise typer.Exit(0 if kept else 1)


def _made(name: str, world: "World", start: "Pose | None") -> "Robot":
    """The robot of a name.

    Raises:
        BadOption: There is no such module or class, or it cannot be made.
    """
    from agent.errors import BadOption

    if name == "simulated":
        from skills.robots import SimulatedRobot, VirtualClock

        return SimulatedRobot(world, clock=VirtualClock(), start=start)
    if name == "mujoco":
        from skills.robots.physics import MujocoRobot

        return MujocoRobot(world, start=start)
    module, colon, attribute = name.partition(":")
    if not colon or not module or not attribute:
        raise BadOption(f"--robot {name!r} is neither simulated nor mujoco nor module:Class, e.g. --robot my_robot:MyRobot.")
    import importlib
    import inspect
    import sys

    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        maker = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise BadOption(f"--robot {name!r} cannot be imported: {error}.") from error
    try:
        takes = [
            p for p in inspect.signature(maker).parameters.values() if p.default is p.empty and p.kind <= p.POSITIONAL_OR_KEYWORD
        ]
        made: Robot = maker(world) if takes else maker()
    except Exception as error:
        raise BadOption(f"--robot {name!r} cannot be made: {type(error).__name__}: {error}.") from error
    return made


def _route(world: "World", body: "Body", pose: "Pose") -> "Route":
    """A route from where the robot stands, to the nearest place that is a few metres away.

    Raises:
        BadOption: No place of the map is.
    """
    from agent.errors import BadOption
    from maps import NoRoute, find_route, goal_at

    found = [find_route(world, body, pose, goal_at(world, place, body)) for place in world.places.values()]
    routes = sorted((r for r in found if not isinstance(r, NoRoute) and r.length_m >= LEAST_M), key=lambda r: r.length_m)
    if not routes:
        raise BadOption(
            f"No place of map {world.name!r} is reached from ({pose.x:.2f}, {pose.y:.2f}) by a route of at least {LEAST_M:g} m: "
            "choose another --start or --map."
        )
    return next((route for route in routes if route.length_m >= 0.5 * MOST_M), routes[-1])
