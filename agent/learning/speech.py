"""What a robot is asked to say: a phrase, or a few words without sense, so that words are copied and not guessed."""

from agent.learning.language import tongue
from agent.learning.site import Site
from agent.learning.words import made_up

__all__ = ["speech"]


def speech(site: Site) -> str:
    """Words to say, in the language of the site's vocabulary."""
    rng, words = site.rng, site.words
    said = tongue("zh" if words.language == "zh" else "en", words.held_out)
    if rng.random() < 0.45:
        return said.phrase(rng, "speech")
    out = []
    for _ in range(rng.randrange(1, 6)):
        own = rng.choice((made_up(rng), rng.choice(words.objects), rng.choice(words.adjectives)))
        out.append(own if rng.random() < 0.25 else said.phrase(rng, "speech_words"))
    return (" " if words.language == "en" else "").join(out)
