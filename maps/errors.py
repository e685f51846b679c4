"""The errors that maps raise for a user's bad input. Each message is one sentence: what failed, why, what to do.

MapError
├── MapFileMissing         a file is not there
├── MapFileInvalid         a file is there and is not what it should be
│   ├── MapYamlInvalid     the map_server YAML
│   └── MapImageInvalid    the image it names
├── EditRefused            an edit of a map that would make no sense; nothing was written
└── StaleIndex             an index built from another revision was used
"""

__all__ = ["EditRefused", "MapError", "MapFileInvalid", "MapFileMissing", "MapImageInvalid", "MapYamlInvalid", "StaleIndex"]


class MapError(Exception):
    """Base of all errors that maps raise on purpose."""


class MapFileMissing(MapError):
    """A map file does not exist or cannot be read."""


class MapFileInvalid(MapError):
    """A map file exists and is malformed, out of range or inconsistent."""


class MapYamlInvalid(MapFileInvalid):
    """A map_server YAML file exists and does not describe a map."""


class MapImageInvalid(MapFileInvalid):
    """The image that a map_server YAML names exists and cannot be read as a map."""


class EditRefused(MapError):
    """An edit that names nothing, would make no sense, or meets a file that has changed meanwhile; nothing was written."""


class StaleIndex(MapError):
    """An index was built from another revision of the world than it is used with.

    Attributes:
        what: What is stale.
        built_from: The revision that it was built from; empty where it does not say.
        used_with: The revision of the world now.
    """

    def __init__(self, what: str, built_from: str, used_with: str) -> None:
        """Say both revisions and what to do."""
        self.what, self.built_from, self.used_with = what, built_from, used_with
        origin = built_from or "nothing that it names"
        super().__init__(f"the {what} was built from {origin}, the map is now {used_with}: build it again from this map")
