"""A pure function that judges plans: plan + world + body + rules -> verdict with evidence."""

from verifier.digest import plan_digest
from verifier.finding import Alternative, Code, Finding, Severity
from verifier.message import sentence
from verifier.rules import Rule
from verifier.verdict import Interval, StepVerdict, Totals, Verdict
from verifier.verify import verify

__all__ = [
    "Alternative",
    "Code",
    "Finding",
    "Interval",
    "Rule",
    "Severity",
    "StepVerdict",
    "Totals",
    "Verdict",
    "plan_digest",
    "sentence",
    "verify",
]
