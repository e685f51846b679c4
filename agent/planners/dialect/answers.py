"""Answers: what the map and the robot's own state say to a plain question, as one sentence in the language of the mission."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from agent.planners.dialect.prompt import Prompt
from maps.arm_reach import described
from maps.linking.stems import CJK

if TYPE_CHECKING:
    from agent.planners.planner import Brief
    from agent.planners.pointers import Referent

__all__ = ["answer_text", "speaker"]

LISTED = 12
"""So many names are told at most."""


@cache
def _sentences(language: str) -> dict[str, str]:
    tables = tomllib.loads(files("agent.planners.dialect").joinpath("answers.toml").read_text(encoding="utf-8"))
    return dict(tables[language])


def speaker(prompt: Prompt) -> str | None:
    """The skill that tells an answer; None for a robot that has none."""
    return next((skill for skill in ("report", "say") if skill in prompt.library), None)


def answer_text(topic: str, about: Sequence[Referent], prompt: Prompt) -> str:
    """The sentence that answers a question.

    Args:
        topic: One of ``agent.planners.pointers.TOPICS``.
        about: What is asked about; may be empty for ``[list]``, ``[self]`` and ``[hello]``.
        prompt: The prompt, with the brief that it was made from.
    """
    words = _sentences("zh" if CJK.search(prompt.mission) else "en")
    brief = prompt.brief
    if topic == "[hello]" or brief is None:
        return words["hello"]
    if topic == "[self]":
        return _self(brief, words)
    if topic == "[list]":
        return _list(about, brief, words)
    if topic == "[count]":
        names = [referent.name for referent in about]
        return words["one" if len(names) == 1 else "count"].format(count=len(names), names=_names(names, words))
    if topic == "[where]":
        return words["next"].join(_where(referent, brief, words) for referent in about)
    return _state(about[0], brief, words)


def _where(about: Referent, brief: Brief, words: dict[str, str]) -> str:
    world = brief.world
    if about.type == "door":
        between = world.doors[about.name].between
        return words["between" if between else "nowhere"].format(name=about.name, place=words["and"].join(between))
    place = None
    if about.type == "thing":
        thing = world.things[about.name]
        spot = world.place_at(thing.position)
        place = thing.place or (None if spot is None else spot.name)
    else:
        mine = world.places[about.name]
        x, y = mine.centre
        return words["at"].format(name=about.name, x=f"{x:.1f}", y=f"{y:.1f}")
    return words["nowhere" if place is None else "where"].format(name=about.name, place=place)


def _state(about: Referent, brief: Brief, words: dict[str, str]) -> str:
    world = brief.world
    state: str | None = None
    if about.type == "door":
        state = dict(brief.state.doors).get(about.name, world.doors[about.name].state)
    elif about.type == "thing":
        thing = world.things[about.name]
        facts = [thing.state or "", *(f"{key.replace('_', ' ')} {value}" for key, value in described(thing).items())]
        state = ", ".join(fact for fact in facts if fact)
    if not state or state == "unknown":
        return words["no state"].format(name=about.name)
    return words["state"].format(name=about.name, state=state)


def _list(about: Sequence[Referent], brief: Brief, words: dict[str, str]) -> str:
    from maps import contains

    world = brief.world
    if not about:
        return words["places"].format(names=_names([name for name in world.places], words))
    place = world.places[about[0].name]
    inside = [
        thing.name
        for thing in world.things.values()
        if thing.place == place.name or (thing.place is None and place.outline and contains(place.outline, thing.position))
    ]
    return words["holds" if inside else "empty"].format(name=place.name, names=_names(inside, words))


def _self(brief: Brief, words: dict[str, str]) -> str:
    spot = brief.world.place_at(brief.state.pose.point)
    here = words["lost"] if spot is None else words["here"].format(place=spot.name)
    battery = round(100 * brief.state.battery_wh / brief.body.battery_wh) if brief.body.battery_wh else 0
    skills = _names([re.sub("_", " ", skill.name) for skill in brief.skills], words)
    return words["self"].format(
        here=here, battery=battery, load=_names(list(brief.state.carrying), words) or words["nothing"], skills=skills
    )


def _names(names: Sequence[str], words: dict[str, str]) -> str:
    told = words["comma"].join(names[:LISTED])
    return told if len(names) <= LISTED else words["more"].format(names=told, left=len(names) - LISTED)
