"""Reading a model's JSON answer. Strict and lossless: what is not exactly an answer is refused, never repaired."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from agent.planners.answer_schema import STEPS_LIMIT
from agent.planners.errors import PlanUnreadable
from agent.planners.planner import Proposal
from agent.planners.refuted import NAMED, refutes
from agent.planners.vocabulary import Vocabulary
from skills.call import Plan, SkillCall

if TYPE_CHECKING:
    from skills import Skill

__all__ = ["parse_answer"]

_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_answer(text: str, vocabulary: Vocabulary, *, null_is_absent: bool = False) -> Proposal:
    """Read an answer of the form that ``answer_schema`` describes.

    Args:
        text: The model's whole answer.
        vocabulary: What could be said.
        null_is_absent: Whether a null for an optional argument means that it is left out (OpenAI's strict mode).

    Returns:
        A proposal with ``text`` and ``thought``; who planned and how long it took is the caller's to add.

    Raises:
        PlanUnreadable: It is not exactly one well-typed answer; the sentence says where and why.
    """
    data = _load(text)
    _keys(data, {"thought", "answer"}, "the answer")
    thought, answer = data["thought"], data["answer"]
    if not isinstance(thought, str):
        raise PlanUnreadable(f"The model's answer cannot be used: 'thought' is {_kind(thought)}, not a text.")
    more: Any = False
    if isinstance(answer, dict) and "steps" in answer and "more" in answer:
        more = answer["more"] if answer["more"] is not None or not null_is_absent else False
        answer = {name: value for name, value in answer.items() if name != "more"}
    if not isinstance(answer, dict) or len(answer) != 1 or next(iter(answer)) not in ("steps", "question", "decline"):
        raise PlanUnreadable("The model's answer cannot be used: 'answer' must hold one of steps, question and decline.")
    if not isinstance(more, bool):
        raise PlanUnreadable(f"The model's answer cannot be used: 'more' is {_kind(more)}, not a truth value.")
    ((what, value),) = answer.items()
    if what != "steps":
        if not isinstance(value, str) or not value.strip():
            raise PlanUnreadable(f"The model's answer cannot be used: {what!r} is {_kind(value)}, not a sentence.")
        if what == "question":
            return Proposal(question=value, thought=thought, text=text)
        return Proposal(reason=value, thought=thought, text=text)
    if not isinstance(value, list) or not (value or (vocabulary.may_be_done and not more)):
        raise PlanUnreadable("The model's answer cannot be used: 'steps' must be a list of at least one step.")
    if len(value) > STEPS_LIMIT:
        raise PlanUnreadable(f"The model's answer cannot be used: {len(value)} steps, and at most {STEPS_LIMIT} are read.")
    steps = tuple(_step(number, step, vocabulary, null_is_absent) for number, step in enumerate(value, 1))
    return Proposal(plan=Plan(steps=steps), more=more, thought=thought, text=text)


def _load(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except PlanUnreadable:
        raise
    except (ValueError, RecursionError) as error:
        raise PlanUnreadable(f"The model's answer is not JSON ({error}); it begins {text[:60]!r}.") from None
    if not isinstance(data, dict):
        raise PlanUnreadable(f"The model's answer cannot be used: it is {_kind(data)}, not an object.")
    if _SURROGATE.search(json.dumps(data, ensure_ascii=False)):
        raise PlanUnreadable("The model's answer cannot be used: it holds broken Unicode.")
    return data


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise PlanUnreadable(f"The model's answer cannot be used: it gives {key!r} twice.")
        found[key] = value
    return found


def _no_constant(name: str) -> Any:
    raise PlanUnreadable(f"The model's answer cannot be used: {name} is not a JSON number.")


def _keys(data: dict[str, Any], wanted: set[str], where: str) -> None:
    if set(data) != wanted:
        raise PlanUnreadable(
            f"The model's answer cannot be used: {where} must have {_list(wanted)}, and has {_list(data) or 'nothing'}."
        )


def _step(number: int, step: Any, vocabulary: Vocabulary, null_is_absent: bool) -> SkillCall:
    if not isinstance(step, dict):
        raise PlanUnreadable(f"The model's answer cannot be used: step {number} is {_kind(step)}, not an object.")
    _keys(step, {"skill", "args"}, f"step {number}")
    by_name = {skill.name: skill for skill in vocabulary.skills}
    skill = by_name.get(step["skill"]) if isinstance(step["skill"], str) else None
    if skill is None:
        raise _wrong(number, f"there is no skill {step['skill']!r}; the skills are {_list(by_name)}")
    args = step["args"]
    if not isinstance(args, dict):
        raise _wrong(number, f"'args' is {_kind(args)}, not an object")
    parameters = {parameter.name: parameter for parameter in skill.parameters}
    if null_is_absent:
        args = {
            name: value for name, value in args.items() if value is not None or name not in parameters or parameters[name].required
        }
    for name in args:
        if name not in parameters:
            raise _wrong(number, f"{skill.name} has no parameter {name!r}; it takes {_list(parameters) or 'none'}")
    for name, parameter in parameters.items():
        if name in args:
            _argument(number, skill, name, args[name], vocabulary)
        elif parameter.required:
            raise _wrong(number, f"{skill.name} needs {name!r}")
    call = SkillCall(skill=skill.name, args=args)
    if any(refutes(refuted, call, skill) for refuted in vocabulary.refuted):
        raise _wrong(number, f"{call} was refuted before and is proposed again")
    return call


def _argument(number: int, skill: Skill, name: str, value: Any, vocabulary: Vocabulary) -> None:
    parameter = next(parameter for parameter in skill.parameters if parameter.name == name)
    if parameter.kind in NAMED:
        if value is None and parameter.nullable:
            return
        if value not in vocabulary.known(skill, name, parameter.kind):
            raise _wrong(number, f"{skill.name}: there is no {parameter.kind} named {value!r}")
        return
    try:
        parameter.validate(value)
    except ValueError as error:
        raise _wrong(number, f"{skill.name}: {error}") from None


def _wrong(number: int, why: str) -> PlanUnreadable:
    return PlanUnreadable(f"The model's answer cannot be used: step {number}: {why.rstrip('.')}.")


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "a number")


def _list(names: Any) -> str:
    return ", ".join(sorted(repr(name) for name in names))
