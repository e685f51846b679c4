"""Effects in PDDL: ours follow one another, those of PDDL happen at once and what is added wins over what is deleted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from skills.expression import Effect, Not
from skills.in_hand import Holding, Loses, PutsDown
from skills.noted import Fact, Keeps, Member, OneOf, braces
from skills.pddl.conditions import amount
from skills.pddl.names import encode
from skills.pddl.vocabulary import (
    LEVEL,
    Atom,
    Drive,
    NotExpressible,
    Vocabulary,
    conditions_of,
    one_of_predicate,
    template,
    value_predicate,
)
from skills.quantity import SetsNumber
from skills.skill import Skill
from skills.whereabouts import AtPlace, Charges, Docked, DoorIs, NearThing, Rides

__all__ = ["effect_texts"]


@dataclass(frozen=True, slots=True)
class _Write:
    """One atom made true or false; ``others`` are the variables of a ``forall`` around it, with a guard against one value."""

    atom: Atom
    holds: bool
    others: tuple[tuple[str, str], ...] = ()
    guard: str = ""


def effect_texts(skill: Skill, effects: Sequence[Effect], words: Vocabulary, drive: Drive) -> list[str]:
    """The effects of a successful call as PDDL effects.

    Args:
        skill: The skill.
        effects: Its effects in this outcome, in order.
        words: What the domain speaks of.
        drive: Where the robot drives to first.

    Raises:
        NotExpressible: The skill changes what is in the hand twice, or a set whose size counts.
    """
    texts = [*_moves(skill, effects, words, drive), *_rides(effects)]
    writes = [write for effect in effects for write in _writes(effect, words)]
    for index, write in enumerate(writes):
        texts += _written(write, writes[index + 1 :])
    texts += _in_hand(skill, [effect for effect in effects if isinstance(effect, Holding | PutsDown)], words)
    texts += _sizes(skill, effects, words)
    texts += _quantities(effects, words)
    return list(dict.fromkeys(texts))


def _moves(skill: Skill, effects: Sequence[Effect], words: Vocabulary, drive: Drive) -> Iterator[str]:
    """Where the robot is: after the drive, or after each effect about it in turn; a thing in the hand is not driven to."""
    parameter = None if drive.to is None else skill.parameter(drive.to)
    at = near = guard = ""
    if parameter is not None:
        at, near = (f"?{drive.to}", "") if parameter.kind == "place" else ("", f"?{drive.to}")
        if parameter.kind == "thing" and ~Holding(drive.to) not in conditions_of(skill):
            guard = f"(not (is-holding {near}))"
    rides = any(isinstance(effect, Rides) for effect in effects)
    moved = drive.moves or rides or skill.motion == "inside"
    docked: bool | None = False if moved else None
    for effect in effects:
        if isinstance(effect, Docked):
            docked = True
        elif isinstance(effect, AtPlace | NearThing | Rides):
            there = _there(effect)
            if there != (at, near) and skill.motion != "inside" and not rides:
                raise NotExpressible(f"{skill.name}: '{effect}' in PDDL needs motion='inside'")
            docked = docked if there == (at, near) else False
            at, near = there
    if moved:
        yield _all_but("at-place", "map-place", at, guard)
        yield _all_but("near-feature", "map-feature", near, guard)
        for text in (
            f"(at-place {at})" if at else "",
            f"(near-feature {near})" if near else "",
            "" if docked else "(not (is-docked))",
        ):
            if text:
                yield f"(when {guard} {text})" if guard else text
    if docked:
        yield "(is-docked)"
    if words.knows_battery and any(isinstance(effect, Charges) for effect in effects):
        yield "(assign (battery-wh) (battery-full-wh))"


def _rides(effects: Sequence[Effect]) -> Iterator[str]:
    """The level that the robot is on after a ride."""
    for ride in (effect for effect in effects if isinstance(effect, Rides)):
        yield from _follows(LEVEL, "?l", "(robot-on ?l)", f"(is-on ?{ride.to} ?l)")


def _there(effect: AtPlace | NearThing | Rides) -> tuple[str, str]:
    """The place that the robot is at afterwards, or what it is near."""
    if isinstance(effect, Rides):
        return (f"?{effect.to}", "")
    return (f"?{effect.place}", "") if isinstance(effect, AtPlace) else ("", f"?{effect.thing}")


def _follows(kind: str, variable: str, atom: str, source: str, given: str = "") -> Iterator[str]:
    """An atom made to hold for just the objects of a type for which another one holds before, where something else is given."""
    for text, when in ((atom, source), (f"(not {atom})", f"(not {source})")):
        yield f"(forall ({variable} - {kind}) (when {f'(and {given} {when})' if given else when} {text}))"


def _all_but(predicate: str, kind: str, kept: str, guard: str) -> str:
    """What strikes a predicate out for every object but one."""
    guards = [text for text in (guard, f"(not (= ?x {kept}))" if kept else "") if text]
    struck = f"(not ({predicate} ?x))"
    if guards:
        struck = f"(when {guards[0] if len(guards) == 1 else f'(and {guards[0]} {guards[1]})'} {struck})"
    return f"(forall (?x - {kind}) {struck})"


def _writes(effect: Effect, words: Vocabulary) -> Iterator[_Write]:
    """The atoms that an effect writes, what it deletes before what it adds."""
    item = effect.condition if isinstance(effect, Not) else effect
    holds = not isinstance(effect, Not)
    if isinstance(item, Fact):
        yield _Write(_atom(f"fact-{encode(template(item.name))}", braces(item.name)), holds)
    elif isinstance(item, Member):
        yield _Write(_atom(f"in-{encode(item.collection)}", (item.item,)), holds)
    elif isinstance(item, Keeps):
        yield _Write(Atom(f"kept-{encode(item.part)}"), holds)
    elif isinstance(item, DoorIs):
        for state in ("open", "closed", "locked"):
            if state != item.state:
                yield _Write(_atom(f"door-{state}", (item.door,)), False)
        yield _Write(_atom(f"door-{item.state}", (item.door,)), True)
    elif isinstance(item, OneOf):
        yield from _other_values(item, words)
        yield _Write(_atom(one_of_predicate(item), braces(item.name) + braces(item.value)), True)
    elif not isinstance(item, Holding | PutsDown | Loses | Docked | AtPlace | NearThing | Rides | Charges | SetsNumber):
        raise NotExpressible(f"'{effect}' has no counterpart in PDDL")


def _other_values(item: OneOf, words: Vocabulary) -> Iterator[_Write]:
    """The values that a one-of does not have once it takes one."""
    name = tuple(f"?{parameter}" for parameter in braces(item.name))
    own = tuple(f"?{parameter}" for parameter in braces(item.value))
    for value, kinds in words.values[template(item.name)].items():
        predicate = value_predicate(template(item.name), value)
        others = tuple((f"?x{index}", kind) for index, kind in enumerate(kinds))
        if value != template(item.value):
            yield _Write(Atom(predicate, (*name, *(variable for variable, _ in others))), False, others)
        elif others:
            guard = _differ(tuple(variable for variable, _ in others), own)
            yield _Write(Atom(predicate, (*name, *(variable for variable, _ in others))), False, others, guard)


def _written(write: _Write, later: Sequence[_Write]) -> list[str]:
    """One write as a PDDL effect, unless a later one undoes it."""
    guards = [write.guard] if write.guard else []
    for other in later:
        if other.atom.predicate != write.atom.predicate or other.holds == write.holds:
            continue
        if other.atom == write.atom and not other.others and not write.others:
            return []
        if write.holds:  # PDDL would let the addition win, here the later deletion does
            guards.append(_untouched(write, other))
    text = str(write.atom) if write.holds else f"(not {write.atom})"
    guards = list(dict.fromkeys(guards))
    if guards:
        text = f"(when {guards[0] if len(guards) == 1 else f'(and {chr(32).join(guards)})'} {text})"
    if write.others:
        text = f"(forall ({' '.join(f'{variable} - {kind}' for variable, kind in write.others)}) {text})"
    return [text]


def _untouched(write: _Write, other: _Write) -> str:
    """That a later deletion, over all values but one perhaps, does not reach an atom."""
    own = dict.fromkeys(variable for variable, _ in other.others)
    apart = [
        f"(not (= {mine} {theirs}))"
        for mine, theirs in zip(write.atom.arguments, other.atom.arguments, strict=True)
        if theirs not in own and mine != theirs
    ]
    if other.guard:
        raise NotExpressible(f"{write.atom.predicate}: one call gives the same one-of two values")
    return f"(or {' '.join(apart)})" if len(apart) > 1 else apart[0] if apart else "(or)"


def _differ(left: tuple[str, ...], right: tuple[str, ...]) -> str:
    pairs = [f"(not (= {one} {other}))" for one, other in zip(left, right, strict=True)]
    return pairs[0] if len(pairs) == 1 else f"(or {' '.join(pairs)})"


def _atom(predicate: str, parameters: tuple[str, ...]) -> Atom:
    return Atom(predicate, tuple(f"?{name}" for name in parameters))


def _in_hand(skill: Skill, effects: Sequence[Holding | PutsDown], words: Vocabulary) -> Iterator[str]:
    if len(effects) > 1:
        raise NotExpressible(f"{skill.name}: changes what is carried twice, which PDDL cannot follow")
    for effect in effects:
        if words.rides and isinstance(effect, PutsDown):
            yield from _put_on_level(skill, effect)
        if effect.thing is None:
            yield "(forall (?x - map-thing) (not (is-holding ?x)))"
            yield from ["(assign (carried-count) 0)"] if words.counts_hand else []
            continue
        held, picks = f"(is-holding ?{effect.thing})", isinstance(effect, Holding)
        yield held if picks else f"(not {held})"
        known = (~Holding(effect.thing) if picks else Holding(effect.thing)) in conditions_of(skill)
        changes = f"({'increase' if picks else 'decrease'} (carried-count) 1)"
        if words.counts_hand:
            yield changes if known else f"(when {f'(not {held})' if picks else held} {changes})"


def _put_on_level(skill: Skill, effect: PutsDown) -> Iterator[str]:
    """What is put down is on the level where the robot is."""
    if any(isinstance(other, Rides) for other in skill.effects):
        raise NotExpressible(f"{skill.name}: rides and puts something down, which PDDL cannot follow")
    thing, variables = ("?x", "?x - map-thing ?l") if effect.thing is None else (f"?{effect.thing}", "?l")
    yield from _follows(LEVEL, variables, f"(is-on {thing} ?l)", "(robot-on ?l)", f"(is-holding {thing})")


def _sizes(skill: Skill, effects: Sequence[Effect], words: Vocabulary) -> Iterator[str]:
    """How many things are in a set, where that is asked for."""
    seen: set[str] = set()
    for effect in effects:
        item = effect.condition if isinstance(effect, Not) else effect
        if not isinstance(item, Member) or item.collection not in words.sized:
            continue
        if item.collection in seen:
            raise NotExpressible(f"{skill.name}: changes the set {item.collection!r} twice, which PDDL cannot follow")
        seen.add(item.collection)
        inside = f"(in-{encode(item.collection)} ?{item.item})"
        size = f"(size-{encode(item.collection)})"
        leaves = isinstance(effect, Not)
        yield f"(when {inside} (decrease {size} 1))" if leaves else f"(when (not {inside}) (increase {size} 1))"


def _quantities(effects: Sequence[Effect], words: Vocabulary) -> Iterator[str]:
    """What skills keep count of: a value, or what is added, in one PDDL effect each."""
    sums: dict[str, tuple[str | None, list[str]]] = {}
    for effect in effects:
        if isinstance(effect, SetsNumber):
            taken = isinstance(effect.amount, str) and effect.amount.startswith("-")
            term = f"(- 0 {amount(effect.amount)})" if taken else amount(effect.amount)
            base, terms = sums.get(effect.quantity, (None, []))
            sums[effect.quantity] = (base, [*terms, term]) if effect.relative else (term, [])
    for name, (base, terms) in sums.items():
        total = base or ""
        for term in terms:
            total = f"(+ {total} {term})" if total else term
        yield f"({'increase' if base is None else 'assign'} (count-{encode(name)}) {total})"
