"""Names in scripts without spaces: Chinese numerals, full-width forms, the particle 的, parts of names, and a wrong character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from maps.linking.mention import Candidate, Mention
from maps.linking.same_words import chinese_same
from maps.linking.stems import CJK, HAN_MANY

if TYPE_CHECKING:
    from maps.linking.index import NameIndex

__all__ = ["ScriptNames", "numeral_value", "plain", "script_mentions"]

_LONGEST = 32
_SHORTEST_MISSPELLED = 5
_NUMERAL = re.compile("[零\u3007一二两三四五六七八九十百]+")
_DIGITS = {"零": 0, "\u3007": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_LEFT_OUT = frozenset("的第")
_NUMBERED = re.compile(r"(?P<number>\d+)号(?P<rest>.+)")
_LATIN = re.compile(r"[0-9a-z]")
_CODE = re.compile(r"[a-z]-?\d+$")
_HOLDERS = frozenset("盒箱瓶罐桶袋包篮筐架堆捆壶杯盘册")
"""What a thing's last character says it is kept in."""
_FOODS = frozenset("糖盐茶米酒醋")
_AMOUNT = re.compile("1[箱摞袋盒瓶捆包桶罐堆杯条张把筐篮](?P<rest>.{2,})")
"""A thing called by how much it is of what: 冰淇淋 for 一箱冰淇淋."""
_NAMED_PLACE = re.compile("(?P<rest>[^0-9a-z]{2,})(?:会议室|办公室|实验室|工位|教室|病房)")
"""A place called by what it is for or whose it is: 阿尔法 for 阿尔法会议室."""
_DESK = re.compile("(?P<rest>[^0-9a-z]{3,})工位")
"""Someone's desk."""
_MEASURED = re.compile("(?P<rest>.{4,})[表计]")
"""An instrument called by what it measures: 出口压力 for 出口压力表."""
_ACTIONS = frozenset("洗衣 洒水 浇水 送餐 消防 急救 保险 储物 充电 加热 保温 烧水 还书 工具 行李 垃圾 收纳".split())
"""What such a thing is for, and does not hold."""
_BEFORE_THING = re.compile(f"(?:里面|里边|里|内|中|上面|上|那边|这边|处)?(?:的)?{HAN_MANY}?")
_MEANT = frozenset(
    "台个只张把本件条杯瓶盒箱位间层楼块支部辆东南西北上中下左右前后新旧大小高低长短红黄蓝绿白黑灰橙紫棕甲乙丙丁内外冷热进出主副备正反单双公母男女"
)
"""Characters that tell things apart: one of them is never a slip of the pen."""
_OTHER_WORD = re.compile("员|剧|贴|光|座|牙|号码|工(?![位具作牌])|厂|费|片")
"""Behind a name it makes another word of it: 电视剧 is no 电视, 合同工 no 合同, unless the map has that for a name."""
_AFTER_ONE = frozenset("起共下样些直边旁遍定会点律并般切块")
_COUNTED = frozenset("台个只张把件辆间扇本条")
_VERBS = frozenset("报给看查读说是在有吗呢了把去到就")
"""Characters that go on with the sentence: 氧气流量报给我 is no misspelt 氧气流量计."""


@dataclass
class ScriptNames:
    """Names in scripts without spaces, in one form: digits for numerals, half width, lower case, without 的 and 第.

    Attributes:
        full: Names, aliases and their reworded forms -> candidates.
        parts: What longer names end with, and kinds -> candidates.
        same: Other words for what a feature is -> candidates; they count where nothing else is called so.
        slips: Names of five characters or more with one character blotted out -> the names.
        halves: Length -> the first and the second halves of such names, one of which a slip leaves whole.
    """

    full: dict[str, dict[Candidate, None]] = field(default_factory=dict)
    parts: dict[str, dict[Candidate, None]] = field(default_factory=dict)
    same: dict[str, dict[Candidate, None]] = field(default_factory=dict)
    slips: dict[str, list[str]] = field(default_factory=dict)
    halves: dict[int, tuple[set[str], set[str]]] = field(default_factory=dict)

    def add(self, name: str, candidate: Candidate) -> None:
        """Index a name: as it is, with its number behind or before, and what it ends with."""
        plain, _ = _plain(name)
        if not plain:
            return
        self.full.setdefault(plain, {})[candidate] = None
        core = plain
        if numbered := _NUMBERED.fullmatch(plain):
            core = numbered["rest"]
            for reworded in (f"{core}{numbered['number']}号", f"{core}{numbered['number']}"):
                self.parts.setdefault(reworded, {})[candidate] = None
        core = re.sub(r"[0-9a-z-]+号?$", "", re.sub(r"^[0-9a-z-]+", "", core)) or core
        for cut in range(len(core) - 1):
            self.parts.setdefault(core[cut:], {})[candidate] = None
        for cut in range(1, len(core) - 4):
            if core[-1] in "表计":
                self.add_same(core[cut:-1], candidate)
        for same in (*chinese_same(plain), *_shortened(core)):
            self.add_same(same, candidate)
        held = len(core) > 2 or core[:1] in _FOODS
        if core[-1:] in _HOLDERS and held and core[:-1] not in _ACTIONS:  # the contents: 手套 for a 手套盒
            self.add_same(core[:-1], candidate)
            for same in chinese_same(core[:-1]):
                self.add_same(same, candidate)
        for pattern in (_AMOUNT, _NAMED_PLACE, _MEASURED):
            if shorter := pattern.fullmatch(plain):
                self.add_same(shorter["rest"], candidate)

    def add_kind(self, kind: str, candidate: Candidate) -> None:
        """Index what a feature is."""
        plain, _ = _plain(kind)
        self.parts.setdefault(plain, {})[candidate] = None

    def _shared_names(self) -> None:
        """Index what the names of two people begin with: 汤姆 for 汤姆里德的工位 and 汤姆席尔瓦的工位."""
        owned = ((_DESK.fullmatch(name), group) for name, group in self.full.items())
        people = sorted(((owner["rest"], c) for owner, group in owned if owner for c in group), key=lambda pair: pair[0])
        for (name, one), (other, two) in pairwise(people):
            shared = next((name[:cut] for cut in range(len(name), 0, -1) if other.startswith(name[:cut])), "")
            if one != two and 2 <= len(shared) < min(len(name), len(other)):
                self.add_same(shared, one)
                self.add_same(shared, two)

    def named(self, plain: str) -> Mapping[Candidate, None]:
        """What a text in its one form names as a whole."""
        return self.full.get(plain) or self.parts.get(plain) or self.same.get(plain) or {}

    def add_same(self, noun: str, candidate: Candidate) -> None:
        """Index another word for what a feature is."""
        self.same.setdefault(plain(noun), {})[candidate] = None

    def finish(self, kinds: Mapping[Candidate, str]) -> None:
        """Make the look-up of nearly right names; parts of names mean all that is of a kind with those that have them.

        Args:
            kinds: What each feature is.
        """
        for noun, others in self.same.items():
            if group := self.parts.get(noun):
                same = {kinds.get(candidate) for candidate in group}
                group.update((other, None) for other in others if kinds.get(other) in same)
        self._shared_names()
        for name in self.full:
            if len(name) >= _SHORTEST_MISSPELLED:
                half = len(name) // 2
                first, second = self.halves.setdefault(len(name), (set(), set()))
                first.add(name[:half])
                second.add(name[half:])
                for at, character in enumerate(name):
                    if CJK.match(character):
                        self.slips.setdefault(_blotted(name, at), []).append(name)


def _shortened(core: str) -> Iterator[str]:
    """A long name as it is shortened: 疫苗箱 for 疫苗冷藏箱."""
    if len(core) >= 4 and CJK.match(core):
        for last in (1, 2, 3):
            if len(core) > 2 + last:
                yield f"{core[:2]}{core[-last:]}"


def _blotted(text: str, at: int) -> str:
    return f"{text[:at]}\0{text[at + 1 :]}"


@dataclass(frozen=True, slots=True)
class _Match:
    """Characters ``start`` to ``end`` of the plain text."""

    start: int
    end: int
    candidates: tuple[Candidate, ...]
    loose: bool


def script_mentions(text: str, index: NameIndex) -> Iterator[tuple[Mention, tuple[Candidate, ...]]]:
    """The mentions of names in scripts without spaces, with all that each might mean; places choose: 泵房里的阀门."""
    names = index.scripts
    if not (names.full or names.parts or names.same) or not CJK.search(text):
        return
    plain, where = _plain(text)
    taken = [False] * len(plain)
    kept: list[_Match] = []
    found = [*_exact(plain, names)]
    found += _misspelled(plain, names, [(m.start, m.end) for m in found if not m.loose])
    for match in sorted(found, key=lambda m: (m.start - m.end, m.loose, m.start)):
        if not any(taken[match.start : match.end]):
            taken[match.start : match.end] = [True] * (match.end - match.start)
            kept.append(match)
    kept.sort(key=lambda m: m.start)
    for number, match in enumerate(kept):
        start, end = where[match.start][0], where[match.end - 1][1]
        group = match.candidates
        before = kept[number - 1] if number else None
        if len(group) > 1 and before is not None and _BEFORE_THING.fullmatch(text[where[before.end - 1][1] : start]):
            held = {c for p in before.candidates if p.type == "place" for c in index.contents.get(p.name, ())}
            group = tuple(c for c in group if c in held) or group
        yield Mention(start, end, group, loose=match.loose), match.candidates


def _exact(plain: str, names: ScriptNames) -> Iterator[_Match]:
    for start in range(len(plain)):
        for end in range(start + 1, min(len(plain), start + _LONGEST) + 1):
            part = plain[start:end]
            loose = part not in names.full
            group = (names.parts.get(part) or names.same.get(part)) if loose else names.full[part]
            if group and _whole(plain, start, end):
                yield _Match(start, end, tuple(group), loose)


def _whole(plain: str, start: int, end: int) -> bool:
    """Whether a stretch does not cut a number or a Latin word in two."""
    if plain[start:end] == "钟" and plain[start - 1 : start] in ("分", "点", "刻", "秒", "半"):
        return False
    if _OTHER_WORD.match(plain, end):
        return False
    if plain[end - 1] == "1" and plain[end : end + 1] in _AFTER_ONE and not plain[start:end].isdigit():  # 轮椅一起推
        return False
    counted = plain[end - 1].isdigit() and plain[end : end + 1] in _COUNTED and not _CODE.search(plain, start, end)
    if counted and not plain[start:end].isdigit():  # 打印机两台 are both
        return False
    left = start > 0 and _LATIN.match(plain[start - 1]) and _LATIN.match(plain[start])
    right = end < len(plain) and _LATIN.match(plain[end - 1]) and _LATIN.match(plain[end])
    return not left and not right


def _misspelled(plain: str, names: ScriptNames, right: Iterable[tuple[int, int]]) -> Iterator[_Match]:
    """Names of five characters or more in which one character is wrong, and that one tells nothing apart."""
    free = [True] * len(plain)
    for start, end in right:
        free[start:end] = [False] * (end - start)
    found: dict[tuple[int, int], dict[Candidate, None]] = {}
    for length, (firsts, seconds) in names.halves.items():
        half = length // 2
        for start in range(len(plain) - length + 1):
            part = plain[start : start + length]
            if part[:half] in firsts:
                places = range(half, length)
            elif part[half:] in seconds:
                places = range(half)
            else:
                continue
            for at in places:
                if _slip(part[at]) and (meant := names.slips.get(_blotted(part, at))):
                    end = start + length
                    if all(free[start:end]) and _whole(plain, start, end):
                        for name in meant:
                            found.setdefault((start, end), {}).update(names.full[name])
    for (start, end), group in found.items():
        yield _Match(start, end, tuple(group), loose=False)


def _slip(typed: str) -> bool:
    """Whether a character can be a slip of the pen."""
    return typed not in _MEANT | _VERBS and CJK.match(typed) is not None


def _plain(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The one form of a text, and for each of its characters the stretch of the text that it came from."""
    out: list[str] = []
    where: list[tuple[int, int]] = []
    at = 0
    while at < len(text):
        numeral = _NUMERAL.match(text, at)
        if numeral and (value := numeral_value(numeral.group())) is not None:
            out += value
            where += [numeral.span()] * len(value)
            at = numeral.end()
            continue
        if text[at] not in _LEFT_OUT and not (text[at] == " " and _between_scripts(text, at)):
            folded = unicodedata.normalize("NFKC", text[at]).casefold()
            out += folded
            where += [(at, at + 1)] * len(folded)
        at += 1
    return "".join(out), where


def _between_scripts(text: str, at: int) -> bool:
    """Whether a space stands between a Chinese character and a letter or digit, where it may as well be left out."""
    before, behind = text[at - 1 : at].casefold(), text[at + 1 : at + 2].casefold()
    return bool((CJK.match(before) and _LATIN.match(behind)) or (_LATIN.match(before) and CJK.match(behind)))


def plain(text: str) -> str:
    """The one form in which names are compared: digits for numerals, half width, lower case, without 的 and 第."""
    return _plain(text)[0]


def numeral_value(numeral: str) -> str | None:
    """A numeral as digits: 二十三 is 23, 二一四 is 214, and digits are themselves; None for what is no number."""
    if numeral.isdecimal():
        return str(int(numeral)) if not numeral.isascii() else numeral
    if "十" not in numeral and "百" not in numeral:
        return "".join(str(_DIGITS[digit]) for digit in numeral)
    match = re.fullmatch("(?:([一二两三四五六七八九])百)?(?:零?([一二三四五六七八九])?(十))?零?([一二三四五六七八九])?", numeral)
    if match is None:
        return None
    hundreds, tens, ten, ones = match.groups()
    value = 100 * _DIGITS.get(hundreds, 0) + _DIGITS.get(ones, 0)
    return str(value + 10 * (_DIGITS.get(tens, 1) if ten else 0))
