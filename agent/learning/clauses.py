"""What one clause of a mission can mean, the many ways of saying it, and the steps that it asks for.

Phrasings mark each verb as ``<go>``, so that a clause can be inflected ("after going to", "once you have gone to"). Items that start
with a square bracket are special tokens: pointers stand where the map's retrieval found a mention.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.learning.durations import duration
from agent.learning.words import Vocabulary, code, made_up
from agent.planners.pointers import DOORS, PLACES, PLURAL, SKILLS, THINGS

__all__ = ["Clause", "Site", "clause", "tokens"]

_TOKEN = re.compile(r"\w+(?:['-]\w+)*|\[/?\w+\]|[^\w\s]")


def tokens(text: str) -> list[str]:
    """Words, punctuation marks and special tokens of a generated text, split as ``normalise_words`` splits a person's."""
    return _TOKEN.findall(text)



@dataclass
class Clause:
    """One clause: its imperative text, its steps (token lists), and what it means for the rest of the mission.

    Attributes:
        text: Imperative with ``<verb>`` marks.
        steps: One list of tokens per skill call.
        answer: Tokens of the whole answer instead of a plan: a question about a mention, or a refusal.
        last: Nothing can be planned after these steps before their outcome is known.
        found: The steps that follow once the search of ``last`` has found something; the mission then mentions it by ``thing``.
        found_text: The clause's text once the thing is known.
    """

    text: str
    steps: list[list[str]]
    answer: list[str] | None = None
    last: bool = False
    found: list[list[str]] = field(default_factory=list)
    found_text: str = ""


class Site:
    """The symbolic site of one sample: which pointers stand for what, and how mentions of them look.

    Args:
        rng: Everything random comes from here.
        words: Vocabulary of unlinked words.
        trouble: A mention that cannot be resolved is put into the next clause: ``"which"``, ``"unknown"`` or none.
    """

    def __init__(self, rng: random.Random, words: Vocabulary, trouble: str = "") -> None:
        self.rng = rng
        self.words = words
        self.trouble = trouble
        self._places = rng.sample(PLACES, len(PLACES))
        self._things = rng.sample(THINGS, len(THINGS))
        self._doors = rng.sample(DOORS, len(DOORS))
        self._skills = rng.sample(SKILLS, len(SKILLS))
        self.inside: dict[str, str] = {}
        self.seen_places: list[str] = []
        self.skills: dict[str, list[str]] = {}
        self.start: str = self._places.pop()
        self.docks: list[str] = [self._places.pop() for _ in range(rng.choice((0, 1, 1, 1, 1, 1, 2)))]
        if self.docks and rng.random() < 0.5:  # missions often begin on the dock
            self.start = self.docks[0]
        self.carrying: str | None = None
        self.answered = ""

    def place(self) -> str:
        """A place's pointer: a fresh one mostly, at times one met before."""
        rng = self.rng
        roll = rng.random()
        if roll < 0.12 and self.seen_places:
            return rng.choice(self.seen_places)
        if roll < 0.15:
            return self.start
        if roll < 0.18 and self.docks:
            return self.docks[0]
        pointer = self._places.pop() if len(self._places) > 1 else rng.choice(self.seen_places)
        self.seen_places.append(pointer)
        return pointer

    def thing(self) -> str:
        """A fresh thing's pointer; the listing says mostly where it is."""
        pointer = self._things.pop()
        if self.rng.random() < 0.93:
            self.inside[pointer] = self.place() if self.rng.random() < 0.5 or not self.seen_places else self.rng.choice(self.seen_places)
        return pointer

    def thing_in(self, place: str) -> str:
        """A fresh thing's pointer, the thing being in this place."""
        thing = self._things.pop()
        self.inside[thing] = place
        return thing

    def unlisted(self) -> str:
        """A pointer for a thing that the map does not know yet, or that the robot holds."""
        return self._things.pop()

    def group(self, pointer: str, kind: str) -> list[str]:
        """Candidates of an ambiguous mention, this one first."""
        rng = self.rng
        group = [pointer]
        for _ in range(rng.choice((1, 1, 1, 1, 1, 2, 2, 3, 5, 7))):
            other = self._things.pop() if kind == "thing" else self._places.pop() if kind == "place" else self.door()
            if other not in group:
                group.append(other)
        if kind == "thing":
            for other in group[1:]:
                self.inside[other] = rng.choice(self.seen_places) if self.seen_places and rng.random() < 0.5 else self.place()
        return group

    def unknown(self, kind: str) -> str:
        """A noun phrase that names nothing here."""
        return self.words.noun(self.rng, room=kind == "place")

    def door(self) -> str:
        """A fresh door's pointer."""
        return self._doors.pop() if self._doors else self.rng.choice(DOORS)

    def skill(self, kinds: list[str]) -> str:
        """A user skill's pointer, with its signature put on the list."""
        pointer = self._skills.pop() if self._skills else self.rng.choice(list(self.skills))
        self.skills.setdefault(pointer, kinds)
        return pointer

    def say(self, pointer: str, *, plain: bool = False) -> str:
        """A mention as it looks after linking: an article, words that the linker left over, a mixed group at times."""
        rng = self.rng
        text = pointer
        if not plain and rng.random() < 0.02:
            other = self._things[-1] if pointer in PLACES else self._places[-1]
            text = f"{pointer} [or] {other}" if rng.random() < 0.5 else f"{other} [or] {pointer}"
        if rng.random() < 0.05:
            text = f"{rng.choice(self.words.adjectives) if rng.random() < 0.7 else made_up(rng)} {text}"
        if rng.random() < 0.04:
            text = f"{text} {rng.choice(('area', 'room', 'over there', 'thing', code(rng), made_up(rng)))}"
        return f"{rng.choice(('the', 'the', 'the', 'the', 'the', 'the', '', '', '', 'our', 'that', 'this', 'a', 'my'))} {text}"

    def where(self, thing: str) -> str:
        """At times, words that only tell where a thing is."""
        if self.rng.random() > 0.14 or thing not in self.inside:
            return ""
        relation = self.rng.choice(("in", "in", "in", "at", "on", "near", "from", "inside", "which is in", "that is in", "by", "of", "next to"))
        return f"{relation} {self.say(self.inside[thing], plain=True)}"

    def mention(self, kind: str) -> tuple[str, str, list[str] | None]:
        """A mention of a place or thing: its pointer, its text, and the answer if it cannot be resolved."""
        rng = self.rng
        draw: Callable[[], str] = {"place": self.place, "thing": self.thing, "door": self.door}[kind]
        pointer = draw()
        if self.trouble == "which":
            self.trouble = ""
            group = self.group(pointer, kind)
            if len(group) > 1:
                joined = " [or] ".join(group).split()
                if rng.random() < 0.12:  # the operator was asked already and has answered
                    self.answered = f"( {rng.choice(('the ', '', ''))}{pointer} )"
                    joined = " [or] ".join(rng.sample(group, len(group))).split()
                    return pointer, f"the {' '.join(joined)}", None
                return pointer, f"{rng.choice(('the', 'the', 'the', '', 'that', 'a'))} {' '.join(joined)}", ["[which]", *joined]
        if self.trouble == "unknown" and kind != "door":
            self.trouble = ""
            noun = self.unknown(kind)
            article = rng.choice(("the", "the", "the", "the", "my", "that", "a", ""))
            if rng.random() < 0.15:
                self.answered = f"( {rng.choice(('the ', '', ''))}{pointer} )"
                return pointer, f"{article} {noun}", None
            return pointer, f"{article} {noun}", ["[unknown]", *_quoted(noun)]
        tail = self.where(pointer) if kind == "thing" else ""
        return pointer, f"{self.say(pointer)} {tail}", None


def _join(rng: random.Random, parts: list[str]) -> str:
    """A list as people say it."""
    if len(parts) == 1:
        return parts[0]
    last = rng.choice((" and ", " and ", " and ", " , and ", " and then ", " , then ", " and also ", " , "))
    middle = rng.choice((" , ", " , ", " , ", " and ", " then "))
    return middle.join(parts[:-1]) + last + parts[-1]


def _every(rng: random.Random, group: list[str]) -> str:
    """All of several; a plural leaves its mark behind the candidates."""
    joined = " [or] ".join(group)
    if rng.random() < 0.3:
        return f"{rng.choice(('every', 'each', 'every single'))} {joined}"
    return f"{rng.choice(('all the', 'all the', 'all', 'both', 'both the', 'all of the', 'each of the', 'all those', 'the', 'the', 'the', 'these', ''))} {joined} {PLURAL}"


_GO = (
    "<go> to|<go> to|<go> to|<go> to|<drive> to|<move> to|<head> to|<head> over to|<navigate> to|<proceed> to|<travel> to|<visit>|<visit>|"
    "<go> over to|<make> your way to|<swing> by|<stop> by|<stop> at|<pass> by|<pass> through|<roll> over to|<run> over to|<get> to|"
    "<go> into|<enter>|<reach>|<go> and <see>|<come> to|<walk> to|<go> back to|<return> to|<drop> by|<pop> over to|<check>|<go> check|<go>"
).split("|")


def _goto(site: Site) -> Clause:
    rng = site.rng
    verb = rng.choice(_GO)
    count = 1 if rng.random() < 0.8 or site.trouble else rng.choice((2, 2, 3, 3, 4))
    pointers, texts, answer = [], [], None
    for _ in range(count):
        pointer, text, trouble = site.mention("place")
        pointers.append(pointer)
        texts.append(text)
        answer = answer or trouble
    if count == 1 and rng.random() < 0.05 and not answer:
        return Clause(f"{verb} {texts[0]} {rng.choice(('and back', 'and back again', 'and then back', 'and come back', 'and return'))}", [["[goto]", pointers[0]], ["[goto]", site.start]])
    if count == 1 and rng.random() < 0.04 and not answer:
        group = [pointers[0], *(site.place() for _ in range(rng.choice((1, 1, 2))))]
        return Clause(f"{verb} {_every(rng, group)}", [["[goto]", p] for p in group])
    return Clause(f"{verb} {_join(rng, texts)}", [["[goto]", pointer] for pointer in pointers], answer)


_LOOK = (
    "<check>|<check>|<check>|<inspect>|<inspect>|<inspect>|<look> at|<look> at|<examine>|<have> a look at|<take> a look at|<check> on|<go> to|"
    "<go> check|<go> and <inspect>|<go> and <look> at|<check> out|<go> see|<verify>|<monitor>|<observe>|<find>|<locate>|<view>|"
    "<drive> to|<go> over to|<visit>|<look> over|<review>|<read>|<go> look at|<do> a check of|<do> an inspection of|<go> and <check>|<head> to|"
    "<find>|<look> for"
).split("|")


def _inspect(site: Site) -> Clause:
    rng = site.rng
    verb = rng.choice(_LOOK)
    count = 1 if rng.random() < 0.78 or site.trouble else rng.choice((2, 2, 3, 3, 4))
    if count == 1 and not site.trouble and rng.random() < 0.07:
        group = [site.thing() for _ in range(rng.choice((2, 2, 2, 3, 3, 4, 5, 7)))]
        where = site.where(group[0])
        return Clause(f"{verb} {_every(rng, group)} {where}", [["[inspect]", thing] for thing in group])
    if count == 1 and not site.trouble and rng.random() < 0.03:
        group = [site.thing() for _ in range(rng.choice((2, 2, 3)))]
        return Clause(f"{verb} {rng.choice(('any', 'one of the', 'either', 'any one of the', 'some'))} {' [or] '.join(group)} {rng.choice(('', PLURAL))}", [["[inspect]", group[0]]])
    pointers, texts, answer = [], [], None
    for _ in range(count):
        pointer, text, trouble = site.mention("thing")
        pointers.append(pointer)
        texts.append(text)
        answer = answer or trouble
    if count == 1 and rng.random() < 0.05 and pointers[0] in site.inside and not answer:
        return Clause(f"?{rng.choice(('in', 'at'))} {site.say(site.inside[pointers[0]], plain=True)} {rng.choice((',', ''))} {verb} {texts[0]}", [["[inspect]", pointers[0]]])
    if verb in ("<find>", "<locate>", "<look> for") and answer and answer[0] == "[unknown]":
        verb = "<check>"
    return Clause(f"{verb} {_join(rng, texts)}", [["[inspect]", pointer] for pointer in pointers], answer)


_STATES = (
    "open|closed|on|off|locked|running|leaking|broken|full|empty|clean|dirty|damaged|still there|plugged in|switched on|switched off|ok|"
    "blocked|lit|hot|cold|in place|missing|overheating|working|in use|free|loose|dry|wet|safe|all right|charged|low|too high|ready|green|red"
).split("|")
_WHAT = (
    "what {it} reads|what {it} shows|what {it} says|what colour {it} is|how full {it} is|what number {it} has|how much {it} weighs|"
    "what is on {it}|what is written on {it}|what is in {it}|which way {it} points|what state {it} is in|how {it} looks|how hot {it} is|"
    "if anything is wrong with {it}|whether there is any damage to {it}|what the reading of {it} is|what it says on {it}|how many are on {it}|"
    "what the pressure of {it} is|the state of {it}|the value on {it}|the colour of {it}|the reading on {it}|what color {it} is"
).split("|")
_DIRECT = (
    "what does {it} read|what does {it} show|what does {it} say|what colour is {it}|what color is {it}|how full is {it}|what is on {it}|"
    "how much does {it} weigh|what is written on {it}|what number does {it} have|how hot is {it}|how is {it}|what is in {it}|"
    "what state is {it} in|what's the reading on {it}|what's on {it}|which colour does {it} have|how many are on {it}"
).split("|")
_NOUNS = (
    "the reading|its reading|its colour|the pressure|the level|the temperature|its number|the number|its state|the value|what you see|"
    "what it reads|what it says|what it shows|its label|the label|what is on it|what's on it|its condition|the weight|the colour|the result"
).split("|")


def _state(rng: random.Random) -> str:
    return rng.choice(_STATES) if rng.random() < 0.75 else made_up(rng)


def _question(site: Site) -> Clause:
    """An inspection with something to find out; the question is a stretch of the mission, copied."""
    rng = site.rng
    thing, text, answer = site.mention("thing")
    plain = f"{rng.choice(('the', 'the', 'the', '', 'our', 'that'))} {thing}".strip()
    if rng.random() < 0.06 and not answer:
        other = site.thing()
        question = rng.choice(("what they read", "what they show", "what you see", "whether they are ok", f"whether they are {_state(rng)}", f"if they are {_state(rng)}", "their readings", "their state", "what they say", f"which one is {_state(rng)}"))
        return Clause(f"{rng.choice(_LOOK[:12])} {text} and {site.say(other)} and {rng.choice(('<tell> me', '<report>', '<note>', '<let> me know'))} {question}", [["[inspect]", t, *_quoted(question)] for t in (thing, other)])
    roll = rng.random()
    ask = rng.choice(("<tell> me", "<tell> me", "<tell> me", "<report>", "<let> me know", "<note>", "<find> out", "<see>", "<say>", "<write> down", "<record>"))
    if answer or roll < 0.4:
        question = rng.choice((f"{rng.choice(('whether', 'if'))} it is {_state(rng)}", rng.choice(_WHAT).replace("{it}", "it"), rng.choice(_NOUNS)))
        return Clause(f"{rng.choice(_LOOK[:12])} {text} {rng.choice(('and', 'and', ', and', 'to', ',', '. then'))} {ask} {question}", [["[inspect]", thing, *_quoted(question)]], answer)
    if roll < 0.65:
        ask = rng.choice(("<tell> me", "<find> out", "<check>", "<see>", "<report>", "<let> me know", "<determine>", "<make> sure", "<verify>"))
        question = rng.choice((f"{rng.choice(('whether', 'if', 'that'))} {plain} is {_state(rng)}", rng.choice(_WHAT).replace("{it}", plain)))
        if ask in ("<make> sure", "<verify>"):
            question = f"{rng.choice(('that', 'whether', 'if'))} {plain} is {_state(rng)}"
        return Clause(f"{ask} {question}", [["[inspect]", thing, *_quoted(question)]])
    if roll < 0.75:
        question = f"for {rng.choice(('leaks', 'damage', 'cracks', 'rust', 'dust', 'signs of wear', 'errors', 'faults', 'anything unusual', 'defects', made_up(rng)))}"
        return Clause(f"{rng.choice(_LOOK[:12])} {plain} {question}", [["[inspect]", thing, *_quoted(question)]])
    if roll < 0.88:
        question = rng.choice((f"is {plain} {_state(rng)}", rng.choice(_DIRECT).replace("{it}", plain), rng.choice(_DIRECT).replace("{it}", plain)))
        return Clause(f"?{question} {rng.choice(('?', '?', '?', ''))}", [["[inspect]", thing, *_quoted(question)]])
    question = rng.choice(("reading", "state", "colour", "label", "level", "value", "condition", "pressure", "number", made_up(rng)))
    if rng.random() < 0.5:
        question = f"{thing} 's {question}"
        return Clause(f"{rng.choice(('<tell> me', '<report>', '<check>', '<note>', '<read>', '<get>'))} {rng.choice(('the', '', 'our'))} {question}", [["[inspect]", thing, *_quoted(question)]])
    question = f"the {question} {rng.choice(('of', 'on'))} {plain}"
    return Clause(f"{rng.choice(('<tell> me', '<report>', '<check>', '<note>', '<read>', '<get>', '<find> out'))} {question}", [["[inspect]", thing, *_quoted(question)]])


def _quoted(text: str) -> list[str]:
    return ["[q]", *tokens(text), "[/q]"]


_SEEK = "<look> for|<look> for|<search> for|<search> for|<find>|<find>|<try> to find|<hunt> for|<locate>|<seek>|<go> and <find>|<see> if you can find|<go> look for|<track> down"


def _search(site: Site) -> Clause:
    rng = site.rng
    where = rng.random() < 0.55
    place, at, answer = site.mention("place") if where else ("", "", None)
    known = where and rng.random() < 0.2
    what = site.thing() if known else site.unknown("thing")
    article = rng.choice(("a", "a", "the", "the", "the", "any", "my", "some", "", "an"))
    if where and rng.random() < 0.25:
        text = rng.choice((f"<search> {at} for {article} {what}", f"<check> {at} for {article} {what}", f"<look> in {at} for {article} {what}", f"<scan> {at} for {article} {what}"))
    elif where and rng.random() < 0.2:
        text = rng.choice((f"<see> if there is {article} {what} in {at}", f"<check> whether there is {article} {what} in {at}", f"?is there {article} {what} in {at} ?", f"<check> if {article} {what} is in {at}"))
    else:
        text = f"{rng.choice(_SEEK.split('|'))} {article} {what}"
        if where:
            text = f"{text} {rng.choice(('in', 'in', 'in', 'at', 'around', 'near', 'inside', 'on'))} {at}" if rng.random() < 0.85 else f"<go> to {at} and {text}"
            if text.startswith("<go> to"):
                return Clause(text, [["[goto]", place], ["[search]", *_quoted(what), *([] if rng.random() < 0 else [place])]], answer)
    return Clause(text, [["[search]", *_quoted(what), *([place] if where else [])]], answer)


def _explore(site: Site) -> Clause:
    rng = site.rng
    if rng.random() < 0.3 and not site.trouble:
        text = rng.choice(
            "<explore>|<explore> the building|<have> a look around|<look> around|<map> the area|<explore> the unknown areas|<scout> around|"
            "<see> what is out there|<explore> the surroundings|<map> the building|<survey> the site|<find> out what is around|<explore> the map|"
            "<explore> the rest of the map|<explore> everything|<take> a look around|<discover> new areas".split("|")
        )
        return Clause(text, [["[explore]"]])
    place, text, answer = site.mention("place")
    verb = rng.choice(
        "<explore>|<explore>|<explore>|<look> around|<look> around in|<have> a look around|<survey>|<scout>|<map>|<sweep>|<scan>|<take> a look around|"
        "<see> what is in|<find> out what is in|<inspect>|<look> around inside|<scout> out|<search>".split("|")
    )
    return Clause(f"{verb} {text}", [["[explore]", place]], answer)


def _fetch(site: Site) -> Clause:  # noqa: C901 - a table of phrasings
    rng = site.rng
    if rng.random() < 0.1 and not site.trouble:
        return _fetch_unknown(site)
    if rng.random() < 0.1 and not site.trouble and site.carrying is None:
        return _carried(site)
    thing, what, answer = site.mention("thing")
    pick = ["[pick]", thing]
    roll = rng.random()
    if roll < 0.14:
        verb = rng.choice("<pick> up|<pick> up|<grab>|<take>|<collect>|<get>|<lift>|<grasp>|<pick>|<go> and <get>|<retrieve>|<go> and <pick> up".split("|"))
        return Clause(f"{verb} {what}", [pick], answer)
    if roll < 0.3:
        text = rng.choice(
            ("<bring> me {t}", "<fetch> {t}", "<fetch> me {t}", "<bring> {t} here", "<bring> {t} to me", "<get> me {t}", "<get> {t} for me", "<bring> {t} back", "<bring> back {t}",
             "<fetch> {t}", "<pick> up {t} and <bring> it here", "<pick> up {t} and <bring> it back", "<get> {t} and <come> back", "<fetch> {t} and <bring> it to me", "<grab> {t} and <return>",
             "?i need {t}", "?i want {t}", "<hand> me {t}", "<bring> {t} over", "<go> to {t} , <pick> it up and <bring> it back here")
        ).replace("{t}", what)
        return Clause(text, [pick, ["[place]", site.start]], answer)
    if roll < 0.38 and not answer:
        count = rng.choice((2, 2, 3))
        things = [thing, *(site.thing() for _ in range(count - 1))]
        place, where, answer = site.mention("place")
        verb, to = rng.choice((("<bring>", "to"), ("<take>", "to"), ("<carry>", "to"), ("<move>", "to"), ("<deliver>", "to"), ("<put>", "in"), ("<put>", "into")))
        steps = [step for t in things for step in (["[pick]", t], ["[place]", place])]
        return Clause(f"{verb} {_join(rng, [site.say(t) for t in things])} {to} {where}", steps, answer)
    if roll < 0.47 and not answer:
        holder = site.thing()
        if holder in site.inside:
            text = rng.choice(("<put> {t} on {h}", "<place> {t} on {h}", "<put> {t} next to {h}", "<pick> up {t} and <put> it on {h}", "<bring> {t} to {h}", "<set> {t} down by {h}", "<drop> {t} in {h}", "<put> {t} in {h}"))
            return Clause(text.replace("{t}", what).replace("{h}", site.say(holder)), [pick, ["[place]", site.inside[holder]]])
    place, where, trouble = site.mention("place")
    source = ""
    if thing in site.inside and rng.random() < 0.25:
        source = f"{rng.choice(('from', 'from', 'in', 'out of'))} {site.say(site.inside[thing], plain=True)}"
        what = site.say(thing) if not answer else what
    one = rng.choice(
        ("<bring> {t} {s} to {p}", "<bring> {t} {s} to {p}", "<take> {t} {s} to {p}", "<take> {t} {s} to {p}", "<carry> {t} {s} to {p}", "<move> {t} {s} to {p}", "<deliver> {t} {s} to {p}",
         "<pick> up {t} {s} and <bring> it to {p}", "<pick> up {t} {s} and <put> it in {p}", "<pick> up {t} {s} and <put> it on {p}", "<pick> {t} {s} up and <place> it in {p}", "<get> {t} {s} and <take> it to {p}",
         "<grab> {t} {s} and <drop> it off at {p}", "<collect> {t} {s} and <deliver> it to {p}", "<fetch> {t} {s} and <bring> it to {p}", "<put> {t} {s} in {p}", "<put> {t} {s} on {p}", "<transport> {t} {s} to {p}",
         "<drop> {t} {s} off at {p}", "<leave> {t} {s} at {p}", "<pick> up {t} {s} , <take> it to {p}", "<take> {t} {s} and <leave> it in {p}", "<return> {t} {s} to {p}", "<place> {t} {s} at {p}", "<haul> {t} {s} over to {p}",
         "<pick> up {t} {s} , <go> to {p} and <put> it down", "<pick> up {t} {s} and then <drop> it at {p}", "?i need {t} {s} in {p}", "?{t} {s} should go to {p}", "<deliver> to {p} {t} {s}", "<fetch> {t} {s} for {p}",
         "<find> {t} {s} and <bring> it to {p}", "<get> {t} {s} to {p}", "<bring> {p} {t}", "<go> to {t} {s} , <pick> it up and <bring> it to {p}", "?there is {t} {s} , <bring> it to {p}", "<drive> {t} {s} to {p}", "<relocate> {t} {s} to {p}", "<shift> {t} {s} to {p}")
    )  # fmt: skip
    steps = [pick, ["[goto]", place], ["[place]", place]] if "<go> to {p}" in one else [pick, ["[place]", place]]
    return Clause(one.replace("{t}", what).replace("{s}", source).replace("{p}", where), steps, answer or trouble)


def _fetch_unknown(site: Site) -> Clause:
    """Fetching what is not on the map: search first, and plan the rest once it is found."""
    rng = site.rng
    noun = site.unknown("thing")
    place = site.place() if rng.random() < 0.4 else ""
    at = f"{rng.choice(('from', 'in'))} {site.say(place, plain=True)}" if place else ""
    steps = [["[search]", *_quoted(noun), *([place] if place else [])]]
    thing = site.unlisted()
    article = rng.choice(("a", "the", "the", "my", "some"))
    if rng.random() < 0.45:
        text = rng.choice(("<bring> me {n} {s}", "<fetch> {n} {s}", "<get> me {n} {s}", "<find> {n} {s} and <bring> it here", "<look> for {n} {s} and <bring> it to me", "<search> for {n} {s} and <bring> it back"))
        then = [["[pick]", thing], ["[place]", site.start]]
    else:
        goal, where, _ = site.place(), "", None
        where = site.say(goal, plain=True)
        text = rng.choice(("<bring> {n} {s} to ", "<find> {n} {s} and <bring> it to ", "<take> {n} {s} to ", "<look> for {n} {s} and <take> it to ", "<pick> up {n} {s} and <put> it in ", "<search> for {n} {s} and <deliver> it to ")) + where
        then = [["[pick]", thing], ["[place]", goal]]
    text = text.replace("{s}", at)
    return Clause(text.replace("{n}", f"{article} {noun}"), steps, None, True, then, text.replace("{n}", f"{article} {thing}"))


def _carried(site: Site) -> Clause:
    """Putting down what the robot already holds."""
    rng = site.rng
    thing = site.unlisted()
    site.carrying = thing
    what = rng.choice(("it", "it", "what you are holding", "what you carry", "the thing you are carrying", "your load", f"the {thing}", f"the {thing}"))
    if rng.random() < 0.25:
        return Clause(rng.choice(("<put> {t} down", "<put> down {t}", "<drop> {t}", "<put> {t} down here", "<place> {t} here")).replace("{t}", what), [["[place]", site.start]])
    place, where, answer = site.mention("place")
    text = rng.choice(("<bring> {t} to {p}", "<deliver> {t} to {p}", "<put> {t} down in {p}", "<take> {t} to {p}", "<drop> {t} off at {p}", "<leave> {t} in {p}", "<put> {t} in {p}", "<place> {t} at {p}"))
    return Clause(text.replace("{t}", what).replace("{p}", where), [["[place]", place]], answer)


def _return(site: Site) -> Clause:
    text = site.rng.choice(
        "<come> back|<come> back|<come> back here|<return>|<return>|<return> here|<go> back|<go> back to where you started|<return> to where you started|"
        "<return> to the start|<go> back to the start|<come> back to me|<head> back|<drive> back|<return> to your starting point|<return> to the starting point|"
        "<come> here|<come> back to this place|<return> to where you are now|<come> back again|<return> to me|<make> your way back|<go> back to your starting position".split("|")
    )
    return Clause(text, [["[goto]", site.start]])


def _wait(site: Site) -> Clause:
    rng = site.rng
    phrase, seconds = duration(rng)
    verb = rng.choice("<wait>|<wait>|<wait> for|<wait> for|<pause> for|<stay> there for|<hold> on for|<stand> by for|<wait> there for|<stay> put for|<hold> for|<rest> for|<wait> another|<stop> for|<stay> for|<remain> there for|<pause>|<give> it".split("|"))
    step = ["[wait]", seconds]
    roll = rng.random()
    if roll < 0.72:
        return Clause(f"{verb} {phrase}", [step])
    place, where, answer = site.mention("place")
    if roll < 0.84:
        return Clause(f"{rng.choice(('<wait>', '<wait>', '<stay>', '<stop>', '<stand>', '<pause>'))} {rng.choice(('at', 'in', 'by', 'near'))} {where} for {phrase}", [["[goto]", place], step], answer)
    if roll < 0.87:
        thing, what, answer = site.mention("thing")
        return Clause(f"{rng.choice(('<wait>', '<stay>', '<stop>', '<wait> for', '<pause>'))} {rng.choice(('at', 'by', 'near', 'next to', 'in front of'))} {what} for {phrase}", [["[inspect]", thing], step], answer)
    if roll < 0.92:
        return Clause(f"<wait> {phrase} {rng.choice(('at', 'in', 'by'))} {where}", [["[goto]", place], step], answer)
    return Clause(f"<spend> {phrase} {rng.choice(('at', 'in'))} {where}", [["[goto]", place], step], answer)


def _dock(site: Site) -> Clause:
    rng = site.rng
    if site.docks and rng.random() < 0.3:
        dock = rng.choice(site.docks)
        text = rng.choice(("<dock> at {p}", "<charge> at {p}", "<recharge> at {p}", "<go> to {p} and <charge>", "<go> to {p} and <recharge>", "<park> at {p}", "<dock> in {p}", "<return> to {p} and <dock>", "<charge> at {p}", "<drive> to {p} to charge", "<return> to your {p}", "<go> back to your {p}", "<recharge> in {p}", "<go> <dock> at {p}"))
        name = f"{rng.choice(('the', 'the', 'your', 'your', 'its', ''))} {dock}"
        return Clause(text.replace("{p}", name), [["[dock]", dock]])
    text = rng.choice(
        "<dock>|<go> and <dock>|<charge>|<charge>|<recharge>|<charge> your battery|<charge> yourself|<go> back to your dock|<return> to your dock|<go> to your charger|"
        "<go> to the charging station|<return> to the charging station|<return> to base|<plug> yourself in|<park> on the charger|<go> and <charge>|<recharge> your batteries|<go> back to the charger|"
        "<go> to the dock|<return> to the dock|<go> home and <charge>|<get> some power|<top> up your battery|<return> to dock".split("|")
    )
    return Clause(text, [["[dock]"]])


_SPEECH = (
    "hello|hello everyone|good morning|good evening|dinner is ready|lunch is ready|the meeting starts now|please clear the way|be careful|the robot is here|"
    "your parcel has arrived|the door is open|i am coming|welcome|thank you|excuse me|the floor is wet|it is time to leave|the delivery is here|all is well|"
    "we are closing soon|please follow me|stand back|happy birthday|the shift is over|work starts at eight"
).split("|")


def _speech(site: Site) -> str:
    rng = site.rng
    if rng.random() < 0.45:
        return rng.choice(_SPEECH)
    words = [rng.choice((made_up(rng), rng.choice(site.words.objects), rng.choice(site.words.adjectives), "the", "is", "please", "we", "are", "in", "now", "to", "you", "your", "here")) for _ in range(rng.randrange(1, 6))]
    if rng.random() < 0.2:
        words.append(site.place())
    return " ".join(words)


def _say(site: Site) -> Clause:
    rng = site.rng
    words = _speech(site)
    quotes = rng.random() < 0.25
    said = f'" {words} "' if quotes else words
    verb = rng.choice("<say>|<say>|<say>|<announce>|<call> out|<tell> everyone|<say> out loud|<announce> that|<tell> them|<tell> everyone that|<say> that|<shout>|<tell> people that|<speak>".split("|"))
    if rng.random() < 0.15:
        place = site.place()
        return Clause(f"<go> to {site.say(place, plain=True)} and {verb} {said}", [["[goto]", place], ["[say]", *_quoted(words)]])
    return Clause(f"{verb} {said}", [["[say]", *_quoted(words)]])


def _ask(site: Site) -> Clause:
    rng = site.rng
    question = rng.choice(("whether", "if")) + " " + rng.choice((f"i need {site.words.noun(rng)}", "anyone needs help", f"it is {_state(rng)}", "you should continue", "i want it now", "they are ready", "i am ready", f"the {site.words.noun(rng)} is {_state(rng)}", "there is anything else"))
    return Clause(f"<ask> {rng.choice(('me', 'me', 'the operator', 'me first'))} {question}", [["[ask]", *_quoted(question)]])


def _report(site: Site) -> Clause:
    rng = site.rng
    if rng.random() < 0.15:
        words = _speech(site)
        return Clause(f"<report> {rng.choice(('that', 'that', ''))} {words}", [["[report]", *_quoted(words)]])
    text = rng.choice(
        "<report>|<report> back|<report> back|<report> back to me|<report> to me|<let> me know when you are done|<tell> me when you are done|<tell> me when it is done|<give> me a report|"
        "<tell> me what you saw|<tell> me what you found|<send> me a summary|<report> what you found|<report> what you saw|<give> me a summary|<let> me know what you found|<report> your findings|"
        "<tell> me the result|<let> me know how it went|<report> the results|<write> a report|<let> me know".split("|")
    )
    return Clause(text, [["[report]"]])


def _open(site: Site) -> Clause:
    rng = site.rng
    door, text, answer = site.mention("door")
    if rng.random() < 0.3 and not answer:
        place = site.place()
        there = site.say(place, plain=True)
        phrase = rng.choice(("<open> {d} and <go> to {p}", "<go> through {d} to {p}", "<open> {d} and <drive> into {p}", "<open> {d} and <enter> {p}", "<go> to {p} through {d}"))
        return Clause(phrase.replace("{d}", text).replace("{p}", there), [["[open_door]", door], ["[goto]", place]])
    return Clause(f"{rng.choice('<open>|<open>|<open> up|<go> and <open>|<make> sure you open|<push> open|<unlatch>'.split('|'))} {text}", [["[open_door]", door]], answer)


def _user_skill(site: Site) -> Clause:
    """A skill that is not in the library: its mention is a pointer, its arguments follow its signature."""
    rng = site.rng
    kinds = rng.choice(([], [], ["thing"], ["thing"], ["thing"], ["place"], ["place"], ["door"], ["thing", "number"], ["place", "number"], ["number"], ["thing", "place"], ["text"], ["thing", "text"], ["place", "thing"]))
    pointer = next((p for p, k in site.skills.items() if k == kinds), "") or site.skill(list(kinds))
    kinds = site.skills[pointer]
    steps: list[list[str]] = []
    parts, args, answer = [], [], None
    for kind in kinds:
        if kind == "number":
            value = str(rng.randrange(1, rng.choice((10, 100, 1000))))
            value = f"{value} . {rng.randrange(1, 10)}" if rng.random() < 0.1 else value
            parts.append(rng.choice((f"{value} times", f"with {value}", f"at {value}", value, f"to {value} percent", f"{value} {made_up(rng)}", f"for {value}")))
            args.extend(value.split())
        elif kind == "text":
            words = _speech(site)
            parts.append(f'" {words} "' if rng.random() < 0.5 else words)
            args.extend(_quoted(words))
        else:
            target, text, trouble = site.mention(kind)
            answer = answer or trouble
            parts.append(f"{rng.choice(('', '', 'of', 'at', 'on', 'in', 'to', 'with', 'for'))} {text}")
            args.append(target)
    if not kinds and rng.random() < 0.4:
        place, text, answer = site.mention("place")
        parts.append(f"{rng.choice(('in', 'at'))} {text}")
        steps.append(["[goto]", place])
    lead = rng.choice(("", "", "", "", "<do> a", "<do>", "<use>", "<make> a", "<run>", "<start>"))
    return Clause(f"{lead} {pointer} {' '.join(parts)}", [*steps, [pointer, *args]], answer)


def _there(site: Site) -> Clause:
    """Two things at one place, the second told by "there" or "it"."""
    rng = site.rng
    place, text, answer = site.mention("place")
    go = f"{rng.choice(_GO[:16])} {text}"
    steps = [["[goto]", place]]
    roll = rng.random()
    if roll < 0.25:
        return Clause(f"{go} and {rng.choice(('<look> around', '<explore> it', '<have> a look around', '<look> around there', '<explore> there', '<see> what is there'))}", [*steps, ["[explore]", place]], answer)
    if roll < 0.45:
        noun = site.unknown("thing")
        return Clause(f"{go} and {rng.choice(('<look> for', '<search> for', '<find>'))} {rng.choice(('a', 'the', 'my'))} {noun} {rng.choice(('there', '', 'in there'))}", [*steps, ["[search]", *_quoted(noun), place]], answer)
    thing = site.thing_in(place)
    what = site.say(thing)
    if roll < 0.75:
        return Clause(f"{go} {rng.choice(('and', 'and', ', then', 'to'))} {rng.choice(_LOOK[:11])} {what} {rng.choice(('there', '', ''))}", [*steps, ["[inspect]", thing]], answer)
    return Clause(f"{go} , {rng.choice(('<pick> up', '<get>', '<grab>'))} {what} {rng.choice(('there', ''))} and {rng.choice(('<bring> it back', '<bring> it here', '<bring> it to me'))}", [*steps, ["[pick]", thing], ["[place]", site.start]], answer)


def _it(site: Site) -> Clause:
    """A thing that is looked at first and then taken somewhere, the second told by "it"."""
    rng = site.rng
    thing, text, answer = site.mention("thing")
    question = rng.choice((f"whether it is {_state(rng)}", rng.choice(_WHAT).replace("{it}", "it"), rng.choice(_NOUNS))) if rng.random() < 0.35 else ""
    look = f"{rng.choice(_LOOK[:14])} {text}" + (f" , {rng.choice(('<tell> me', '<note>', '<report>'))} {question}" if question else "")
    inspect = ["[inspect]", thing, *(_quoted(question) if question else [])]
    join = rng.choice(("and", "and then", ", then", ", and then", "and", ". then"))
    roll = rng.random()
    if roll < 0.25:
        return Clause(f"{look} {join} {rng.choice(('<bring> it here', '<bring> it to me', '<bring> it back', '<pick> it up and <bring> it here'))}", [inspect, ["[pick]", thing], ["[place]", site.start]], answer)
    if roll < 0.4:
        return Clause(f"{look} {join} {rng.choice(('<pick> it up', '<take> it', '<grab> it', '<pick> it up'))}", [inspect, ["[pick]", thing]], answer)
    place, where, trouble = site.mention("place")
    move = rng.choice(("<bring> it to", "<take> it to", "<carry> it to", "<put> it in", "<deliver> it to", "<move> it to", "<drop> it off at"))
    return Clause(f"{look} {join} {move} {where}", [inspect, ["[pick]", thing], ["[place]", place]], answer or trouble)


_KINDS: tuple[tuple[Callable[[Site], Clause], float], ...] = (
    (_goto, 16), (_inspect, 14), (_question, 15), (_search, 9), (_explore, 5), (_fetch, 22), (_return, 6), (_wait, 8), (_dock, 4),
    (_say, 4), (_ask, 1.5), (_report, 5), (_open, 4), (_user_skill, 5), (_there, 5), (_it, 4),
)  # fmt: skip
_FUNCTIONS = [function for function, _ in _KINDS]
_WEIGHTS = [weight for _, weight in _KINDS]


def clause(site: Site) -> Clause:
    """A random clause about this site."""
    return site.rng.choices(_FUNCTIONS, _WEIGHTS)[0](site)
