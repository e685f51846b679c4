"""Replies: what people type where a plain yes or no is wanted."""

import random

__all__ = ["replies"]

_YES = (
    "yes", "yes", "yes", "yes please", "ok", "sure", "y", "do it", "go ahead", "yep", "yeah", "of course", "please do",
    "sure , go ahead", "yes , do that", "absolutely", "fine", "why not", "right", "yes it is", "i think so", "by all means",
)  # fmt: skip
_NO = (
    "no", "no", "no", "no thanks", "n", "not now", "don't", "nope", "nah", "no , leave it", "not today", "better not",
    "please don't", "no need", "never mind", "no it isn't", "i don't think so", "wait with that", "no , not yet", "rather not",
)  # fmt: skip
_YES_ZH = tuple("是|是的|好|好的|可以|要|对|行|没问题|嗯|去吧|当然|好的 , 去吧|可以的|需要".split("|"))
_NO_ZH = tuple("不|不是|不要|不用|不行|算了|先不用|不用了|别|没必要|今天不用|不用了 , 谢谢|不需要".split("|"))


def replies(rng: random.Random, *, chinese: bool) -> tuple[str, str]:
    """A reply that says yes, and one that says no."""
    return rng.choice(_YES_ZH if chinese else _YES), rng.choice(_NO_ZH if chinese else _NO)
