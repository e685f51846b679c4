"""Faults: one thing that is wrong with an otherwise good plan, its map, its robot or its limits, and what must be found."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.fault_seed import Broken, Seed, Unfit, changed, find, with_steps
from benchmarks.faults_in_maps import (
    door_locked,
    in_doorway,
    into_wall,
    keepout_across,
    locked_and_not_opened,
    off_the_map,
    open_door_left_out,
    start_in_wall,
    widened,
)
from benchmarks.faults_in_plans import (
    extra_argument,
    hand_full,
    invented_skill,
    missing_argument,
    misspelt_name,
    misspelt_skill,
    not_a_dock,
    out_of_range,
    pick_left_out,
    picked_twice,
    put_down_twice,
    renamed_argument,
    swapped,
    too_heavy,
    wrong_type,
)
from benchmarks.good_plans import Good
from skills import Plan, SkillCall, library
from verifier import Finding, Limits, Verdict, verify
from verifier.step import Step

__all__ = ["FAULTS", "Broken", "Unfit"]


def battery_cut(rng: random.Random, good: Good) -> Broken:
    """A battery that does for all but a long wait."""
    index = find(good, "wait")
    hours = rng.uniform(0.6, 1.0)
    long = changed(good, index, seconds=round(3600 * hours, 1))
    return Broken(replace(long, state=replace(good.state, battery_wh=good.body.reserve_wh + 12.0)), index + 1, "BATTERY")


def waits_too_long(rng: random.Random, good: Good) -> Broken:
    """Waiting again and again until the charge is too little."""
    index, hours = find(good, "wait"), rng.randrange(1, 4)
    steps = list(good.plan.steps)
    steps[index : index + 1] = [SkillCall(skill="wait", args={"seconds": 3600})] * (hours + 2)
    charge = good.body.reserve_wh + (hours + 0.6) * good.body.idle_w
    return Broken(replace(with_steps(good, steps), state=replace(good.state, battery_wh=charge)), index + 1 + hours, "BATTERY")


def time_limit(rng: random.Random, good: Good) -> Broken:
    """Less time than the wait alone takes."""
    index = find(good, "wait")
    long = changed(good, index, seconds=3600.0)
    return Broken(long, index + 1, "TIME", limits=Limits(time_s=3000.0))


def step_limit(rng: random.Random, good: Good) -> Broken:
    """One step more than is allowed."""
    most = len(good.plan.steps) - rng.randrange(1, 3)
    return Broken(good, most + 1, "STEPS", limits=Limits(steps=most))


def distance_limit(rng: random.Random, good: Good) -> Broken:
    """The limit is reached halfway through one of the later drives."""
    lengths = [step.distance_m[1] for step in _verdict(good).steps]
    far = [index for index, length in enumerate(lengths) if length > 2.0 and index >= len(lengths) // 2]
    if not far:
        raise Unfit
    index = rng.choice(far)
    limit = round(sum(lengths[:index]) + lengths[index] / 2, 2)
    return Broken(good, index + 1, "DISTANCE", limits=Limits(distance_m=limit))


def _verdict(good: Good) -> Verdict:
    """What the good plan drives is taken from its own verdict: a limit has to be set by something."""
    return verify(good.plan, good.world, good.state, good.body, library())


def wrong_map(rng: random.Random, good: Good) -> Broken:
    """A plan for another map."""
    plan = good.plan.model_copy(update={"map": "moon base", "revision": None})
    return Broken(replace(good, plan=plan), None, "WRONG_MAP")


def no_steps(rng: random.Random, good: Good) -> Broken:
    """Nothing to do."""
    return Broken(replace(good, plan=Plan(map=good.plan.map, steps=())), None, "EMPTY_PLAN")


@dataclass(frozen=True)
class OffLimits:
    """A house rule: never sent to one place."""

    place: str
    name: str = "off limits"

    def to_json(self) -> dict[str, Any]:
        """As data."""
        return {"never at": self.place}

    def judge(self, steps: tuple[Step, ...]) -> Iterator[Finding]:
        """Every step that is sent there."""
        for step in steps:
            if step.leg is not None and step.leg.subject == self.place:
                yield Finding(code="RULE", step=step.number, subject=self.name, detail={"reason": f"{self.place!r} is off limits"})


def rule_violated(rng: random.Random, good: Good) -> Broken:
    """A house rule forbids a place that the plan goes to."""
    index = find(good, "goto")
    return Broken(good, index + 1, "RULE", rules=(OffLimits(str(good.plan.steps[index].args["place"])),))


FAULTS: dict[str, Seed] = {
    "misspelt place": misspelt_name("place", "goto"),
    "misspelt thing": misspelt_name("thing", "inspect", "pick"),
    "misspelt door": misspelt_name("door", "open_door"),
    "misspelt skill": misspelt_skill,
    "invented skill": invented_skill,
    "wrong type": wrong_type,
    "missing argument": missing_argument,
    "extra argument": extra_argument,
    "argument under another name": renamed_argument,
    "number out of range": out_of_range,
    "docks at no dock": not_a_dock,
    "pick and place swapped": swapped,
    "pick left out": pick_left_out,
    "picked twice": picked_twice,
    "hand full": hand_full,
    "put down twice": put_down_twice,
    "thing too heavy": too_heavy,
    "open_door left out": open_door_left_out,
    "door locked": locked_and_not_opened,
    "opens a locked door": door_locked,
    "keep-out across the doorway": keepout_across,
    "doorway walled up": in_doorway("NO_VALID_PATH", 100, 1.0),
    "obstacle in the doorway": in_doorway("CLEARANCE", 100, 0.5),
    "doorway not seen yet": in_doorway("UNKNOWN_SPACE", -1, 1.0),
    "body too wide": widened,
    "place in a wall": into_wall,
    "place off the map": off_the_map,
    "start in a wall": start_in_wall,
    "battery too low": battery_cut,
    "waits too long": waits_too_long,
    "time limit": time_limit,
    "distance limit": distance_limit,
    "step limit": step_limit,
    "wrong map": wrong_map,
    "no steps": no_steps,
    "house rule": rule_violated,
}
