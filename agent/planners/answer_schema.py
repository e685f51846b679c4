"""The JSON Schema of a model's answer, made from the skills and the names on this map, less refuted calls.

{"thought": "...", "answer": {"steps": [{"skill": "inspect", "args": {"thing": "pressure gauge"}}]}}
{"thought": "...", "answer": {"steps": [{"skill": "inspect", "args": {"thing": "pressure gauge"}}], "more": true}}
{"thought": "...", "answer": {"question": "Which of the two pallets?"}}
{"thought": "...", "answer": {"decline": "Nothing on this map can fly."}}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from agent.planners.errors import GrammarFailed
from agent.planners.refuted import NAMED
from agent.planners.vocabulary import Choices, Vocabulary

if TYPE_CHECKING:
    from skills import Skill

__all__ = ["STEPS_LIMIT", "TEXT_LIMIT", "answer_schema", "strict"]

STEPS_LIMIT = 24
"""Most steps in one plan."""

TEXT_LIMIT = 300
"""Longest thought, question, reason or text argument, characters."""

DROPPED_WHEN_STRICT = frozenset(
    {"minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern"}
    | {"format", "minItems", "maxItems", "uniqueItems", "default", "title"}
)


def answer_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The schema of all answers that may be given.

    Args:
        vocabulary: What can be said.

    Raises:
        GrammarFailed: No skill can be called at all, or a skill's own schema cannot be used.
    """
    definitions: dict[str, Any] = {f"{kind}-name": {"enum": list(names)} for kind, names in vocabulary.names.items() if names}
    calls = []
    for skill in vocabulary.skills:
        parameters = _parameters(skill, definitions)
        for choices in vocabulary.choices(skill):
            calls.append(_call(skill, parameters, choices, vocabulary))
    if not calls:
        raise GrammarFailed("No skill can be called on this map, so there is nothing to plan with.")
    text = {"type": "string", "minLength": 1, "maxLength": TEXT_LIMIT}
    definitions["call"] = {"anyOf": calls}
    steps = {"type": "array", "items": {"$ref": "#/$defs/call"}, "minItems": 1, "maxItems": STEPS_LIMIT}
    plan = _object({"steps": steps, "more": {"type": "boolean"}}, ["steps"])
    answers = [plan, _object({"question": text}), _object({"decline": text})]
    if vocabulary.may_be_done:
        answers.append(_object({"steps": {**steps, "minItems": 0, "maxItems": 0}}))
    thought = {"type": "string", "maxLength": TEXT_LIMIT}
    return {**_object({"thought": thought, "answer": {"anyOf": answers}}), "$defs": definitions}


def strict(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema as OpenAI's strict mode wants it: every property required, optional ones nullable, no bounds.

    What it drops is checked again when the answer is read.
    """
    return {key: _strict(value, key) for key, value in schema.items() if not _dropped(key)} | (
        _strict_object(schema) if schema.get("type") == "object" and "properties" in schema else {}
    )


def _dropped(key: str) -> bool:
    return key in DROPPED_WHEN_STRICT or key.startswith("x-")


def _strict(value: Any, key: str) -> Any:
    if key in ("enum", "const", "required"):
        return value
    if isinstance(value, Mapping):
        if key in ("properties", "$defs"):
            return {name: strict(inner) for name, inner in value.items()}
        return strict(value)
    if isinstance(value, list):
        return [strict(inner) if isinstance(inner, Mapping) else inner for inner in value]
    return value


def _strict_object(schema: Mapping[str, Any]) -> dict[str, Any]:
    properties = {}
    for name, inner in schema["properties"].items():
        plain = strict(inner)
        if name not in schema.get("required", ()) and not _takes_null(plain):
            plain = {"anyOf": [plain, {"type": "null"}]}
        properties[name] = plain
    return {"properties": properties, "required": list(properties), "additionalProperties": False}


def _takes_null(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "null" or any(_takes_null(branch) for branch in schema.get("anyOf", ()))


def _object(properties: Mapping[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    must = list(properties) if required is None else required
    return {"type": "object", "properties": dict(properties), "required": must, "additionalProperties": False}


def _parameters(skill: Skill, definitions: dict[str, Any]) -> dict[str, Any]:
    """The schemas of a skill's parameters; what they refer to moves to ``definitions`` under a name of its own."""
    parameters = {}
    for parameter in skill.parameters:
        prefix = f"{skill.name}-{parameter.name}"
        schema = _moved(parameter.json_schema(), prefix)
        for name, inner in schema.pop("$defs", {}).items():
            definitions[f"{prefix}-{name}"] = inner
        parameters[parameter.name] = _bounded(schema)
    return parameters


def _moved(value: Any, prefix: str) -> Any:
    if isinstance(value, Mapping):
        return {
            key: f"#/$defs/{prefix}-{inner.removeprefix('#/$defs/')}"
            if key == "$ref" and isinstance(inner, str)
            else _moved(inner, prefix)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_moved(inner, prefix) for inner in value]
    return value


def _bounded(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Free text gets a limit, so that an answer ends."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [_bounded(branch) for branch in schema["anyOf"]]}
    if schema.get("type") == "string" and "enum" not in schema and "const" not in schema:
        return {**schema, "maxLength": min(schema.get("maxLength", TEXT_LIMIT), TEXT_LIMIT)}
    return dict(schema)


def _call(skill: Skill, parameters: Mapping[str, Any], choices: Choices, vocabulary: Vocabulary) -> dict[str, Any]:
    """The schema of one skill's calls within one product of names."""
    properties: dict[str, Any] = {}
    required: list[str] = []
    schema: dict[str, Any]
    for parameter in skill.parameters:
        if parameter.kind in NAMED:
            names = [name for name in choices[parameter.name] if name is not None]
            blank = None in choices[parameter.name]
            if not names and not parameter.required:
                continue
            everything = vocabulary.names[parameter.kind]
            whole = len(names) == len(everything)
            schema = {"$ref": f"#/$defs/{parameter.kind}-name"} if whole and names else {"enum": names}
            if blank and parameter.required:
                schema = {"anyOf": [schema, {"type": "null"}]} if names else {"type": "null"}
            properties[parameter.name] = schema
            if parameter.required or not blank:
                required.append(parameter.name)
        else:
            properties[parameter.name] = parameters[parameter.name]
            if parameter.required:
                required.append(parameter.name)
    return _object({"skill": {"enum": [skill.name]}, "args": _object(properties, required)})
