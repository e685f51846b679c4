"""Brief to prompt: link the mission, give everything that matters a pointer, lay it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from agent.planners.dialect.arguments import ARGUMENTS
from agent.planners.dialect.attributes import attributes
from agent.planners.dialect.mentions import find_mentions
from agent.planners.dialect.prompt import Facts, History, MissionTooLong, Prompt, Signature, Word, compose
from agent.planners.doubt import ANSWER, DECLINE, DONE, MORE, UNKNOWN, WORDLESS
from agent.planners.pointers import (
    LIBRARY,
    PLURAL,
    POINTER_3,
    Dialect,
    Item,
    Referent,
    ReferentType,
    Segment,
    normalise_words,
)
from agent.planners.refuted import by_names

if TYPE_CHECKING:
    from agent.planners.planner import Brief, HistoryEntry
    from maps import World
    from maps.linking import Linked
    from skills import Skill, SkillCall
    from verifier.finding import Finding

__all__ = ["encode"]

HISTORY_LIMIT = 24
DOCK_LIMIT = 2
SEEN_WORDS = 16
"""So many words of what was seen are told."""

_NAMED: dict[str, ReferentType] = {"place": "place", "thing": "thing", "door": "door", "dock": "place"}
"""Kinds of argument that are a name on the map, and what is named."""

_SILENT = frozenset({"goto", "pick", "place", "open_door", "wait", "dock", "say", "report", "explore", "take_lift"})
"""Skills whose value says nothing that the call does not say."""

_KINDS = {"place": "place", "thing": "thing", "door": "door", "number": "number", "text": "text", "described": "text"}


class _Pointers:
    """Hands out pointers, first come first served."""

    def __init__(self, dialect: Dialect) -> None:
        self.table: dict[str, Referent] = {}
        self.dialect = dialect
        self._pools = {"place": dialect.places, "thing": dialect.things, "door": dialect.doors, "skill": dialect.skills}
        self._by_name: dict[Referent, str] = {}

    def of(self, type_: ReferentType, name: str) -> str | None:
        """The pointer of a name, a new one at its first mention; None when all of the type are given out."""
        referent = Referent(type_, name)
        if referent not in self._by_name:
            used = sum(other.type == type_ for other in self._by_name)
            if used == len(self._pools[type_]):
                return None
            self._by_name[referent] = self._pools[type_][used]
            self.table[self._pools[type_][used]] = referent
        return self._by_name[referent]

    def given(self, type_: ReferentType, name: str) -> str | None:
        """The pointer that a name has been given; None for one that cannot be said."""
        return self._by_name.get(Referent(type_, name))


def encode(brief: Brief, dialect: Dialect = POINTER_3) -> Prompt:
    """Lay out a brief for a model of a dialect.

    Args:
        brief: What to plan for.
        dialect: The vocabulary of the model.

    Raises:
        MissionTooLong: The mission has more words than the model reads.
    """
    from maps.unlinked import unlinked

    world = brief.world
    signatures = {skill.name: signature for skill in brief.skills if (signature := _signature(skill)) is not None}
    linked = find_mentions(brief, frozenset(signatures), dialect)
    pointers = _Pointers(dialect)
    here = brief.start_place
    start = pointers.of("place", here) if here is not None and here in world.places else None
    spot = world.place_at(brief.state.pose.point)
    now = None if spot is None or spot.name == here else pointers.of("place", spot.name)
    docks = [place.name for place in world.places.values() if place.is_dock][:DOCK_LIMIT]
    dock_pointers = tuple(p for name in docks if (p := pointers.of("place", name)) is not None)
    words = tuple(_words(linked, pointers))
    if len(words) > dialect.words:
        raise MissionTooLong(
            f"The mission has {len(words)} words and this model reads at most {dialect.words}: "
            "say it more shortly, or as several missions."
        )
    carrying = tuple(p for name in brief.state.carrying if (p := pointers.of("thing", name)) is not None)
    history = tuple(_past(entry, pointers, signatures) for entry in brief.history[-HISTORY_LIMIT:])
    mentioned = [p for p, referent in pointers.table.items() if referent.type == "thing" and p not in carrying]
    inside = tuple(_inside(mentioned, world, pointers))
    refused = tuple(_refused(brief, pointers, signatures))
    for name in signatures:
        pointers.of("skill", name)
    listed = {p: r.name for p, r in pointers.table.items() if r.type == "skill"}
    skills = tuple((p, _name_words(name), signatures[name].kinds) for p, name in listed.items())
    facts = Facts(
        start=start, here=now, docks=dock_pointers, battery=_battery(brief), carrying=carrying, skills=skills,
        inside=inside, attributes=tuple(attributes(linked, pointers.table, brief)), history=history,
        refused=refused,
    )  # fmt: skip
    return Prompt(
        segments=compose(facts, (word.item for word in words)),
        table=pointers.table,
        words=words,
        mission=brief.mission,
        signatures={p: signatures[name] for p, name in listed.items()},
        library=frozenset(name for name in dialect.library if name in brief.skills and name not in brief.unsaid),
        docks=frozenset(p for p, r in pointers.table.items() if r.type == "place" and _is_dock(r.name, world)),
        refuted=frozenset(_refuted(brief, pointers, signatures)),
        unlinked=tuple(stretch for stretch in unlinked(linked) if not _done(stretch.text(brief.mission), brief.history)),
        inside=dict(inside),
        names=(*world.places, *world.things, *world.doors),
        dialect=dialect,
        begun=bool(brief.history) and not brief.due and DONE not in brief.unsaid,
        declines=DECLINE not in brief.unsaid,
        begins=MORE not in brief.unsaid,
        worded=WORDLESS in brief.unsaid,
        answers=ANSWER not in brief.unsaid,
        wonders=UNKNOWN not in brief.unsaid,
        brief=brief,
    )


def _is_dock(name: str, world: World) -> bool:
    return name in world.places and world.places[name].is_dock


def _battery(brief: Brief) -> int | None:
    """The charge, percent."""
    return round(100 * brief.state.battery_wh / brief.body.battery_wh) if brief.body.battery_wh else None


def _name_words(name: str) -> tuple[str, ...]:
    return tuple(word for word, _, _ in normalise_words(name.replace("_", " ")))


def _done(words: str, history: Iterable[HistoryEntry]) -> bool:
    """Whether a call that was carried out said these words."""
    plain = _plainly(words)
    return any(isinstance(value, str) and plain in _plainly(value) for entry in history for value in entry.call.args.values())


def _plainly(text: str) -> str:
    return " ".join(word for word, _, _ in normalise_words(text))


def _signature(skill: Skill) -> Signature | None:
    """A user skill as the model can call it; None for the library's, and for one that needs what no token can say."""
    if skill.name in LIBRARY:
        return None
    needed = [parameter for parameter in skill.parameters if parameter.required]
    if any(parameter.kind not in _KINDS for parameter in needed):
        return None
    return Signature(skill.name, tuple(p.name for p in needed), tuple(_KINDS[p.kind] for p in needed))


def _words(linked: Linked, pointers: _Pointers) -> Iterator[Word]:
    """The mission's items: words between mentions, pointers in the stead of mentions."""
    text, at = linked.text, 0
    for mention in linked.mentions:
        group = [p for c in mention.candidates if (p := pointers.of(c.type, c.name)) is not None]  # type: ignore[arg-type]
        if not group:
            continue
        yield from _plain(text, at, mention.start)
        for number, pointer in enumerate(group):
            if number:
                yield Word(Segment("[or]", special=True), mention.start, mention.end)
            yield Word(Segment(pointer, special=True), mention.start, mention.end)
        if (mention.plural or mention.each) and len(group) > 1:
            yield Word(Segment(PLURAL), mention.end, mention.end)
        at = mention.end
    yield from _plain(text, at, len(text))


def _plain(text: str, start: int, end: int) -> Iterator[Word]:
    for word, first, last in normalise_words(text[start:end]):
        yield Word(Segment(word), start + first, start + last)


def _inside(mentioned: Iterable[str], world: World, pointers: _Pointers) -> Iterator[tuple[str, str]]:
    """Which place each mentioned thing is in."""
    for thing_pointer in mentioned:
        thing = world.things.get(pointers.table[thing_pointer].name)
        if thing is None:
            continue
        spot = world.place_at(thing.position)
        name = thing.place if thing.place in world.places else spot.name if spot else None
        if name is not None and (place_pointer := pointers.of("place", name)) is not None:
            yield thing_pointer, place_pointer


def _call(call: SkillCall, pointers: _Pointers, signatures: dict[str, Signature]) -> tuple[Item, ...]:
    """A call as the model writes it; names that get no pointer are words."""
    if call.skill in pointers.dialect.library:
        items = [Segment(f"[{call.skill}]", special=True)]
        kinds = dict(ARGUMENTS[call.skill])
    else:
        pointer = pointers.of("skill", call.skill) if call.skill in signatures else None
        items = [Segment(pointer, special=True)] if pointer else [Segment(word) for word, _, _ in normalise_words(call.skill)]
        signature = signatures.get(call.skill)
        kinds = dict(zip(signature.names, signature.kinds, strict=True)) if signature else {}
    for name, kind in kinds.items():
        value = call.args.get(name)
        if value is None:
            continue
        target = pointers.of(_NAMED[kind], str(value)) if kind in _NAMED else None
        if target is not None:
            items.append(Segment(target, special=True))
        elif kind == "text":
            items += [Segment("[q]", special=True), *_spoken(str(value)), Segment("[/q]", special=True)]
        else:
            items += _spoken(f"{value:g}" if isinstance(value, float) else str(value))
    return tuple(items)


def _spoken(text: str) -> list[Item]:
    return [Segment(word) for word, _, _ in normalise_words(text)[:40]]


def _past(entry: HistoryEntry, pointers: _Pointers, signatures: dict[str, Signature]) -> History:
    outcome = entry.outcome
    call = _call(entry.call, pointers, signatures)
    value = outcome.value
    if not outcome.ok:
        return History(call, "[failed]", tuple(_code(outcome.code)))
    if entry.call.skill == "search":
        found = isinstance(value, dict) and bool(value.get("found"))
        name = value.get("thing") if isinstance(value, dict) else None
        thing = pointers.of("thing", name) if isinstance(name, str) else None
        return History(call, "[found]" if found else "[missed]", (Segment(thing, special=True),) if thing else ())
    if isinstance(value, str | int | float) and entry.call.skill not in _SILENT:
        return History(call, "[ok]", (Segment("[saw]", special=True), *_spoken(str(value))[:SEEN_WORDS]))
    return History(call, "[ok]")


def _code(code: str) -> list[Item]:
    """A cause code as words: ``DOOR_LOCKED`` is "door locked"."""
    return [Segment(word) for word in code.lower().split("_") if word]


def _refused(brief: Brief, pointers: _Pointers, signatures: dict[str, Signature]) -> Iterator[History]:
    """The first step that the verifier refused, why, and what would help: a call to make first, or in its stead."""
    if not brief.rejected:
        return
    steps = brief.rejected[-1].steps
    for finding in brief.findings:
        if (
            finding.severity == "error"
            and finding.step is not None
            and finding.because_of is None
            and 1 <= finding.step <= len(steps)
        ):
            call = _call(steps[finding.step - 1], pointers, signatures)
            yield History(call, seen=(*_code(finding.code), *_help(finding, pointers, signatures)))
            return


def _help(finding: Finding, pointers: _Pointers, signatures: dict[str, Signature]) -> tuple[Item, ...]:
    """The first verified alternative: the calls to make before the step, or the one to make in its stead."""
    step = finding.step or 0
    for alternative in finding.alternatives:
        edits = alternative.edits_at(step)
        calls = [edit.call for edit in edits if edit.call is not None]
        here = [edit.step for edit in edits] == list(range(step, step + len(edits)))
        for verb, mark in (("insert", "[first]"), ("replace", "[instead]")):
            if calls and here and all(edit.verb == verb for edit in edits):
                marked: list[Item] = [Segment(mark, special=True)]
                return tuple(marked + [item for call in calls for item in _call(call, pointers, signatures)])
    return (Segment("[first]", special=True), Segment("[dock]", special=True)) if finding.code == "BATTERY" else ()


def _refuted(brief: Brief, pointers: _Pointers, signatures: dict[str, Signature]) -> Iterator[tuple[str | None, ...]]:
    """Refuted calls as the model would write them; what it cannot write needs no barring."""
    for call in brief.refuted:
        skill = brief.skills.get(call.skill)
        if skill is None or not by_names(call, skill):
            continue
        signature = signatures.get(call.skill)
        verb = pointers.given("skill", call.skill) if signature else f"[{call.skill}]"
        written = tuple(zip(signature.names, signature.kinds, strict=True)) if signature else ARGUMENTS.get(call.skill, ())
        named = [(name, _NAMED[kind]) for name, kind in written if kind in _NAMED]
        if verb is None or set(call.args) - {name for name, _ in named}:
            continue
        arguments = [pointers.given(type_, str(call.args[name])) if name in call.args else None for name, type_ in named]
        if all(pointer is not None for pointer, (name, _) in zip(arguments, named, strict=True) if name in call.args):
            yield verb, *arguments
