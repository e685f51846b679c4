"""The plan's digest: what an approval binds, so that nothing can be changed behind the approver's back."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from maps import Body
from skills import Plan, Skill, SkillSet
from verifier.contracts import once
from verifier.rules import Rule
from verifier.verdict import printable

__all__ = ["digest_of", "digest_parts", "plan_digest", "skill_contract"]


def plan_digest(plan: Plan, body: Body, skills: SkillSet, revision: str, rules: Sequence[Rule] = ()) -> str:
    """A digest of everything that a verdict depends on besides the robot's state.

    Args:
        plan: Its steps count, not the mission's words.
        body: All of its numbers.
        skills: The contracts of the skills that the plan calls.
        revision: The world's revision.
        rules: The house rules.

    Returns:
        ``sha256:`` and 64 hex digits.
    """
    return digest_of(digest_parts(plan, body, skills, rules), revision)


def digest_of(parts: tuple[str, str], revision: str) -> str:
    """The digest of a plan on one revision of the map, from what ``digest_parts`` gave."""
    text = f"{parts[0]}{json.dumps(revision)}{parts[1]}"
    return "sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest()


def digest_parts(plan: Plan, body: Body, skills: SkillSet, rules: Sequence[Rule] = ()) -> tuple[str, str]:
    """What a plan's digest is made from, as JSON before and after the map's revision; arguments as for ``plan_digest``."""
    called = sorted({step.skill for step in plan.steps})
    contracts = (f"{_text(name)}:{'null' if (skill := skills.get(name)) is None else _contract_text(skill)}" for name in called)
    numbers = _text({item.name: getattr(body, item.name) for item in fields(body)})
    judged_by = _text([rule.to_json() for rule in rules])
    steps = _text([[step.skill, printable(step.args)] for step in plan.steps])
    return f'{{"body":{numbers},"revision":', f',"rules":{judged_by},"skills":{{{",".join(contracts)}}},"steps":{steps}}}'


_text = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=repr).encode


@once
def _contract_text(skill: Skill) -> str:
    return _text(skill_contract(skill))


def skill_contract(skill: Skill) -> dict[str, Any]:
    """A skill's contract as plain data, without the function behind it."""
    return {
        "name": skill.name,
        "parameters": [[item.name, item.kind, item.motion, item.json_schema()] for item in skill.parameters],
        "requires": [condition.to_json() for condition in skill.requires],
        "effects": [effect.to_json() for effect in skill.effects],
        "on_failure": [effect.to_json() for effect in skill.on_failure],
        "invariant": [condition.to_json() for condition in skill.invariant],
        "excludes": [fact.to_json() for fact in skill.excludes],
        "confirms": [condition.to_json() for condition in skill.confirms],
        "outcomes": {name: [effect.to_json() for effect in effects] for name, effects in skill.outcomes.items()},
        "uses": sorted(skill.uses),
        "approval": skill.approval,
        "timeout_s": skill.timeout_s,
        "takes_s": list(skill.takes_s),
        "takes_from": skill.takes_from,
        "power_w": skill.power_w,
        "motion": skill.motion,
        "uncertain": skill.uncertain,
    }
