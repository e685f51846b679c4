"""The errors of rules files and formulas; each message is one sentence that says where and what to write instead.

MapFileInvalid
└── RulesFileInvalid   a rules.yaml is malformed; names the file and the line
ValueError
└── FormulaInvalid     a formula is malformed or too large; names the column
"""

from maps import MapFileInvalid

__all__ = ["FormulaInvalid", "RulesFileInvalid"]


class RulesFileInvalid(MapFileInvalid):
    """A rules file is malformed, too large or holds what is not a rule."""


class FormulaInvalid(ValueError):
    """A formula does not parse, or is too large to be compiled."""
