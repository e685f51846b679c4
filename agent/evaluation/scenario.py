"""Scenario: the map that the agent gets, what is really there, and where the robot stands, for one mission of a set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from agent.evaluation.errors import SetInvalid
from agent.evaluation.mission_set import Edits, Mission
from maps import CellsChange, DoorChange, FeatureChange, FeatureType, MapError, Pose, Thing, World, find_map, load_world, start_pose

__all__ = ["Scenario", "Sites"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One mission's site.

    Attributes:
        world: What the agent knows.
        truth: What is really there.
        start: Where the robot stands.
    """

    world: World
    truth: World
    start: Pose


@dataclass
class Sites:
    """The maps of a set, each loaded once.

    Attributes:
        folder: Where maps are looked for before the shipped ones.
    """

    folder: Path
    _loaded: dict[str, tuple[World, World]] = field(default_factory=dict)

    def scenario(self, mission: Mission) -> Scenario:
        """Set up a mission's site.

        Raises:
            SetInvalid: The map is not there, or the mission names something that is not on it.
        """
        world, truth = self._maps(mission)
        try:
            known = _edited(world, mission.known)
            real = _edited(truth, mission.truth)
            start = _start(mission, world)
            _check_names(mission, known, real)
        except SetInvalid as error:
            raise SetInvalid(f"Mission {mission.id!r} on map {mission.map!r}: {error}") from None
        return Scenario(known, real, start)

    def _maps(self, mission: Mission) -> tuple[World, World]:
        if mission.map not in self._loaded:
            beside = self.folder / mission.map
            try:
                path = beside if beside.exists() else find_map(mission.map)
                world = load_world(path)
                inner = None if world.folder is None else world.folder / "truth"
                truth = load_world(inner) if inner is not None and inner.is_dir() else world
            except MapError as error:
                raise SetInvalid(f"Mission {mission.id!r}: {error} It was looked for in {str(self.folder)!r} too.") from None
            self._loaded[mission.map] = (world, truth)
        return self._loaded[mission.map]


def _start(mission: Mission, world: World) -> Pose:
    if mission.start is None:
        return start_pose(world)
    if not isinstance(mission.start, str):
        return Pose(*mission.start)
    place = world.places[_name(world, "place", mission.start)]
    return place.pose or Pose(*place.centre, 0.0)


def _edited(world: World, edits: Edits) -> World:
    changes: list[DoorChange | FeatureChange | CellsChange] = []
    changes += [DoorChange(door=_name(world, "door", name), state=state) for name, state in edits.doors.items()]
    touched = {*edits.move, *edits.states, *edits.attributes}
    for name in sorted(touched):
        changes.append(FeatureChange(type="thing", name=name, feature=_changed(world, _name(world, "thing", name), edits)))
    changes += [FeatureChange(type="thing", name=_name(world, "thing", name), feature=None) for name in edits.gone]
    changes += [_blocked(world, what) for what in edits.block]
    return world.apply(*changes) if changes else world


def _changed(world: World, name: str, edits: Edits) -> Thing:
    thing = world.things[name]
    if name in edits.states:
        thing = replace(thing, state=edits.states[name])
    if name in edits.attributes:
        thing = replace(thing, attributes=MappingProxyType({**thing.attributes, **edits.attributes[name]}))
    where = edits.move.get(name)
    if isinstance(where, str):
        place = world.places[_name(world, "place", where)]
        thing = replace(thing, position=place.centre, place=place.name)
    elif where is not None:
        room = world.place_at(where)
        thing = replace(thing, position=where, place=None if room is None else room.name)
    return thing


def _blocked(world: World, what: str | tuple[float, float, float, float]) -> CellsChange:
    if isinstance(what, str):
        (ax, ay), (bx, by) = world.doors[_name(world, "door", what)].segment
        x0, y0, x1, y1 = min(ax, bx) - 0.1, min(ay, by) - 0.1, max(ax, bx) + 0.1, max(ay, by) + 0.1
    else:
        x0, y0, x1, y1 = what
    frame = world.frame
    column, row = (int((x0 - frame.origin.x) / frame.resolution), int((y0 - frame.origin.y) / frame.resolution))
    last_column, last_row = (int((x1 - frame.origin.x) / frame.resolution), int((y1 - frame.origin.y) / frame.resolution))
    rows, columns = range(max(row, 0), min(last_row + 1, frame.height)), range(max(column, 0), min(last_column + 1, frame.width))
    cells = tuple((r, c) for r in rows for c in columns)
    if not cells:
        raise SetInvalid(f"block {what!r} lies outside the map.")
    return CellsChange(cells=cells, values=(100,) * len(cells))


def _check_names(mission: Mission, known: World, real: World) -> None:
    """Every name of the goals and questions stands on the map, or is really there."""
    for way in mission.ways:
        for kind, name in () if way.goal is None else way.goal.named():
            here = {**known.features(kind), **real.features(kind)}
            if name not in here:
                raise SetInvalid(f"the goal speaks of {kind} {name!r}; {_nearest(name, here)}")
        for name in way.ask or ():
            everything = {**known.places, **known.things, **known.doors}
            if name not in everything:
                raise SetInvalid(f"the candidate {name!r} is not on the map; {_nearest(name, everything)}")


def _name(world: World, kind: FeatureType, name: str) -> str:
    features: Mapping[str, object] = world.features(kind)
    if name not in features:
        raise SetInvalid(f"there is no {kind} {name!r}; {_nearest(name, features)}")
    return name


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f"the nearest names are {', '.join(map(repr, near))}." if near else f"there are {len(list(known))} names of this kind."
