"""What a map format is: a name, how to know a file of it, and how to read and write one; and what reading one gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from maps.body import Body
from maps.building import Lift
from maps.formats.graph import RouteGraph
from maps.world import World

__all__ = ["Format", "Imported", "Lift", "ReadOptions", "WriteOptions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What a reader may need to know beyond the file.

    Attributes:
        name: The map's name; the file's where empty.
        resolution: Side of a cell in metres, where the file does not say.
        scale: Metres per pixel of a drawing, where the file does not say.
        corridor_m: Width of the corridors that stand for the edges of a graph without a grid, metres.
        doors: The state of doors, where the file does not say.
        treat_205_as_unknown: Take grey 205 as unknown whatever the thresholds say.
        onto: The map that a graph or a mask is put onto.
        lanes: Routes keep to the edges of the graph, in their direction and within their speed limits. They always do on a map
            that is made of a graph alone.
        full_speed: What 100 % of a speed limit in percent is, m/s.
        tell: Told what is being done, for long work.
    """

    name: str = ""
    resolution: float | None = None
    scale: float | None = None
    corridor_m: float = 1.0
    doors: Literal["open", "closed"] = "closed"
    treat_205_as_unknown: bool = False
    onto: World | None = None
    lanes: bool = False
    full_speed: float | None = None
    tell: Callable[[str], None] = lambda text: None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """What a writer may need to know beyond the map.

    Attributes:
        body: The body whose routes the edges of a graph are.
        tell: Told what is being done, for long work.
    """

    body: Body = field(default_factory=Body)
    tell: Callable[[str], None] = lambda text: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What was read.

    Attributes:
        levels: Worlds by level; one, named "", where the file knows no levels.
        graphs: Route graphs by level, where the file has any.
        lifts: What joins the levels; its cabins are named as on the levels themselves.
        warnings: Sentences about the import; those that stay true are among the notes of the worlds.
    """

    levels: Mapping[str, World]
    graphs: Mapping[str, RouteGraph] = field(default_factory=lambda: MappingProxyType({}))
    lifts: tuple[Lift, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A map format.

    Attributes:
        name: What ``--format`` calls it.
        title: What people call it.
        carries: What of a map it can hold, as the end of a sentence.
        fits: Whether the head of a file (its first 64 KiB) looks like it.
        read: Reads one; None where it is only written.
        write: Writes one and returns sentences on what it could not hold; None where it is only read.
    """

    name: str
    title: str
    carries: str
    fits: Callable[[bytes], bool]
    read: Callable[[Path, ReadOptions], Imported] | None = None
    write: Callable[[World, Path, WriteOptions], tuple[str, ...]] | None = None
