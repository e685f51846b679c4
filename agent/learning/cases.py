"""Test missions on real Worlds: the generator's meanings said with the map's own names, and what must be true afterwards."""

import random
import re
from dataclasses import dataclass

from agent.learning.clauses import Clause, clause, user_skill
from agent.learning.order import dress, tell
from agent.learning.site import Site
from agent.learning.words import Vocabulary, typo
from agent.planners.pointers import DOORS, PLACES, PLURAL, THINGS
from maps import Body, Pose, RobotState, World, start_pose
from maps.linking import NameIndex, link
from skills import Plan, SkillCall, library
from verifier import verify

__all__ = ["Case", "make_cases"]


@dataclass(frozen=True)
class Case:
    """One test mission.

    Attributes:
        world: The map.
        start: Where the robot stands.
        mission: What is asked of it.
        wanted: ``plan``, ``ask`` or ``decline``.
        plan: What the oracle would do; None for the others.
        choices: Names between which must be asked; empty when a name is unknown.
        clauses: How many clauses the mission has.
    """

    world: World
    start: Pose
    mission: str
    wanted: str
    plan: Plan | None
    choices: frozenset[str]
    clauses: int


class _RealSite(Site):
    """A site whose pointers stand for the features of a real world."""

    def __init__(self, rng: random.Random, words: Vocabulary, world: World, start: str, index: NameIndex) -> None:
        super().__init__(rng, words)
        self.world = world
        self.index = index
        self.names: dict[str, str] = {}
        self.docks = [self._bind(p.name, PLACES) for p in world.places.values() if p.is_dock]
        self.start = self._bind(start, PLACES)
        self.ambiguous: list[str] = []

    def _bind(self, name: str, pool: tuple[str, ...]) -> str:
        for pointer in pool:
            if self.names.get(pointer) == name:
                return pointer
        pointer = next(p for p in pool if p not in self.names)
        self.names[pointer] = name
        return pointer

    def place(self) -> str:
        pointer = self._bind(self.rng.choice([p.name for p in self.world.places.values() if not p.is_dock]), PLACES)
        self.seen_places.append(pointer)
        return pointer

    def thing(self) -> str:
        return self._thing([t.name for t in self.world.things.values()])

    def thing_in(self, place: str) -> str:
        return self._thing([t.name for t in self.world.things.values() if t.place == self.names[place]])

    def _thing(self, names: list[str]) -> str:
        name = self.rng.choice([n for n in names if n not in self.names.values()])
        pointer = self._bind(name, THINGS)
        self.inside[pointer] = self._bind(str(self.world.things[name].place), PLACES)
        return pointer

    def door(self) -> str:
        return self._bind(self.rng.choice(list(self.world.doors)), DOORS)

    def unlisted(self) -> str:
        return next(p for p in reversed(THINGS) if p not in self.names)

    def unknown(self, kind: str) -> str:
        for _ in range(20):
            noun = self.words.noun(self.rng, room=kind == "place")
            if not link(noun, self.index).mentions:
                return noun
        raise IndexError("every noun names something here")

    def group(self, pointer: str, kind: str) -> list[str]:
        """Things that one word of the map's names can all mean."""
        if kind != "thing":
            raise IndexError("only things are ambiguous here")
        for name in self.rng.sample(list(self.world.things), len(self.world.things)):
            word = self.world.things[name].kind
            mentions = link(f"the {word}", self.index).mentions
            if (
                len(mentions) == 1
                and 1 < len(mentions[0].candidates) < 6
                and all(c.type == "thing" for c in mentions[0].candidates)
            ):
                self.ambiguous = [c.name for c in mentions[0].candidates]
                group = [self._bind(n, THINGS) for n in self.ambiguous]
                for member, n in zip(group, self.ambiguous, strict=True):
                    self.inside[member] = self._bind(str(self.world.things[n].place), PLACES)
                self.word = word
                return group
        raise IndexError("nothing here is ambiguous")

    def say(self, pointer: str, *, plain: bool = False) -> str:
        return f"{self.rng.choice(('the', 'the', 'the', 'the', '', 'our', 'that', 'my'))} {pointer}"

    def surface(self, pointer: str) -> str:
        """A name as somebody types it."""
        rng, name = self.rng, self.names[pointer]
        features = self.world.places if pointer in PLACES else self.world.things if pointer in THINGS else self.world.doors
        aliases = features[name].aliases
        if aliases and rng.random() < 0.25:
            name = rng.choice(aliases)
        roll = rng.random()
        if roll < 0.04:
            return typo(rng, name) if " " not in name else " ".join([*name.split()[:-1], typo(rng, name.split()[-1])])
        return name.title() if roll < 0.1 else name.upper() if roll < 0.12 else name


def make_cases(worlds: list[World], count: int, seed: int, *, body: Body | None = None) -> list[Case]:
    """Missions over worlds, in turn; plans of theirs that the verifier refuses are not asked for.

    Args:
        worlds: The maps.
        count: How many missions.
        seed: Everything random comes from here.
        body: The robot.
    """
    body = body or Body()
    indices = [NameIndex.of(world) for world in worlds]
    cases: list[Case] = []
    for number in range(count):
        rng = random.Random(f"cases/{seed}/{number}")
        which = number % len(worlds)
        while True:
            try:
                case = _case(rng, worlds[which], indices[which], 1 + number // len(worlds) % 4, body)
            except (IndexError, StopIteration):
                continue
            if case is not None:
                cases.append(case)
                break
    return cases


def _case(rng: random.Random, world: World, index: NameIndex, level: int, body: Body) -> Case | None:
    start = start_pose(world)
    here = world.place_at(start.point)
    if here is None:
        return None
    site = _RealSite(rng, Vocabulary(held_out=True), world, here.name, index)
    trouble = rng.choices(("", "which", "unknown"), (88, 7, 5))[0]
    clauses: list[Clause] = []
    for i in range(level):
        site.trouble = trouble if i == 0 else ""
        drawn = clause(site, without=(user_skill,))
        clauses.append(drawn)
    rng.shuffle(clauses)
    if site.carrying or site.answered or any("[or]" in c.text and c.answer is None for c in clauses):
        return None
    text = dress(rng, tell(rng, clauses), polite=not clauses[0].text.startswith("?"))
    mission = _spoken(text, site)
    answer = next((c.answer for c in clauses if c.answer), None)
    if answer is not None:
        return Case(world, start, mission, "ask", None, frozenset(site.ambiguous if answer[0] == "[which]" else ()), level)
    steps = [_call(step, site) for c in clauses for step in c.steps]
    plan = Plan(steps=tuple(steps))
    if not verify(plan, world, RobotState(pose=start, battery_wh=body.battery_wh), body, library()).ok:
        return None
    return Case(world, start, mission, "plan", plan, frozenset(), level)


_POINTER = re.compile(r"\[[PTD]\d+\](?: \[or\] \[[PTD]\d+\])*")


def _spoken(text: str, site: _RealSite) -> str:
    """Pointers become names, separated punctuation closes up again."""

    def name(match: re.Match[str]) -> str:
        return site.word if "[or]" in match.group() else site.surface(match.group())

    spoken = re.sub(rf"\s+{PLURAL}\b", "", _POINTER.sub(name, text))
    spoken = re.sub(r"\s+([.,;:!?)])", r"\1", re.sub(r"\s+", " ", spoken)).replace(" 's", "'s").strip()
    return spoken[:1].upper() + spoken[1:] if site.rng.random() < 0.6 else spoken


def _call(step: list[str], site: _RealSite) -> SkillCall:
    """A token list as a call with the map's names."""
    from agent.planners.dialect.decode import ARGUMENTS

    skill = step[0][1:-1]
    rest = step[1:]
    args: dict[str, object] = {}
    for name, kind in ARGUMENTS[skill]:
        if not rest:
            break
        if kind == "text":
            if rest[0] != "[q]":
                continue
            end = rest.index("[/q]")
            args[name] = " ".join(site.names.get(token, token) for token in rest[1:end])
            rest = rest[end + 1 :]
        elif kind == "number":
            args[name] = float(rest[0])
            rest = rest[1:]
        else:
            args[name] = site.names[rest[0]]
            rest = rest[1:]
    return SkillCall(skill=skill, args=args)  # type: ignore[arg-type]
