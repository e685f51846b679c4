"""The errors that planners raise. Each message is one sentence: what failed, why, what to do.

PlannerError
├── MissionInvalid          the mission is empty, too long or not text
├── PlannerUnavailable      this planner cannot plan now; another one may
│   ├── ModelInvalid        the model file is missing, not a GGUF, or not one that can plan
│   │   └── AdapterInvalid  the LoRA adapter is missing, not an adapter, or one for another model
│   ├── ContextTooSmall     the brief does not fit the model's context window
│   └── GrammarFailed       no grammar could be built: without a grammar nothing is generated
└── PlanUnreadable          the model answered, and the answer is not a plan, a question or a reason
    ├── Truncated           the answer was cut off at the token limit
    └── AnswerRefused       the provider's model refused or its filter removed the answer
"""

__all__ = [
    "AdapterInvalid",
    "AnswerRefused",
    "ContextTooSmall",
    "GrammarFailed",
    "LoopUnusable",
    "MissionInvalid",
    "ModelInvalid",
    "PlanUnreadable",
    "PlannerError",
    "PlannerUnavailable",
    "Truncated",
]


class PlannerError(Exception):
    """Base of all errors that planners raise on purpose."""


class MissionInvalid(PlannerError):
    """The mission's text cannot be planned for: empty, too long, or not text."""


class PlannerUnavailable(PlannerError):
    """This planner cannot plan now: no network, no key, no model, no memory."""


class ModelInvalid(PlannerUnavailable):
    """The model file is missing, is not a GGUF, or cannot be used as a planner."""


class AdapterInvalid(ModelInvalid):
    """The LoRA adapter is missing, is not a GGUF adapter, or was made for another model."""


class ContextTooSmall(PlannerUnavailable):
    """The brief and the answer do not fit the model's context window."""


class GrammarFailed(PlannerUnavailable):
    """A grammar could not be built or parsed. No grammar, no run."""


class PlanUnreadable(PlannerError):
    """The model's answer is not exactly one well-formed plan, question or reason."""


class LoopUnusable(PlanUnreadable):
    """A loop in the answer goes through nothing, or makes the plan longer than any that is carried out."""


class Truncated(PlanUnreadable):
    """The answer was cut off at the token limit; the part that arrived is not used."""


class AnswerRefused(PlanUnreadable):
    """The model refused to answer, or the provider's content filter removed the answer."""
