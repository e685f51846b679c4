"""The manipulation cell: one table with blocks, trays, a button, a gauge and a conveyor, as episodes for experts and policies.

cell = Cell()
episode = cell.reset(seed=7)
while not cell.over: cell.step(policy.select_action(cell.observe()))
"""

import math
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maps import Body
from policies.arm import ARM
from policies.expert.rules import LIFT_M, Task, grip_height
from policies.expert.situation import ENVIRONMENT, Aim
from policies.policy import IMAGES, STATE, TASK, VELOCITY, Batch
from skills.grip import needed_grip_n
from skills.robots.physics.asking import PALETTE, Asked, asked_in
from skills.robots.physics.cameras import CAMERAS, Cameras
from skills.robots.physics.episode import Episode
from skills.robots.physics.items import COLOURS, Brick, Item
from skills.robots.physics.randomise import spots_on
from skills.robots.physics.simulation import Simulation

__all__ = ["Cell"]

TABLE = Brick(x0=0.34, y0=-0.62, x1=1.02, y1=0.62, top=0.5, material="table")
BLOCKS, TRAYS = 4, 2
CONTROL_S = 0.01


class Cell:
    """The cell. A ``place`` episode is pick and place: the block stands on the table at first.

    Args:
        pixels: Height and width of the cameras' pictures.
        images: Whether observations hold pictures; without them no OpenGL is needed.
        limit_s: When an episode is given up, seconds.
        belt: Whether the conveyor runs; while it stands, physics is three times as fast.

    Raises:
        PhysicsMissing: MuJoCo is not installed.
    """

    def __init__(self, *, pixels: int = 96, images: bool = True, limit_s: float = 30.0, belt: bool = False) -> None:
        blocks = [Item(name=f"block {i}", kind="block", at=(0.5 + 0.1 * i, -0.2, 0.5)) for i in range(BLOCKS)]
        trays = [Item(name=f"tray {i}", kind="tray", at=(0.6, 0.3 * i, 0.5), size=(0.14, 0.14, 0.016)) for i in range(TRAYS)]
        more = [
            Item(name="button", kind="button", at=(0.6, -0.4, 0.5), colour=COLOURS["red"]),
            Item(name="gauge", kind="gauge", at=(1.03, 0.0, 0.75), yaw=math.pi, value=4.2),
            Item(name="conveyor", kind="conveyor", at=(0.0, 0.85, 0.40), size=(0.16, 0.9, 0.06)),
            *(Item(name=f"product {i}", kind="block", at=(-0.3 + 0.3 * i, 0.85, 0.462), size=(0.05, 0.05, 0.04)) for i in range(3)),
        ]
        board = Brick(x0=1.03, y0=-0.3, x1=1.06, y1=0.3, top=0.95)
        stand = Brick(x0=-0.44, y0=0.76, x1=0.30, y1=0.94, top=0.40, material="furniture")
        self.sim = Simulation(
            [TABLE, board, stand], [*blocks, *trays, *more], Body(radius_m=0.25), mobile=False, extent=(-1.5, -1.5, 2.0, 1.5)
        )
        self.button = BLOCKS + TRAYS
        self._gauge, self._products = self.button + 1, range(self.button + 3, self.button + 6)
        self.cameras = Cameras(self.sim)
        self._pixels, self._images, self._limit_s, self._belt = pixels, images, limit_s, belt
        self.sun: NDArray[np.float64] = self.sim.model.light("sun").diffuse.copy()
        self._colours = self.sim.model.geom_rgba.copy()
        self.episode = Episode(seed=0, task="pick", instruction="", thing=0)
        self.asks: tuple[Asked, ...] = ()
        self._pressed = False
        self._seat = 0.5
        self.reset(0)

    def reset(self, seed: int, task: Task | None = None) -> Episode:
        """Begin an episode; the same seed gives the same one.

        Args:
            seed: Of everything that is drawn.
            task: Which task; drawn too by default.
        """
        draw = np.random.default_rng(seed)
        sim, m = self.sim, self.sim.model
        sim.reset(stowed=False)
        sim.run_belts(self._belt)
        chosen: Task = task or ("pick", "place", "press")[int(draw.integers(3))]
        colours = [str(name) for name in draw.permutation(PALETTE)]
        tray_colours = [str(name) for name in draw.permutation(PALETTE)[:TRAYS]]
        spots = spots_on(TABLE, [0.13] * BLOCKS + [0.19] * TRAYS + [0.17], draw)
        context: dict[str, Any] = {"blocks": [], "trays": []}
        for i in range(BLOCKS):
            width, height = float(draw.uniform(0.032, 0.046)), float(draw.uniform(0.040, 0.060))
            mass, friction = float(draw.uniform(0.05, 0.6)), float(draw.uniform(0.35, 1.0))
            yaw = float(draw.uniform(-math.pi / 4, math.pi / 4))
            self._resize(i, width, height, mass, friction)
            rgb = self._paint(f"block{i}", colours[i], draw)
            sim.put_item(i, (*spots[i], TABLE.top), yaw)
            context["blocks"].append({
                "colour": colours[i], "rgb": rgb, "at": [*spots[i], TABLE.top], "yaw": yaw, "width_m": width,
                "height_m": height, "mass_kg": mass, "friction": friction,
            })  # fmt: skip
        for k in range(TRAYS):
            x, y = spots[BLOCKS + k]
            body = m.body(f"tray{BLOCKS + k}")
            body.pos[:2] = (x, y)
            rgb = self._paint(f"tray{BLOCKS + k}", tray_colours[k], draw)
            context["trays"].append({"colour": tray_colours[k], "rgb": rgb, "at": [x, y, TABLE.top]})
        x, y = spots[BLOCKS + TRAYS]
        m.body(f"button{self.button}").pos[:2] = (x, y)
        context["button"] = {"at": [x, y, TABLE.top]}
        brightness = float(draw.uniform(0.6, 1.35))
        direction = [float(draw.uniform(-0.5, 0.5)), float(draw.uniform(-0.5, 0.5)), -1.0]
        m.light("sun").diffuse[:] = self.sun * brightness
        m.light("sun").dir[:] = np.array(direction) / np.linalg.norm(direction)
        context["light"] = {"brightness": brightness, "direction": direction}
        sim.settle_constants()
        start = np.array(ARM.ready) + np.concatenate([draw.uniform(-0.12, 0.12, 6), [0.0]])
        sim.put_arm(start)
        context["start"] = [float(value) for value in start]
        sim.limit_grip(ARM.grip_n)
        self.sim.mujoco.mj_forward(m, sim.data)
        thing = self.button if chosen == "press" else int(draw.integers(BLOCKS))
        goal = BLOCKS + int(draw.integers(TRAYS)) if chosen == "place" else None
        self.asks = asked_in(colours[:BLOCKS], tray_colours)
        self.episode = Episode(
            seed=seed, task=chosen, instruction="", thing=thing, goal=goal, physics_context=MappingProxyType(context)
        )
        sim.advance(0.1)
        self._begin, self._velocity = sim.time, np.zeros(len(ARM.joints))
        return self.ask(next(one for one in self.asks if (one.task, one.thing, one.goal) == (chosen, thing, goal)))

    def ask(self, asked: Asked) -> Episode:
        """Ask for something else in the scene as it is; before anything has moved.

        Args:
            asked: One of ``asks``.
        """
        self.episode = replace(
            self.episode,
            task=asked.task,
            instruction=asked.instruction,
            thing=asked.thing,
            goal=asked.goal,
            held_out=asked.held_out,
        )
        self._pressed = False
        self.sim.light_lamp(self.button, False)
        self._seat = self._bottom(asked.thing) if asked.task != "press" else TABLE.top
        return self.episode

    @property
    def stage(self) -> Task:
        """What is to be done next: a ``place`` episode picks until the block is in the hand."""
        if self.episode.task != "place":
            return self.episode.task
        return "place" if self._held() or self._was_lifted() else "pick"

    @property
    def over(self) -> bool:
        """Whether the episode has ended: done, or given up."""
        return self.success() or self.sim.time - self._begin > self._limit_s

    def observe(self) -> Batch:
        """The observation, with LeRobot's keys."""
        batch: dict[str, Any] = {
            STATE: self.sim.joints().astype(np.float32), VELOCITY: self._velocity.astype(np.float32),
            TASK: self.episode.instruction, ENVIRONMENT: self.aim().to_array(),
        }  # fmt: skip
        if self._images:
            for camera in CAMERAS:
                batch[IMAGES + camera] = self.cameras.rgb(camera, self._pixels, self._pixels).copy()
        return batch

    def aim(self) -> Aim:
        """What the expert is told, from the truth."""
        e = self.episode
        if e.task == "press":
            at, _ = self.sim.item_pose(self.button)
            return Aim(at=(float(at[0]), float(at[1]), float(at[2]) + 0.062), yaw=math.atan2(at[1], at[0]), done=self._pressed)
        block = self.sim.items[e.thing]
        at, yaw = self.sim.item_pose(e.thing)
        # Of the two ways to take a square thing the one that is nearer to how the hand is turned already, and to straight ahead.
        # Were it straight ahead alone, a block that stands on its corner would ask for either from one glance to the next.
        ahead = math.atan2(at[1], at[0]) + 0.5 * self._turned()
        square = ahead + (yaw - ahead + math.pi / 4) % (math.pi / 2) - math.pi / 4
        lift = self._seat + grip_height(Aim(at=(0, 0, 0), height=block.size[2])) + LIFT_M
        goal = (0.0, 0.0, lift)
        if e.goal is not None and self.stage == "place":
            tray, _ = self.sim.item_pose(e.goal)
            goal = (float(tray[0]), float(tray[1]), float(tray[2]) + 0.007)
            square = math.atan2(tray[1], tray[0])
        return Aim(
            at=(float(at[0]), float(at[1]), float(at[2])), yaw=square, width=block.size[0], height=block.size[2],
            goal=goal, squeeze_n=min(needed_grip_n(block.mass, block.friction) * 2.0 + 2.0, ARM.grip_n),
        )  # fmt: skip

    def things(self) -> NDArray[np.float64]:
        """(N, 3) the middles of blocks and trays and the top of the button, by their numbers, metres."""
        middles = [self.sim.item_pose(number)[0] for number in range(self.button + 1)]
        middles[self.button] = middles[self.button] + (0.0, 0.0, 0.06)
        return np.array(middles)

    def step(self, action: NDArray[Any], seconds: float = 0.05) -> None:
        """Carry out one action: targets that the servos reach linearly within the period."""
        start = np.concatenate([self.sim.data.ctrl[self.sim._servos[:6]], [2 * self.sim.data.ctrl[self.sim._servos[6]]]])
        count, before = max(1, round(seconds / CONTROL_S)), self.sim.joints()
        for k in range(1, count + 1):
            self.sim.target(start + (np.asarray(action, dtype=np.float64) - start) * k / count)
            self.sim.advance(CONTROL_S)
            self.passed()
        self._velocity = (self.sim.joints() - before) / (count * CONTROL_S)  # as a dataset has it, frame by frame

    def passed(self) -> None:
        """To be called after every control period by whoever drives the arm; ``step`` does so itself."""
        if self.episode.task == "press":
            self._pressed |= self.sim.pressed(self.button)
            self.sim.light_lamp(self.button, self._pressed)
        if self._belt:
            self._recirculate()

    def success(self) -> bool:
        """Whether it is done: lifted and held, at rest on the tray and let go, or pressed and left."""
        e, sim = self.episode, self.sim
        if e.task == "press":
            return self._pressed and float(sim.grip_point()[2]) > TABLE.top + 0.062 + 0.08
        at, _ = sim.item_pose(e.thing)
        if e.task == "pick":
            return bool(self._bottom(e.thing) > self._seat + 0.10 and self._held())
        tray, _ = sim.item_pose(e.goal or 0)
        on = abs(at[0] - tray[0]) < 0.06 and abs(at[1] - tray[1]) < 0.06 and self._bottom(e.thing) < tray[2] + 0.02
        still = float(np.abs(sim.data.joint(f"block{e.thing}").qvel).max()) < 0.05
        return bool(on and still and sim.grip_force() == 0.0 and float(sim.grip_point()[2]) > tray[2] + 0.10)

    def mistaken(self) -> str:
        """Which block that was not asked for is in the air, as words; empty for none."""
        for number in range(BLOCKS):
            if (number != self.episode.thing or self.episode.task == "press") and self._bottom(number) > TABLE.top + 0.03:
                return self.asks[number].instruction.removeprefix("pick up ")
        return ""

    def _turned(self) -> float:
        """How the hand is turned from straight ahead, radians, -pi/2 to pi/2."""
        axes = self.sim.data.site("grip").xmat.reshape(3, 3)
        at = self.sim.grip_point()
        yaw = math.atan2(-axes[0, 1], axes[1, 1])
        return (yaw - math.atan2(at[1], at[0]) + math.pi / 2) % math.pi - math.pi / 2

    def _held(self) -> bool:
        at, _ = self.sim.item_pose(self.episode.thing)
        return self.sim.grip_force() > 0.5 and float(np.linalg.norm(at - self.sim.grip_point())) < 0.05

    def _was_lifted(self) -> bool:
        """Whether the block is over or on the tray, so that nothing is left to pick."""
        at, _ = self.sim.item_pose(self.episode.thing)
        tray, _ = self.sim.item_pose(self.episode.goal or 0)
        return bool(np.hypot(*(at[:2] - tray[:2])) < 0.05)

    def _bottom(self, number: int) -> float:
        at, _ = self.sim.item_pose(number)
        return float(at[2]) - float(self.sim.model.geom(f"block{number}").size[2])

    def weigh(self, number: int, mass: float, friction: float) -> None:
        """Make a block as heavy and as rough as it was not drawn, kg; to be followed by ``sim.settle_constants``."""
        width, _, height = self.sim.items[number].size
        self._resize(number, width, height, mass, friction)

    def _resize(self, number: int, width: float, height: float, mass: float, friction: float) -> None:
        """Give a block its size, mass and friction; the items' own numbers follow."""
        m = self.sim.model
        geom, body = m.geom(f"block{number}"), m.body(f"block{number}")
        geom.size[:] = (0.5 * width, 0.5 * width, 0.5 * height)
        geom.rbound[:] = float(np.linalg.norm(geom.size))
        m.geom_aabb[geom.id, 3:] = geom.size
        geom.friction[:] = (friction, 0.01, 0.0002)
        body.mass[:] = mass
        body.inertia[:] = mass / 12 * np.array([width**2 + height**2, width**2 + height**2, 2 * width**2])
        items = list(self.sim.items)
        items[number] = replace(items[number], size=(width, width, height), mass=mass, friction=friction)
        self.sim.items = tuple(items)

    def _paint(self, geom: str, colour: str, draw: np.random.Generator) -> list[float]:
        """Give an item a shade of a colour; a tray's rims too."""
        rgb = np.clip(np.array(COLOURS[colour]) * draw.uniform(0.85, 1.15) + draw.uniform(-0.03, 0.03, 3), 0, 1)
        m = self.sim.model
        body = m.geom(geom).bodyid[0]
        m.geom_rgba[m.geom_bodyid == body, :3] = rgb
        return [round(float(part), 4) for part in rgb]

    def _recirculate(self) -> None:
        """Products that leave the belt come on again at its beginning."""
        for number in self._products:
            at, _ = self.sim.item_pose(number)
            if at[0] > 0.42 or at[2] < 0.3:
                self.sim.put_item(number, (-0.38, 0.85, 0.462), 0.0)
