"""Families of meanings, and those combinations of them that training never sees."""

from collections.abc import Iterable, Iterator

from agent.learning.meaning import Act, Branch, Loop, Mention, Node, Until, Way

__all__ = ["HELD_OUT", "acts_of", "families_of", "held_out_family", "mentions_of"]

HELD_OUT = (
    "except and carry",
    "nearest and inspect in a row",
    "repeat of two acts",
    "search on the way",
    "ask then deliver",
    "count of doors",
)
"""Combinations whose parts are all trained on, and which themselves are not."""


def families_of(nodes: Iterable[Node]) -> tuple[str, ...]:
    """What kinds of meaning are in a mission: what puts acts together first, then how things are chosen, then the acts."""
    found: dict[str, None] = {}
    acts = list(acts_of(nodes))
    for node in nodes:
        if isinstance(node, Branch):
            found[f"if {node.kind.removesuffix('_it')}"] = None
            if node.otherwise:
                found["otherwise"] = None
        elif not isinstance(node, Act):
            found[node.form if isinstance(node, Loop) else node.family] = None
    for act in acts:
        for mention in mentions_of(act):
            if mention.form not in ("one", "group"):
                found[mention.form] = None
        if act.answer is not None and act.answer[0] == "[unknown]":
            found["unknown"] = None
    found.update(dict.fromkeys(act.family for act in acts))
    return tuple(found)


def held_out_family(nodes: list[Node]) -> str:
    """The held-out combination that a mission has; empty for none."""
    for index, node in enumerate(nodes):
        forms = {m.form for act in acts_of([node]) for m in mentions_of(act)}
        if isinstance(node, Act) and node.family in ("fetch", "deliver", "put on") and "except" in forms:
            return HELD_OUT[0]
        before = nodes[index - 1] if index else None
        if isinstance(node, Act) and isinstance(before, Act) and node.family == before.family == "inspect" and "nearest" in forms:
            return HELD_OUT[1]
        if isinstance(node, Loop) and len(node.acts) == 2:
            return HELD_OUT[2]
        if isinstance(node, Way) and node.side.family == "search":
            return HELD_OUT[3]
        if isinstance(node, Branch) and node.kind == "ask_it" and any(act.family in ("deliver", "put on") for act in node.then):
            return HELD_OUT[4]
        if any(m.form == "count" and m.kind == "door" for act in acts_of([node]) for m in mentions_of(act)):
            return HELD_OUT[5]
    return ""


def acts_of(nodes: Iterable[Node]) -> Iterator[Act]:
    """All acts of a mission's parts."""
    for node in nodes:
        if isinstance(node, Act):
            yield node
        elif isinstance(node, Branch):
            yield from acts_of([*([node.first] if node.first else []), *node.way(so=True), *node.way(so=False)])
        elif isinstance(node, Loop):
            yield from node.acts
        elif isinstance(node, Way):
            yield from (node.goal, node.side)
        elif isinstance(node, Until) and node.look is not None:
            yield node.look


def mentions_of(act: Act) -> Iterator[Mention]:
    """What an act names of the map."""
    for slot in act.text.slots.values():
        for one in slot if isinstance(slot, list) else [slot]:
            if isinstance(one, Mention):
                yield one
