"""House rules: what must never, always or in time happen on this map; judged on the route, and again while it is driven.

``Rule`` is what ``verify`` asks of a rule; ``HouseRule`` is one of a map's ``rules.yaml``. What only some commands need is
loaded on first use.
"""

from typing import TYPE_CHECKING, Any

from verifier.rules.protocol import Rule

if TYPE_CHECKING:
    from verifier.rules.check import RuleIssue, check_rules
    from verifier.rules.errors import RulesFileInvalid
    from verifier.rules.house_rule import HouseRule
    from verifier.rules.rules_file import find_rules, load_rules, parse_rules
    from verifier.rules.watch import RuleWatch

__all__ = [
    "HouseRule",
    "Rule",
    "RuleIssue",
    "RuleWatch",
    "RulesFileInvalid",
    "check_rules",
    "find_rules",
    "load_rules",
    "parse_rules",
]

_LATER = {
    "HouseRule": "verifier.rules.house_rule",
    "RuleIssue": "verifier.rules.check",
    "RuleWatch": "verifier.rules.watch",
    "RulesFileInvalid": "verifier.rules.errors",
    "check_rules": "verifier.rules.check",
    "find_rules": "verifier.rules.rules_file",
    "load_rules": "verifier.rules.rules_file",
    "parse_rules": "verifier.rules.rules_file",
}


def __getattr__(name: str) -> Any:
    """Load a part of the package when it is first asked for."""
    from importlib import import_module

    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
