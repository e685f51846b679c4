"""How long a plan takes on a site of 40 places with the model loaded, and how much of a brief is still in the KV cache.

    python -m benchmarks.latency

Half a minute on two cores. The shipped planner answers 60 missions; the brief of general models is laid out, given its grammar and
compared with the one before, without a model: which part of it stays the same is a matter of its order. Bar: 300 ms at the 95th
percentile.
"""

import argparse
import asyncio
import os
import random
import statistics
import time
from pathlib import Path

import numpy as np

from agent.planners.brief import messages
from agent.planners.json_grammar import json_grammar
from agent.planners.local import LocalPlanner
from agent.planners.make import shipped_model
from agent.planners.planner import Brief, HistoryEntry
from agent.planners.vocabulary import Vocabulary
from maps import Body, GridFrame, Place, Pose, RobotState, Thing, World
from skills import Outcome, SkillCall, library

ROOMS = (
    "archive canteen chapel clinic foyer gallery garage kitchen laundry library lobby nursery office pantry pharmacy studio".split()
)
THINGS = "bin box cabinet cart chair crate extinguisher fan gauge ladder lamp monitor pallet printer pump valve".split()
FORMS = (
    "go to the {p}", "check the {t} and tell me what it shows", "bring the {t} to the {p}",
    "go to the {p}, then inspect the {t} and come back", "first check the {t}, after that take the {u} to the {p} and report",
    "inspect the {t} and the {u}, then wait 30 seconds in the {p} and dock",
)  # fmt: skip


def site(places: int, seed: int = 0) -> World:
    """A hall with rooms along it, each with a thing or two."""
    rng = random.Random(seed)
    size = 4
    named = [
        f"{rng.choice(('north', 'south', 'east', 'west', 'old', 'new'))} {ROOMS[n % len(ROOMS)]} {n}" for n in range(places - 1)
    ]
    frame = GridFrame(resolution=0.1, origin=Pose(0, 0, 0), width=10 * size * places, height=100)

    def outline(n: int) -> tuple[tuple[float, float], ...]:
        x = n * size
        return ((x, 0.5), (x + size - 1, 0.5), (x + size - 1, 8), (x, 8))

    things = [
        Thing(name=f"{THINGS[(n + k) % len(THINGS)]} {n}{'ab'[k]}", position=(n * size + 1 + k, 4), place=named[n])
        for n in range(places - 1)
        for k in range(1 + n % 2)
    ]
    made = [Place(name=name, outline=outline(n)) for n, name in enumerate(named)]
    dock = Place(name="dock", kind="dock", pose=Pose(places * size - 2, 4, 0))
    return World.build("corridor", frame, np.zeros((100, frame.width), np.int8), places=[*made, dock], things=things)


def brief_for(world: World, mission: str, history: tuple[HistoryEntry, ...] = ()) -> Brief:
    """The robot stands on its dock."""
    dock = world.places["dock"]
    state = RobotState(pose=Pose(*dock.centre, 0.0), battery_wh=150)
    return Brief(
        mission=mission, world=world, state=state, body=Body(), skills=library(), start_place="dock", history=history
    )  # fmt: skip


def missions(world: World, count: int, seed: int = 1) -> list[str]:
    """Missions that name what is there."""
    rng = random.Random(seed)
    places, things = list(world.places), list(world.things)
    return [rng.choice(FORMS).format(p=rng.choice(places), t=rng.choice(things), u=rng.choice(things)) for _ in range(count)]


def spread(seconds: list[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    ordered = sorted(seconds)
    return f"p50 {1000 * statistics.median(ordered):.0f} ms, p95 {1000 * ordered[int(0.95 * (len(ordered) - 1))]:.0f} ms"


async def planned(model: Path, briefs: list[Brief]) -> tuple[list[float], list[float], int]:
    """Processor seconds of linking, grammar and answer; wall seconds of the answer alone; tokens in all."""
    planner = LocalPlanner(model)
    await planner.propose(briefs[0])
    whole, own, tokens = [], [], 0
    for brief in briefs:
        started = time.process_time()
        proposal = await planner.propose(brief)
        whole.append(time.process_time() - started)
        own.append(proposal.seconds)
        tokens += proposal.tokens
    await planner.close()
    return whole, own, tokens


def same_beginning(a: str, b: str) -> float:
    """Share of ``b`` that ``a`` begins with too."""
    return next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))) / len(b)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=shipped_model())
    parser.add_argument("--places", type=int, default=40)
    parser.add_argument("--missions", type=int, default=60)
    options = parser.parse_args()
    world = site(options.places)
    briefs = [brief_for(world, mission) for mission in missions(world, options.missions)]
    print(f"load {os.getloadavg()[0]:.1f}; {len(world.places)} places, {len(world.things)} things, {len(briefs)} missions")
    whole, own, tokens = asyncio.run(planned(options.model, briefs))
    print(f"{options.model.name}: {tokens / len(briefs):.0f} tokens an answer")
    print(f"linking, grammar and answer {spread(whole)} of the processor; the answer alone {spread(own)} on the clock")

    def text(brief: Brief) -> str:
        return "".join(message["content"] for message in messages(brief, Vocabulary.of(brief)))

    done = HistoryEntry(call=SkillCall(skill="goto", args={"place": "dock"}), outcome=Outcome(status="succeeded"))
    first, second = text(briefs[0]), text(briefs[1])
    later = text(brief_for(world, briefs[0].mission, (done,)))
    same = f"{same_beginning(first, second):.1%} of it stays for another mission, {same_beginning(first, later):.1%} after a step"
    print(f"general models' brief, {len(first)} characters: {same}")
    times = []
    for brief in briefs:
        started = time.perf_counter()
        json_grammar(Vocabulary.of(brief))
        times.append(time.perf_counter() - started)
    print(f"its grammar: {1000 * times[0]:.0f} ms the first time on a map, then {spread(times[1:])}")


if __name__ == "__main__":
    main()
