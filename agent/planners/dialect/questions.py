"""Questions back to the operator: what is meant by words that name nothing on the map, or several things."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planners.dialect.prompt import Prompt, Word
    from agent.planners.planner import Proposal
    from maps.unlinked import Unlinked

__all__ = ["either", "qualifier", "unknown_question", "unlinked_question"]

_OFFERED = 5
"""So many names that look alike are offered."""


def qualifier(word: Word, prompt: Prompt) -> Unlinked | None:
    """What stands beside a mention to choose among its candidates and fits none of them."""
    return next((s for s in prompt.unlinked if s.of is not None and s.of.start == word.start), None)


def unlinked_question(stretch: Unlinked, prompt: Prompt, names: tuple[str, ...] = ()) -> Proposal:
    """The question that a stretch without a meaning on this map becomes."""
    from agent.planners.planner import Proposal

    about = stretch.text(prompt.mission)
    if stretch.of is None:
        return unknown_question(about, prompt)
    names = names or tuple(dict.fromkeys(candidate.name for candidate in stretch.of.candidates))
    if len(names) == 1:
        question = f"Nothing on this map is called {about!r}, the nearest is {names[0]!r}: what is meant?"
        return Proposal(question=question, about=about)
    question = f"Nothing on this map is called {about!r}. Which one is meant: {either(names)}?"
    return Proposal(question=question, choices=names, about=about)


def unknown_question(about: str, prompt: Prompt) -> Proposal:
    """The question about words that name nothing, with the names that look alike."""
    from agent.planners.planner import Proposal

    alike = _alike(about, prompt.names)
    hint = f" (there is {either([repr(name) for name in alike])})" if alike else ""
    return Proposal(question=f"Nothing on this map is called {about!r}{hint}: what is meant?", about=about)


def _alike(about: str, names: Sequence[str]) -> list[str]:
    """Names that are spelled alike, then names that share a word; a few."""
    from difflib import get_close_matches

    plain = {name.casefold(): name for name in names}
    words = set(about.casefold().split())
    shared = [name for text, name in plain.items() if words & set(text.split())]
    return list(dict.fromkeys([*(plain[text] for text in get_close_matches(about.casefold(), plain)), *shared]))[:_OFFERED]


def either(names: Sequence[str]) -> str:
    """Names as a choice: "a, b or c"."""
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
