"""States that a thing can be in, with what is seen when it is in them and when it is not."""

import random
from dataclasses import dataclass

from agent.learning.language import tongue
from agent.learning.words import Vocabulary, made_up

__all__ = ["State", "condition_state", "measured", "state"]

_OPPOSITES = (
    ("open", "closed"), ("on", "off"), ("full", "empty"), ("running", "stopped"), ("clean", "dirty"), ("locked", "unlocked"),
    ("broken", "ok"), ("wet", "dry"), ("hot", "cold"), ("green", "red"), ("leaking", "ok"), ("free", "occupied"), ("ready", "busy"),
    ("lit", "dark"), ("empty", "full"), ("closed", "open"), ("off", "on"), ("damaged", "ok"), ("low", "high"), ("high", "low"),
)  # fmt: skip
_HAN = (
    ("打开", "关闭", "开着"), ("关闭", "打开", "关着"), ("开", "关", "开着的"), ("满", "空", "满的"), ("空", "满", "空的"),
    ("运行", "停止", "在运行"),
    ("停止", "运行", "停着"), ("干净", "脏", "干净的"), ("脏", "干净", "脏的"), ("锁着", "没锁", "锁着"),
    ("坏", "正常", "坏的"),
    ("正常", "异常", "正常的"),
    ("湿", "干", "湿的"), ("热", "冷", "热的"), ("绿色", "红色", "绿的"), ("漏水", "正常", "在漏水"),
    ("空闲", "占用", "空着的"), ("亮", "暗", "亮着"),
)  # fmt: skip
_KEYS = ("reading", "level", "pressure", "temperature", "value", "count")
_UNITS = ("bar", "degrees", "percent", "", "", "c", "litres", "v")


@dataclass(frozen=True)
class State:
    """A state as it is said, and words that are seen if it is so and if it is not."""

    said: str
    yes: str
    no: str


def state(rng: random.Random, words: Vocabulary) -> str:
    """A state that a thing can be in, or a made-up one."""
    roll = rng.random()
    if words.language == "zh":
        return rng.choice(_HAN)[2] if roll < 0.85 else tongue("zh", words.held_out).phrase(rng, "state")
    if roll < 0.08:
        unit = rng.choice(("bar", "degrees", "percent", "metres", "litres", ""))
        return f"{rng.choice(('above', 'below', 'over', 'under', 'more than', 'less than'))} {rng.randrange(1, 200)} {unit}".strip()
    return tongue("en", words.held_out).phrase(rng, "state") if roll < 0.75 else made_up(rng)


def condition_state(rng: random.Random, words: Vocabulary) -> State:
    """A state that decides something."""
    if rng.random() < 0.27:
        return measured(rng, words)
    if words.language == "zh":
        yes, no, said = rng.choice(_HAN)
        seen = [
            (f"state : {yes}", f"state : {no}"),
            (yes, no),
            (f"是 {said}", f"不是 {said}"),
            ("是", "不是"),
            (f"是的 , 状态 : {yes}", f"不是 , 状态 : {no}"),
        ]
        return State(said, *rng.choice(seen))
    yes, no = rng.choice(_OPPOSITES)
    other = f"{rng.choice(_KEYS)} : {rng.randrange(1, 100)}"
    seen = [
        (f"state : {yes}", f"state : {no}"), (f"yes , state : {yes}", f"no , state : {no}"), (yes, no), ("yes", "no"),
        (f"it is {yes}", f"it is {no}"), (f"it is {yes}", f"it is not {yes}"),
        (f"{other} ; state : {yes}", f"{other} ; state : {no}"),
        (f"state : {yes} ; {other}", f"state : {no} ; {other}"), (f"the state is {yes}", f"the state is {no}"),
    ]  # fmt: skip
    return State(yes, *rng.choice(seen))


def measured(rng: random.Random, words: Vocabulary) -> State:
    """Above or below a number, which is then to be compared."""
    limit = rng.randrange(2, rng.choice((10, 20, 100, 300)))
    above = rng.random() < 0.5
    spread = max(1, limit // rng.choice((1, 2, 4)))
    more, less = limit + rng.randrange(1, spread + 1), max(0, limit - rng.randrange(1, spread + 1))
    tails = [f" . {rng.randrange(10)}" if rng.random() < 0.4 else "" for _ in range(2)]
    key, unit = rng.choice(_KEYS), rng.choice(_UNITS)
    high, low = (f"{key} : {value}{tail} {unit}".strip() for value, tail in zip((more, less), tails, strict=True))
    if words.language == "zh":
        said = rng.choice(("高于", "超过", "大于", "多于") if above else ("低于", "小于", "少于", "不到")) + f"{limit}"
    else:
        said = rng.choice(("above", "over", "more than", "higher than") if above else ("below", "under", "less than", "lower than"))
        said = f"{said} {limit} {unit}".strip()
    return State(said, *((high, low) if above else (low, high)))
