"""What goes to stdout: with ``--json`` one document and nothing else, whatever a skill, or a program that it starts, prints."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

__all__ = ["one_document", "print_document"]

_MISUSE = 2
"""Exit code of a command line that cannot be read."""

_INTERRUPTED = 130


class _Document:
    """Where the one document goes, and whether it has gone there."""

    stream: TextIO | None = None
    printed = False


def print_document(data: Any, *, indent: int | None = 2) -> None:
    """Print one JSON document on stdout.

    Raises:
        ValueError: It holds NaN or infinity.
    """
    text = json.dumps(data, indent=indent, ensure_ascii=False, allow_nan=False)
    stream = _Document.stream or sys.stdout
    stream.write(f"{text}\n")
    stream.flush()
    _Document.printed = True


@contextmanager
def one_document() -> Iterator[None]:
    """While this holds, stdout takes what ``print_document`` prints; all else that is printed there goes to stderr.

    A command that ends without its document, because its options cannot be read, it was interrupted or it has a bug, prints one
    with an ``error``.
    """
    kept, _Document.printed = sys.stdout, False
    saved = _turn_to_stderr()
    _Document.stream = kept if saved is None else os.fdopen(os.dup(saved), "w", encoding="utf-8", errors="backslashreplace")
    try:
        yield
    except SystemExit as end:
        if end.code not in (None, 0):
            _tell(_why(end))
        raise
    except Exception as error:
        _tell(f"This is a bug in Surefoot ({type(error).__name__}); stderr says where.")
        raise
    finally:
        if saved is not None:
            with suppress(OSError):  # nobody reads any more
                _Document.stream.close()
            os.dup2(saved, 1)
            os.close(saved)
        _Document.stream, sys.stdout = None, kept


def _turn_to_stderr() -> int | None:
    """Turn stdout to stderr, also for programs that are started; where stdout is no file, in this program alone.

    Returns:
        A descriptor of what stdout was; None where it is no file.
    """
    kept, sys.stdout = sys.stdout, sys.stderr
    try:
        if kept.fileno() != 1 or sys.stderr.fileno() != 2:
            return None
        kept.flush()
        saved = os.dup(1)
        os.dup2(2, 1)
    except (OSError, ValueError, AttributeError):
        return None  # a test's stream, or one of them is closed
    return saved


def _tell(sentence: str) -> None:
    if not _Document.printed:
        with suppress(OSError):
            print_document({"surefoot": 1, "error": sentence}, indent=None)


def _why(end: SystemExit) -> str:
    """Why a command ended without a document."""
    if end.code == _INTERRUPTED:
        return "Interrupted."
    told = getattr(end.__context__, "format_message", None)  # the error of the option or argument
    if end.code == _MISUSE and callable(told):
        return str(told())
    return f"Ended with exit code {end.code}; stderr says why."
