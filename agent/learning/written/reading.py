"""Reading the plan of a written mission from its lines."""

import re
from collections.abc import Iterator, Sequence

from agent.learning.written.plan import Answer, Do, Each, If, Part, Repeat, Seek, Try, Wait
from agent.learning.written.reader import PlanInvalid, Reader

__all__ = ["PlanInvalid", "read_plan"]

_SLOT = re.compile(r"(?:ps|ts|ds|[pthdnw])\d(?:\.(?:\d+|last))?")
_LABEL = re.compile(r"[a-z]")

STEPS: dict[str, tuple[str, ...]] = {
    "goto": ("place",), "inspect": ("thing", "label?"), "search": ("label", "place?"), "explore": ("place?",), "pick": ("thing",),
    "place": ("place",), "open": ("door",), "wait": ("time",), "dock": ("place?",), "say": ("label?",), "ask": ("label",),
    "report": ("label?",), "lift": ("place", "place"), "put": ("thing", "thing"), "press": ("thing",),
}  # fmt: skip
"""What stands behind a step's verb."""

_KINDS = {
    "place": re.compile(r"start|it|(?:ps\d\.(?:\d+|last))|[pth]\d|ts\d\.(?:\d+|last)"),
    "thing": re.compile(r"it|found|[th]\d|ts\d\.(?:\d+|last)"),
    "door": re.compile(r"it|d\d|ds\d\.(?:\d+|last)"),
    "time": re.compile(r"w\d|\d+"),
    "label": _LABEL,
}
ANSWERS = ("which", "unknown", "decline", "answer")
_TOPICS = {"where": "t", "count": "tpd", "list": "p", "state": "d", "self": "", "hello": ""}


def read_plan(text: str) -> tuple[Part, ...]:
    """Read the lines of a plan.

    Args:
        text: The lines, without those that begin with ``given``.

    Raises:
        PlanInvalid: With the words that are no step and why.
    """
    reader = Reader(text)
    parts = tuple(_statements(reader))
    if reader.peek():
        raise PlanInvalid("a closing brace has no partner")
    if any(isinstance(part, Answer) for part in parts) and len(parts) > 1:
        raise PlanInvalid("an answer stands alone, in place of a plan")
    if not parts:
        raise PlanInvalid("there is no plan")
    _check_found(parts)
    return parts


def _check_found(parts: Sequence[Part], *, sought: bool = False) -> None:
    """What a search finds is known within its braces alone."""
    for part in parts:
        if isinstance(part, Do) and "found" in part.words and not sought:
            raise PlanInvalid("nothing was found there: write search a p1 { pick found; place start }")
        if isinstance(part, If):
            _check_found(part.then, sought=sought or (part.first is not None and part.first.verb == "search"))
            for other in (part.otherwise, *(way for _, way in part.ways)):
                _check_found(other, sought=sought)
        if isinstance(part, Each | Repeat | Try):
            _check_found(part.body, sought=sought)
        if isinstance(part, Try):
            _check_found(part.otherwise, sought=sought)


def _statements(reader: Reader) -> Iterator[Part]:
    reader.skip()
    while reader.peek() not in ("", "}"):
        yield _statement(reader)
        reader.skip()


def _body(reader: Reader) -> tuple[Part, ...]:
    reader.skip()
    if reader.take() != "{":
        raise PlanInvalid("a brace { is missing")
    parts = tuple(_statements(reader))
    if reader.take() != "}":
        raise PlanInvalid("a closing brace } is missing")
    return parts


def _plain(parts: Sequence[Part], where: str) -> tuple[Do, ...]:
    steps = tuple(part for part in parts if isinstance(part, Do))
    if len(steps) != len(parts) or not steps:
        raise PlanInvalid(f"{where} holds plain steps, and one at least")
    return steps


def _otherwise(reader: Reader) -> tuple[Part, ...]:
    mark = reader.at
    reader.skip()
    if reader.peek() != "else":
        reader.at = mark
        return ()
    reader.take()
    return _body(reader)


def _instead(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """What is done where something fails: conditions in it would be lost."""
    if any(isinstance(part, If | Try | Wait | Seek) for part in parts):
        raise PlanInvalid("the else of a try holds steps and loops alone")
    return parts


def _statement(reader: Reader) -> Part:
    words = reader.words()
    if not words:
        raise PlanInvalid(f"{reader.peek()!r} begins no step")
    verb, *rest = words
    if verb == "if":
        return _if(rest, reader)
    if verb == "until":
        return _until(rest)
    if verb == "try":
        return Try(_plain(_body(reader), "try"), _instead(_otherwise(reader)))
    if verb == "repeat":
        return _repeat(rest, reader)
    if verb == "each":
        return _each(rest, reader)
    if verb in ANSWERS:
        return _answer(verb, rest)
    step = _step(words)
    mark = reader.at
    reader.skip()
    if verb == "search" and reader.peek() == "{":
        return Seek(step, _plain(_body(reader), "what follows a search"))
    reader.at = mark
    return step


def _step(words: Sequence[str]) -> Do:
    verb, *rest = words
    if verb not in STEPS:
        raise PlanInvalid(f"{' '.join(words)!r} is no step; verbs are {', '.join(STEPS)}")
    left = list(rest)
    for kind in STEPS[verb]:
        fits = bool(left) and _KINDS[kind.rstrip("?")].fullmatch(left[0]) is not None
        if fits:
            left.pop(0)
        elif not kind.endswith("?"):
            raise PlanInvalid(f"{' '.join(words)!r} needs a {kind} where {left[0] if left else 'nothing'!r} stands")
    if left:
        raise PlanInvalid(f"{' '.join(words)!r} says too much: {' '.join(left)!r}")
    return Do(verb, tuple(rest))


def _sees(words: list[str], what: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Takes ``sees [a / b | c / d]`` from the end of the words."""
    if len(words) < 2 or words[-2] != "sees" or words[-1][:1] != "[" or words[-1].count("|") != 1:
        raise PlanInvalid(f"{what} needs: sees [what shows that it is so | what shows that not]")
    bracket = words.pop()[1:-1]
    words.pop()
    so, no = (tuple(one.strip() for one in side.split("/") if one.strip()) for side in bracket.split("|"))
    if not so or not no:
        raise PlanInvalid(f"{what} needs something to see on both sides of the bar")
    return so, no


def _if(words: list[str], reader: Reader) -> If:
    kind = {"inspect": "look", "search": "seek", "ask": "ask", "door": "door", "battery": "battery"}.get(words[0] if words else "")
    if kind is None:
        raise PlanInvalid("if is followed by inspect, search, ask, door or battery")
    seen: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    if kind == "look":
        seen = _sees(words, "if inspect")
    quantity, first, told = "", None, tuple(words[1:])
    if kind == "look" and words[1:2] and words[1] in ("any", "every"):
        quantity = words.pop(1)
        if len(words) < 3 or not re.fullmatch(r"ts\d", words[1]) or not _LABEL.fullmatch(words[-1]):
            raise PlanInvalid(f"if inspect {quantity} is followed by a group and a label")
        first = Do("inspect", tuple(words[1:]))
    elif kind in ("look", "seek", "ask"):
        first = _step(words)
        if kind == "look" and len(first.words) < 2:
            raise PlanInvalid("a look that decides quotes what it is about: if inspect t1 a sees [..|..]")
    elif kind == "door" and not (len(told) == 2 and re.fullmatch(r"d\d", told[0]) and told[1] in ("open", "closed", "locked")):
        raise PlanInvalid("if door is followed by a door and open, closed or locked")
    elif kind == "battery" and not (len(told) == 2 and told[0] in ("below", "above") and told[1].isdigit()):
        raise PlanInvalid("if battery is followed by below or above and a number")
    then = _within(_body(reader))
    ways = tuple(_ways(reader)) if kind == "look" and not quantity else ()
    return If(kind, first, then, _within(_otherwise(reader)), quantity, told if first is None else (), seen, ways)


def _within(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """What may stand within a condition: steps and loops, and behind them one more condition, with no third in it."""
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if isinstance(part, Wait | Answer | Try) or (isinstance(part, If) and not last):
            raise PlanInvalid("within a condition stand steps and loops, and one more condition at its end")
        if isinstance(part, If) and any(isinstance(one, If) for way in _branches(part) for one in way):
            raise PlanInvalid("a condition within a condition holds no third")
    return parts


def _branches(part: If) -> Iterator[tuple[Part, ...]]:
    yield from (part.then, part.otherwise, *(way for _, way in part.ways))


def _ways(reader: Reader) -> Iterator[tuple[tuple[str, ...], tuple[Part, ...]]]:
    """``elif sees [c / d] { ... }``, any number of them."""
    while True:
        mark = reader.at
        reader.skip()
        if reader.peek() != "elif":
            reader.at = mark
            return
        words = reader.words()
        shown = tuple(one.strip() for one in words[-1].strip("[]").split("/") if one.strip())
        if len(words) != 3 or words[1] != "sees" or not shown or "|" in words[2]:
            raise PlanInvalid("elif is followed by: sees [what the same look shows then]")
        yield shown, _within(_body(reader))


def _until(words: list[str]) -> Wait:
    if words[:1] == ["door"]:
        if len(words) not in (3, 5) or words[2] not in ("open", "closed") or (len(words) == 5 and words[3] != "every"):
            raise PlanInvalid("until door is followed by a door, open or closed, and perhaps: every 30")
        return Wait(None, words[4] if len(words) == 5 else "", tuple(words[1:3]))
    seen = _sees(words, "until inspect")
    every = ""
    if len(words) > 2 and words[-2] == "every":
        every = words[-1]
        words = words[:-2]
    look = _step(words)
    if look.verb != "inspect" or len(look.words) != 2:
        raise PlanInvalid("until is followed by: inspect t1 a sees [..|..], or a door")
    return Wait(look, every, (), seen)


def _repeat(words: list[str], reader: Reader) -> Repeat:
    pause = words[2] if len(words) == 3 and words[1] == "pause" else ""
    if not words or not words[0].isdigit() or (len(words) > 1 and not pause):
        raise PlanInvalid("repeat is followed by a number, and perhaps: pause 60")
    body = _body(reader)
    if any(not isinstance(part, Do | Each) for part in body) or not body:
        raise PlanInvalid("repeat holds plain steps and each")
    return Repeat(int(words[0]), tuple(part for part in body if isinstance(part, Do | Each)), pause)


def _each(words: list[str], reader: Reader) -> Each:
    slots: list[str] = []
    while words and _SLOT.fullmatch(words[0]):
        slots.append(words.pop(0))
    but: tuple[str, ...] = ()
    outside, first = "", 0
    if words[:2] == ["but", "in"] and len(words) == 3:
        outside = words[2]
    elif words[:1] == ["but"] and len(words) > 1:
        but = tuple(words[1:])
    elif words[:1] == ["first"] and len(words) == 2 and words[1].isdigit():
        first = int(words[1])
    elif words:
        raise PlanInvalid(f"each cannot be followed by {' '.join(words)!r}")
    if not slots or (len(slots) == 1 and not re.fullmatch(r"(?:ps|ts|ds)\d", slots[0])):
        raise PlanInvalid("each is followed by a group such as ts1, or by several slots")
    body = _body(reader)
    _check_it(slots, body)
    if len(body) == 1 and isinstance(body[0], If) and body[0].kind == "look" and not body[0].quantity:
        return Each(tuple(slots), (body[0],), but, outside, first)
    return Each(tuple(slots), _plain(body, "each"), but, outside, first)


_FITS = {"place": "pth", "thing": "th", "door": "d"}
"""The slots, by their first letters, of which ``it`` can stand where such a kind is wanted."""


def _check_it(slots: Sequence[str], body: Sequence[Part]) -> None:
    """Whether ``it`` is in a loop's body what its steps are about, and is taken before it is put on something."""
    steps = [step for part in body for step in _steps_of(part)]
    for number, step in enumerate(steps):
        kind = STEPS[step.verb][0].rstrip("?") if STEPS[step.verb] else ""
        if step.words[:1] == ("it",) and any(slot[0] not in _FITS.get(kind, "") for slot in slots):
            raise PlanInvalid(f"'{step.verb} it' needs a {kind}, and each goes through {' '.join(slots)}")
        if step.verb == "put" and step.words[0] == "it" and Do("pick", ("it",)) not in steps[:number]:
            raise PlanInvalid("what is put on something is taken first: pick it; put it t2")


def _steps_of(part: Part) -> Iterator[Do]:
    """The plain steps of a part of a loop's body."""
    if isinstance(part, Do):
        yield part
    elif isinstance(part, If):
        yield from (step for step in (part.first,) if step is not None)
        yield from (step for way in _branches(part) for one in way for step in _steps_of(one))


def _answer(verb: str, words: list[str]) -> Answer:
    if verb == "which":
        fits = len(words) == 1 and re.fullmatch(r"(?:ps|ts|ds)\d", words[0]) is not None
    elif verb == "answer":
        fits = bool(words) and words[0] in _TOPICS and all(_SLOT.fullmatch(word) for word in words[1:])
    else:
        fits = len(words) == 1 and _LABEL.fullmatch(words[0]) is not None
    if not fits:
        raise PlanInvalid(f"{verb} {' '.join(words)} is no answer: which ts1, unknown a, decline a, answer where t1 ...")
    return Answer(verb, tuple(words))
