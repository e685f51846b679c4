"""The shipped planner: model load, time to first token, tokens per second, and 200 generated missions over 20 unseen buildings.

python -m benchmarks.planner --missions 200 --maps 20

About three minutes on two cores. Bars: goal reached in 90 % of the missions; one mission planned in under 1 s after load.
"""

import argparse
import asyncio
import json
import statistics
from pathlib import Path
from typing import Any

from agent.learning.drawn import drawn
from agent.learning.evaluate import SHIPPED, evaluate, print_figures, summary
from agent.planners.dialect import encode, grammar
from agent.planners.llama_runtime import LlamaRuntime, Sampling
from agent.planners.local import LocalPlanner
from agent.planners.planner import Brief
from agent.planners.pointers import DIALECTS
from maps import Body, RobotState, find_map, load_world, start_pose
from skills import library

MISSION = "go to the pump room, check the pressure gauge and tell me what it reads, then bring the red toolbox to the office"


def speed(model: Path, threads: int | None, repeat: int = 9) -> dict[str, float]:
    """Seconds to load and to the first token, seconds for a whole answer, tokens per second while answering; medians."""
    world = load_world(find_map("warehouse"))
    pose = start_pose(world)
    here = world.place_at(pose.point)
    state = RobotState(pose=pose, battery_wh=Body().battery_wh)
    brief = Brief(
        mission=MISSION, world=world, state=state, body=Body(), skills=library(), start_place=None if here is None else here.name
    )  # fmt: skip
    runtime = LlamaRuntime(model, n_threads=threads)
    try:
        prompt = encode(brief, DIALECTS[str(runtime.head.dialect)])
        runs = [runtime.generate(runtime.tokens(prompt.segments), grammar(prompt), Sampling()) for _ in range(repeat + 1)][1:]
    finally:
        runtime.close()
    return {
        "load_s": round(runtime.load_s, 3),
        "prompt_tokens": runs[0].prompt_tokens,
        "answer_tokens": runs[0].tokens,
        "first_token_s": round(statistics.median(run.first_s for run in runs), 4),
        "answer_s": round(statistics.median(run.seconds for run in runs), 4),
        "tokens_per_s": round(statistics.median((run.tokens - 1) / (run.seconds - run.first_s) for run in runs), 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--missions", type=int, default=200)
    parser.add_argument("--maps", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    times = speed(options.model, options.threads)
    planner = LocalPlanner(options.model, n_threads=options.threads)
    results = asyncio.run(evaluate(planner, drawn(options.missions, options.maps, options.seed)))
    figures: dict[str, Any] = {"speed": times, **summary(results)}
    if options.json:
        print(json.dumps(figures, indent=2))
        return
    print(f"{'speed':<24} {json.dumps(times)}")
    print_figures(summary(results))


if __name__ == "__main__":
    main()
