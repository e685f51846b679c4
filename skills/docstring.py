"""Reading Google-style docstrings: the summary and the entries under ``Args:``."""

import inspect
import re

__all__ = ["read_args", "read_summary"]

_ENTRY = re.compile(r"^\*{0,2}(\w+)\s*(?:\([^)]*\))?:\s*(.*)$")
_SECTION = re.compile(r"^(Args|Arguments|Parameters):\s*$")


def read_summary(docstring: str | None) -> str:
    """The first paragraph on one line; empty when there is no docstring."""
    lines = inspect.cleandoc(docstring or "").split("\n\n", 1)[0].splitlines()
    return " ".join(line.strip() for line in lines)


def read_args(docstring: str | None) -> dict[str, str]:
    """The entries of the ``Args:`` section by parameter name, each on one line."""
    found: dict[str, str] = {}
    current, entry_indent, inside = "", -1, False
    for line in inspect.cleandoc(docstring or "").splitlines():
        indent = len(line) - len(line.lstrip())
        if not inside:
            inside = bool(_SECTION.match(line))
            continue
        if line.strip() and indent == 0:
            break
        match = _ENTRY.match(line.strip())
        if match and (entry_indent in (-1, indent)):
            current, entry_indent = match[1], indent
            found[current] = match[2].strip()
        elif current and line.strip():
            found[current] = f"{found[current]} {line.strip()}".strip()
    return found
