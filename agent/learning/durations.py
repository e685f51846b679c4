"""Durations as people say them, with their seconds."""

import random

__all__ = ["chinese_number", "duration", "number_word"]

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen"
).split()
_TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 90: "ninety"}
_SECONDS = (5, 10, 15, 20, 30, 40, 45, 60, 90)
_MINUTES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 45, 60)
_PHRASES = {
    "a second": 1, "a few seconds": 5, "a couple of seconds": 2, "a moment": 10, "a minute": 60, "a couple of minutes": 120,
    "a few minutes": 180, "half a minute": 30, "half an hour": 1800, "a quarter of an hour": 900, "an hour": 3600, "one hour": 3600,
    "1 hour": 3600, "a minute and a half": 90, "one and a half minutes": 90, "two and a half minutes": 150, "1.5 minutes": 90,
    "2.5 minutes": 150, "0.5 minutes": 30, "0.5 hours": 1800, "three quarters of an hour": 2700,
}  # fmt: skip


def number_word(value: int) -> str | None:
    """A number in words, or None where it has no word here."""
    if value < 20:
        return _ONES[value]
    tens, ones = value - value % 10, value % 10
    if tens not in _TENS:
        return None
    return _TENS[tens] if not ones else f"{_TENS[tens]}-{_ONES[ones]}"


def duration(rng: random.Random, language: str = "en") -> tuple[str, str]:
    """A phrase, words separated by spaces as ``normalise_words`` separates them, and its seconds as the plan writes them."""
    if language == "zh":
        return _chinese(rng)
    roll = rng.random()
    if roll < 0.2:
        phrase, seconds = rng.choice(list(_PHRASES.items()))
        return phrase.replace(".", " . "), str(seconds)
    units: tuple[str, ...]
    if roll < 0.62:
        value = rng.choice(_SECONDS) if rng.random() < 0.7 else rng.randrange(1, 121)
        units, factor = ("seconds", "seconds", "seconds", "sec", "secs", "s") if value != 1 else ("second", "second", "sec", "s"), 1
    else:
        value = rng.choice(_MINUTES) if rng.random() < 0.8 else rng.randrange(1, 61)
        units, factor = ("minutes", "minutes", "minutes", "min", "mins") if value != 1 else ("minute", "minute", "min"), 60
    unit = rng.choice(units)
    word = number_word(value) if rng.random() < 0.4 else None
    glued = word is None and unit in ("s", "sec", "min") and rng.random() < 0.4
    return f"{word or value}{'' if glued else ' '}{unit}", str(value * factor)


_HAN_DIGITS = "零一二三四五六七八九"
_HAN_PHRASES = {
    "半分钟": 30, "一会儿": 10, "片刻": 10, "半小时": 1800, "半个小时": 1800, "一刻钟": 900, "一个小时": 3600, "一小时": 3600, 
    "几秒钟": 5,
    "几分钟": 180, "一分半钟": 90, "两分半钟": 150, "三刻钟": 2700,
}  # fmt: skip


def chinese_number(value: int) -> str:
    """A number below 100 as people count with it: 2 is 两, 12 is 十二."""
    if value == 2:
        return "两"
    tens, ones = divmod(value, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_HAN_DIGITS[tens]}十"
    return head + (_HAN_DIGITS[ones] if ones or not tens else "")


def _chinese(rng: random.Random) -> tuple[str, str]:
    roll = rng.random()
    if roll < 0.2:
        phrase, seconds = rng.choice(list(_HAN_PHRASES.items()))
        return phrase, str(seconds)
    if roll < 0.6:
        value, factor, unit = (
            rng.choice(_SECONDS) if rng.random() < 0.7 else rng.randrange(1, 100),
            1,
            rng.choice(("秒", "秒", "秒钟")),
        )
    else:
        value, factor, unit = (
            rng.choice(_MINUTES) if rng.random() < 0.8 else rng.randrange(1, 61),
            60,
            rng.choice(("分钟", "分钟", "分")),
        )
    return f"{chinese_number(value) if rng.random() < 0.5 else value}{unit}", str(value * factor)
