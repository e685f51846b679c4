"""Generation: what a model is given to write on from, how its tokens are chosen, and what comes out."""

from dataclasses import dataclass
from typing import Protocol

__all__ = ["Generated", "Piece", "Said", "Sampling"]


class Piece(Protocol):
    """A stretch of prompt: text, or one special token."""

    @property
    def text(self) -> str:
        """The text."""

    @property
    def special(self) -> bool:
        """Whether it is a special token; other text can never become one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How tokens are chosen. Temperature 0 is greedy."""

    temperature: float = 0.0
    seed: int = 0
    max_tokens: int = 1024


@dataclass(frozen=True, slots=True)
class Said:
    """One token of an answer.

    Attributes:
        text: Its bytes.
        p: Its probability among the tokens that the grammar allowed there.
        others: The likeliest others with theirs.
    """

    text: bytes
    p: float
    others: tuple[tuple[bytes, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """What came out.

    Attributes:
        text: The answer, exactly as the grammar accepted it.
        complete: Whether the model ended it; False when the token limit did.
        tokens: Tokens generated.
        prompt_tokens: Tokens of the prompt.
        first_s: Seconds until the first token.
        seconds: Seconds in all.
        said: The tokens, with what the model thought of them.
        reused: Tokens of the prompt that were still in the KV cache.
    """

    text: str
    complete: bool
    tokens: int
    prompt_tokens: int
    first_s: float
    seconds: float
    said: tuple[Said, ...] = ()
    reused: int = 0
