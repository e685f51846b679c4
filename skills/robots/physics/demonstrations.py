"""Demonstrations: episodes of the cell with the scripted expert's labels, recorded as a dataset that policies learn from.

The expert acts with noise on its actions, so that the states beside the ideal path are seen too. Or it takes turns with a policy in
training (DAgger), so that the states into which that one gets are seen. Every frame is then labelled with the whole chunk that the
expert foresees from there: the actions that follow were another's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policies.arm import ARM
from policies.expert import ENVIRONMENT, Task
from policies.expert.expert import PERIOD_S
from policies.policy import IMAGES, STATE, Policy
from policies.vla.dynamics import Chain
from policies.vla.recording import Episode, Recorder
from skills.robots.physics.cameras import CAMERAS
from skills.robots.physics.cell import Cell
from skills.robots.physics.cell_expert import CellExpert
from skills.robots.physics.episode import Episode as Scene
from skills.robots.physics.views import views

__all__ = ["Recorded", "record"]

_FREE = ("approach", "carry", "rise", "leave")
"""Phases in which nothing is touched: there noise may push the hand away."""
_GIVEN_UP_S, _SHARED_S = 30.0, 20.0
"""When an episode is ended: the expert's, which is then left out, and one shared with a policy, which is kept."""
_POLICY_S, _EXPERT_S = (0.5, 6.0), (0.4, 1.6)
"""How long their turns are, drawn evenly in their logarithm: at times long enough that the policy gets to where it is at a loss."""
_AFTER = 16
"""Frames that are kept after success: how a movement ends is to be learnt too."""
_SQUEEZE_M = 0.02
"""Labels close the gripper so far beyond a block's width. How hard it presses then is for the engine to limit, which is told the
force: how heavy a block is and how smooth cannot be seen."""
_PUSH_S = 0.8
"""For so long noise pushes or rests; it has to rest at times, or the hand would never be near enough to begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was recorded: episodes tried, those that were kept, and their frames."""

    tried: int
    kept: int
    frames: int


def record(
    folder: str | Path,
    *,
    episodes: int,
    seed: int = 0,
    noise: float = 0.03,
    pixels: int = 96,
    task: Task | None = None,
    actor: Policy | None = None,
    wanted: Callable[[Scene], bool] = lambda scene: not scene.held_out,
    told: Callable[[int, Recorded], None] = lambda number, so_far: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Recorded:
    """Record episodes.

    Args:
        folder: Where the dataset goes; must hold none yet.
        episodes: How many to keep; those in which the expert fails are left out, a policy's are kept whatever comes of them.
        seed: Of the first episode; they count up.
        noise: Standard deviation of what is added to the expert's joint targets, radians; it wanders rather than shakes, comes and
            goes, and leaves the hand alone where it touches.
        pixels: Side of the pictures.
        task: Only this one; drawn by default.
        actor: Who takes turns with the expert; nobody if None.
        wanted: Whether an episode is to be recorded at all; pairs of colours that are held out are not, by default.
        told: Called after each episode with its seed.
        stopped: Asked before each episode; the dataset is closed with those so far when it says so.

    Raises:
        PhysicsMissing: MuJoCo or OpenGL is missing.
        DatasetInvalid: There is a dataset already.
    """
    cell = Cell(pixels=pixels, limit_s=_GIVEN_UP_S if actor is None else _SHARED_S)
    expert = CellExpert(cell)
    so_far = Recorded(tried=0, kept=0, frames=0)
    with Recorder(folder, joints=ARM.joints, fps=round(1 / PERIOD_S)) as out:
        for number in count(seed):
            if so_far.kept >= episodes or stopped():
                break
            if not wanted(cell.reset(number, task)):
                continue
            so_far = replace(so_far, tried=so_far.tried + 1)
            made, success = _played(cell, expert, actor, noise, np.random.default_rng((number, 1)))
            if success or actor is not None:
                out.add(made)
                so_far = replace(so_far, kept=so_far.kept + 1, frames=so_far.frames + len(made))
            told(number, so_far)
        _save_arm(cell, Path(folder))
    return so_far


def _played(cell: Cell, expert: CellExpert, actor: Policy | None, noise: float, draw: np.random.Generator) -> tuple[Episode, bool]:
    """Play an episode; what was recorded, and whether it came to a good end."""
    frames: list[Any] = []
    looks: list[NDArray[np.float32]] = []
    ahead: list[NDArray[np.float32]] = []
    turns = _Turns(actor, draw)
    wander, pushes = np.zeros(len(ARM.joints)), False
    expert.reset()
    left, success = _AFTER, False
    while left > 0 and (success or not cell.over):
        seen = cell.observe()
        foreseen = expert.predict_action_chunk(seen) if actor is not None else expert.select_action(seen)[None]
        label = foreseen[0]
        if len(frames) % round(_PUSH_S / PERIOD_S) == 0:
            pushes = bool(draw.uniform() < 0.5)
        acting = turns.next()
        frames.append(seen)
        ahead.append(_firm(foreseen, seen[ENVIRONMENT]) if cell.episode.task != "press" else foreseen)
        looks.append(views(cell.sim, cell.things()))
        strength = noise if pushes and expert.phase in _FREE and not success else 0.0
        wander = 0.8 * wander + strength * np.sqrt(1 - 0.8**2) * np.append(draw.normal(size=len(wander) - 1), 0.0)
        action = label + wander if acting is None else acting.select_action(seen)
        cell.step(np.clip(action, ARM.lower, ARM.upper))
        success |= cell.success()
        left -= success
    episode = cell.episode
    aims = np.array([seen[ENVIRONMENT] for seen in frames])
    about = {"seed": episode.seed, "task": episode.task, "thing": episode.thing, "goal": episode.goal}
    chunks = np.array(ahead, dtype=np.float32)
    spots = _ahead(np.stack((aims[:, 0:2], _goals(cell, aims)), axis=1), np.array([seen[STATE][0] for seen in frames]))
    made = Episode(
        task=episode.instruction,
        states=np.array([seen[STATE] for seen in frames], dtype=np.float32),
        actions=chunks[:, 0],
        pictures={name: np.array([seen[IMAGES + name] for seen in frames]) for name in CAMERAS},
        views=np.array(looks),
        spots=spots,
        ahead=None if actor is None else chunks,
        about={**about, "physics_context": dict(episode.physics_context), "success": success},
    )
    return made, success


class _Turns:
    """Whose turn it is: always the expert's if there is no policy, which else begins."""

    def __init__(self, actor: Policy | None, draw: np.random.Generator) -> None:
        self.actor, self._draw = actor, draw
        self._acting, self._left = False, 0

    def next(self) -> Policy | None:
        """Who acts in the next frame; the expert if None."""
        if self.actor is None:
            return None
        if not self._left:
            self._acting = not self._acting
            shortest, longest = np.log(_POLICY_S if self._acting else _EXPERT_S)
            self._left = round(float(np.exp(self._draw.uniform(shortest, longest))) / PERIOD_S)
            self.actor.reset()
        self._left -= 1
        return None if self._acting else self.actor


def _firm(labels: NDArray[np.float32], aim: NDArray[np.float32]) -> NDArray[np.float32]:
    """Labels (K, D) whose gripper, where it presses on a block, presses firmly."""
    width, firm = float(aim[4]), labels.copy()
    firm[:, -1] = np.where(labels[:, -1] < width, max(width - _SQUEEZE_M, 0.0), labels[:, -1])
    return firm


def _goals(cell: Cell, aims: NDArray[np.float32]) -> NDArray[np.float64]:
    """(T, 2) where the thing shall go: the tray from the start, else over where it is."""
    if cell.episode.goal is None:
        return np.asarray(aims[:, 0:2], dtype=np.float64)
    tray, _ = cell.sim.item_pose(cell.episode.goal)
    return np.tile(np.asarray(tray[:2], dtype=np.float64), (len(aims), 1))


def _ahead(spots: NDArray[np.floating[Any]], turret: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Spots (T, S, 2) as seen from the turret at (T,) radians: the head camera turns with it and knows no other frame."""
    cos, sin = np.cos(turret)[:, None], np.sin(turret)[:, None]
    x, y = spots[..., 0], spots[..., 1]
    return np.stack((cos * x + sin * y, cos * y - sin * x), axis=-1).astype(np.float32)


def _save_arm(cell: Cell, folder: Path) -> None:
    """The arm's masses and limits beside the data, so that the torque loss needs no simulator."""
    chain = Chain.of(cell.sim.model, ARM.joints[:6])
    chain.save(folder / "meta/surefoot_arm.npz", limits=ARM.torque[:6])
