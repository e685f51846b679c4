"""The grammar of the JSON answer for one vocabulary. No grammar, no run."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from agent.planners.answer_schema import answer_schema
from agent.planners.gbnf import gbnf_of
from agent.planners.vocabulary import Vocabulary

__all__ = ["json_grammar"]

_KEPT = 16
_cache: OrderedDict[str, str] = OrderedDict()
_lock = Lock()


def json_grammar(vocabulary: Vocabulary) -> str:
    """GBNF of every answer that may be given, cached by the vocabulary's content.

    Args:
        vocabulary: What can be said.

    Raises:
        GrammarFailed: It cannot be built; nothing may then be generated.
    """
    key = vocabulary.key
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    grammar = gbnf_of(answer_schema(vocabulary))
    with _lock:
        _cache[key] = grammar
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return grammar
