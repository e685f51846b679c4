"""The library: the skills that every robot gets. A file each; they use nothing that a user's skill could not use.

Beside them lie those that only some maps and robots give reason for: ``take_lift``, ``put_on`` and ``press`` (skills.registry).

Those that may be repeated after a crash do what they do through the robot's actions, whose ids keep them from happening twice.
"""

from skills.library.ask import ask
from skills.library.dock import dock
from skills.library.explore import explore
from skills.library.goto import goto
from skills.library.inspect import inspect
from skills.library.open_door import open_door
from skills.library.pick import pick
from skills.library.place import place
from skills.library.report import report
from skills.library.say import say
from skills.library.search import search
from skills.library.wait import wait

__all__ = [
    "LIBRARY",
    "ask",
    "dock",
    "explore",
    "goto",
    "inspect",
    "open_door",
    "pick",
    "place",
    "report",
    "say",
    "search",
    "wait",
]

LIBRARY = (goto, explore, search, inspect, pick, place, open_door, wait, dock, say, ask, report)
"""In the order in which people meet them."""
