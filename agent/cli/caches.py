"""Caches: decoded maps and verified routes in the user's cache folder, so that the same question costs little the second time.

``SUREFOOT_CACHE=0`` turns them off. Everything in them is found by content; deleting the folder loses nothing but time.
"""

import os
from pathlib import Path

from maps import StaleIndex, World

__all__ = ["load_map", "remember_routes"]


def load_map(path: Path) -> World:
    """Read a saved map, its decoded image from the cache where it is there.

    Raises:
        MapFileMissing: A file is not there or cannot be read.
        MapFileInvalid: A file is malformed, out of range or inconsistent.
    """
    from maps import load_world

    folder = _folder()
    if folder is None:
        return load_world(path)
    from maps.saved_index import SavedIndex

    return load_world(path, index=SavedIndex(folder / "maps"))


def remember_routes(world: World) -> None:
    """Let dry runs on this map take routes from the cache, and keep those that they find; drive times likewise."""
    folder = _folder()
    if folder is None:
        return
    from verifier.book import RouteBook, TimeBook
    from verifier.budget import TIMES
    from verifier.routes import ROUTES

    name = world.revision.removeprefix("sha256:")[:16]
    routes, times = folder / "routes" / f"{name}.routes", folder / "routes" / f"{name}.times"
    try:
        ROUTES.store, TIMES.store = RouteBook(routes, world.revision), TimeBook(times, world.revision)
    except StaleIndex:  # files that were renamed by hand: begin them anew
        routes.unlink(missing_ok=True)
        times.unlink(missing_ok=True)
        ROUTES.store, TIMES.store = RouteBook(routes, world.revision), TimeBook(times, world.revision)


def _folder() -> Path | None:
    if os.environ.get("SUREFOOT_CACHE", "") == "0":
        return None
    from platformdirs import user_cache_path

    return user_cache_path("surefoot")
