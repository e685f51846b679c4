"""A user's own missions as training samples: each is linked on its map as planning does, and its plan is said in the dialect.

One JSON object per line: ``{"map": "warehouse", "mission": "polish the pump", "plan": [{"skill": "polish", "args": {...}}]}``.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.learning.dataset import Encoder
from agent.learning.packing import OWN, Encoded
from agent.planners.pointers import DIALECTS, END, Item, Segment, merge, normalise_words

if TYPE_CHECKING:
    from agent.planners.dialect import Prompt, Word
    from skills import SkillCall, SkillSet
    from skills.call import Plan

__all__ = ["MissionsInvalid", "own_samples", "spell"]


class MissionsInvalid(Exception):
    """A file of missions cannot be learnt from; one sentence with the line."""


def own_samples(path: Path, skills: "SkillSet", encode: Encoder, dialect: str) -> list[Encoded]:
    """The missions of a file as token ids.

    Args:
        path: The file.
        skills: The robot's skills, the user's with them.
        encode: The planner's encoder.
        dialect: The planner's dialect.

    Raises:
        MissionsInvalid: The file is missing or empty, or a line is not a mission that can be planned on its map.
    """
    try:
        lines = [(number, line) for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise MissionsInvalid(f"The missions {str(path)!r} cannot be read: {error}.") from None
    if not lines:
        raise MissionsInvalid(f"The file {str(path)!r} holds no missions: give one JSON object per line.")
    out = []
    for number, line in lines:
        try:
            out.append(_sample(json.loads(line), skills, encode, dialect))
        except (ValueError, KeyError, TypeError) as error:
            why = f"it has no {error}" if isinstance(error, KeyError) else str(error).splitlines()[0].rstrip(".")
            raise MissionsInvalid(f"Line {number} of {str(path)!r} cannot be learnt from: {why}.") from error
    return out


def _sample(record: dict[str, Any], skills: "SkillSet", encode: Encoder, dialect: str) -> Encoded:
    from agent.planners.dialect import encode as lay_out
    from agent.planners.errors import PlannerError
    from agent.planners.planner import Brief
    from maps import Body, MapError, RobotState, find_map, load_world, start_pose
    from skills import library
    from skills.call import Plan

    try:
        world = load_world(find_map(record["map"]))
        skills = skills.with_skills(*(skill for skill in library(world) if skill.name not in skills))
        body, pose = Body(), start_pose(world)
        here = world.place_at(pose.point)
        state = RobotState(pose=pose, battery_wh=body.battery_wh)
        start = None if here is None else here.name
        brief = Brief(mission=record["mission"], world=world, state=state, body=body, skills=skills, start_place=start)
        prompt = lay_out(brief, DIALECTS[dialect])
    except (MapError, PlannerError) as error:
        raise ValueError(str(error)) from error
    answer = spell(Plan.model_validate({"steps": record["plan"]}), prompt)
    return Encoded(encode(prompt.segments), encode(answer), 1, OWN)


def spell(plan: "Plan", prompt: "Prompt") -> tuple[Segment, ...]:
    """The answer that reads as this plan: the inverse of ``dialect.decode``, and checked against it.

    Args:
        plan: What should be planned.
        prompt: What is asked.

    Raises:
        ValueError: The plan cannot be said in answer to this prompt; the sentence says what.
    """
    from agent.learning.meaning import Mention
    from agent.learning.rolling import rolled
    from agent.learning.samples import items as as_items
    from agent.planners.dialect import decode
    from agent.planners.dialect.loops import groups_of
    from agent.planners.errors import PlanUnreadable

    groups = [Mention("", group, group, "all") for group in groups_of(prompt)]
    steps = [tuple(_call(call, prompt)) for call in plan.steps]
    tokens = rolled([tuple(item.text for item in step) for step in steps], groups, prompt.inside)
    segments = tuple(merge(as_items(tuple(tokens))))
    text = "".join(segment.text for segment in segments)
    try:
        back = decode(text, prompt).plan
    except PlanUnreadable as error:
        raise ValueError(str(error)) from error
    if back is None or [_plain(call) for call in back.steps] != [_plain(call) for call in plan.steps]:
        raise ValueError(f"its plan cannot be said in the words of its mission; the nearest reads {text!r}")
    return (*segments, Segment(END, special=True))


def _plain(call: "SkillCall") -> tuple[str, dict[str, Any]]:
    args = {name: value for name, value in call.args.items() if value is not None}
    return call.skill, {name: tuple(normalise_words(value)) if isinstance(value, str) else value for name, value in args.items()}


def _call(call: "SkillCall", prompt: "Prompt") -> Iterator[Item]:
    from agent.planners.dialect.arguments import ARGUMENTS

    signature = next(((pointer, known) for pointer, known in prompt.signatures.items() if known.skill == call.skill), None)
    if signature is not None:
        yield Segment(signature[0], special=True)
        kinds = dict(zip(signature[1].names, signature[1].kinds, strict=True))
    elif call.skill in prompt.library:
        yield Segment(f"[{call.skill}]", special=True)
        kinds = dict(ARGUMENTS[call.skill])
    else:
        raise ValueError(f"the robot has no skill {call.skill!r} that this planner can say")
    for name, kind in kinds.items():
        value = call.args.get(name)
        if value is None:
            continue
        if kind == "text":
            yield from (Segment("[q]", special=True), *_quoted(str(value), prompt), Segment("[/q]", special=True))
        elif kind == "number":
            yield from (Segment(word) for word in f"{float(str(value)):g}".replace(".", " . ").split())
        else:
            type_ = "place" if kind == "dock" else kind
            pointer = next((p for p, r in prompt.table.items() if r.type == type_ and r.name == value), None)
            if pointer is None:
                raise ValueError(f"{call.skill} names the {type_} {value!r}, which its mission does not")
            yield Segment(pointer, special=True)


def _quoted(text: str, prompt: "Prompt") -> list[Item]:
    """The stretch of the mission that reads as this text."""
    wanted = [word for word, _, _ in normalise_words(text)]
    groups = {word.start for word in prompt.words if word.item.text == "[or]"}
    said = [_read(word, prompt, groups) for word in prompt.words]
    for first in range(len(said)):
        read: list[str] = []
        for last in range(first, len(said)):
            read += said[last]
            ends = last + 1 == len(said) or not (said[last + 1] == [] and prompt.words[last + 1].start in groups)
            if read == wanted and ends:
                return [word.item for word in prompt.words[first : last + 1]]
            if len(read) > len(wanted):
                break
    raise ValueError(f"the words {text!r} are no stretch of its mission")


def _read(word: "Word", prompt: "Prompt", groups: set[int]) -> list[str]:
    """A word of the mission as decoding reads it: what is one thing by its name, a group once as it was typed."""
    if not word.item.special:
        return [word.item.text]
    if word.start not in groups:
        return [text for text, _, _ in normalise_words(prompt.table[word.item.text].name)]
    first = next(other for other in prompt.words if other.start == word.start)
    return [text for text, _, _ in normalise_words(prompt.mission[word.start : word.end])] if first is word else []
