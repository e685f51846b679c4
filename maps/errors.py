"""The errors that maps raise for a user's bad input. Each message is one sentence: what failed, why, what to do.

MapError
├── MapFileMissing     a file is not there
├── MapFileInvalid     a file is there and is not what it should be (YAML, image, GeoJSON)
└── StaleIndex         an index built from another revision was used
"""

__all__ = ["MapError", "MapFileInvalid", "MapFileMissing", "StaleIndex"]


class MapError(Exception):
    """Base of all errors that maps raise on purpose."""


class MapFileMissing(MapError):
    """A map file does not exist or cannot be read."""


class MapFileInvalid(MapError):
    """A map file exists and is malformed, out of range or inconsistent."""


class StaleIndex(MapError):
    """An index was built from another revision of the world than it is used with."""
