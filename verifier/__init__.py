"""A pure function that judges plans: plan + world + body + rules -> verdict with evidence."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verifier.digest import plan_digest
    from verifier.edit import Edit, apply_edits
    from verifier.finding import Alternative, Code, Finding, Severity
    from verifier.limits import Limits, Taken
    from verifier.message import sentence
    from verifier.repair import Mended, repair
    from verifier.rules import Rule
    from verifier.soon import examine_soon, verify_soon
    from verifier.verdict import Interval, StepVerdict, Totals, Verdict
    from verifier.verify import examine, verify

__all__ = [
    "Alternative",
    "Code",
    "Edit",
    "Finding",
    "Interval",
    "Limits",
    "Mended",
    "Rule",
    "Severity",
    "StepVerdict",
    "Taken",
    "Totals",
    "Verdict",
    "apply_edits",
    "examine",
    "examine_soon",
    "plan_digest",
    "repair",
    "sentence",
    "verify",
    "verify_soon",
]

_HOMES = {
    "verifier.digest": ("plan_digest",),
    "verifier.edit": ("Edit", "apply_edits"),
    "verifier.finding": ("Alternative", "Code", "Finding", "Severity"),
    "verifier.limits": ("Limits", "Taken"),
    "verifier.message": ("sentence",),
    "verifier.repair": ("Mended", "repair"),
    "verifier.rules": ("Rule",),
    "verifier.soon": ("examine_soon", "verify_soon"),
    "verifier.verdict": ("Interval", "StepVerdict", "Totals", "Verdict"),
    "verifier.verify": ("examine", "verify"),
}


def __getattr__(name: str) -> Any:
    """Every name is loaded on first use, so that ``verifier.check_certificate`` runs without the rest of this package."""
    from importlib import import_module

    for home, names in _HOMES.items():
        if name in names:
            module = import_module(home)
            for each in names:  # also over the submodule ``verify``, which the import binds to the same name
                globals()[each] = getattr(module, each)
            return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
