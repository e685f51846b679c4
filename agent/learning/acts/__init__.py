"""What one clause of a mission can mean, and the steps that it asks for: one function a meaning, in no language."""

from collections.abc import Callable, Container

from agent.learning.acts.afterthought import as_well, past_door
from agent.learning.acts.driving import come_back, dock, explore, go, go_there, wait
from agent.learning.acts.gapped import ask_several, deliver_several, say_several, take_along
from agent.learning.acts.handling import deliver, fetch, fetch_unknown, hand_over, lend, open_door, unload, user_skill
from agent.learning.acts.lifts import take_lift
from agent.learning.acts.looking import inspect, question, search
from agent.learning.acts.manipulating import press, put_on
from agent.learning.acts.telling import ask, report, say, tell_seen
from agent.learning.meaning import Act
from agent.learning.site import Site

__all__ = ["ACTS", "CELL_ACTS", "act", "fetch", "fetch_unknown", "go", "inspect", "question", "search", "user_skill"]

ACTS: dict[Callable[[Site], Act], float] = {
    go: 16, inspect: 15, question: 15, search: 9, explore: 5, fetch: 12, deliver: 14, come_back: 6, wait: 8, dock: 4, say: 9,
    tell_seen: 5, ask: 1.5, report: 5, open_door: 5, user_skill: 6, go_there: 5, fetch_unknown: 4, hand_over: 8, unload: 3,
    take_lift: 1.5, lend: 4, deliver_several: 4, ask_several: 3.5, say_several: 2, take_along: 1.5, as_well: 5,
    past_door: 1.5,
}  # fmt: skip
"""The meanings of one clause, with how often each is drawn."""

CELL_ACTS: dict[Callable[[Site], Act], float] = {put_on: 66, press: 44}
"""Further ones, of sites with a manipulation cell."""


def act(site: Site, *, without: Container[Callable[[Site], Act]] = ()) -> Act:
    """A random act about this site, of a kind that is not left out."""
    every = ACTS if site.cell is None else {**ACTS, **CELL_ACTS}
    kinds = {function: weight for function, weight in every.items() if function not in without}
    return site.rng.choices(list(kinds), list(kinds.values()))[0](site)
