"""The manipulation cell: how fast physics and cameras are, and how often the scripted expert succeeds.

    python -m benchmarks.cell            500 episodes, about 2 minutes on one core, and the speeds
    python -m benchmarks.cell --quick    30 episodes

Speeds are per second of processor time, so that other work counts less.

An episode succeeds when the block is lifted and held, or rests on its tray and has been let go, or the button was pressed and the
hand is away again, within 30 s of simulated time. Seeds 0, 1, 2, ...; the task, too, is drawn from the seed.
"""

import json
import math
import sys
import time
from collections import Counter

from policies.expert import ArmKinematics, Expert
from skills.robots.physics import Cell
from skills.robots.physics.cell_expert import TASKS

__all__ = ["camera_rate", "expert_success", "main", "physics_rate", "wilson"]

STEPS_PER_S, FRAMES_PER_S = 20_000, 500


def physics_rate(seconds: float = 2.0) -> float:
    """Physics steps per second of processor time, the arm moving and the belt standing."""
    cell = Cell(images=False)
    cell.reset(1, "pick")
    mujoco, model, data = cell.sim.mujoco, cell.sim.model, cell.sim.data
    steps, begun = 0, time.process_time()
    while time.process_time() - begun < seconds:
        data.ctrl[0] = 0.4 * math.sin(data.time)
        mujoco.mj_step(model, data, 500)
        steps += 500
    return steps / (time.process_time() - begun)


def camera_rate(pixels: int = 96, seconds: float = 2.0) -> float:
    """Pictures of the head camera per second of processor time, all threads of the renderer counted."""
    cell = Cell(pixels=pixels)
    cell.cameras.rgb("head", pixels, pixels)
    frames, begun = 0, time.process_time()
    while time.process_time() - begun < seconds:
        cell.cameras.rgb("head", pixels, pixels)
        frames += 1
    rate = frames / (time.process_time() - begun)
    cell.cameras.close()
    return rate


def expert_success(episodes: int) -> tuple[Counter[str], Counter[str], list[int], float]:
    """Play episodes.

    Returns:
        Episodes by task, successes by task, the seeds that failed, simulated seconds per second of processor time.
    """
    cell, arm = Cell(images=False), ArmKinematics()
    experts = {task: Expert(task, kinematics=arm) for task in TASKS}
    played: Counter[str] = Counter()
    succeeded: Counter[str] = Counter()
    failed: list[int] = []
    simulated, begun = 0.0, time.process_time()
    for seed in range(episodes):
        task = cell.reset(seed).task
        while not cell.over:
            cell.step(experts[cell.stage].select_action(cell.observe()))
        played[task] += 1
        succeeded[task] += cell.success()
        if not cell.success():
            failed.append(seed)
        simulated += cell.sim.time
    return played, succeeded, failed, simulated / (time.process_time() - begun)


def wilson(good: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share (Wilson's)."""
    p, n = good / of, of
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half


def main(quick: bool = False, as_json: bool = False) -> int:
    """Print the figures; 1 when a bar is missed."""
    physics, cameras = physics_rate(), camera_rate()
    episodes = 30 if quick else 500
    played, succeeded, failed, pace = expert_success(episodes)
    good = sum(succeeded.values())
    low, high = wilson(good, episodes)
    if as_json:
        print(json.dumps({
            "physics_steps_per_s": round(physics), "frames_per_s_96px": round(cameras), "episodes": episodes, "succeeded": good,
            "by_task": {task: [succeeded[task], played[task]] for task in TASKS}, "failed_seeds": failed,
        }))  # fmt: skip
    else:
        print(f"physics              {physics:10,.0f} steps/s   (bar {STEPS_PER_S:,})")
        print(f"head camera, 96 px   {cameras:10,.0f} frames/s  (bar {FRAMES_PER_S})")
        print(f"expert               {good} of {episodes} = {good / episodes:.1%} (95 %: {low:.1%} to {high:.1%}; bar 98 %)")
        print("by task              " + ", ".join(f"{task} {succeeded[task]}/{played[task]}" for task in TASKS))
        print(f"pace                 {pace:.1f} simulated seconds per processor second; seeds that failed: {failed or 'none'}")
    return 0 if good / episodes >= 0.98 and physics >= STEPS_PER_S and cameras >= FRAMES_PER_S else 1


if __name__ == "__main__":
    sys.exit(main("--quick" in sys.argv, "--json" in sys.argv))
