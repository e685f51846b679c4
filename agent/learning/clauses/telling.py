"""Clauses about words: say, ask, report."""

from agent.learning.clauses.clause import Clause, state
from agent.learning.phrases import phrase
from agent.learning.site import Site, quoted
from agent.learning.words import made_up

__all__ = ["ask", "report", "say", "speech"]


def speech(site: Site) -> str:
    """Something to say: a phrase, or one to five words without sense, so that words are copied and not guessed."""
    rng = site.rng
    if rng.random() < 0.45:
        return phrase(rng, "speech")
    words = []
    for _ in range(rng.randrange(1, 6)):
        own = rng.choice((made_up(rng), rng.choice(site.words.objects), rng.choice(site.words.adjectives)))
        words.append(own if rng.random() < 0.25 else phrase(rng, "speech_words"))
    if rng.random() < 0.2:
        words.append(site.place())
    return " ".join(words)


def say(site: Site) -> Clause:
    """Say something, here or somewhere."""
    rng = site.rng
    words = speech(site)
    said = f"{phrase(rng, 'say')} " + (f'" {words} "' if rng.random() < 0.25 else words)
    step = ["[say]", *quoted(words)]
    roll = rng.random()
    if roll < 0.12:
        place = site.place()
        return Clause(f"<go> to {site.say(place, plain=True)} and {said}", [["[goto]", place], step])
    if roll < 0.3:
        to = f"<say> {words} {phrase(rng, 'say_to')}"
        if roll < 0.2:
            return Clause(to, [step])
        place = site.place()
        return Clause(f"{to} {rng.choice(('in', 'in', 'at'))} {site.say(place, plain=True)}", [["[goto]", place], step])
    if roll < 0.4:
        listener = rng.choice(("the nurse", "the visitors", "people", "my wife", "bob", "the staff", f"the {made_up(rng)}"))
        return Clause(f"<tell> {listener} that {words}", [step])
    return Clause(said, [step])


def ask(site: Site) -> Clause:
    """Ask the operator something while the mission runs."""
    rng = site.rng
    about = phrase(rng, "ask_about", n=site.words.noun(rng), state=state(rng))
    asked = f"{rng.choice(('whether', 'if'))} {about}"
    return Clause(f"<ask> {phrase(rng, 'ask')} {asked}", [["[ask]", *quoted(asked)]])


def report(site: Site) -> Clause:
    """Report what was observed, or given words."""
    rng = site.rng
    if rng.random() < 0.15:
        words = speech(site)
        return Clause(f"<report> {rng.choice(('that', 'that', ''))} {words}", [["[report]", *quoted(words)]])
    return Clause(phrase(rng, "report"), [["[report]"]])
