"""Names in PDDL: letters, digits, ``_`` and ``-`` only, and no difference between small and capital letters.

Small letters and digits stay, a space becomes ``_``, every other character ``-hex-``. Before it stands what kind of name it is and
a ``-``, which no skill's name contains, so that no two names meet. ``decode`` gives the text back.
"""

import re

__all__ = ["decode", "encode", "object_name"]

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_PART = re.compile(r"-([0-9a-f]+)-|(.)", re.DOTALL)


def encode(text: str) -> str:
    """A text as part of a PDDL name."""
    return "".join(c if c in _PLAIN else "_" if c == " " else f"-{ord(c):x}-" for c in text)


def decode(name: str) -> str:
    """The text that was encoded.

    Raises:
        ValueError: No text is encoded like this.
    """
    text = "".join(chr(int(code, 16)) if code else " " if plain == "_" else plain for code, plain in _PART.findall(name))
    if encode(text) != name:
        raise ValueError(f"{name!r} is not an encoded name")
    return text


def object_name(kind: str, text: str) -> str:
    """The PDDL object for a place, thing, door or value: ``place-packing_station``."""
    return f"{kind}-{encode(text)}"
