"""Whether the simulator and unified-planning agree on random plans: ``python -m benchmarks.symbolic`` (10^5 plans, 15 minutes).

Random domains (and the shipped library), on one level and in buildings with lifts, with random plans; each step is judged by the
verifier's walk and its checks, and by unified-planning's simulator: on a problem made straight from the contracts, and on the PDDL
that Surefoot writes. They have to agree on the first step that cannot hold and on every step before it that holds in some outcomes
only.
"""

import argparse
import os
import platform
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.symbolic_lifts import lift_skills, lift_state, lift_world, with_levels
from benchmarks.symbolic_plans import BODY, judge, plans, small_world, start_state, without_geometry
from benchmarks.symbolic_skills import random_skills
from benchmarks.symbolic_up import Direct, Exported
from maps import RobotState, World
from skills import Plan, SkillSet, library

__all__ = ["Agreement", "compare", "compare_lifts", "main"]

_LENGTH = 10


@dataclass
class Agreement:
    """What was compared and how long each took, seconds of CPU time."""

    domains: int = 0
    plans: int = 0
    steps: int = 0
    broken: int = 0
    exported: int = 0
    ours_s: float = 0.0
    direct_s: float = 0.0
    exported_s: float = 0.0
    rides: int = 0
    differ: list[str] = field(default_factory=list)


def compare(seeds: Iterable[int], per_domain: int, *, exported_of: int = 4) -> Agreement:
    """Compare on one random domain for each seed.

    Args:
        seeds: Seeds. Of four domains one has outcomes, one is the shipped library, and the PDDL of two is read back.
        per_domain: Plans for each.
        exported_of: One plan in so many is also judged on the exported PDDL, in domains that PDDL can say all of.
    """
    total = Agreement()
    with without_geometry():
        for seed in seeds:
            _compare(seed, per_domain, exported_of, total)
    return total


def _compare(seed: int, per_domain: int, exported_of: int, total: Agreement) -> None:
    rng, kind = random.Random(seed), seed % 4
    world, state = small_world(rng), start_state(rng)
    outcomes, after = kind == 0, kind in (0, 1)
    skills = library() if kind == 3 else random_skills(rng, outcomes=outcomes, after=after)
    made = list(plans(rng, skills, world, state, per_domain, _LENGTH))
    _judged(seed, made, skills, world, state, total, outcomes=outcomes, exported_of=exported_of if kind in (2, 3) else 0)


def _judged(
    seed: int,
    made: list[Plan],
    skills: SkillSet,
    world: World,
    state: RobotState,
    total: Agreement,
    *,
    outcomes: bool,
    exported_of: int,
) -> None:
    """Judge plans by all, and note where they differ; 0 leaves the exported PDDL out."""
    begun = time.process_time()
    ours = [judge(plan, skills, world, state, outcomes=outcomes) for plan in made]
    total.ours_s += time.process_time() - begun
    begun = time.process_time()
    direct = Direct(skills, world, state, BODY, made)
    theirs = [direct.judge(plan) for plan in made]
    total.direct_s += time.process_time() - begun
    for plan, mine, other in zip(made, ours, theirs, strict=True):
        total.steps += len(mine)
        total.broken += "never" in mine[-1]
        if mine != other:
            total.differ.append(_told("direct", seed, plan, mine, other))
    total.domains += 1
    total.plans += len(made)
    if exported_of:
        few = made[::exported_of]
        begun = time.process_time()
        exported = Exported(skills, world, state, BODY, few)
        found = [exported.judge(plan) for plan in few]
        total.exported_s += time.process_time() - begun
        total.exported += len(few)
        for plan, mine, number in zip(few, ours[::exported_of], found, strict=True):
            first = next((index for index, grades in enumerate(mine, start=1) if "never" in grades), None)
            if first != number:
                total.differ.append(_told("exported", seed, plan, first, number))


def compare_lifts(seeds: Iterable[int], per_domain: int, *, exported_of: int = 2) -> Agreement:
    """The same on random buildings with lifts, one for each seed; one plan in so many is also judged on the exported PDDL."""
    total = Agreement()
    with with_levels():
        for seed in seeds:
            rng = random.Random(seed)
            world = lift_world(rng)
            state, skills = lift_state(rng, world), lift_skills(rng, world)
            made = list(plans(rng, skills, world, state, per_domain, _LENGTH))
            total.rides += sum(step.skill == "take_lift" for plan in made for step in plan.steps)
            _judged(seed, made, skills, world, state, total, outcomes=False, exported_of=exported_of)
    return total


def _told(which: str, seed: int, plan: Plan, ours: object, theirs: object) -> str:
    return f"seed {seed}, {which}: ours {ours}, theirs {theirs}: {'; '.join(map(str, plan.steps))}"


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description="Agreement of the simulator with unified-planning on random plans.")
    parser.add_argument("--plans", type=int, default=100_000, help="how many plans (default: 100000)")
    parser.add_argument("--lift-plans", type=int, default=10_000, help="how many on buildings with lifts (default: 10000)")
    parser.add_argument("--per-domain", type=int, default=250, help="plans for each random domain (default: 250)")
    parser.add_argument("--seed", type=int, default=0, help="first seed (default: 0)")
    arguments = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}")
    parts = []
    for name, count, each in (
        ("one level", arguments.plans, compare),
        ("buildings with lifts", arguments.lift_plans, compare_lifts),
    ):
        if count > 0:
            seeds = range(arguments.seed, arguments.seed + max(1, count // arguments.per_domain))
            parts.append(each(seeds, min(count, arguments.per_domain)))
            print(f"\n{name}")
            _print(parts[-1])
    raise SystemExit(1 if any(found.differ for found in parts) else 0)


def _print(found: Agreement) -> None:
    judged = f"{found.steps} steps judged" + (f", {found.rides} rides" if found.rides else "")
    print(f"{found.plans} plans over {found.domains} domains, {judged}, {found.broken} plans with a step that fails")
    print(f"ours                       {found.ours_s:8.1f} s CPU, {1e6 * found.ours_s / max(1, found.steps):8.0f} us a step")
    print(f"unified-planning, direct   {found.direct_s:8.1f} s CPU, {1e6 * found.direct_s / max(1, found.steps):8.0f} us a step")
    print(f"unified-planning, our PDDL {found.exported_s:8.1f} s CPU for {found.exported} of the plans")
    print(f"disagreements: {len(found.differ)}")
    for line in found.differ[:10]:
        print(f"  {line}")


if __name__ == "__main__":
    main()
