"""What is taken back: a task that is said and given up before the mission proper, or named as what is not to be done."""

from agent.learning.acts.driving import explore, go
from agent.learning.acts.handling import deliver, fetch, open_door
from agent.learning.acts.looking import inspect, question, search
from agent.learning.inflect import gerund
from agent.learning.order import base, bent
from agent.learning.site import Site
from agent.learning.telling import Teller

__all__ = ["with_taken_back"]

_OFTEN = 0.04
"""Share of missions in which something else was said first."""


def with_taken_back(site: Site, teller: Teller, text: str) -> str:
    """A mission's words, at times behind something that is not to be done after all: "go to the... no, never mind, check the fan".

    Args:
        site: Gives the names of what is not meant.
        teller: Says it.
        text: The mission; begins with "?" where it is no command.
    """
    rng, tongue = site.rng, teller.tongue
    if rng.random() >= _OFTEN:
        return text
    kinds = (go, go, inspect, inspect, question, fetch, deliver, deliver, search, explore, open_door)
    given_up = teller.act(rng.choice(kinds)(site))
    commanded = given_up[:1] != "?"
    table = "not_this" if commanded and rng.random() < 0.45 else "taken_back"
    words = {"a": base(given_up.lstrip("?")), "aing": bent(given_up, gerund), "b": base(text.lstrip("?"))}
    return f"?{tongue.phrase(rng, table, **words)}"
