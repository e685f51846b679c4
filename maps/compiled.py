"""Compiled or not: kernels are written once, in the Python that numba takes, and run as they are where it is not worth loading."""

import os
import sys
from collections.abc import Callable
from functools import cache, lru_cache
from types import FunctionType
from typing import Any

__all__ = ["compiled", "in_threads", "uncompiled", "use_numba"]

_LARGE = 2_000_000
"""Cells from which loading numba (a third of a second) pays."""


def use_numba(size: int) -> bool:
    """Whether kernels over so many cells are compiled.

    Numba is taken where it is installed and the map is large, or where it is loaded already; SUREFOOT_NUMBA=0 or 1 decides.
    """
    wish = os.environ.get("SUREFOOT_NUMBA", "")
    if wish == "0" or not (wish == "1" or "numba" in sys.modules or size >= _LARGE):
        return False
    return _installed()


@cache
def compiled(*functions: Callable[..., Any]) -> Callable[..., Any]:
    """Compile kernels that call one another.

    Args:
        functions: Each after those that it calls. Taken with the other globals of their modules as they are.

    Returns:
        The last one, compiled; machine code is kept beside the module for the next process.
    """
    from numba import njit

    return _joined(functions, njit(cache=True, nogil=True))


@cache
def uncompiled(*functions: Callable[..., Any]) -> Callable[..., Any]:
    """The same kernels in plain Python: those of other modules call the ones given here, as they do when compiled."""
    return _joined(functions, lambda function: function)


def _joined(functions: tuple[Callable[..., Any], ...], make: Callable[[Callable[..., Any]], Any]) -> Callable[..., Any]:
    names: dict[str, Any] = {}
    for function in functions:
        names |= function.__globals__
    for function in functions:
        names[function.__name__] = make(FunctionType(function.__code__, names, function.__name__))
    made: Callable[..., Any] = names[functions[-1].__name__]
    return made


def in_threads(work: Callable[[int, int], None], count: int, *, least: int = 256) -> None:
    """Do a range of rows or columns in as many parts as there are cores; compiled kernels leave the interpreter's lock.

    Args:
        work: Does those from the first number up to, not including, the second.
        count: How many there are.
        least: So many of them are worth a thread.
    """
    parts = max(1, min(os.cpu_count() or 1, 8, count // least))
    edges = [count * part // parts for part in range(parts + 1)]
    if parts == 1:
        work(0, count)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(parts) as pool:
        list(pool.map(work, edges[:-1], edges[1:]))


@lru_cache(maxsize=1)
def _installed() -> bool:
    try:
        import numba  # noqa: F401
    except ImportError:
        return False
    return True
