"""Decisions: which part of a mission a look has settled, told from the words of its condition and of what was seen."""

from agent.decisions.decide import Decided, Decision, Look, Named, decide
from agent.decisions.judge import judge
from agent.decisions.judgement import Judgement

__all__ = ["Decided", "Decision", "Judgement", "Look", "Named", "decide", "judge"]
