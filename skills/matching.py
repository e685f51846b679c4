"""Matching a description in words with things: every telling word of it must be said of the thing, slips of the keys aside."""

import re
from collections.abc import Iterator

from maps import Thing
from maps.arm_reach import described

__all__ = ["matches", "words_of"]

_IDLE = frozenset(
    "a an the some any one ones of with and in on at to is are that which there it its my our this these those please "
    "good nice favourite favorite own dear lovely precious beloved best poor "
    "colour color coloured colored number labelled labeled marked called named thing things object objects item items".split()
)
_SAME = {"color": "colour", "gray": "grey", "fire-extinguisher": "extinguisher"}
_IRREGULAR = {"people": "person", "men": "man", "women": "woman", "children": "child", "knives": "knife", "shelves": "shelf",
              "keys": "key", "mice": "mouse", "boxes": "box", "glasses": "glass", "gloves": "glove", "shoes": "shoe",
              "vases": "vase", "leaves": "leaf", "batteries": "battery"}  # fmt: skip
_COLOURS = frozenset("red green blue yellow black white grey gray orange brown purple pink silver gold".split())
_SHORT = 2
"""Characters of a Chinese name in which the last one tells what it is."""
_LONG = 6
"""Letters of a word in which a slip leaves no doubt what was meant."""

_CJK = (("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\uac00", "\ud7af"))
"""The first and last signs of scripts without spaces; as a pattern they would take longer to compile than all else here to load."""


def matches(description: str, thing: Thing) -> bool:
    """Whether a thing is as described: each word of the description is in its name, aliases, kind, state or attributes.

    Args:
        description: E.g. ``red boxes``, ``the blue pallet number 7``; ``a red box`` does not match a blue one.
        thing: The thing, with what is known of it.

    Returns:
        True when every telling word is said of the thing, a letter left out, doubled or swapped in a long one at most; False also
        when the description has none.
    """
    if any(first <= sign <= last for sign in description for first, last in _CJK):
        said_so = any(_contains_either(description.strip(), text) for text in (thing.name, thing.kind, *thing.aliases))
        return said_so or _is_called_in_chinese(description.strip(), thing)
    wanted = set(words_of(description))
    if not wanted:
        return False
    said = set(_said_of(thing))
    return all(any(_is_slip(word, other) for other in said) for word in wanted - said)


def _is_called_in_chinese(description: str, thing: Thing) -> bool:
    """Whether Chinese words mean a thing with an English name: 黄色的耳标 a "lost ear tag", unless that is known to be red."""
    from maps.linking.same_words import chinese_of, chinese_qualities, english_of
    from maps.linking.stems import stems

    nouns = {words[at:] for words in map(stems, (thing.name, thing.kind, *thing.aliases)) for at in range(len(words))}
    nouns |= {other for noun in tuple(nouns) for other in english_of(noun)}
    names = {name for noun in nouns for name in chinese_of(noun)}
    short = {name[-1] for name in names} if len(description) <= _SHORT else set()  # 蓝笔 for a 圆珠笔
    if not any(description.endswith(name) for name in names | short):
        return False
    colour = {word for key in ("colour", "color") for word in words_of(str(described(thing).get(key, "")))}
    colour |= set(words_of(thing.name)) & _COLOURS
    wanted = {english for word, meant in chinese_qualities().items() if word in description for english in meant} & _COLOURS
    return not colour or not wanted or bool(colour & wanted)


def _is_slip(typed: str, word: str) -> bool:
    """Whether a long word was typed with one letter too few, one too many or two swapped; another letter makes another word."""
    if min(len(typed), len(word)) < _LONG or abs(len(typed) - len(word)) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(typed, word, strict=False)) if a != b), min(len(typed), len(word)))
    a, b = typed[same:], word[same:]
    if len(a) == len(b):
        return a[:2] == b[1::-1] and a[2:] == b[2:]
    return a[1:] == b or b[1:] == a


def words_of(text: str) -> Iterator[str]:
    """The telling words of a text: lower case, singular, without articles and the like."""
    for word in re.findall(r"\w+", text.casefold()):
        if word not in _IDLE:
            yield _singular(_SAME.get(word, word))


def _said_of(thing: Thing) -> Iterator[str]:
    for text in (thing.name, thing.kind, thing.state or "", *thing.aliases):
        yield from words_of(text)
    for key, value in described(thing).items():
        if value is not False:
            yield from words_of(str(value))
            yield from words_of(key.replace("_", " "))


def _singular(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _contains_either(a: str, b: str) -> bool:
    return bool(b) and (a in b or b in a)
