"""What one clause of a mission can mean, the many ways of saying it, and the steps that it asks for: one function a meaning."""

from collections.abc import Callable, Container

from agent.learning.clauses.clause import Clause
from agent.learning.clauses.driving import come_back, dock, explore, go, there, wait
from agent.learning.clauses.handling import fetch, open_door, user_skill
from agent.learning.clauses.looking import inspect, it, question, search
from agent.learning.clauses.telling import ask, report, say
from agent.learning.site import Site

__all__ = ["Clause", "clause", "user_skill"]

_KINDS: dict[Callable[[Site], Clause], float] = {
    go: 16, inspect: 14, question: 15, search: 9, explore: 5, fetch: 22, come_back: 6, wait: 8, dock: 4, say: 4, ask: 1.5,
    report: 5, open_door: 4, user_skill: 5, there: 5, it: 4,
}  # fmt: skip


def clause(site: Site, *, without: Container[Callable[[Site], Clause]] = ()) -> Clause:
    """A random clause about this site, of a kind that is not left out."""
    kinds = {function: weight for function, weight in _KINDS.items() if function not in without}
    function = site.rng.choices(list(kinds), list(kinds.values()))[0]
    return function(site)
