"""Missions that are no plans: questions that the map answers, greetings, what no skill can do, words that mean nothing here."""

from agent.learning.acts import act
from agent.learning.meaning import Act, Mention, Quote, Slot, Text
from agent.learning.order import base
from agent.learning.site import Site, tokens
from agent.learning.telling import Teller
from agent.learning.units import spelled
from agent.learning.words import made_up

__all__ = ["other_mission"]


def other_mission(site: Site, teller: Teller, level: int) -> tuple[str, str, tuple[str, ...], int]:
    """Family, text, answer and level of a mission that asks for no plan.

    Args:
        site: The site.
        teller: Says it.
        level: So many clauses at most.
    """
    rng = site.rng
    if level > 1 and rng.random() < 0.4:
        return _cannot(site, teller, level)
    kind = rng.choices(
        (_cannot_one, _where, _count, _list, _state, _self, _greeting, _harm, _nonsense), (24, 18, 10, 9, 8, 9, 10, 7, 5)
    )[0]
    return (*kind(site, teller), 1)


_Other = tuple[str, str, tuple[str, ...]]


def _where(site: Site, teller: Teller) -> _Other:
    rng = site.rng
    kind = rng.choice(("thing", "thing", "thing", "door"))
    mention = site.group("thing", "all") if rng.random() < 0.2 else site.mention(kind)
    mention.tail = None
    if len(mention.candidates) > 1:
        return "map question", teller.text(Text("ask_where_all", {"t": _only(mention)})), _joined("[where]", mention)
    return "map question", teller.text(Text("ask_where", {"t": mention})), ("[answer]", "[where]", mention.pointer)


def _only(mention: Mention) -> str:
    return " [or] ".join(mention.candidates)


def _joined(topic: str, mention: Mention) -> tuple[str, ...]:
    first, *others = mention.candidates
    return ("[answer]", topic, first, *(token for other in others for token in ("[or]", other)))


def _count(site: Site, teller: Teller) -> _Other:
    mention = site.group(site.rng.choice(("thing", "thing", "thing", "place", "door")), "all")
    return "map question", teller.text(Text("ask_count", {"t": _only(mention)})), _joined("[count]", mention)


def _list(site: Site, teller: Teller) -> _Other:
    if site.rng.random() < 0.35:
        return "map question", teller.text(Text("ask_places")), ("[answer]", "[list]")
    place = site.mention("place")
    return "map question", teller.text(Text("ask_inside", {"p": place})), ("[answer]", "[list]", place.pointer)


def _state(site: Site, teller: Teller) -> _Other:
    door = site.mention("door")
    return "map question", teller.text(Text("ask_door", {"d": door})), ("[answer]", "[state]", door.pointer)


def _self(site: Site, teller: Teller) -> _Other:
    return "map question", teller.text(Text("ask_self")), ("[answer]", "[self]")


def _greeting(site: Site, teller: Teller) -> _Other:
    return "greeting", teller.text(Text("greeting")), ("[answer]", "[hello]")


def _harm(site: Site, teller: Teller) -> _Other:
    said: dict[str, str] = {}
    harm = Act(
        Text("whole", {"w": Text(site.rng.choice(("harm", "chatter")), {})}), [[("[decline]", "[q]", Quote("w"), "[/q]")]], "cannot"
    )
    text = teller.text(harm.text, said)
    return "cannot", text, spelled(harm.steps[0], said)


def _nonsense(site: Site, teller: Teller) -> _Other:
    count = site.rng.randrange(1, 4)
    words = [site.words.noun(site.rng) if teller.chinese else made_up(site.rng) for _ in range(count)]
    text = " ".join(words)
    return "unknown", text, ("[unknown]", "[q]", *tokens(text), "[/q]")


def _cannot_one(site: Site, teller: Teller) -> _Other:
    words, answer = _impossible(site, teller)
    return "cannot", words, answer


def _impossible(site: Site, teller: Teller) -> tuple[str, tuple[str, ...]]:
    """Something that no skill can do, and the answer that says so."""
    rng = site.rng
    tables = {"cannot": 28, "cannot_thing": 32, "cannot_door": 16, "cannot_words": 14, "cannot_place": 14}
    if site.cell is None:
        tables["cannot_press"] = 4
    table = rng.choices(list(tables), list(tables.values()))[0]
    slots: dict[str, Slot] = {}
    if table in ("cannot_thing", "cannot_press"):
        slots["t"] = site.mention("thing")
    elif table == "cannot_door":
        slots["d"] = site.mention("door")
    elif table == "cannot_place":
        slots["p"] = site.mention("place")
    elif table == "cannot_words":
        slots["n"] = Mention("words", (), (), word=site.words.noun(rng))
    words = base(teller.text(Text(table, slots)))
    return words, ("[decline]", "[q]", *tokens(words), "[/q]")


def _cannot(site: Site, teller: Teller, level: int) -> tuple[str, str, tuple[str, ...], int]:
    """Something impossible among what is possible: all of it is declined, and the words quoted that cannot be done."""
    rng = site.rng
    parts: list[str] = []
    while len(parts) < level - 1:
        drawn = act(site)
        if drawn.answer is None:
            parts.append(base(teller.act(drawn)).lstrip("?"))
    words, answer = _impossible(site, teller)
    parts.insert(rng.randrange(len(parts) + 1), words)
    text = parts[0]
    for part in parts[1:]:
        text = f"{text}{'' if teller.chinese else ' '}{teller.tongue.phrase(rng, 'then')}{'' if teller.chinese else ' '}{part}"
    return "cannot", text, answer, level
