"""Whole plans beside unified-planning's validator, for ``benchmarks.side_by_side``.

A plan is ten drives between places of the warehouse, for a body that does not fit everywhere. The validator has been told the
map's topology: which places are joined by free space and open doors, whatever their width. Truth is told by component labels.
"""

import importlib.util
import random
import time
from collections import Counter

from maps import Body, RobotState, World, find_map, goal_at, load_world, reachable, start_pose
from skills import Plan, SkillCall, library
from verifier import verify

__all__ = ["plans"]

BODY = Body(name="wide", radius_m=0.42, margin_m=0.1)
COUNT, STEPS = 40, 10


def plans(seed: int) -> dict[str, Counter[str]]:
    """Judge the same plans with both, in turns; microseconds and wrong answers."""
    world = load_world(find_map("warehouse"))
    state = RobotState(pose=start_pose(world), battery_wh=1e6)
    served, joined = _served(world, state, BODY), _served(world, state, Body(name="point", radius_m=0.01, margin_m=0.0))
    dice = random.Random(seed)
    # The robot stands on a dock that it would not fit on again: whether it may stay there is no question of topology.
    served = {name: fits for name, fits in served.items() if not world.places[name].is_dock}
    good, bad = [name for name in served if served[name]], [name for name in served if not served[name]]
    skills = library()
    counts = {"surefoot": Counter[str]()}
    if importlib.util.find_spec("unified_planning"):
        counts["unified-planning validator"] = Counter[str]()
    for number in range(COUNT):
        names = [dice.choice(good) for _ in range(STEPS)]
        if number % 2:
            names[dice.randrange(STEPS)] = dice.choice(bad)
        truth = all(served[name] for name in names)
        for tool, count in counts.items():
            begun = time.perf_counter()
            if tool == "surefoot":
                plan = Plan(steps=tuple(SkillCall(skill="goto", args={"place": name}) for name in names))
                answer = verify(plan, world, state, BODY, skills).ok
            else:
                answer = _validated(joined, names)
            count["microseconds"] += round(1e6 * (time.perf_counter() - begun))
            count["pairs"] += 1
            count["right" if answer == truth else "wrong yes" if answer else "wrong no"] += 1
    return counts


def _served(world: World, state: RobotState, body: Body) -> dict[str, bool]:
    """By place, whether component labels join it with where the robot stands."""
    here = reachable(world, body, state.pose)
    served = {}
    for name, place in world.places.items():
        cells = goal_at(world, place, body).cells
        served[name] = bool(len(cells)) and bool(here[cells[:, 0], cells[:, 1]].any())
    return served


def _validated(joined: dict[str, bool], names: list[str]) -> bool:
    """Whether unified-planning finds the plan valid on the map's topology."""
    import unified_planning as up
    from unified_planning.engines import SequentialPlanValidator
    from unified_planning.plans import ActionInstance, SequentialPlan
    from unified_planning.shortcuts import BoolType, Fluent, InstantaneousAction, Not, Object, UserType

    up.shortcuts.get_environment().credits_stream = None
    place = UserType("place")
    at, connected = Fluent("at", BoolType(), p=place), Fluent("connected", BoolType(), a=place, b=place)
    drive = InstantaneousAction("drive", a=place, b=place)
    drive.add_precondition(at(drive.a))
    drive.add_precondition(connected(drive.a, drive.b))
    drive.add_effect(at(drive.a), False)
    drive.add_effect(at(drive.b), True)
    problem = up.model.Problem("warehouse")
    problem.add_fluent(at, default_initial_value=False)
    problem.add_fluent(connected, default_initial_value=False)
    problem.add_action(drive)
    objects = {name: Object(f"p{index}", place) for index, name in enumerate(("start", *joined))}
    problem.add_objects(objects.values())
    problem.set_initial_value(at(objects["start"]), True)
    for a in objects:
        for b in joined:
            if a != b and joined[b]:
                problem.set_initial_value(connected(objects[a], objects[b]), True)
    problem.add_goal(Not(at(objects["start"])))
    steps, before = [], "start"
    for name in names:
        if name != before:
            steps.append(ActionInstance(drive, (objects[before], objects[name])))
        before = name
    return bool(SequentialPlanValidator().validate(problem, SequentialPlan(steps)))
