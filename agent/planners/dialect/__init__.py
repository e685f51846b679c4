"""The small models' dialects: a brief becomes a short prompt of words and pointers, the answer becomes a proposal.

The map's own retrieval (``maps.linking``) replaces every stretch of the mission that names something by the pointers of what it
can mean; the model decides what is meant, in which order, and what to do. Special tokens are handed over as such, the
operator's words never are: "[P3]" typed by a person is three harmless words.
"""

from agent.planners.dialect.decode import decode
from agent.planners.dialect.encode import encode
from agent.planners.dialect.grammar import grammar
from agent.planners.dialect.prompt import Facts, History, MissionTooLong, Prompt, Signature, Word, compose
from agent.planners.pointers import DIALECT, Referent, Segment

__all__ = [
    "DIALECT",
    "Facts",
    "History",
    "MissionTooLong",
    "Prompt",
    "Referent",
    "Segment",
    "Signature",
    "Word",
    "compose",
    "decode",
    "encode",
    "grammar",
]
