"""A program of its own that checks certificates: it reads the map's files itself and imports nothing else of Surefoot.

It needs NumPy, shapely, Pillow and PyYAML. ``python -m verifier.check_certificate out.json --map folder``.
"""

from .check import Result, check_certificate
from .errors import BadInput
from .report import line, to_json

__all__ = ["BadInput", "Result", "check_certificate", "line", "to_json"]
