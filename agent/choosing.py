"""Which of several choices an answer in the operator's own words means: "the red one", "4", "the van please", 四号显微镜, 北边那台.

An answer means a choice where its words say more of what tells this choice from the others than they say of any other. Whatever
leaves that open, or says what is not meant, means none: the operator is asked again.
"""

import re
import unicodedata
from collections.abc import Sequence

__all__ = ["choice_of"]

_WORD = re.compile(r"[^\W_]+")
_CJK = re.compile("[\u3400-\u9fff]")
_FILLERS = frozenset(
    "the a an one ones please that this it s is i mean take use of er um yes ok 的 个 那 这 请 要 是 就 吧 第".split()
)
_NOT = frozenset("not no neither none nor except but without don doesn isn either any both all 不 别 非 除 没 都 随 任".split())
_SIDES = {"n": "north", "s": "south", "e": "east", "w": "west"}
_NUMBERS = dict(zip("two three four five six seven eight nine ten eleven twelve".split(), range(2, 13), strict=True))
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_NEAR, _LONG = 80.0, 4
"""Letters in a hundred that two words share, of so many at least, for one to be the other misspelt."""


def choice_of(answer: str, choices: Sequence[str], told: Sequence[str] = ()) -> str:
    """The choice that an answer means.

    Args:
        answer: What the operator says: a choice's number or text, an ordinal, or words that only one of the choices has.
        choices: What there is to choose from.
        told: What else is known of each, in words; asked where the choices' own words leave it open.

    Returns:
        One of the choices; empty where the answer means none, or more than one.
    """
    said = answer.strip()
    if said.isascii() and said.isdigit() and 1 <= int(said) <= len(choices):
        return choices[int(said) - 1]
    folded = said.casefold()
    for choice in choices:
        if choice.casefold() == folded:
            return choice
    words = _words(said) | _in_english(said)
    known = [_words(choice) | _side(choice) for choice in choices]
    plainly = [choice for choice, its in zip(choices, known, strict=True) if its and its - _FILLERS == words - _FILLERS]
    if len(plainly) == 1:
        return plainly[0]
    if not choices or words & _NOT:
        return ""
    telling = _telling(known)
    exactly = [len(its & words) for its in telling]
    if any(exactly):
        found = _most(exactly)
    else:
        besides = _telling([_words(more) for more in told]) if len(told) == len(choices) else []
        found = _most([_misspelt(its, words) for its in telling]) or _counted(said.casefold(), len(choices))
        found = found or _most([len(its & words) for its in besides])
    return "" if found is None else choices[found - 1]


def _telling(known: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """Of what is known of each, what is not known of all."""
    return [its - frozenset.intersection(*known) - _FILLERS for its in known]


def _words(text: str) -> frozenset[str]:
    """What is compared: words without a plural's s, digits for numerals, and every Chinese character by itself."""
    from maps.linking.script import plain

    folded = unicodedata.normalize("NFKC", text).casefold()
    found: set[str] = set()
    for word in _WORD.findall(plain(folded) if _CJK.search(folded) else folded):
        for part in re.findall("[\u3400-\u9fff]|[0-9]+|[^\u3400-\u9fff0-9]+", word):
            number = _NUMBERS.get(part)
            found.add(str(number) if number else part[:-1] if len(part) > 3 and part.endswith("s") else part)
    return frozenset(found)


def _in_english(said: str) -> frozenset[str]:
    """The English of what is said of a thing in Chinese, by which an English map may call it: 黄色的 is yellow, 北边 north."""
    from maps.linking.same_words import chinese_qualities

    found: set[str] = set()
    if _CJK.search(said):
        for word in sorted(chinese_qualities(), key=len, reverse=True):
            if word in said:
                found |= chinese_qualities()[word]
                said = said.replace(word, " ")
    return frozenset(found)


def _side(choice: str) -> frozenset[str]:
    """The side that a letter at a name's end stands for: "parking meter N"."""
    letter = choice.rstrip().rpartition(" ")[2].casefold()
    return frozenset((_SIDES[letter], f"{_SIDES[letter]}ern")) if letter in _SIDES else frozenset()


def _most(scores: Sequence[int]) -> int | None:
    """The number, from 1, of the only largest score above nothing."""
    best = max(scores, default=0)
    return scores.index(best) + 1 if best and scores.count(best) == 1 else None


def _misspelt(telling: frozenset[str], words: frozenset[str]) -> int:
    """How many telling words are said with a slip of the finger."""
    from rapidfuzz import fuzz

    long = [word for word in words if len(word) >= _LONG]
    return sum(len(its) >= _LONG and any(fuzz.ratio(its, word) >= _NEAR for word in long) for its in telling)


def _counted(said: str, count: int) -> int | None:
    """The number, from 1, that an ordinal says."""
    from maps.linking.script import plain

    words = _WORD.findall(said)
    if "last" in words or "最后" in said:
        return count
    at = [number for number, ordinal in enumerate(_ORDINALS, 1) if ordinal in words]
    if "第" in said and (digits := re.search("[0-9]+", plain(said))):
        at.append(int(digits.group()))
    return at[0] if len(at) == 1 and at[0] <= count else None
