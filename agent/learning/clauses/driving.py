"""Clauses about being somewhere: go, explore, come back, wait, dock."""

from agent.learning.clauses.clause import Clause, every, listed
from agent.learning.durations import duration
from agent.learning.phrases import phrase, phrases
from agent.learning.site import Site, quoted

__all__ = ["come_back", "dock", "explore", "go", "there", "wait"]


def go(site: Site) -> Clause:
    """Go to one place or several."""
    rng = site.rng
    verb = phrase(rng, "go")
    count = 1 if rng.random() < 0.8 or site.trouble else rng.choice((2, 2, 3, 3, 4))
    mentions = [site.mention("place") for _ in range(count)]
    pointers, texts = [m[0] for m in mentions], [m[1] for m in mentions]
    answer = next((m[2] for m in mentions if m[2]), None)
    if count == 1 and not answer and rng.random() < 0.05:
        steps = [["[goto]", pointers[0]], ["[goto]", site.start]]
        return Clause(f"{verb} {texts[0]} {phrase(rng, 'and_back')}", steps)
    if count == 1 and not answer and rng.random() < 0.04:
        group = list(dict.fromkeys([pointers[0], *(site.place() for _ in range(rng.choice((1, 1, 2, 3, 5, 7))))]))
        if len(group) > 1:
            return Clause(f"{verb} {every(rng, group)}", [["[goto]", place] for place in group])
    return Clause(f"{verb} {listed(rng, texts)}", [["[goto]", place] for place in pointers], answer)


def explore(site: Site) -> Clause:
    """See what is not known yet, in a place or everywhere."""
    if site.rng.random() < 0.3 and not site.trouble:
        return Clause(phrase(site.rng, "explore_all"), [["[explore]"]])
    place, text, answer = site.mention("place")
    return Clause(f"{phrase(site.rng, 'explore')} {text}", [["[explore]", place]], answer)


def come_back(site: Site) -> Clause:
    """Return to where the mission began."""
    return Clause(phrase(site.rng, "come_back"), [["[goto]", site.start]])


def wait(site: Site) -> Clause:
    """Wait, here or somewhere."""
    rng = site.rng
    spoken, seconds = duration(rng)
    step = ["[wait]", seconds]
    roll = rng.random()
    if roll < 0.72:
        return Clause(f"{phrase(rng, 'wait')} {spoken}", [step])
    if 0.84 < roll < 0.87:
        thing, what, answer = site.mention("thing")
        near = rng.choice(("at", "by", "near", "next to", "in front of"))
        return Clause(f"{phrase(rng, 'wait_at')} {near} {what} for {spoken}", [["[inspect]", thing], step], answer)
    place, where, answer = site.mention("place")
    steps = [["[goto]", place], step]
    if roll < 0.84:
        return Clause(f"{phrase(rng, 'wait_at')} {rng.choice(('at', 'in', 'by', 'near'))} {where} for {spoken}", steps, answer)
    if roll < 0.92:
        return Clause(f"<wait> {spoken} {rng.choice(('at', 'in', 'by'))} {where}", steps, answer)
    return Clause(f"<spend> {spoken} {rng.choice(('at', 'in'))} {where}", steps, answer)


def dock(site: Site) -> Clause:
    """Charge, at a dock that is named or at any."""
    rng = site.rng
    if site.docks and rng.random() < 0.3:
        place = rng.choice(site.docks)
        return Clause(phrase(rng, "dock_at", p=f"{phrase(rng, 'dock_articles')} {place}"), [["[dock]", place]])
    return Clause(phrase(rng, "dock"), [["[dock]"]])


def there(site: Site) -> Clause:
    """Go somewhere and do something there, said with "there" or "it"."""
    rng = site.rng
    place, text, answer = site.mention("place")
    drive = f"{rng.choice(phrases('go')[:16])} {text}"
    steps = [["[goto]", place]]
    roll = rng.random()
    if roll < 0.25:
        return Clause(f"{drive} and {phrase(rng, 'look_there')}", [*steps, ["[explore]", place]], answer)
    if roll < 0.45:
        noun = site.unknown("thing")
        seek = f"{rng.choice(('<look> for', '<search> for', '<find>'))} {rng.choice(('a', 'the', 'my'))} {noun}"
        tail = rng.choice(("there", "", "in there"))
        return Clause(f"{drive} and {seek} {tail}", [*steps, ["[search]", *quoted(noun), place]], answer)
    thing = site.thing_in(place)
    what = site.say(thing)
    if roll < 0.75:
        look = f"{rng.choice(('and', 'and', ', then', 'to'))} {rng.choice(phrases('look')[:11])}"
        return Clause(f"{drive} {look} {what} {rng.choice(('there', '', ''))}", [*steps, ["[inspect]", thing]], answer)
    take = f"{rng.choice(('<pick> up', '<get>', '<grab>'))} {what} {rng.choice(('there', ''))}"
    fetch = [["[pick]", thing], ["[place]", site.start]]
    return Clause(f"{drive} , {take} and {rng.choice(phrases('bring_it_here')[:3])}", [*steps, *fetch], answer)
