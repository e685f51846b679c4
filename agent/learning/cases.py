"""Test missions on real Worlds: the generator's meanings said with the map's own names, and what must be true afterwards."""

import random
from dataclasses import dataclass
from itertools import repeat

from agent.learning.families import families_of, held_out_family
from agent.learning.ground import Ground, with_hidden
from agent.learning.judge import same_plan
from agent.learning.language import Language, tongue
from agent.learning.meaning import Act, Branch, Node
from agent.learning.missions import answer_of, lone
from agent.learning.order import dress, tell
from agent.learning.other import other_mission
from agent.learning.programs import program
from agent.learning.quotes import quoted
from agent.learning.real_site import RealSite, TrueFate
from agent.learning.rounds import Round, rounds
from agent.learning.samples import items
from agent.learning.site import tokens
from agent.learning.telling import Teller
from agent.learning.words import Vocabulary
from agent.planners.dialect import Prompt, decode, encode
from agent.planners.dialect.arguments import ARGUMENTS
from agent.planners.errors import PlannerError
from agent.planners.planner import Brief
from agent.planners.pointers import SKILLS, ReferentType, merge
from maps import Body, Pose, RobotState, World, start_pose
from skills import Plan, SkillCall, library
from verifier import verify

__all__ = ["Case", "make_cases", "prompt_of"]

HIDDEN = 4
"""Things on each site that the map does not know."""

ANSWERED = 0.1
"""Share of missions that ask for no plan."""


@dataclass(frozen=True)
class Case:
    """One test mission.

    Attributes:
        world: The map.
        start: Where the robot stands.
        mission: What is asked of it.
        wanted: ``plan``, ``ask``, ``answer`` or ``decline``.
        plan: What the oracle does over all rounds; None for the others.
        choices: Names between which must be asked; empty when a name is unknown.
        clauses: How many clauses the mission has.
        truth: What is really there; None for just what the map says.
        oracle: The oracle's first answer, with the pointers of this mission's prompt.
        rounds: How often the oracle plans.
        first: How many steps of ``plan`` its first plan has.
        more: Whether that plan is only a beginning.
        language: ``en`` or ``zh``.
        families: What kinds of meaning are in it.
        held_out: The family of meanings that training never sees and this case belongs to.
    """

    world: World
    start: Pose
    mission: str
    wanted: str
    plan: Plan | None
    choices: frozenset[str]
    clauses: int
    truth: World | None = None
    oracle: str = ""
    rounds: int = 1
    first: int = 0
    more: bool = False
    language: str = "en"
    families: tuple[str, ...] = ()
    held_out: str = ""


class _Unfair(Exception):
    """The mission as it was typed does not say what was meant: a name was linked otherwise, or no plan is feasible."""


def make_cases(
    worlds: list[World],
    count: int,
    seed: int,
    *,
    body: Body | None = None,
    language: Language = "en",
    held_out: str | None = None,
    level: int | None = None,
    tries: int = 0,
) -> list[Case]:
    """Missions over worlds, in turn; what the verifier would refuse, and what the map's linking reads otherwise, is not asked for.

    Args:
        worlds: The maps.
        count: How many missions.
        seed: Everything random comes from here.
        body: The robot.
        language: Of the missions; the maps' names should be in it.
        held_out: A family of meanings that training never sees, to ask for it alone; empty for none of them, None for any.
        level: How many clauses each has; one to four in turn if not given.
        tries: A world on which none of so many draws can be asked for gives way to the next; 0 for as many as it takes.

    Raises:
        ValueError: None of the worlds gave any.
    """
    body = body or Body()
    grounds = [_ground(world, language, seed) for world in worlds]
    cases: list[Case] = []
    for number in range(count):
        rng = random.Random(f"cases/{seed}/{number}")
        clauses = level or 1 + number // len(worlds) % 4
        turn = (grounds[(number + further) % len(grounds)] for further in range(len(grounds)))
        case = next(filter(None, (_asked(rng, ground, clauses, body, language, held_out, tries) for ground in turn)), None)
        if case is None:
            raise ValueError(f"no mission of the family {held_out!r} can be asked for on any of these {len(worlds)} maps")
        cases.append(case)
    return cases


def _asked(
    rng: random.Random, ground: Ground, level: int, body: Body, language: Language, held_out: str | None, tries: int
) -> Case | None:
    """The first draw that can be asked for; None where none of so many can, if they are counted."""
    for _ in range(tries) if tries else repeat(None):
        try:
            return _case(rng, ground, level, body, language, held_out)
        except (IndexError, StopIteration, _Unfair, PlannerError):
            continue
    return None


def _ground(world: World, language: Language, seed: int) -> Ground:
    here = world.place_at(start_pose(world).point)
    if here is None:
        raise ValueError(f"on the map {world.name!r} the robot starts at no place with a name")
    rng = random.Random(f"truth/{seed}/{world.name}")
    words = Vocabulary(held_out=True, language=language)
    bare = Ground.of(world, world, here.name, language)
    names = (
        noun for noun in iter(lambda: words.noun(rng), "") if not bare.link(noun).mentions and noun.isascii() == (language == "en")
    )
    bare.truth = with_hidden(world, names, HIDDEN, rng)
    return bare


def prompt_of(case: Case, body: Body | None = None) -> Prompt:
    """The prompt of a case's first round."""
    return encode(_brief(case.mission, case.world, case.start, body or Body()))


def _brief(mission: str, world: World, start: Pose, body: Body) -> Brief:
    here = world.place_at(start.point)
    return Brief(
        mission=mission, world=world, state=RobotState(pose=start, battery_wh=body.battery_wh), body=body, skills=library(world),
        start_place=None if here is None else here.name,
    )  # fmt: skip


def _case(rng: random.Random, ground: Ground, level: int, body: Body, language: Language, held_out: str | None) -> Case:
    words = Vocabulary(held_out=True, language=language)
    site = RealSite(rng, words, ground)
    start = start_pose(ground.world)
    speech = tongue(language, held_out=True)
    teller = Teller(rng, speech, words)
    if not held_out and rng.random() < ANSWERED:
        family, text, answer, level = other_mission(site, teller, min(level, 2))
        mission = _spoken(
            site, dress(rng, speech, text if family == "cannot" else f"?{text}", polite=family not in ("greeting", "unknown"))
        )
        prompt = encode(_brief(mission, ground.world, start, body))
        oracle = _translated(answer, site, prompt)
        proposal = decode(oracle, prompt)
        wanted = "answer" if answer[0] == "[answer]" else "ask" if answer[0] == "[unknown]" else "decline"
        if (wanted == "decline") != bool(proposal.reason) or (wanted == "answer") != (proposal.plan is not None):
            raise _Unfair
        return Case(
            ground.world, start, mission, wanted, proposal.plan, frozenset(), level, oracle=oracle, first=1, language=language,
            families=(family,),
        )  # fmt: skip
    site.trouble = rng.choices(("", "which", "unknown"), (88, 7, 5))[0]
    nodes = program(site, level)
    if (held_out is not None and held_out_family(nodes) != held_out) or any(
        isinstance(node, Branch)
        and (
            node.kind in ("fail", "battery", "asked")
            or node.quantity
            or (node.first is not None and node.first.family == "explore")
        )
        for node in nodes
    ):
        raise _Unfair
    told = tell(teller, nodes)
    text = " ".join(tokens(dress(rng, speech, told, ends=quoted(nodes))))
    mission = _spoken(site, text)
    prompt = encode(_brief(mission, ground.world, start, body))
    answer = next((node.answer for node in nodes if isinstance(node, Act) and node.answer is not None), ())
    about = (families_of(nodes), held_out_family(nodes))
    if answer:
        flat = tuple(token for part in answer for token in (tokens(part) if not part.startswith("[") else [part]))
        return _question(flat, site, prompt, start, mission, level, language, about)
    every = list(rounds(nodes, lone(tokens(text)), TrueFate(rng, site)))
    return _planned(every, nodes, site, prompt, start, mission, level, language, about, body)


def _spoken(site: RealSite, text: str) -> str:
    if any(pointer not in site.names and pointer in text for pointer in SKILLS):
        raise _Unfair  # a skill of a user's, which this robot has not
    return site.spoken(text)


def _question(
    answer: tuple[str, ...], site: RealSite, prompt: Prompt, start: Pose, mission: str, level: int, language: str,
    about: tuple[tuple[str, ...], str],
) -> Case:  # fmt: skip
    oracle = _translated(answer, site, prompt)
    proposal = decode(oracle, prompt)
    if not proposal.question:
        raise _Unfair
    choices = frozenset(proposal.choices if answer[0] == "[which]" else ())
    return Case(
        site.world, start, mission, "ask", None, choices, level, oracle=oracle, language=language,
        families=about[0], held_out=about[1],
    )  # fmt: skip


def _planned(
    every: list[Round], nodes: list[Node], site: RealSite, prompt: Prompt, start: Pose, mission: str, level: int,
    language: str, about: tuple[tuple[str, ...], str], body: Body,
) -> Case:  # fmt: skip
    world, truth = site.world, site.ground.truth
    steps = [step for made in every for step in made.steps]
    plan = Plan(steps=tuple(_call(step, site) for step in steps))
    first = every[0]
    oracle = _translated(answer_of(first, nodes, site.inside), site, prompt)
    proposal = decode(oracle, prompt)
    own = Plan(steps=plan.steps[: len(first.steps)])
    if proposal.plan is None or not same_plan(proposal.plan, own) or proposal.more != first.more:
        raise _Unfair
    state = RobotState(pose=start, battery_wh=body.battery_wh)
    skills = library(world)
    if not verify(plan, truth, state, body, skills).ok or not verify(own, world, state, body, skills).ok:
        raise _Unfair
    return Case(
        world, start, mission, "plan", plan, frozenset(), level, truth=truth, oracle=oracle, rounds=len(every),
        first=len(first.steps), more=first.more, language=language,
        families=about[0], held_out=about[1],
    )  # fmt: skip


def _translated(answer: tuple[str, ...], site: RealSite, prompt: Prompt) -> str:
    """An answer with the pointers that the prompt gives to the same names.

    Raises:
        _Unfair: The prompt has no pointer for one of them: the mission was not linked as it was meant.
    """
    kinds: dict[str, ReferentType] = {"P": "place", "T": "thing", "D": "door", "S": "skill"}
    pointer_of = {(referent.type, referent.name): pointer for pointer, referent in prompt.table.items()}
    out: list[str] = []
    for token in answer:
        if token in site.names:
            pointer = pointer_of.get((kinds[token[1]], site.names[token]))
            if pointer is None:
                raise _Unfair
            out.append(pointer)
        else:
            out.append(token)
    return "".join(segment.text for segment in merge(items(out)))


def _call(step: tuple[str, ...], site: RealSite) -> SkillCall:
    """A token list as a call with the map's names."""
    if step[0] in site.names:  # a skill of the cell's
        return SkillCall(skill=site.names[step[0]], args={"thing": site.names[step[1]]})
    if step[0][1:-1] not in ARGUMENTS:
        raise _Unfair
    skill, rest = step[0][1:-1], list(step[1:])
    args: dict[str, object] = {}
    for name, kind in ARGUMENTS[skill]:
        if not rest:
            break
        if kind == "text":
            if rest[0] != "[q]":
                continue
            end = rest.index("[/q]")
            gap = "" if site.words.language == "zh" else " "
            args[name] = gap.join(site.names.get(token, token) for token in rest[1:end])
            rest = rest[end + 1 :]
        elif kind == "number":
            whole = "".join(rest)
            args[name] = float(whole) if "." in whole else int(whole)
            rest = []
        elif rest[0] in site.names:
            args[name] = site.names[rest.pop(0)]
        else:
            raise _Unfair
    return SkillCall(skill=skill, args=args)
