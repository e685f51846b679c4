"""Maps in other programs' formats: read into worlds, written from worlds, and said what each can carry."""

from maps.formats.format import Format, Imported, Lift, ReadOptions, WriteOptions
from maps.formats.graph import Edge, Node, RouteGraph
from maps.formats.registry import FORMATS, detect, export_map, format_named, import_map
from maps.formats.saving import save_imported

__all__ = [
    "FORMATS", "Edge", "Format", "Imported", "Lift", "Node", "ReadOptions", "RouteGraph", "WriteOptions",
    "detect", "export_map", "format_named", "import_map", "save_imported",
]  # fmt: skip
