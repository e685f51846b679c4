"""A statement as words: English ones and single Chinese characters, numbers whole, "isn't" as "is" and "n't"."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["LONGEST", "NEGATORS", "STOP", "parts", "plain", "words"]

LONGEST = 2000
"""So many characters of a text are read; of a longer one nothing is, as what was left out might say the opposite."""

_WORD = re.compile(r"n't|[a-z]+(?=n't)|[a-z]+(?:-[a-z]+)*|\d+(?:\.\d+)?|[\u3400-\u9fff]|[%°]|[^\s\w]")
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")
_POINT = re.compile(r"(?<=\d) ?\. ?(?=\d)")
_FAR = re.compile(r"\b(?:anything but|far from|nowhere near|by no means|in no way)\s+")
_PART = re.compile(
    r"[;\uff1b,\uff0c\u3002\u3001\uff01\uff1f!?\n]|\.(?!\d)|\b(?:but|however|although|though|whereas)\b|但是|但|可是|不过|而且|并且"
)
_CONTRACTED = re.compile(r"\b(ai|is|are|was|were|has|have|had|do|does|did|ca|wo|would|could|should)nt\b")
"""Contractions are typed without their apostrophe too: "it isnt full"."""
_APOSTROPHE = re.compile(r"\s?[\u2018\u2019\u02bc`']\s?(?=(?:s|re|ve|ll|t|m|d)\b)")

_NOBODY = re.compile(r"\bno[ -]one\b|(?:没|无)人|一个人(?:都|也)?没")
_NOTHING = re.compile(r"什么(?:都|也)没|没(?:有)?(?:任何)?东西|(?:没|无)一物|啥(?:都|也)没")

NEGATORS = frozenset({
    "not", "n't", "no", "never", "without", "cannot", "nobody", "none", "nothing", "neither", "nor", "0", "zero",
    "没", "不", "未", "无", "非", "別", "别", "沒",
})  # fmt: skip
"""Words that turn a statement round, wherever they stand before what they deny."""
STOP = frozenset(
    "it its is are was were be been being the a an this that there has have had do does did to of for in on at and so very really "
    "still already yet now again by then any some one says say said shows show reads read looks look seems seem gets get got state "
    "you i see find them they "
    "了 的 着 是 在 有 已 经 还 很 就 都 上 里 面 它 这 那 个 真 看 到 显 示".split()
)
"""Words that two sentences may share without telling of the same."""


def plain(text: str) -> str:
    """Folded: full-width forms, case, apostrophes, control characters; "" of a text that is too long."""
    if len(text) > LONGEST:
        return ""
    text = _ODD.sub(" ", unicodedata.normalize("NFKC", text).replace("℃", "°c")).casefold()
    text = _POINT.sub(".", _CONTRACTED.sub(r"\1n't", _APOSTROPHE.sub("'", text)))
    return " ".join(_FAR.sub("not ", text).split())


def parts(text: str) -> list[str]:
    """A folded text at its stops: a negation does not reach over them."""
    return [part for piece in _PART.split(text) if (part := piece.strip(" -"))]


def words(text: str) -> list[str]:
    """The words of a folded text."""
    text = (
        text.replace("can't", "ca n't")
        .replace("cannot", "can not")
        .replace("'s ", " is ")
        .replace("没有", "没")
        .replace("沒", "没")
    )
    text = _NOBODY.sub(" nobody ", _NOTHING.sub(" nothing ", text))
    text = text.replace("'re ", " are ").removesuffix("'s")
    return [word for word in _WORD.findall(text.replace("n't", " n't")) if word not in ("'", '"', "-")]
