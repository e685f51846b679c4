"""Sound: a key for how a name is said, English or Chinese, equal for names that a listener cannot tell apart.

English is spelled by rules in the manner of Metaphone (L. Philips, "Hanging on the Metaphone", Computer Language 7(12), 1990),
which unlike it keep the vowels: *mail* is *male*, and not *mill*. Chinese characters are read by a table; one that it has not
sounds like nothing but itself. Tones, and the pairs z/zh, c/ch, s/sh and n/ng that many
speakers do not part, are not told apart.
"""

import re
from collections.abc import Iterable

from maps.naming import Named, normalise_name
from maps.readings import READINGS

__all__ = ["sound", "sound_alike"]

_TOKEN = re.compile(r"[a-zà-ÿ']+|\d+|[^\W\d_]")
_FIRST_IDEOGRAPH = 0x2E80

_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_SAME_WORDS = {
    "won": "one",
    "to": "two",
    "too": "two",
    "for": "four",
    "fore": "four",
    "ate": "eight",
    "isle": "aisle",
    "quay": "key",
}

_LETTERS = {**dict.fromkeys("bcdegptvz", "(ee)"), **dict.fromkeys("mn", "(em)"), **dict.fromkeys("fsx", "(ef)")}
"""Single letters that are mistaken for each other when they are said, which is why pilots say Bravo and Delta."""

_SPELLING = [
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"[^a-z]", ""),
        (r"^aisle", "yl"), (r"^(?:kn|gn|pn)", "n"), (r"^wr", "r"), (r"^ps", "s"), (r"^wh", "w"), (r"^x", "s"), (r"mb$", "m"),
        (r"(?<=[aeiou])gh(?=t)|(?<=[ei])gh|ugh$", "h"),
        (r"ph", "f"), (r"ck", "k"), (r"sch", "sk"), (r"tch|ch", "X"), (r"sh|[tsc]i(?=o|an)", "X"), (r"th", "0"),
        (r"dg(?=[eiy])", "j"), (r"(?<=.)g(?=[eiy])", "j"), (r"sc(?=[eiy])", "s"), (r"c(?=[eiy])", "s"), (r"c|q(?!u)", "k"),
        (r"qu", "kw"),
        (r"x", "ks"), (r"z", "s"), (r"(?<=[b-df-hj-np-tv-zX0])(?:al|el|le|il)$", "Ul"), (r"(?<=[td])re$", "er"),
        (r"(?<=[aeiouy])(.*[b-df-hj-np-tv-zX0])(?:our|or|er|ar)$", r"\1Ur"), (r"(?:ary|ery|ory)$", "Ury"),
        (r"(.)\1(?<![eo]{2})", r"\1"),
        (r"eer|ier", "Ir"), (r"ai?re?$|ai?r(?=[st]$)|ear$|ere$|eir", "Er"), (r"oar|(?<=[cfpty])our|ore|oor|or", "Or"),
        (r"er|ir|ur", "Ur"),
        (r"eigh|eih|aih|ai|ay|ei|ey", "A"), (r"ih", "Y"), (r"ee|ea|ie", "E"), (r"oa|oe|ow$|oh", "O"), (r"oo|ue|ew|ou", "U"),
        (r"au|aw|a(?=l$|lk)", "W"),
        (r"a(?=([b-df-hj-np-tv-zX0]|st)e$)", "A"), (r"e(?=[b-df-hj-np-tv-zX0]e$)", "E"), (r"[iy](?=[b-df-hj-np-tv-zX0]e$)", "Y"),
        (r"o(?=[b-df-hj-np-tv-zX0]e$)", "O"), (r"u(?=[b-df-hj-np-tv-zX0]e$)", "U"),
        (r"(?<=.)e$", ""), (r"^y(?=l$)", "Y"), (r"(?<=.)y$", "E"), (r"h(?![aeiouyAEIOUYW])", ""),
    )
]  # fmt: skip


def sound(name: str) -> str:
    """How a name is said; equal keys are hard to tell apart by ear."""
    text = normalise_name(name)
    chinese = any(ord(character) >= _FIRST_IDEOGRAPH for character in text)
    return " ".join(_said(token, chinese) for token in _TOKEN.findall(text))


def sound_alike(features: Iterable[Named]) -> list[list[tuple[str, str]]]:
    """Groups of features whose names or aliases sound alike.

    Returns:
        For every group at least two pairs (feature's name, the name or alias that is meant), in file order.
    """
    groups: dict[str, dict[str, str]] = {}
    for feature in features:
        for name in (feature.name, *feature.aliases):
            key = sound(name)
            if key:
                groups.setdefault(key, {}).setdefault(feature.name, name)
    return [list(group.items()) for group in groups.values() if len(group) > 1]


def _said(token: str, chinese: bool) -> str:
    if token.isdecimal():
        return _chinese_number(int(token)) if chinese and len(token) < 3 else _number(token)
    if ord(token[0]) >= _FIRST_IDEOGRAPH:
        return _syllable(token)
    if len(token) == 1:
        return _LETTERS.get(token, token)
    return _word(token)


def _number(token: str) -> str:
    """A number; thirteen is mistaken for thirty, fourteen for forty, and so on."""
    value = int(token) if len(token) < 3 else 1000
    if value < len(_WORDS):
        return _word(_WORDS[value])
    if 13 <= value <= 19:
        return f"{value - 10}0~"
    return f"{value}~" if value % 10 == 0 and value < 100 else token


def _chinese_number(value: int) -> str:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(value, 10)
    said = (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones or not tens else "")
    return " ".join(map(_syllable, said))


def _syllable(character: str) -> str:
    said = READINGS.get(character, character)
    return re.sub(r"^([zcs])h", r"\1", re.sub(r"(?<=n)g$", "", said))


def _word(word: str) -> str:
    text = _SAME_WORDS.get(word, word)
    for pattern, instead in _SPELLING:
        text = pattern.sub(instead, text)
    return text
