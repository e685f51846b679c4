"""The question put to the verifier, as a key: two equal keys have the same verdict, so the second one need not be worked out."""

from collections.abc import Hashable, Sequence

from maps.clearance import UnknownPolicy
from verifier.limits import Limits
from verifier.rules import Rule
from verifier.step import Scope

__all__ = ["question_key"]


class _Same:
    """An object that equals itself only; held, so that no other one takes its identity."""

    __slots__ = ("_item",)

    def __init__(self, item: object) -> None:
        self._item = item

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._item is other._item

    def __hash__(self) -> int:
        return id(self._item)


class _Question:
    """A tuple that is hashed once: it is looked up in many places."""

    __slots__ = ("_hash", "_parts")

    def __init__(self, *parts: Hashable) -> None:
        self._parts, self._hash = parts, hash(parts)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, _Question) and self._parts == other._parts)

    def __hash__(self) -> int:
        return self._hash


def question_key(scope: Scope, rules: Sequence[Rule]) -> Hashable | None:
    """A key of everything that a verdict depends on besides the map's content, of which ``World.revision`` is the key.

    Args:
        scope: The plan, what it is judged on and how.
        rules: The house rules.

    Returns:
        The key: skills and rules by identity, all else by content. None for a plan that cannot be written as JSON.
    """
    policy: UnknownPolicy = scope.unknown
    limits: Limits = scope.limits
    world = scope.world
    made_for = scope.plan.revision
    try:
        plan = scope.plan.model_dump_json(exclude={"revision"}), made_for if made_for not in (None, world.revision) else None
    except (ValueError, RecursionError):
        return None
    about = (world.name, world.warnings, repr(scope.state), scope.body, _Same(scope.skills), policy, limits)
    notes = str(scope.notes.to_json())
    return _Question(plan, about, notes, tuple([_Same(rule) for rule in rules]))
