"""Clauses about doing something to things: fetch and deliver, put down, open, and what the user's own skills do."""

from agent.learning.clauses.clause import Clause, listed
from agent.learning.clauses.telling import speech
from agent.learning.phrases import phrase
from agent.learning.site import Mention, Site, quoted
from agent.learning.words import made_up

__all__ = ["fetch", "open_door", "user_skill"]

_SIGNATURES: tuple[tuple[str, ...], ...] = (
    (), (), ("thing",), ("thing",), ("thing",), ("place",), ("place",), ("door",), ("thing", "number"), ("place", "number"),
    ("number",), ("thing", "place"), ("text",), ("thing", "text"), ("place", "thing"),
)  # fmt: skip


def fetch(site: Site) -> Clause:
    """Take something, and mostly bring it somewhere."""
    rng = site.rng
    if site.trouble == "unknown" or (not site.trouble and rng.random() < 0.1):
        site.trouble = ""
        return _unknown(site)  # what is to be fetched and is not on the map is looked for
    if not site.trouble and site.carrying is None and rng.random() < 0.1:
        return _carried(site)
    mention = site.mention("thing")
    thing, what, answer = mention
    pick = ["[pick]", thing]
    roll = rng.random()
    if roll < 0.14:
        return Clause(f"{phrase(rng, 'pick')} {what}", [pick], answer)
    if roll < 0.3:
        return Clause(phrase(rng, "bring_here", t=what), [pick, ["[place]", site.start]], answer)
    if roll < 0.38 and not answer:
        things = [thing, *(site.thing() for _ in range(rng.choice((1, 1, 2))))]
        place, where, answer = site.mention("place")
        steps = [step for t in things for step in (["[pick]", t], ["[place]", place])]
        return Clause(phrase(rng, "bring_many", t=listed(rng, [site.say(t) for t in things]), p=where), steps, answer)
    if roll < 0.47 and not answer:
        holder = site.thing()
        if holder in site.inside:
            text = phrase(rng, "put_on_thing", t=what, h=site.say(holder))
            return Clause(text, [pick, ["[place]", site.inside[holder]]])
    return _deliver(site, mention)


def _deliver(site: Site, mention: Mention) -> Clause:
    """From where it is, or from where it is said to be, to a place."""
    rng = site.rng
    thing, what, answer = mention
    place, where, trouble = site.mention("place")
    source = ""
    if not answer and thing in site.inside and rng.random() < 0.25:
        source = f"{phrase(rng, 'from')} {site.say(site.inside[thing], plain=True)}"
        what = site.say(thing)
    text = phrase(rng, "bring")
    steps = [["[pick]", thing], ["[place]", place]]
    if "<go> to {p}" in text:
        steps.insert(1, ["[goto]", place])
    return Clause(text.replace("{t}", what).replace("{s}", source).replace("{p}", where), steps, answer or trouble)


def _unknown(site: Site) -> Clause:
    """Fetching what is not on the map: search first, and plan the rest once it is found."""
    rng = site.rng
    noun = site.unknown("thing")
    place = site.place() if rng.random() < 0.4 else ""
    source = f"{rng.choice(('from', 'in'))} {site.say(place, plain=True)}" if place else ""
    thing = site.unlisted()
    article = rng.choice(("a", "the", "the", "my", "some"))
    goal = site.start if rng.random() < 0.45 else site.place()
    if goal == site.start:
        text = phrase(rng, "bring_unknown_here", s=source)
    else:
        text = phrase(rng, "bring_unknown", s=source, p=site.say(goal, plain=True))
    return Clause(
        text.replace("{n}", f"{article} {noun}"),
        [["[search]", *quoted(noun), *([place] if place else [])]],
        last=True,
        found=[["[pick]", thing], ["[place]", goal]],
        found_text=text.replace("{n}", f"{article} {thing}"),
    )


def _carried(site: Site) -> Clause:
    """Putting down what the robot already holds."""
    rng = site.rng
    thing = site.unlisted()
    site.carrying = thing
    what = phrase(rng, "load", t=thing)
    if rng.random() < 0.25:
        return Clause(phrase(rng, "put_down", t=what), [["[place]", site.start]])
    place, where, answer = site.mention("place")
    return Clause(phrase(rng, "unload", t=what, p=where), [["[place]", place]], answer)


def open_door(site: Site) -> Clause:
    """Open a door, and at times go through it."""
    rng = site.rng
    door, text, answer = site.mention("door")
    if not answer and rng.random() < 0.3:
        place = site.place()
        steps = [["[open_door]", door], ["[goto]", place]]
        return Clause(phrase(rng, "open_and_go", d=text, p=site.say(place, plain=True)), steps)
    return Clause(f"{phrase(rng, 'open')} {text}", [["[open_door]", door]], answer)


def user_skill(site: Site) -> Clause:
    """A skill that is not in the library: its mention is a pointer, its arguments follow its signature."""
    rng = site.rng
    kinds = list(rng.choice(_SIGNATURES))
    pointer = site.skill(kinds)
    steps: list[list[str]] = []
    parts: list[str] = []
    args: list[str] = []
    answer = None
    for kind in kinds:
        if kind == "number":
            value = str(rng.randrange(1, rng.choice((10, 100, 1000))))
            value = f"{value} . {rng.randrange(1, 10)}" if rng.random() < 0.1 else value
            parts.append(phrase(rng, "skill_number", v=value, n=made_up(rng)))
            args.extend(value.split())
        elif kind == "text":
            words = speech(site)
            parts.append(f'" {words} "' if rng.random() < 0.5 else words)
            args.extend(quoted(words))
        else:
            target, text, trouble = site.mention(kind)
            answer = answer or trouble
            parts.append(f"{phrase(rng, 'skill_target')} {text}")
            args.append(target)
    if not kinds and rng.random() < 0.4:
        place, text, answer = site.mention("place")
        parts.append(f"{rng.choice(('in', 'at'))} {text}")
        steps.append(["[goto]", place])
    return Clause(f"{phrase(rng, 'use_skill')} {pointer} {' '.join(parts)}", [*steps, [pointer, *args]], answer)
