"""What a skill's function returned or raised, in a form that can be written down: JSON values, and text that UTF-8 can hold."""

import json
from typing import Any

from pydantic import JsonValue
from pydantic_core import PydanticSerializationError, to_jsonable_python

from maps import Door, Place, Thing, Zone
from skills.outcome import Outcome

__all__ = ["as_outcome", "text_of"]

_FEATURES = (Place, Thing, Door, Zone)


def as_outcome(value: Any) -> Outcome:
    """The outcome that a function returned, or success with the value that it returned.

    Raises:
        TypeError: JSON cannot hold it: an odd type, NaN or infinity, bytes or text that is not UTF-8, a value that contains itself.
    """
    try:
        if isinstance(value, Outcome):
            _check_writable(value.model_dump(mode="json"))
            return value
        plain = value.name if isinstance(value, _FEATURES) else to_jsonable_python(value, fallback=_fallback)
        _check_writable(plain)
    except PydanticSerializationError as error:
        raise TypeError(f"it returned a {type(value).__name__}, which is not JSON: {error}") from None
    except (ValueError, RecursionError) as error:
        raise TypeError(f"it returned a {type(value).__name__} that JSON cannot hold: {text_of(error)}") from None
    return Outcome(status="succeeded", value=plain)


def text_of(value: object) -> str:
    """An object in words, whatever it is; what UTF-8 cannot hold is written as an escape."""
    try:
        text = str(value)
    except Exception:
        text = f"<{type(value).__name__} that cannot be shown>"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _check_writable(value: JsonValue) -> None:
    json.dumps(value, allow_nan=False, ensure_ascii=False).encode("utf-8")


def _fallback(value: Any) -> Any:
    if isinstance(value, _FEATURES):
        return value.name
    if callable(listed := getattr(value, "tolist", None)) and not isinstance(value, type):
        return listed()  # a number or an array of NumPy
    raise PydanticSerializationError(f"{type(value).__name__} is no JSON value")
