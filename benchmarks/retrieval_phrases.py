"""Phrases that name things on a large site in many ways, and whom each of them means by the facts."""

import random
from collections.abc import Callable, Iterable

from benchmarks.retrieval_site import COLOURS, KINDS, ZH_DIGITS, Item, Site

__all__ = ["FORMS", "Facts", "Form"]

_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_KEYS = "qwertyuiop asdfghjkl zxcvbnm"


class Facts:
    """The facts of a site, for telling who is meant. Words that are a thing's full name mean that thing."""

    def __init__(self, site: Site) -> None:
        self.places, self.things, self.doors = site.of("place"), site.of("thing"), site.of("door")
        self.inside: dict[str, list[Item]] = {}
        for thing in self.things:
            self.inside.setdefault(thing.place, []).append(thing)
        self.chinese = {place.name: place.zh for place in self.places}
        self.numbered = {
            (t.kind, t.quality, t.number): t for t in self.things if t.name == f"{t.quality} {t.kind} {t.number}".strip()
        }
        self.named_places = {place.name: place for place in self.places}
        self.named = {thing.name: thing for thing in self.things}
        self.endings: dict[str, set[tuple[str, str]]] = {}
        for thing in self.things:
            words = thing.name.split()
            for cut in range(len(words)):
                self.endings.setdefault(" ".join(words[cut:]), set()).add(thing.key)

    def like(self, thing: Item, *, colour: bool = False, quality: bool = False) -> list[Item]:
        """Things of the same kind in the same place, of the same colour, or whose name has the same quality, if asked for."""
        return [
            other
            for other in self.inside[thing.place]
            if other.kind == thing.kind
            and (not colour or other.colour == thing.colour)
            and (not quality or other.quality == thing.quality)
        ]


Form = Callable[[random.Random, Facts], tuple[str, Iterable[Item]] | None]
"""Draws a phrase and whom it means; None where this site has none such."""


def _any(rng: random.Random, facts: Facts) -> Item:
    return rng.choice(facts.things if rng.random() < 0.65 else facts.places if rng.random() < 0.8 else facts.doors)


def _full(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]]:
    item = _any(rng, facts)
    name = rng.choice((str, str, str.lower, str.upper, str.title))(item.name)
    return rng.choice(("the ", "", "our ")) + name, [item]


def _alias(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]] | None:
    item = _any(rng, facts)
    return (rng.choice(("the ", "")) + rng.choice(item.aliases), [item]) if item.aliases else None


def _in_words(number: int) -> str:
    return _ONES[number] if number < 20 else _TENS[number // 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")


def _number_said(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]] | None:
    item = _any(rng, facts)
    if not item.number.isdigit() or not item.name.endswith(f" {item.number}"):
        return None
    stem = item.name.removesuffix(f" {item.number}")
    forms = [f"number {item.number}", f"no. {item.number}", f"#{item.number}"]
    forms += [_in_words(int(item.number))] * 3 if int(item.number) < 100 else []
    return f"{stem} {rng.choice(forms)}", [item]


def _typo(rng: random.Random, word: str) -> str:
    at = rng.randrange(len(word))
    kind = rng.choice(("swap", "drop", "double", "key"))
    if kind == "swap" and at + 1 < len(word) and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "double":
        return word[: at + 1] + word[at:]
    where = _KEYS.find(word[at].lower())
    near = [c for c in _KEYS[max(where - 1, 0) : where + 2] if c.isalpha() and c != word[at].lower()]
    return word[:at] + rng.choice(near) + word[at + 1 :]


def _mistyped(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]] | None:
    """One letter wrong in one word of five letters or more; never one that makes another word of this site."""
    item = _any(rng, facts)
    words = item.name.split()
    long = [i for i, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not long:
        return None
    at = rng.choice(long)
    wrong = _typo(rng, words[at])
    if wrong == words[at]:
        return None
    return " ".join((*words[:at], wrong, *words[at + 1 :])), [item]


def _spaced(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]] | None:
    """Codes and compounds written apart or together: P1203, P 1203, tool box, fireextinguisher."""
    item = rng.choice(facts.things)
    if "-" in item.number:
        return item.name.replace("-", rng.choice(("", " "))), [item]
    for apart in ("toolbox", "workbench", "wheelchair", "whiteboard", "forklift"):
        if apart in item.name:
            cut = {"toolbox": 4, "workbench": 4, "wheelchair": 5, "whiteboard": 5, "forklift": 4}[apart]
            return item.name.replace(apart, f"{apart[:cut]} {apart[cut:]}"), [item]
    if " " in item.kind and item.kind in item.name:
        return item.name.replace(item.kind, item.kind.replace(" ", rng.choice(("", "-")))), [item]
    return None


def _where(rng: random.Random, place: str) -> str:
    return rng.choice((f"in {place}", f"in the {place}", f"at {place}", f"inside {place}"))


def _kind_in_place(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]]:
    thing = rng.choice(facts.things)
    return f"the {thing.kind} {_where(rng, thing.place)}", [*facts.like(thing)]


def _colour_in_place(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]] | None:
    thing = rng.choice(facts.things)
    return (f"the {thing.colour} {thing.kind} {_where(rng, thing.place)}", facts.like(thing, colour=True)) if thing.colour else None


def _quality_in_place(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]] | None:
    thing = rng.choice(facts.things)
    if not thing.quality:
        return None
    return f"the {thing.quality} {thing.kind} {_where(rng, thing.place)}", facts.like(thing, quality=True)


def _place_first(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]]:
    thing = rng.choice(facts.things)
    colour = f"{thing.colour} " if thing.colour and rng.random() < 0.4 else ""
    said = f"{thing.place} {colour}{thing.kind}"
    return f"the {said}", [facts.named[said]] if said in facts.named else facts.like(thing, colour=bool(colour))


def _plural_in_place(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]] | None:
    thing = rng.choice(facts.things)
    same = facts.like(thing)
    plural = thing.kind + ("es" if thing.kind.endswith(("x", "ch", "sh")) else "s")
    plural = "shelves" if thing.kind == "shelf" else plural
    return (
        (f"{rng.choice(('all the', 'the', 'all', 'every one of the'))} {plural} {_where(rng, thing.place)}", same)
        if len(same) > 1
        else None
    )


def _several_numbers(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]] | None:
    """Pallets 12, 17 and 31."""
    first = rng.choice(list(facts.numbered.values()))
    same = [t for (kind, quality, _), t in facts.numbered.items() if (kind, quality) == (first.kind, first.quality)]
    if len(same) < 3 or first.kind == "shelf":
        return None
    chosen = rng.sample(same, rng.choice((2, 3)))
    plural = f"{first.quality} {first.kind}".strip() + ("es" if first.kind.endswith(("x", "ch", "sh")) else "s")
    numbers = [t.number for t in chosen]
    return f"{plural} {', '.join(numbers[:-1])} and {numbers[-1]}", chosen


def _ending(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]] | None:
    """The end of a longer name, with its number: "water pump 12"; all things whose names end so are meant."""
    thing = rng.choice(facts.things)
    words = thing.name.split()
    if len(words) < 3 or not thing.number:
        return None
    said = " ".join(words[rng.randrange(1, len(words) - 1) :])
    named = {facts.named[said].key} if said in facts.named else facts.endings[said]
    return f"the {said}", [t for t in facts.things if t.key in named]


def _place_then_kind(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]]:
    """The place in one clause and what stands there in the next."""
    thing = rng.choice(facts.things)
    place = facts.named_places[thing.place]
    return f"{thing.place} and check the {thing.kind}", [place, *facts.like(thing)]


def _mistyped_in_place(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]] | None:
    """A letter wrong in the kind: "the presure gauge in room 12"."""
    thing = rng.choice(facts.things)
    words = thing.kind.split()
    at = rng.randrange(len(words))
    wrong = _typo(rng, words[at]) if len(words[at]) >= 6 else words[at]
    if wrong == words[at] or wrong[0] != words[at][0]:
        return None
    return f"the {' '.join((*words[:at], wrong, *words[at + 1 :]))} {_where(rng, thing.place)}", facts.like(thing)


def _mistyped_twice(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]] | None:
    """A letter wrong in each of two words; the number is right."""
    item = _any(rng, facts)
    words = item.name.split()
    long = [i for i, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if len(long) < 2:
        return None
    for at in rng.sample(long, 2):
        words[at] = _typo(rng, words[at])
    return " ".join(words), [item]


def _zh_place_then_kind(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]] | None:
    thing = rng.choice(facts.things)
    place, same = facts.named_places[thing.place], facts.like(thing)
    if not place.zh or not all(other.zh for other in same):
        return None
    return f"{place.zh}\uff0c检查{KINDS[thing.kind]}", [place, *same]


def _zh_full(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]] | None:
    item = _any(rng, facts)
    return (item.zh, [item]) if item.zh else None


def _zh_number(number: str) -> str:
    value = int(number)
    if value >= 100:
        return "".join(ZH_DIGITS[int(digit)] for digit in number)
    tens, ones = divmod(value, 10)
    return ("" if tens < 2 else ZH_DIGITS[tens]) + ("十" if tens else "") + (ZH_DIGITS[ones] if ones or not tens else "")


def _zh_reworded(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]] | None:
    """Numbers as Chinese numerals or in full width, the particle 的, the number behind the noun."""
    item = rng.choice(facts.things)
    if not item.zh or not item.number.isdigit():
        return None
    rest = item.zh.removeprefix(f"{item.number}号")
    kind = KINDS[item.kind]
    spoken = rng.choice((
        f"{_zh_number(item.number)}号{rest}", f"{item.number.translate({48 + i: 0xFF10 + i for i in range(10)})}号{rest}",
        f"{item.number}号{rest.removesuffix(kind)}的{kind}", f"{rest}{item.number}号", f"第{item.number}号{rest}",
    ))  # fmt: skip
    return spoken, [item]


def _zh_mistyped(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]] | None:
    """One character wrong in a name of five or more, digits kept."""
    item = _any(rng, facts)
    places = [i for i, c in enumerate(item.zh) if not c.isascii() and c not in "号门的"]
    if len(item.zh) < 5 or len(places) < 3:
        return None
    at = rng.choice(places)
    return item.zh[:at] + rng.choice("错别字汉语拼音误") + item.zh[at + 1 :], [item]


def _zh_in_place(rng: random.Random, facts: Facts) -> tuple[str, Iterable[Item]] | None:
    """泵房里的红色阀门; only where everything that is meant has a Chinese name."""
    thing = rng.choice(facts.things)
    place = facts.chinese[thing.place]
    coloured = bool(thing.colour) and rng.random() < 0.4
    same = facts.like(thing, colour=coloured)
    if not place or not all(other.zh for other in same):
        return None
    if coloured and not all(COLOURS[other.colour] in other.zh for other in same):
        return None
    said = f"{COLOURS[thing.colour]}的" if coloured else ""
    return f"{place}{rng.choice(('里的', '的', '内的'))}{said}{KINDS[thing.kind]}", same


FORMS: dict[str, Form] = {
    "full name": _full, "alias": _alias, "number said": _number_said, "typo": _mistyped, "written apart": _spaced,
    "kind in place": _kind_in_place, "colour in place": _colour_in_place, "part in place": _quality_in_place,
    "place first": _place_first, "plural in place": _plural_in_place, "several numbers": _several_numbers, "end of name": _ending,
    "place, then kind": _place_then_kind, "typo in place": _mistyped_in_place, "two typos": _mistyped_twice,
    "Chinese name": _zh_full, "Chinese reworded": _zh_reworded, "Chinese typo": _zh_mistyped, "Chinese in place": _zh_in_place,
    "Chinese place, then kind": _zh_place_then_kind,
}  # fmt: skip
