"""Trials: how often a policy does what it is told in the cell, closed loop, by the engine and the safety filter of missions.

seen       scenes and instructions like those of the demonstrations, with other seeds
unseen     a block on a tray whose pair of colours no demonstration had
swapped    the scenes of ``seen`` once more, asked for another thing: whoever goes by the scene alone gets these wrong

All of them as they were recorded, or with physics or light shifted to where no demonstration was (``skills.robots.physics.shift``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from policies.arm import ARM
from policies.expert import Task
from policies.policy import Policy
from policies.runtime.lockstep import Lockstep
from policies.runtime.watchdog import Mode
from skills.robots.physics.cell import Cell
from skills.robots.physics.cell_expert import CellExpert
from skills.robots.physics.episode import Episode
from skills.robots.physics.jobs import SILENT_TICKS
from skills.robots.physics.plant import LOOP, MujocoPlant, arm_limits, arm_model, pixels_of
from skills.robots.physics.shift import Shift, Shifted

__all__ = ["FIRST_SEED", "GROUPS", "Group", "Trial", "trials"]

Group: TypeAlias = Literal["seen", "unseen", "swapped"]
GROUPS: tuple[Group, ...] = ("seen", "unseen", "swapped")

FIRST_SEED = 1_000_000
"""Demonstrations are recorded from small seeds, trials from this one on."""

_CHECK_TICKS = 5
_PRESS_N = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One episode and what came of it.

    Attributes:
        group: ``seen``, ``unseen`` or ``swapped``.
        seed: Of the scene.
        task: What was asked for,
        instruction: in words.
        success: Whether it was done.
        seconds: Simulated, until it was done or given up.
        why: What went wrong; empty after success.
    """

    group: Group
    seed: int
    task: Task
    instruction: str
    success: bool
    seconds: float
    why: str

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def trials(
    policy: Policy | None = None,
    *,
    episodes: int,
    seed: int = FIRST_SEED,
    groups: Sequence[Group] = GROUPS,
    task: Task | None = None,
    delay_s: float = 0.0,
    limit_s: float = 30.0,
    shift: Shift | None = None,
    known: Sequence[Trial] = (),
) -> Iterator[Trial]:
    """Play episodes; the same seeds give the same trials.

    Args:
        policy: Who acts; the scripted expert, who is told where things are, if None.
        episodes: In each group.
        seed: Of the first scene; they count up.
        groups: Which groups.
        task: Only this one, in ``seen`` and ``swapped``; ``unseen`` is ``place`` by its nature.
        delay_s: How long an answer of the policy takes, simulated seconds.
        limit_s: When an episode is given up, simulated seconds.
        shift: Shift physics, light or both to where no demonstration was.
        known: Trials of an earlier run with the same policy: they are not played again.

    Yields:
        Each trial once it has ended.

    Raises:
        LimitsMismatch: The policy is another robot's.
        PhysicsMissing: MuJoCo or, for a policy that looks, OpenGL is missing.
    """
    before = {(trial.group, trial.seed): trial for trial in known}
    cell = Cell(images=False, limit_s=limit_s)
    shifted = None if shift is None else Shifted(cell, shift)
    acting = CellExpert(cell) if policy is None else policy
    cameras = cell.cameras if acting.spec.cameras else None
    plant = MujocoPlant(cell.sim, cameras, pixels=pixels_of(acting), on_advance=cell.passed)
    try:
        for group in groups:
            for episode in _scenes(cell, group, episodes, seed, task):
                if (group, episode.seed) in before:
                    yield before[group, episode.seed]
                    continue
                if shifted is not None:
                    shifted.apply(episode.seed)
                success, seconds, why = _played(cell, plant, acting, delay_s)
                yield Trial(
                    group=group, seed=episode.seed, task=episode.task, instruction=episode.instruction, success=success,
                    seconds=round(seconds, 2), why=why,
                )  # fmt: skip
    finally:
        plant.close()


def _scenes(cell: Cell, group: Group, episodes: int, seed: int, task: Task | None) -> Iterator[Episode]:
    """The episodes of a group, one after the other set up in the cell."""
    number, made = seed, 0
    while made < episodes:
        asked = _instructed(cell, group, number, task)
        number += 1
        if asked is not None:
            made += 1
            yield asked


def _instructed(cell: Cell, group: Group, seed: int, task: Task | None) -> Episode | None:
    """A scene with an instruction of the group; None where it allows none."""
    draw = np.random.default_rng((seed, 7))
    episode = cell.reset(seed, "place" if group == "unseen" else task)
    if group == "unseen":
        fitting = [asked for asked in cell.asks if asked.held_out]
        return cell.ask(fitting[draw.integers(len(fitting))]) if fitting else None
    known = [asked for asked in cell.asks if asked.task == episode.task and not asked.held_out]
    if episode.held_out:
        episode = cell.ask(known[draw.integers(len(known))])
    if group == "seen":
        return episode
    others = [asked for asked in known if asked.thing != episode.thing and (asked.goal is None or asked.goal != episode.goal)]
    if episode.task == "press":  # there is one button: swapped for a block
        others = [asked for asked in cell.asks if asked.task == "pick"]
    return cell.ask(others[draw.integers(len(others))])


def _played(cell: Cell, plant: MujocoPlant, policy: Policy, delay_s: float) -> tuple[bool, float, str]:
    """Act until the episode is over: whether it was done, simulated seconds, and what went wrong."""
    run = Lockstep(plant, arm_limits(), policy, model=arm_model(), settings=LOOP, delay_s=delay_s)
    press = cell.episode.task == "press"
    run.start(cell.episode.instruction, grip_force_n=_PRESS_N if press else min(cell.aim().squeeze_n, ARM.grip_n))
    begun, silent, mistaken = cell.sim.time, 0, ""
    why = ""
    while not cell.over and not why:
        for _ in range(_CHECK_TICKS):
            mode = run.step()
        silent = silent + _CHECK_TICKS if mode is Mode.HOLD else 0
        mistaken = mistaken or cell.mistaken()
        if mode is Mode.STOP:
            why = f"stopped: {run.loop.watch.reason}"
        elif silent > SILENT_TICKS:
            why = f"held: {run.loop.watch.reason}"
    seconds = cell.sim.time - begun
    if cell.success():
        return True, seconds, ""
    return False, seconds, why or (f"lifted {mistaken}" if mistaken else "not done in time")
