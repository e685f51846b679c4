"""Conditions on several things: "check both pumps, and if one of them leaks, tell the control room"."""

from agent.learning.acts.shared import listed
from agent.learning.meaning import Act, Branch, Quote, Slot, Text
from agent.learning.site import Site
from agent.learning.states import condition_state

__all__ = ["among"]


def among(site: Site, then: list[Act], otherwise: list[Act]) -> Branch:
    """Several things are looked at, and something is done if one of them, or all, are in some state.

    Args:
        site: The site.
        then: What is done if it is so.
        otherwise: What is done if not; may be empty.
    """
    rng = site.rng
    state = condition_state(rng, site.words)
    if state.yes.split()[0] in ("yes", "是", "是的") or any(sign.isdigit() for sign in state.said):
        raise IndexError("of several, a bare answer does not tell which")
    slot: Slot
    if rng.random() < 0.6:
        named = listed(site, "thing", rng.choice((2, 2, 2, 3, 3, 4)))
        slot, things = list(named), [thing.pointer for thing in named]
    else:
        group = site.group("thing", "all")
        if len(group.chosen) > 4:
            raise IndexError("so many are not looked at one by one")
        slot, things = group, list(group.chosen)
    every = rng.random() < 0.3
    looks = [[("[inspect]", thing, "[q]", Quote("c"), "[/q]")] for thing in things]
    first = Act(Text("look_plain", {"t": slot}), looks, "inspect")
    said = Text("c_every" if every else "c_any", {"st": state.said})
    quantity = "every" if every else "any"
    return Branch("look_it", first, said, then, otherwise, seen=(state.yes, state.no), quantity=quantity)
