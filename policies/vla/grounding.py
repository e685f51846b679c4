"""Grounding: the other things that could have been asked for in an episode's scene, and where they are.

One picture answers many instructions: every block, tray and button whose place was written down teaches what its words mean.
Pairs of a block and a tray are asked for only where a demonstration was: those that are kept for trials stay unseen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Question", "ahead", "questions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that could be asked for.

    Attributes:
        about: As an episode's ``about``, for ``captions.rephrase``.
        places: (2, 2) where the thing and its goal stood at first, x and y in the base's frame, metres.
        thing: Number of the thing,
        goal: and of its tray; None without one.
    """

    about: Mapping[str, Any]
    places: NDArray[np.float32]
    thing: int
    goal: int | None


def questions(about: Mapping[str, Any], known: Collection[str]) -> tuple[Question, ...]:
    """Everything that can be asked for in an episode's scene; nothing where its scene was not written down.

    Args:
        about: What was kept of the episode.
        known: The instructions of the demonstrations.
    """
    context = about.get("physics_context", {})
    try:
        blocks, trays, button = context["blocks"], context["trays"], context["button"]
        at = np.array([item["at"][:2] for item in (*blocks, *trays, button)], dtype=np.float32)
        colours = [item["colour"] for item in (*blocks, *trays)]
    except (KeyError, TypeError):
        return ()
    count = len(blocks)
    asked: list[tuple[str, int, int | None]] = []
    for thing in range(count):
        if f"pick up the {colours[thing]} block" in known:
            asked.append(("pick", thing, None))
        asked += [
            ("place", thing, goal)
            for goal in range(count, len(colours))
            if f"put the {colours[thing]} block on the {colours[goal]} tray" in known
        ]
    if "press the red button" in known:
        asked.append(("press", len(colours), None))
    return tuple(
        Question(
            about={"task": task, "thing": thing, "goal": goal, "physics_context": context},
            places=at[[thing, thing if goal is None else goal]], thing=thing, goal=goal,
        )
        for task, thing, goal in asked
    )  # fmt: skip


def ahead(places: NDArray[np.floating[Any]], turret: float) -> NDArray[np.float32]:
    """Places (..., 2) of the base's frame as seen from the turret, radians: cameras turn with it and know no other frame."""
    cos, sin = np.cos(turret), np.sin(turret)
    x, y = places[..., 0], places[..., 1]
    return np.stack((cos * x + sin * y, cos * y - sin * x), axis=-1).astype(np.float32)
