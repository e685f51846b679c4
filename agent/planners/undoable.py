"""Orders that no skill of the library carries out, told by their verb: "print twenty copies", "could you iron my shirts"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from agent.planners.pointers import LIBRARY

if TYPE_CHECKING:
    from maps.linking import Mention
    from skills import Skill

__all__ = ["undoable"]

_LEAD = (
    r"(?:^|[.,;!?\n]\s*|\s-+\s+|\b(?:and|then|also|but|so)\s+)"
    r"(?:(?:(?:please|pls|plz|kindly|hey|hi|hello|oi|ok|okay|robot|now|just|go|quickly|first|next)[\s,!]+(?:and\s+)?)"
    r"|(?:can|could|would|will|wo)(?:n['\u2019]t)?\s+(?:you|u|ya|someone|somebody)\s+(?:please\s+|just\s+|also\s+|go\s+(?:and\s+)?|maybe\s+)*"
    r"|(?:i|we)(?:['\u2019]d|\s+would)?\s+(?:want|need|like)\s+(?:you\s+)?to\s+)*"
)
"""Where an order begins, with the words of politeness before its verb."""
_DONE_TO = r"(?=\s+(?:the|an?|my|our|your|his|her|their|this|that|these|those|all|every|each|both|some|it|them|me|us|up|\d+)\b)"
_NOUN = r"(?!\s*(?:$|[.,;:!?]|->|(?:to|into|in|from|on|at|is|are|was|for|of|goes|over|back|and|belongs?)\b))"
"""Before these words stands a thing: "mop to the hallway"."""
_END = re.compile(r"[.;!?\n]|,\s+(?:and|then|but)\b|\b(?:and\s+then|then)\b")
_QUOTED = re.compile("\"[^\"]*\"|\u201c[^\u201d]*\u201d|(?<!\\w)'[^']*'(?!\\w)")
_CHARGES = re.compile(
    r"\w+\s+(?:up\s+)?(?:(?:on|with)\s+)?(?:yourself|(?:your|the)\s+(?:own\s+)?(?:batter(?:y|ies)|charge|juice))\b", re.IGNORECASE
)
"""What is done to the robot's own battery is charging: "fill up your battery"."""
_POSTED = re.compile(r"(?:take|taking)\s+up\s+(?:(?:a|your|the)\s+)?(?:position|station|post|place)\b", re.IGNORECASE)
"""To take up position somewhere is to go there."""
_LONGEST = 4000


@cache
def _orders() -> re.Pattern[str]:
    tables = tomllib.loads(files("agent.planners").joinpath("undoable.toml").read_text(encoding="utf-8"))
    sure, before = ("|".join(re.escape(verb.strip()) for verb in tables[kind].split(";")) for kind in ("sure", "before"))
    phrases = "|".join(f"(?:{line})" for line in tables["phrases"].splitlines())
    return re.compile(
        rf"{_LEAD}(?P<order>(?P<verb>(?:{sure})\b(?![-'\u2019]){_NOUN}|(?:{before})\b{_DONE_TO}|{phrases}))", re.IGNORECASE
    )


def undoable(mission: str, mentions: Sequence[Mention], skills: Iterable[Skill]) -> tuple[int, int] | None:
    """The first order of a mission that nothing can carry out, in characters; None where none is told by its verb.

    Args:
        mission: What the operator said.
        mentions: What it names: no word of a name is a verb.
        skills: All that the robot can do; the user's own skills take away the verbs that their names and phrases speak of.
    """
    if len(mission) > _LONGEST:
        return None
    own = [skill for skill in skills if skill.name not in LIBRARY]
    known = {word for skill in own for said in (skill.name, *skill.phrases) for word in re.split(r"[\W_]+", said.casefold())}
    quoted = [match.span() for match in _QUOTED.finditer(mission)]
    for match in _orders().finditer(mission):
        at = match.start("order")
        verb = match["verb"].split()[0].casefold()
        done_to = re.compile(_DONE_TO).match(mission, at + len(verb))
        named = any(m.start <= at < m.end and (m.end > at + len(verb) or not done_to) for m in mentions)
        if (
            verb in known
            or named
            or _CHARGES.match(mission, at)
            or _POSTED.match(mission, at)
            or any(start <= at < end for start, end in quoted)
        ):
            continue
        end = _END.search(mission, match.end())
        return at, end.start() if end else len(mission)
    return None
