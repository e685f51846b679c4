"""Numbers in words as digits, English and Chinese: "twenty degrees" is "20 degrees", 百分之二十 is 20%."""

from __future__ import annotations

import re

__all__ = ["digits"]

_ONES = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
        "nineteen".split()
    )
}
_TENS = {word: 10 * number for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_ONE, _TEN = "|".join(_ONES), "|".join(_TENS)
_ENGLISH = re.compile(
    rf"\b(?:(?P<hundreds>a|{_ONE}) hundred(?: and)?(?: (?P<rest>(?:{_TEN})(?:[ -](?:{_ONE}))?|{_ONE}))?"
    rf"|(?P<tens>{_TEN})(?:[ -](?P<ones>{_ONE}))?|(?P<one>{_ONE})|(?P<dozen>a dozen|half a dozen))\b"
)
_HAN = {"零": 0, "\u3007": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMERAL = r"[零〇一二两三四五六七八九十][零〇一二两三四五六七八九十百千]*(?:点[零〇一二三四五六七八九]+)?"
_CHINESE = re.compile(
    rf"(?P<share>百分之)?(?P<number>{_NUMERAL})(?P<half>度半|公斤半)?"
    r"(?=\s*(?:%|巴|度|摄氏|华氏|帕|千帕|兆帕|公斤|千克|克|斤|吨|米|厘米|毫米|公里|公分|秒|分钟|小时|个|天|周|升|毫升|转|伏|安|瓦|千瓦|分贝|人|件|箱|台|张|瓶|只|条|封|份|块|袋|层|杯|盒|桶|包|位|以上|以下|以内)|$)"
)  # fmt: skip
_SHARE = re.compile(rf"百分之(?P<number>{_NUMERAL}|\d+(?:\.\d+)?)")
_TENTHS = re.compile(r"(?P<number>[一二两三四五六七八九])成(?![功立为品员交分语])")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d{1,2})(?![\d,])")
_ONE_OF = re.compile(r"\b(?:no |the |this |that |which |any |every)?one (?=of\b|is\b|has\b|more\b|thing\b)|\bone$")


def digits(text: str) -> str:
    """A folded text with its numbers in digits."""
    text = _THOUSANDS.sub(lambda match: match.group().replace(",", ""), text)
    text = _COMMA.sub(r"\1.\2", text)
    text = _SHARE.sub(lambda match: f"{_value(match['number'])}%", text)
    text = _TENTHS.sub(lambda match: f"{10 * _HAN[match['number']]}%", text)
    kept = _ONE_OF.sub(lambda match: match.group().replace("one", "\x00"), text)
    kept = _ENGLISH.sub(_english, kept).replace("\x00", "one")
    return _CHINESE.sub(lambda match: f"{match['share'] or ''}{_value(match['number'])}", kept)


def _english(match: re.Match[str]) -> str:
    if match["hundreds"]:
        rest = match["rest"] or ""
        number = 100 * _ONES.get(match["hundreds"], 1) + sum(
            _ONES.get(word, 0) + _TENS.get(word, 0) for word in re.split("[ -]", rest)
        )
    elif match["tens"]:
        number = _TENS[match["tens"]] + _ONES.get(match["ones"] or "zero", 0)
    elif match["one"]:
        number = _ONES[match["one"]]
    else:
        number = 6 if match["dozen"].startswith("half") else 12
    return str(number)


def _value(numeral: str) -> str:
    """A Chinese numeral in digits; digits stay."""
    if numeral[0].isascii():
        return numeral
    whole, _, decimals = numeral.partition("点")
    total = current = 0
    if not set(whole) & set("十百千"):
        text = "".join(str(_HAN[char]) for char in whole)
    else:
        for char in whole:
            if char in _HAN:
                current = _HAN[char]
            else:
                total += (current or 1) * {"十": 10, "百": 100, "千": 1000}[char]
                current = 0
        text = str(total + current)
    return text + ("." + "".join(str(_HAN[char]) for char in decimals) if decimals else "")
