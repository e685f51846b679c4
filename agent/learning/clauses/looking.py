"""Clauses about looking: inspect, answer a question, search."""

from agent.learning.clauses.clause import Clause, every, listed, state
from agent.learning.phrases import phrase, phrases
from agent.learning.site import Mention, Site, quoted
from agent.learning.words import made_up
from agent.planners.pointers import PLURAL

__all__ = ["inspect", "it", "question", "search"]


def inspect(site: Site) -> Clause:
    """Look at one thing or several."""
    rng = site.rng
    verb = phrase(rng, "look")
    alone = rng.random() < 0.78
    roll = rng.random()
    if alone and not site.trouble and roll < 0.1:
        group = [site.thing() for _ in range(rng.choice((2, 2, 2, 3, 3, 4, 5, 7)))]
        if roll < 0.07:
            steps = [["[inspect]", thing] for thing in group]
            return Clause(f"{verb} {every(rng, group)} {site.where(group[0])}", steps)
        text = f"{phrase(rng, 'any')} {' [or] '.join(group[:3])} {rng.choice(('', PLURAL))}"
        return Clause(f"{verb} {text}", [["[inspect]", group[0]]])
    count = 1 if alone or site.trouble else rng.choice((2, 2, 3, 3, 4))
    mentions = [site.mention("thing") for _ in range(count)]
    pointers, texts = [m[0] for m in mentions], [m[1] for m in mentions]
    answer = next((m[2] for m in mentions if m[2]), None)
    if count == 1 and not answer and pointers[0] in site.inside and rng.random() < 0.05:
        there = f"{rng.choice(('in', 'at'))} {site.say(site.inside[pointers[0]], plain=True)} {rng.choice((',', ''))}"
        return Clause(f"?{there} {verb} {texts[0]}", [["[inspect]", pointers[0]]])
    if answer and answer[0] == "[unknown]" and verb in ("<find>", "<locate>", "<look> for"):
        verb = "<check>"  # to look for what is not on the map is a search
    return Clause(f"{verb} {listed(rng, texts)}", [["[inspect]", thing] for thing in pointers], answer)


def question(site: Site) -> Clause:
    """An inspection with something to find out; the question is a stretch of the mission, copied."""
    rng = site.rng
    mention = site.mention("thing")
    roll = rng.random()
    if roll < 0.06 and not mention[2]:
        return _plural(site, mention)
    if mention[2] or roll < 0.44:
        return _after_look(site, mention)
    thing = mention[0]
    plain = f"{rng.choice(('the', 'the', 'the', '', 'our', 'that'))} {thing}".strip()
    if roll < 0.67:
        verb = phrase(rng, "find_out")
        asked = f"{rng.choice(('whether', 'if', 'that'))} {plain} is {state(rng)}"
        if verb not in ("<make> sure", "<verify>") and rng.random() < 0.5:
            asked = phrase(rng, "what", it=plain)
        text = f"{verb} {asked}"
    elif roll < 0.77:
        asked = f"for {phrase(rng, 'faults') if rng.random() < 0.9 else made_up(rng)}"
        text = f"{rng.choice(phrases('look')[:12])} {plain} {asked}"
    elif roll < 0.89:
        asked = f"is {plain} {state(rng)}" if rng.random() < 0.33 else phrase(rng, "direct", it=plain)
        text = f"?{asked} {rng.choice(('?', '?', '?', ''))}"
    else:
        name = phrase(rng, "property") if rng.random() < 0.9 else made_up(rng)
        verb = phrase(rng, "get_property")
        if rng.random() < 0.5:
            asked = f"{thing} 's {name}"
            text = f"{verb} {rng.choice(('the', '', 'our'))} {asked}"
        else:
            asked = f"the {name} {rng.choice(('of', 'on'))} {plain}"
            text = f"{verb} {asked}"
    return Clause(text, [["[inspect]", thing, *quoted(asked)]])


def _after_look(site: Site, mention: Mention) -> Clause:
    """First look, then what to find out about "it"."""
    rng = site.rng
    thing, text, answer = mention
    asked = _about_it(site)
    if rng.random() < 0.06:
        asked = f"if it is {state(rng)}"
        told = f"and {asked} {rng.choice((',', ''))} {rng.choice(('<tell> me', '<let> me know', '<report> it', '<warn> me'))}"
        return Clause(f"{rng.choice(phrases('look')[:12])} {text} {told}", [["[inspect]", thing, *quoted(asked)]], answer)
    join = rng.choice(("and", "and", ", and", "to", ",", ". then"))
    look = f"{rng.choice(phrases('look')[:12])} {text} {join} {phrase(rng, 'tell')} {asked}"
    return Clause(look, [["[inspect]", thing, *quoted(asked)]], answer)


def _about_it(site: Site) -> str:
    rng = site.rng
    return rng.choice((f"{rng.choice(('whether', 'if'))} it is {state(rng)}", phrase(rng, "what", it="it"), phrase(rng, "short")))


def _plural(site: Site, mention: Mention) -> Clause:
    """One question about several things."""
    rng = site.rng
    others = [site.thing() for _ in range(rng.choice((1, 1, 2, 3)))]
    asked = phrase(rng, "they")
    if rng.random() < 0.4:
        asked = f"{rng.choice(('whether they are', 'if they are', 'which one is'))} {state(rng)}"
    tell = rng.choice(("<tell> me", "<report>", "<note>", "<let> me know"))
    things = listed(rng, [mention[1], *(site.say(other) for other in others)])
    text = f"{rng.choice(phrases('look')[:12])} {things} and {tell} {asked}"
    return Clause(text, [["[inspect]", thing, *quoted(asked)] for thing in (mention[0], *others)])


def it(site: Site) -> Clause:
    """A thing that is looked at first and then taken somewhere, the second told by "it"."""
    rng = site.rng
    thing, text, answer = site.mention("thing")
    look = f"{rng.choice(phrases('look')[:14])} {text}"
    step = ["[inspect]", thing]
    if rng.random() < 0.35:
        asked = _about_it(site)
        look += f" , {rng.choice(('<tell> me', '<note>', '<report>'))} {asked}"
        step += quoted(asked)
    join = rng.choice(("and", "and then", ", then", ", and then", "and", ". then"))
    pick = ["[pick]", thing]
    roll = rng.random()
    if roll < 0.25:
        return Clause(f"{look} {join} {phrase(rng, 'bring_it_here')}", [step, pick, ["[place]", site.start]], answer)
    if roll < 0.4:
        return Clause(f"{look} {join} {phrase(rng, 'take_it')}", [step, pick], answer)
    place, where, trouble = site.mention("place")
    return Clause(f"{look} {join} {phrase(rng, 'bring_it', p=where)}", [step, pick, ["[place]", place]], answer or trouble)


def search(site: Site) -> Clause:
    """Look for something described, or for a thing of the map in a place."""
    rng = site.rng
    somewhere = rng.random() < 0.55
    place, at, answer = site.mention("place") if somewhere else ("", "", None)
    what = site.thing() if somewhere and rng.random() < 0.2 else site.unknown("thing")
    noun = f"{phrase(rng, 'seek_articles')} {what}"
    step = ["[search]", *quoted(what), *([place] if somewhere else [])]
    roll = rng.random()
    if somewhere and roll < 0.25:
        return Clause(phrase(rng, "seek_in", p=at, n=noun), [step], answer)
    if somewhere and roll < 0.4:
        return Clause(phrase(rng, "is_there", p=at, n=noun), [step], answer)
    text = f"{phrase(rng, 'seek')} {noun}"
    if not somewhere:
        return Clause(text, [step])
    if roll < 0.5:
        return Clause(f"<go> to {at} and {text}", [["[goto]", place], step], answer)
    return Clause(f"{text} {rng.choice(('in', 'in', 'in', 'at', 'around', 'near', 'inside', 'on'))} {at}", [step], answer)
