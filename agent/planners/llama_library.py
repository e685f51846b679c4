"""The library below local models: llama-cpp-python imported once, its log lines in ours, its errors kept for our sentences."""

from __future__ import annotations

import logging
from collections import deque
from typing import Any

from agent.planners.errors import PlannerUnavailable

__all__ = ["forget_errors", "import_llama_cpp", "last_error"]

logger = logging.getLogger(__name__)


def import_llama_cpp() -> Any:
    """llama_cpp, with its own log sent to ours.

    Raises:
        PlannerUnavailable: It is not installed, or cannot be loaded.
    """
    try:
        import llama_cpp
    except ImportError as error:
        raise PlannerUnavailable("Local models need llama-cpp-python: install it with pip install 'surefoot[local]'.") from error
    except (OSError, RuntimeError) as error:
        raise PlannerUnavailable(f"llama-cpp-python is installed and cannot be loaded: {error}.") from error
    global _callback
    if _callback is None:
        _callback = llama_cpp.llama_log_callback(_log)
        llama_cpp.llama_log_set(_callback, None)
        if b"AMX_INT8 = 1" in llama_cpp.llama_print_system_info():
            _leave_out_amx()
    return llama_cpp


def _leave_out_amx() -> None:
    """Load models without llama.cpp's buffers for AMX.

    On processors with AMX its product of quantised weights is a segmentation fault (llama.cpp's issue 20824; seen here with every
    q8_0 model). ``Llama`` takes no argument for it, so the defaults that it begins with are changed.
    """
    import llama_cpp.llama_cpp as library

    defaults = library.llama_model_default_params

    def without() -> Any:
        parameters = defaults()
        parameters.use_extra_bufts = False
        return parameters

    library.llama_model_default_params = without


_callback: Any = None
"""Kept alive: llama.cpp holds a bare pointer to it."""

_ERROR_LEVEL = 4
_errors: deque[str] = deque(maxlen=8)


def _log(level: int, text: bytes, _: object) -> None:
    """llama.cpp's log lines, for those who set our logger to DEBUG; its errors are kept for ours."""
    line = text.decode("utf-8", "replace").rstrip()
    if level == _ERROR_LEVEL:
        _errors.append(line)
    logger.debug("%s", line)


def forget_errors() -> None:
    """Errors from now on are those of what comes next."""
    _errors.clear()


def last_error() -> str:
    """The first of llama.cpp's last errors, in brackets; empty if there were none."""
    return f" ({_errors[0].rstrip('.')})" if _errors else ""
