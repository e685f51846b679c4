"""Truth: what is really there, as opposed to what the agent's map says. Only simulated robots may look at it."""

from pathlib import Path

from maps import MapError, World, load_world
from skills.robots.errors import RobotError

__all__ = ["truth_of"]


def truth_of(world: World, truth: World | None = None) -> World:
    """The truth behind a map.

    Args:
        world: The agent's map.
        truth: Given, or by default the ``truth`` folder beside the map; a map without one is its own truth.

    Raises:
        RobotError: The truth cannot be read, or lies on another grid than the map.
    """
    if truth is None and world.building is not None and world.folder is not None:
        truth = _truth_of_levels(world, world.folder)
    elif truth is None:
        folder = None if world.folder is None else world.folder / "truth"
        if folder is None or not folder.is_dir():
            return world
        try:
            truth = load_world(folder)
        except MapError as error:
            raise RobotError(f"the truth of map {world.name!r} cannot be read: {error}") from error
    ours, theirs = world.frame, truth.frame
    if ours != theirs:
        raise RobotError(
            f"the truth of map {world.name!r} lies on another grid: {theirs.height} x {theirs.width} cells of "
            f"{theirs.resolution} m at ({theirs.origin.x}, {theirs.origin.y}), the map has {ours.height} x {ours.width} "
            f"of {ours.resolution} m at ({ours.origin.x}, {ours.origin.y})"
        )
    return truth


def _truth_of_levels(world: World, folder: Path) -> World:
    """A building's levels as they are; a level without a truth of its own is as the map has it."""
    assert world.building is not None
    if not any((folder / level.folder / "truth").is_dir() for level in world.building.levels):
        return world
    from maps.joining import load_building

    try:
        return load_building(folder, truth=True)
    except MapError as error:
        raise RobotError(f"the truth of map {world.name!r} cannot be read: {error}") from error
