"""The words of a written mission's plan, taken one after the other."""

import re

__all__ = ["PlanInvalid", "Reader"]

_TOKEN = re.compile(r"\[[^\]\n]*\]|[{};\n]|[^\s{};\[]+")


class PlanInvalid(ValueError):
    """A plan cannot be read; the message says which words and why."""


class Reader:
    """Words, brackets and ends of statements, with a place among them.

    Args:
        text: The plan's lines.
    """

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(text)
        self.at = 0

    def peek(self) -> str:
        """The next one; empty at the end."""
        return self._tokens[self.at] if self.at < len(self._tokens) else ""

    def take(self) -> str:
        """The next one, which is then behind.

        Raises:
            PlanInvalid: There is none.
        """
        token = self.peek()
        if not token:
            raise PlanInvalid("the plan ends too early: a brace is not closed")
        self.at += 1
        return token

    def skip(self) -> None:
        """Go past ends of statements."""
        while self.peek() in (";", "\n"):
            self.at += 1

    def words(self) -> list[str]:
        """Take the words up to a brace or the statement's end."""
        out = []
        while self.peek() not in ("", ";", "\n", "{", "}"):
            out.append(self.take())
        return out
