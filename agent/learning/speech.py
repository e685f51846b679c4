"""What a robot is asked to say: a phrase, something about the map, or words without sense, which can only be copied."""

from agent.learning.language import tongue
from agent.learning.meaning import Text
from agent.learning.site import Site
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
    if roll < 0.52:
        return said.phrase(rng, "speech")
    out = []
    for _ in range(rng.randrange(1, 6)):
        own = rng.choice((made_up(rng), rng.choice(words.objects), rng.choice(words.adjectives)))
        out.append(own if rng.random() < 0.25 else said.phrase(rng, "speech_words"))
    return (" " if words.language == "en" else "").join(out)
