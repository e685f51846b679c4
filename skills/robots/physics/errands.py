"""Errands: a drive or an act as a job, from whether it can work here to what it changes."""

from collections.abc import Generator
from dataclasses import replace

from pydantic import JsonValue

from maps import FeatureChange, Route, Thing, World
from policies import OffRoute, follow_plan, speed_limit_of
from policies.runtime.corridor import Corridor
from policies.runtime.lockstep import Lockstep
from skills.robot import Verb
from skills.robots.acts import ACTS, Attempt
from skills.robots.physics.cameras import Picture
from skills.robots.physics.driving import Driver, RayScan
from skills.robots.physics.furnishing import scale_for
from skills.robots.physics.gauge_reading import Reading
from skills.robots.physics.handling import Handling
from skills.robots.physics.jobs import TICK_S, Failed, Job, pause
from skills.robots.physics.memory import PhysicsFile
from skills.robots.physics.site import Site
from skills.robots.state_file import ActionRecord
from skills.robots.surroundings import Surroundings

__all__ = ["Errands"]


class Errands:
    """What the robot in physics can be sent to do.

    Args:
        world: The agent's map.
        around: What is there, and the body with its load that gets in its way.
        site: Where it is done.
        file: Battery, load and what was said.
        engine: Drives base and arm.
        hand: Handles things.
    """

    def __init__(self, world: World, around: Surroundings, site: Site, file: PhysicsFile, engine: Lockstep, hand: Handling) -> None:
        self._world, self._around, self._site, self._file = world, around, site, file
        self._engine, self._hand = engine, hand
        self._scan = RayScan(site.simulation)
        self.driver: Driver | None = None

    # --- driving -----------------------------------------------------------------------------------------------------

    def drive(self, record: ActionRecord, route: Route) -> Job:
        """Follow a route to its end, or until something is in the way."""
        pose, body = self._site.simulation.pose(), self._around.laden
        try:
            plan = follow_plan(route, pose, body, speed_limit=speed_limit_of(self._world, body))
        except OffRoute as error:
            raise Failed("START_OFF_ROUTE", str(error)) from None
        yield from self._hand.home()
        self._file.charging = False
        self.driver = driver = Driver(plan, body, self._scan, period_s=TICK_S)
        self._engine.drive(driver, Corridor(route, body))
        length = max(sum(float(leg.along[-1]) for leg in plan.legs), 1e-6)
        while not driver.done:
            yield
            record.driven_m, record.fraction = driver.driven_m, max(record.fraction, min(driver.driven_m / length, 0.999))
            if self._file.battery_wh <= 0.0:
                driver.halted = True
            base = self._engine.loop.base
            moving = base.linear != 0.0 or base.angular != 0.0
            if base.left and not moving:
                raise Failed("LEFT_ROUTE", base.left)
            if driver.blocked is not None and not moving:
                raise self._blocked(driver)
            if driver.halted and not moving:
                raise Failed("BATTERY", "the battery is empty")
        return None

    def leave_route(self) -> float:
        """Stand, off any route; returns how far the drive had come, metres."""
        driven = 0.0 if self.driver is None else self.driver.driven_m
        self._engine.loop.base.stop()
        self.driver = None
        return driven

    def _blocked(self, driver: Driver) -> Failed:
        assert driver.blocked is not None
        x, y = driver.blocked
        if driver.door is None:
            return Failed("PATH_BLOCKED", f"an obstacle is in the way at ({x:.2f}, {y:.2f})")
        door = self._site.truth.doors[self._site.door_names[driver.door]]
        return Failed("DOOR_CLOSED", f"door {door.name!r} is {door.state}", {"door": door.name})

    # --- acting ------------------------------------------------------------------------------------------------------

    def act(self, verb: Verb, target: str, options: dict[str, JsonValue]) -> Job:
        """An act: first whether it can work here at all, then the work itself."""
        attempt = ACTS[verb](self._around.situation(self._site.simulation.pose(), self._file.battery_wh), target, options)
        if attempt.code:
            yield from pause(attempt.seconds)
            raise Failed(attempt.code, attempt.message)
        value: JsonValue = None
        if verb == "pick":
            value = yield from self._hand.pick(self._site.item(target), self._site.bottom(target))
        elif verb == "press":
            value = yield from self._hand.press(self._site.item(target), self._site.bottom(target))
        elif verb == "place":
            value, attempt = yield from self._place(attempt, target)
        else:
            self._file.charging |= attempt.charging
            yield from pause(attempt.seconds)
        self._site.take_place(attempt)
        return value

    def read(self, thing: Thing) -> Generator[None, None, tuple[Reading, Picture]]:
        """Turn the head camera to a gauge and read it.

        Raises:
            GaugeUnreadable: The picture does not show it well enough.
        """
        known = self._world.things.get(thing.name, thing)
        scale = scale_for(known, 0.0) if "scale_max" in known.attributes else None
        return self._hand.read(self._site.item(thing.name).at, scale)

    def _place(self, attempt: Attempt, target: str) -> Generator[None, None, tuple[JsonValue, Attempt]]:
        """Put down what is held: on a thing, or on a free spot of a table within reach, or on the floor."""
        number = self._site.number(target)
        tray = None if number is None else self._site.simulation.items[number]
        change = attempt.changes[0]
        assert isinstance(change, FeatureChange) and isinstance(change.feature, Thing)
        if number is not None:
            spot = self._site.bottom(target)
        else:
            spot = self._site.free_spot() or (*change.feature.position, 0.0)
        flat = tray if tray is not None and tray.kind == "tray" else None
        try:
            value = yield from self._hand.place(spot, flat)
        except Failed:
            if self._hand.held is None:  # let go in the wrong place: it lies where it lies, and is carried no more
                self._site.take_place(replace(attempt, changes=(self._site.moved(change.feature),)))
            raise
        return value, replace(attempt, changes=(self._site.moved(change.feature),))
