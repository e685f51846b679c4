"""Moment: a stretch of a mission in which nothing that a rule speaks of changes; and what a rule remembers between moments."""

from dataclasses import dataclass

from maps import Point
from verifier.rules.atom import Atom
from verifier.rules.automaton import Automaton, Letter, States
from verifier.rules.formula import Formula
from verifier.verdict import Interval

__all__ = ["Memory", "Moment", "Wait", "advance", "begin", "truth"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A stretch of a mission, or an instant such as the crossing of a door.

    Attributes:
        letter: Bits of the rule's atoms that hold, and of those of which it is not known; bits of deadlines are not set.
        step: The step that it belongs to, 1-based; None for the moment before the first.
        new_step: Whether it is the first one of its step.
        where: Where it begins, metres.
        along_m: Arc length along the step's route where it begins.
        duration_s: How long it lasts, seconds.
        wandering: Any number of moments of which only this much is known.
        hollow: Only so because a step cannot be carried out; what may be in it is not worth telling.
        speed: Greatest speed in it, m/s.
        battery_wh: Least charge in it, watt-hours.
        carried: Names of the things carried.
    """

    letter: Letter
    step: int | None = None
    new_step: bool = False
    where: Point | None = None
    along_m: float = 0.0
    duration_s: Interval = (0.0, 0.0)
    wandering: bool = False
    hollow: bool = False
    speed: float = 0.0
    battery_wh: float = 0.0
    carried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a deadline has been running, in its unit; None when it is not.

    ``least`` counts from the oldest trigger that is certain and certainly not answered, ``most`` from the oldest possible one.
    """

    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a rule remembers of the moments so far.

    Attributes:
        states: The states that its automaton may be in.
        letter: The last moment's letter; a moment with the same one goes on with it. None before the first.
        waits: One for each of its deadlines.
    """

    states: States
    letter: Letter | None = None
    waits: tuple[Wait, ...] = ()


def begin(automaton: Automaton) -> Memory:
    """Nothing has happened yet."""
    return Memory(states=automaton.start, waits=tuple(Wait() for atom in automaton.atoms if atom.deadline is not None))


def advance(automaton: Automaton, memory: Memory, moment: Moment) -> Memory:
    """What is remembered after one more moment."""
    true, unknown = moment.letter
    waits = []
    remembered = iter(memory.waits)
    for bit, atom in enumerate(automaton.atoms):
        if atom.deadline is not None:
            late, wait = _wait(atom, next(remembered), moment, automaton.atoms)
            waits.append(wait)
            true |= int(late is True) << bit
            unknown |= int(late is None) << bit
    letter = (true, unknown)
    if moment.wandering:
        states = automaton.wander(memory.states, letter)
    elif letter == memory.letter:
        states = memory.states
    else:
        states = automaton.advance(memory.states, letter)
    return Memory(states=states, letter=letter, waits=tuple(waits))


def truth(formula: Formula, letter: Letter, atoms: tuple[Atom, ...]) -> bool | None:
    """Whether a formula without temporal operators holds in a letter; None when that is not known (Kleene)."""
    if formula.op == "atom":
        assert formula.atom is not None
        bit = 1 << atoms.index(formula.atom)
        return None if letter[1] & bit else bool(letter[0] & bit)
    if formula.op in ("true", "false"):
        return formula.op == "true"
    values = [truth(part, letter, atoms) for part in formula.parts]
    if formula.op == "!":
        return None if values[0] is None else not values[0]
    if formula.op == "->":
        values[0] = None if values[0] is None else not values[0]
    decisive = formula.op != "&"
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def _wait(atom: Atom, wait: Wait, moment: Moment, atoms: tuple[Atom, ...]) -> tuple[bool | None, Wait]:
    """Whether a deadline is missed in a moment, and how long it has been running after it."""
    assert atom.deadline is not None and atom.amount is not None
    after, do = (truth(part, moment.letter, atoms) for part in atom.deadline)
    first = float(moment.new_step) if atom.unit == "steps" else 0.0
    least = None if wait.least is None else wait.least + first
    most = None if wait.most is None else wait.most + first
    limit = atom.amount + 1e-9
    if do is True:
        return _late(least, most, limit), Wait()
    if after is True:
        least = 0.0 if least is None else least
    if after is not False:
        most = 0.0 if most is None else most
    lasts = moment.duration_s if atom.unit == "s" else (0.0, 0.0)
    ends = None if most is None else most + (lasts[1])
    if do is None:  # it may be answered at once
        return _late(least, ends, limit), Wait(None, ends)
    sure = None if least is None else least + lasts[0]
    return _late(sure, ends, limit), Wait(sure, ends)


def _late(least: float | None, most: float | None, limit: float) -> bool | None:
    if least is not None and least > limit:
        return True
    return None if most is not None and most > limit else False
