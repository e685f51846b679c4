"""The errors that skills raise. Each message is one sentence: what failed, why, what to do.

SkillError
├── SkillFileMissing     a file of skills is not there
├── SkillFileInvalid     a file of skills has mistakes; all of them at once, in ``mistakes``
├── UnknownSkill         no skill has this name
├── ArgumentsInvalid     a call's arguments do not fit the skill; all of them at once, in ``problems``
├── SkillFailed          raised by a skill: tried, and failed, for a reason with a code
├── RetryWith            raised by a skill: the planner should change the arguments
└── RobotUnreachable     raised by a robot: it does not answer, so nobody knows what became of the action
"""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "ArgumentProblem",
    "ArgumentsInvalid",
    "Mistake",
    "RetryWith",
    "RobotUnreachable",
    "SkillError",
    "SkillFailed",
    "SkillFileInvalid",
    "SkillFileMissing",
    "UnknownSkill",
]


class SkillError(Exception):
    """Base of all errors that skills raise on purpose."""


class SkillFileMissing(SkillError):
    """A file or folder of skills does not exist or cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing to put right in a file of skills.

    Attributes:
        file: The file, as it was named.
        line: Line number, 1-based; 0 when it has none.
        function: The function's name; empty when the mistake is not in a function.
        parameter: The parameter's name; empty when the mistake is not about one.
        message: What is wrong and what to write instead.
    """

    file: str
    line: int = 0
    function: str = ""
    parameter: str = ""
    message: str

    def __str__(self) -> str:
        """As people read it: ``water.py, line 8, water(litres): has no annotation; write ...``."""
        where = self.file if not self.line else f"{self.file}, line {self.line}"
        if self.function:
            where += f", {self.function}({self.parameter})" if self.parameter else f", {self.function}"
        return f"{where}: {self.message}"


class SkillFileInvalid(SkillError):
    """A file of skills has mistakes; the message has one line for each."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class UnknownSkill(SkillError, KeyError):
    """No skill has this name."""

    def __str__(self) -> str:
        """The sentence, without the quotes that KeyError puts around it."""
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class ArgumentProblem:
    """What is wrong with one argument: a code of ``BAD_ARGUMENT`` or ``UNKNOWN_NAME`` and one sentence."""

    parameter: str
    message: str
    code: str = "BAD_ARGUMENT"
    alternatives: tuple[str, ...] = ()


class ArgumentsInvalid(SkillError, ValueError):
    """A call's arguments do not fit the skill; all problems at once."""

    def __init__(self, problems: Iterable[ArgumentProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


class SkillFailed(SkillError):
    """Tried, and failed. ``code`` is a cause code such as NO_VALID_PATH; ``message`` one sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)


class RetryWith(SkillError):
    """The call cannot work with these arguments; ``message`` tells the planner what to change."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class RobotUnreachable(SkillError):
    """The robot does not answer: whether the action happened is not known."""
