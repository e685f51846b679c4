"""Rooms: places found and named on a map that comes without a semantic layer."""

from maps.features import Place
from maps.world import World

__all__ = ["find_rooms"]


def find_rooms(world: World) -> tuple[Place, ...]:
    """Placeholder until the watershed lands in the next commit."""
    return ()
