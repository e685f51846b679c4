"""What acts share: mentions with the site's trouble in them, and groups."""

from agent.learning.durations import chinese_number, number_word
from agent.learning.meaning import Mention, Text
from agent.learning.site import Site

__all__ = ["apart", "listed", "mention", "times_said", "trouble_of"]

GROUPS = 0.24
"""So often a mention of a thing or a place means some of several."""


def mention(site: Site, kind: str, *, groups: float = GROUPS) -> Mention:
    """A mention: of one, of some of several, or the one that cannot be resolved."""
    trouble = site.trouble
    if trouble == "which" or (trouble == "unknown" and kind != "door"):
        site.trouble = ""
        return site.ambiguous(kind) if trouble == "which" else site.unknown(kind)
    if not trouble and site.rng.random() < groups:
        return site.group(kind)
    return site.mention(kind)


def listed(site: Site, kind: str, count: int) -> list[Mention]:
    """Mentions of so many, each of another one, as people list them."""
    found: list[Mention] = []
    while len(found) < count:
        one = site.mention(kind)
        if one.chosen not in [other.chosen for other in found]:
            found.append(one)
    return found


def apart(site: Site, kind: str) -> tuple[Mention, Mention]:
    """All of several but one, and the one, which is left out in words of its own."""
    group = site.group(kind, "all")
    if len(group.candidates) < 3:
        raise IndexError("of two one is named by itself")
    out = site.rng.choice(group.candidates)
    chosen = tuple(one for one in group.candidates if one != out)
    beside = site.one(out, kind)
    return Mention(kind, group.candidates, chosen, "except", beside=beside, word="apart", tail=group.tail), beside


def trouble_of(*mentions: Mention) -> tuple[str, ...] | None:
    """The question that is the answer, if one of these mentions cannot be resolved."""
    for one in mentions:
        if one.form == "which":
            first, *others = one.candidates
            return ("[which]", first, *(token for other in others for token in ("[or]", other)))
        if one.kind == "words":
            return ("[unknown]", "[q]", one.word, "[/q]")
    return None


def times_said(site: Site, times: int) -> Text:
    """So many times, in words mostly."""
    rng, zh = site.rng, site.words.language == "zh"
    if times < 4 and rng.random() < 0.6:
        return Text(f"times_{times}")
    word = chinese_number(times) if zh else number_word(times) or str(times)
    return Text("times", {"n": str(times) if rng.random() < 0.3 else word})
