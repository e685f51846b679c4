"""Site: the building in physics together with the truth about it: what changes in one changes in the other."""

from dataclasses import replace
from pathlib import Path

from maps import Body, FeatureChange, Pose, Thing, World
from skills.robots.acts import Attempt
from skills.robots.physics.building import building_of
from skills.robots.physics.hand import Point3
from skills.robots.physics.items import Item
from skills.robots.physics.memory import PhysicsFile, restore_physics
from skills.robots.physics.randomise import randomised
from skills.robots.physics.simulation import Simulation
from skills.robots.physics.spots import free_spot
from skills.robots.surroundings import Surroundings

__all__ = ["Site"]

_LIT_S = 30.0
"""How long a button's lamp is lit once it has been pressed, seconds."""


class Site:
    """The building, its things and doors, as they really are.

    Args:
        truth: What is really there, before the robot did anything.
        around: What it has become since.
        file: What is kept of the physics; taken up from where it was.
        path: The file's place, for messages.
        body: The robot's.

    Raises:
        PhysicsMissing: MuJoCo is not installed.
        RobotStateInvalid: The file was kept in a world of other things.
        RobotError: Walls fill the robot, the grid is turned, the map is too rugged.
    """

    def __init__(self, truth: World, around: Surroundings, file: PhysicsFile, path: Path | None, body: Body) -> None:
        start = Pose(*file.start)
        built = building_of(truth, body, start)
        items, self.physics_context = randomised(built.items, file.seed)
        self._around, self._body, self._surfaces = around, body, built.surfaces
        self.names, self.door_names, self._doors_at = built.names, built.door_names, built.doors
        self.simulation = Simulation(
            built.bricks, items, body, mobile=True, extent=built.extent, doors=built.doors, start=start,
        )  # fmt: skip
        self._lit: dict[int, float] = {}
        restore_physics(self.simulation, file, path)
        self._shut_doors()

    @property
    def truth(self) -> World:
        """What is really there now."""
        return self._around.truth

    def number(self, name: str) -> int | None:
        """The number of a thing in the simulation; None for what is none."""
        return self.names.index(name) if name in self.names else None

    def item(self, name: str) -> Item:
        """A thing as physics knows it."""
        return self.simulation.items[self.names.index(name)]

    def bottom(self, name: str) -> Point3:
        """Where the map would expect a thing's underside, metres; the hand finds out where it really is."""
        number = self.names.index(name)
        item = self.simulation.items[number]
        at, _ = self.simulation.item_pose(number)
        z = float(at[2]) - (0.5 * item.size[2] if item.kind == "block" else 0.0)
        return (float(at[0]), float(at[1]), z)

    def free_spot(self) -> Point3 | None:
        """A free spot of a table within the arm's reach, metres; None where there is none."""
        return free_spot(self.simulation, self._surfaces, self._body.reach_m)

    def moved(self, thing: Thing) -> FeatureChange:
        """That a thing is where physics has it now."""
        at, _ = self.simulation.item_pose(self.names.index(thing.name))
        there = replace(thing, position=(round(float(at[0]), 3), round(float(at[1]), 3)))
        return FeatureChange(type="thing", name=thing.name, feature=there)

    def take_place(self, attempt: Attempt) -> None:
        """An act's effects on the truth, on what the robot knows of itself, and on the doors in physics."""
        self._around.take_place(attempt, self.simulation.time)
        self._shut_doors()

    def light_lamps(self) -> None:
        """A button's lamp is green for a while once it has been pressed: seen to be so, it tells of this time."""
        simulation = self.simulation
        for number, item in enumerate(simulation.items):
            if item.kind != "button":
                continue
            if simulation.pressed(number):
                self._lit[number] = simulation.time
            simulation.light_lamp(number, simulation.time - self._lit.get(number, -_LIT_S) < _LIT_S)

    def _shut_doors(self) -> None:
        for number, name in enumerate(self.door_names):
            ax, ay, bx, by = self._doors_at[number]
            self.simulation.shut(number, self.truth.doors[name].state != "open", (0.5 * (ax + bx), 0.5 * (ay + by)))
