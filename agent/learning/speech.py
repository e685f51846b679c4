"""What a robot is asked to say: a phrase, a sentence, something about the map, or words without sense, which can only be copied."""

from agent.learning.language import tongue
from agent.learning.meaning import Text
from agent.learning.site import Site
from agent.learning.states import state
from agent.learning.words import made_up

__all__ = ["speech"]


def speech(site: Site) -> str | Text:
    """Words to say, in the language of the site's vocabulary."""
    rng, words = site.rng, site.words
    said = tongue("zh" if words.language == "zh" else "en", words.held_out)
    roll = rng.random()
    if roll < 0.06:
        return Text("speech_thing", {"t": site.one(site.thing(), "thing")})
    if roll < 0.12:
        return Text("speech_place", {"p": site.one(site.place(), "place")})
    if roll < 0.42:
        return said.phrase(rng, "speech")
    if roll < 0.85:
        return _sentence(site)
    out = []
    for _ in range(rng.randrange(1, 6)):
        own = rng.choice((made_up(rng), rng.choice(words.objects), rng.choice(words.adjectives)))
        out.append(own if rng.random() < 0.25 else said.phrase(rng, "speech_words"))
    return (" " if words.language == "en" else "").join(out)


def _sentence(site: Site) -> str:
    """A sentence of everyday life about things, people, states and times that the map does not know."""
    rng, words = site.rng, site.words
    number = str(rng.choice((2, 3, 5, 10, 15, 20, 30, rng.randrange(1, 60))))
    said = tongue("zh" if words.language == "zh" else "en", words.held_out)
    slots = {"n": rng.choice(words.objects), "r": rng.choice(words.rooms), "h": rng.choice(words.people), "v": number}
    return said.phrase(rng, "speech_about", **slots, st=state(rng, words))
