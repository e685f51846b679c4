"""Random skills for small domains: contracts over facts, one-ofs, numbers, sets, doors and the hand, and names for them."""

import random
from dataclasses import replace
from typing import Any

from skills import (
    Condition,
    Effect,
    Parameter,
    Skill,
    SkillSet,
    adds,
    at,
    at_least,
    at_most,
    docked,
    door_is,
    fact,
    frees,
    hand_empty,
    hand_free,
    holding,
    in_set,
    keeps,
    near,
    one_of,
    puts_down,
    sets,
    size_of,
)  # fmt: skip

__all__ = ["AMOUNTS", "DOORS", "PLACES", "THINGS", "WORDS", "random_skills"]

PLACES = ("Hall A", "lab-2", "Büro")
THINGS = ("red box", "Cup", "x_1")
DOORS = ("gate", "hatch 3")
AMOUNTS = (0.5, 1.0, 2.0)
WORDS = ("hello", "Good Day!")


def random_skills(rng: random.Random, *, outcomes: bool, after: bool) -> SkillSet:
    """Four to seven random skills.

    Args:
        rng: Chance.
        outcomes: Whether some of them have several outcomes; then nothing is asked that only a measurement can tell.
        after: Whether invariants and exclusions may be about what other effects change, which PDDL does not see.
    """
    return SkillSet(_skill(rng, f"do_{index}", outcomes=outcomes, after=after) for index in range(rng.randint(4, 7)))


def _skill(rng: random.Random, name: str, *, outcomes: bool, after: bool) -> Skill:
    parameters = _parameters(rng)
    kinds: dict[str, list[str]] = {}
    for parameter in parameters:
        kinds.setdefault(parameter.kind, []).append(parameter.name)
    moves = any(parameter.motion for parameter in parameters)
    inside = not moves and rng.random() < 0.15
    effects = _effects(rng, kinds, rng.randint(1, 3), inside=inside)
    ways: dict[str, tuple[Effect, ...]] = {}
    if outcomes and name != "do_0" and rng.random() < 0.3:
        ways = {"found": _effects(rng, kinds, 1, inside=False, hand=False), "not found": ()}
        taken = {_target(effect) for effect in effects}
        ways["found"] = tuple(effect for effect in ways["found"] if _target(effect) not in taken)

    def some(most: int) -> tuple[Condition, ...]:
        return tuple(_condition(rng, kinds, measured=not outcomes) for _ in range(rng.randint(0, most)))

    return Skill(
        name=name,
        summary="Do.",
        parameters=parameters,
        requires=some(2),
        effects=effects,
        invariant=some(1) if rng.random() < 0.3 and after else (),
        excludes=(fact("late"),) if rng.random() < 0.1 and after else (),
        confirms=some(1) if rng.random() < 0.2 else (),
        outcomes=ways,
        uncertain=bool(ways),
        uses=frozenset(rng.sample(("base", "arm"), rng.randint(0, 1))),
        motion="implied" if moves else "inside" if inside else "none",
        function=_nothing,
    )


def _nothing() -> None:
    """What no test calls."""


def _parameters(rng: random.Random) -> tuple[Parameter, ...]:
    found = []
    for kind, name in (("place", "p"), ("thing", "t"), ("thing", "u"), ("door", "d"), ("number", "n"), ("text", "w")):
        if rng.random() < (0.5 if kind == "thing" else 0.35):
            annotation = {"number": float, "text": str}.get(kind, Any)
            found.append(Parameter(name=name, kind=kind, annotation=annotation, doc="x"))  # type: ignore[arg-type]
    movable = [index for index, item in enumerate(found) if item.kind in ("place", "thing", "door")]
    if movable and rng.random() < 0.5:
        index = rng.choice(movable)
        found[index] = replace(found[index], motion="at" if found[index].kind == "place" else "near")
    return tuple(found)


def _condition(rng: random.Random, kinds: dict[str, list[str]], *, measured: bool) -> Condition:
    options: list[Condition] = [
        fact("late"), fact("late"), one_of("mode", "day"), one_of("mode", "night"), hand_empty(), hand_free(), holding(), docked(),
        at_least("litres", rng.choice(AMOUNTS)), at_most("litres", rng.choice(AMOUNTS)),
        at_most(size_of("tray"), rng.choice((0, 1))),
        at_least(size_of("tray"), 1), keeps("arm"),
    ]  # fmt: skip
    for name in kinds.get("thing", ()):
        options += [fact(f"wet {{{name}}}"), holding(name), in_set("tray", name), one_of(f"lid of {{{name}}}", "open")]
    for name in kinds.get("door", ()):
        options += [door_is(name, "open"), door_is(name, "locked"), fact(f"oiled {{{name}}}")]
    for name in kinds.get("number", ()):
        options += [at_least("litres", name), at_most(name, 1.0)]
    for name in kinds.get("text", ()):
        options += [fact(f"said {{{name}}}"), one_of("greeting", f"{{{name}}}")]
    chosen = rng.choice(options)
    located: list[Condition] = [at(name) for name in kinds.get("place", ())]
    located += [near(name) for kind in ("thing", "door") for name in kinds.get(kind, ())]
    if measured and located and rng.random() < 0.2:
        return rng.choice(located)
    if measured and kinds.get("thing") and rng.random() < 0.15:
        chosen = at_most(f"{kinds['thing'][0]}.weight_kg", rng.choice((1.0, 2.0)))
    return ~chosen if rng.random() < 0.4 else chosen


def _effects(rng: random.Random, kinds: dict[str, list[str]], count: int, *, inside: bool, hand: bool = True) -> tuple[Effect, ...]:
    options: list[Effect] = [
        fact("late"), ~fact("late"), one_of("mode", "day"), one_of("mode", "night"), adds("litres", rng.choice((-1, -0.5, 0.5, 1))),
        sets("litres", 2), keeps("arm"), frees("arm"), docked(), frees("base"), keeps("base"),
    ]  # fmt: skip
    for name in kinds.get("thing", ()):
        options += [fact(f"wet {{{name}}}"), ~fact(f"wet {{{name}}}"), in_set("tray", name), ~in_set("tray", name)]
        options += [one_of(f"lid of {{{name}}}", "open"), one_of(f"lid of {{{name}}}", "shut")]
    for name in kinds.get("door", ()):
        options += [door_is(name, state) for state in ("open", "closed", "locked")] + [fact(f"oiled {{{name}}}")]
    for name in kinds.get("number", ()):
        options += [adds("litres", name), adds("litres", f"-{name}"), sets("litres", name)]
    for name in kinds.get("text", ()):
        options += [fact(f"said {{{name}}}"), one_of("greeting", f"{{{name}}}")]
    if inside:
        options += [at(name) for name in kinds.get("place", ())] + [near(name) for name in kinds.get("door", ())]
    if hand:
        options += [puts_down()] + [effect(name) for name in kinds.get("thing", ()) for effect in (holding, puts_down)]
    chosen: list[Effect] = []
    once: set[str] = set()
    for effect in rng.sample(options, min(count, len(options))):
        target = _target(effect)
        if target is None or target not in once:
            chosen.append(effect)
            once |= set() if target is None else {target}
    return tuple(chosen)


def _target(effect: Effect) -> str | None:
    """What may be changed once only in a call, since PDDL cannot follow it twice; facts and numbers may be changed again."""
    data = effect.to_json()
    kind = str(data["is"])
    if kind in ("Holding", "PutsDown"):
        return "hand"
    if kind == "OneOf":
        return str(data["name"])
    inner = data.get("condition", data)
    return "tray" if inner.get("is") == "Member" else None
