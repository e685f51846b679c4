"""Faults of the plan itself: names, arguments, and steps left out, twice or in the wrong order."""

import random
from dataclasses import replace

from benchmarks.fault_seed import Broken, Seed, Unfit, changed, find, inserted, on_map, with_steps, without
from benchmarks.good_plans import Good
from maps import FeatureType
from maps.change import FeatureChange
from skills import SkillCall

__all__ = [
    "extra_argument",
    "hand_full",
    "invented_skill",
    "missing_argument",
    "misspelt_name",
    "misspelt_skill",
    "not_a_dock",
    "out_of_range",
    "pick_left_out",
    "picked_twice",
    "put_down_twice",
    "renamed_argument",
    "swapped",
    "too_heavy",
    "wrong_type",
]


def _misspelt(rng: random.Random, name: str) -> str:
    """A name with a slip of the finger: two letters changed places, one lost, one typed twice."""
    at = rng.randrange(1, max(2, len(name) - 1))
    how = rng.randrange(3)
    if how == 0 and name[at - 1] != name[at]:
        return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]
    return name[:at] + name[at + 1 :] if how == 1 and len(name) > 3 else name[:at] + name[at] + name[at:]


def misspelt_name(kind: FeatureType, *skills: str) -> Seed:
    """A name with a slip of the finger."""

    def seed(rng: random.Random, good: Good) -> Broken:
        index = find(good, *skills)
        name = str(good.plan.steps[index].args[kind])
        for _ in range(50):
            wrong = _misspelt(rng, name)
            if good.world.resolve(kind, wrong) is None:
                return Broken(changed(good, index, **{kind: wrong}), index + 1, "UNKNOWN_NAME")
        raise Unfit

    return seed


def misspelt_skill(rng: random.Random, good: Good) -> Broken:
    """A skill with a slip of the finger."""
    index = rng.randrange(len(good.plan.steps))
    steps = list(good.plan.steps)
    wrong = _misspelt(rng, steps[index].skill)
    if wrong in ("say", "ask", "pick", "place", "dock", "wait", "goto", "search", "report", "inspect", "explore", "open_door"):
        raise Unfit
    steps[index] = SkillCall(skill=wrong, args=steps[index].args)
    return Broken(with_steps(good, steps), index + 1, "UNKNOWN_SKILL")


def invented_skill(rng: random.Random, good: Good) -> Broken:
    """A step that no skill can do."""
    index = rng.randrange(len(good.plan.steps) + 1)
    name = rng.choice(("dance", "juggle", "paint_wall", "levitate", "brew_coffee"))
    return Broken(inserted(good, index, SkillCall(skill=name)), index + 1, "UNKNOWN_SKILL")


def wrong_type(rng: random.Random, good: Good) -> Broken:
    """An argument of another type."""
    index = find(good, rng.choice(("goto", "wait", "inspect", "pick")))
    name = next(iter(good.plan.steps[index].args))
    value = rng.choice(([], {"x": 1}, True)) if name == "seconds" else rng.choice((3, ["a"], {"x": 1}, None))
    return Broken(changed(good, index, **{name: value}), index + 1, "BAD_ARGUMENT")


def missing_argument(rng: random.Random, good: Good) -> Broken:
    """A required argument left out."""
    index = find(good, rng.choice(("goto", "inspect", "pick", "place", "open_door", "wait")))
    steps = list(good.plan.steps)
    steps[index] = SkillCall(skill=steps[index].skill)
    return Broken(with_steps(good, steps), index + 1, "BAD_ARGUMENT")


def extra_argument(rng: random.Random, good: Good) -> Broken:
    """An argument that the skill does not have."""
    index = rng.randrange(len(good.plan.steps))
    return Broken(changed(good, index, **{rng.choice(("speed", "colour", "priority")): 1}), index + 1, "BAD_ARGUMENT")


def renamed_argument(rng: random.Random, good: Good) -> Broken:
    """An argument under another name."""
    index = find(good, rng.choice(("goto", "inspect", "pick", "open_door")))
    steps = list(good.plan.steps)
    steps[index] = SkillCall(skill=steps[index].skill, args={"location": next(iter(steps[index].args.values()))})
    return Broken(with_steps(good, steps), index + 1, "BAD_ARGUMENT")


def out_of_range(rng: random.Random, good: Good) -> Broken:
    """A number that the skill does not take."""
    index = find(good, "wait")
    return Broken(changed(good, index, seconds=rng.choice((-5.0, 0.0, 1e6))), index + 1, "BAD_ARGUMENT")


def not_a_dock(rng: random.Random, good: Good) -> Broken:
    """Sent to charge where there is no dock."""
    index = find(good, "dock")
    place = good.plan.steps[find(good, "goto")].args["place"]
    return Broken(changed(good, index, place=place), index + 1, "BAD_ARGUMENT")


def swapped(rng: random.Random, good: Good) -> Broken:
    """Put down before it is picked up."""
    pick, place = find(good, "pick"), find(good, "place")
    steps = list(good.plan.steps)
    steps[pick], steps[place] = steps[place], steps[pick]
    return Broken(with_steps(good, steps), pick + 1, "PRECONDITION")


def pick_left_out(rng: random.Random, good: Good) -> Broken:
    """Put down what nobody has picked up."""
    index = find(good, "pick")
    return Broken(without(good, index), index + 1, "PRECONDITION")


def picked_twice(rng: random.Random, good: Good) -> Broken:
    """The same thing picked up again."""
    index = find(good, "pick")
    return Broken(inserted(good, index + 1, good.plan.steps[index]), index + 2, "PRECONDITION")


def hand_full(rng: random.Random, good: Good) -> Broken:
    """Another thing picked up before the hand is free."""
    index = find(good, "pick")
    other = good.plan.steps[find(good, "inspect")].args["thing"]
    return Broken(inserted(good, index + 1, SkillCall(skill="pick", args={"thing": other})), index + 2, "PRECONDITION")


def put_down_twice(rng: random.Random, good: Good) -> Broken:
    """Put down again with nothing in the hand."""
    index = find(good, "place")
    return Broken(inserted(good, index + 1, good.plan.steps[index]), index + 2, "PRECONDITION")


def too_heavy(rng: random.Random, good: Good) -> Broken:
    """The thing turns out to weigh more than the robot may carry."""
    index = find(good, "pick")
    thing = good.world.things[str(good.plan.steps[index].args["thing"])]
    heavy = replace(thing, attributes={**thing.attributes, "weight_kg": good.body.payload_kg + rng.uniform(0.1, 60.0)})
    world = good.world.apply(FeatureChange(type="thing", name=thing.name, feature=heavy, origin="operator"))
    return Broken(on_map(good, world), index + 1, "PRECONDITION")
