"""Truth: what is really there, as opposed to what the agent's map says. Only simulated robots may look at it."""

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
    if truth is None:
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
