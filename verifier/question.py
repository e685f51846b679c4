"""The question put to the verifier, as a key: two equal keys have the same verdict, so the second one need not be worked out."""

from collections.abc import Hashable, Sequence

from maps.clearance import UnknownPolicy
from skills import NO_NOTES
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


_NO_NOTES = str(NO_NOTES.to_json())
_ASKED: dict[Hashable, tuple[tuple[object, ...], _Question]] = {}
_MOST = 64
"""So many questions are told by the very objects that they are about, without a look at what these hold."""


def question_key(scope: Scope, rules: Sequence[Rule]) -> Hashable | None:
    """A key of everything that a verdict depends on besides the map's content, of which ``World.revision`` is the key.

    Args:
        scope: The plan, what it is judged on and how.
        rules: The house rules.

    Returns:
        The key: skills and rules by identity, all else by content. None for a plan that cannot be written as JSON.
    """
    world, made_for = scope.world, scope.plan.revision
    stale = made_for if made_for not in (None, world.revision) else None
    objects = (scope.plan, scope.state, scope.body, scope.skills, scope.limits, world.warnings, *rules)
    notes = _NO_NOTES if scope.notes is NO_NOTES else str(scope.notes.to_json())
    inner = _inner(scope)
    told = (*map(id, objects), world.name, scope.unknown, stale, notes, inner)
    known = None if inner is None else _ASKED.get(told)
    if known is None:
        made = _read(scope, rules, stale, notes)
        if made is None or inner is None:
            return made
        if len(_ASKED) >= _MOST:
            _ASKED.clear()
        known = _ASKED[told] = (objects, made)  # the objects are kept, so that no others take their identity
    return known[1]


def _inner(scope: Scope) -> Hashable | None:
    """What somebody could change inside of the objects: arguments and door states. None where these are not simple values."""
    doors = tuple(scope.state.doors.items())
    calls = tuple(
        [(call.skill, *[(name, value, value.__class__) for name, value in call.args.items()]) for call in scope.plan.steps]
    )
    try:
        hash((doors, calls))
    except TypeError:
        return None
    return doors, calls


def _read(scope: Scope, rules: Sequence[Rule], stale: str | None, notes: Hashable) -> _Question | None:
    """The key by what the objects hold."""
    policy: UnknownPolicy = scope.unknown
    limits: Limits = scope.limits
    world = scope.world
    try:
        plan = scope.plan.model_dump_json(exclude={"revision"}), stale
    except (ValueError, RecursionError):
        return None
    about = (world.name, world.warnings, repr(scope.state), scope.body, _Same(scope.skills), policy, limits)
    return _Question(plan, about, notes, tuple([_Same(rule) for rule in rules]))
