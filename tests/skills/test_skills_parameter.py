import enum
import math
from typing import Annotated, Literal, Optional

import pytest
from pydantic import BaseModel, Field

from maps import Door, Place, Pose, Thing
from skills import At, Described, Known, Near, Seen
from skills.parameter import read_parameter


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Recipe(BaseModel):
    name: str
    grams: float = Field(gt=0)


def read(annotation, **options):
    return read_parameter("x", annotation, required="default" not in options, **options)


@pytest.mark.parametrize(
    ("annotation", "kind", "motion", "nullable"),
    [
        (At[Place], "place", "at", False),
        (Known[Place], "place", None, False),
        (Known[Place] | None, "place", None, True),
        (Optional[At[Place]], "place", "at", True),  # noqa: UP045
        (Near[Thing], "thing", "near", False),
        (Seen[Thing], "thing", "seen", False),
        (Near[Door], "door", "near", False),
        (Described, "described", None, False),
        (Pose, "pose", None, False),
        (str, "text", None, False),
        (str | None, "text", None, True),
        (Annotated[str, Field(max_length=3)], "text", None, False),
        (float, "number", None, False),
        (Annotated[int, Field(ge=1)], "number", None, False),
        (Literal["a", "b"], "choice", None, False),
        (Colour, "choice", None, False),
        (bool, "value", None, False),
        (list[int], "value", None, False),
        (Recipe, "value", None, False),
    ],
)
def test_what_an_annotation_says(annotation, kind, motion, nullable):
    parameter = read(annotation)
    assert (parameter.kind, parameter.motion, parameter.nullable, parameter.required) == (kind, motion, nullable, True)


@pytest.mark.parametrize(
    ("annotation", "sentence"),
    [
        (Place, "is a bare Place; write At[Place] or Known[Place]"),
        (Thing, "is a bare Thing; write Near[Thing] or Seen[Thing] or Known[Thing]"),
        (At[Thing], "is At[Thing]; write Near[Thing]"),
        (Near[Place], "is Near[Place]; write At[Place] or Known[Place]"),
        (At[str], r"At\[...\] takes Place, Thing or Door, not str"),
        (Near[Seen[Thing]], "more than one of At, Near, Seen and Known"),
        (Near[Thing] | str, "mixes several types"),
        (Place | str, "mixes several types"),
        (object(), "which no JSON value can fill"),
        (type("Odd", (), {}), "has the type Odd, which no JSON value can fill"),
    ],
)
def test_what_cannot_be_filled_in(annotation, sentence):
    with pytest.raises(ValueError, match=sentence.replace("[T", r"\[T").replace("[P", r"\[P")):
        read(annotation)


def test_defaults_must_fit():
    with pytest.raises(ValueError, match="default 'five', which its own annotation does not allow"):
        read(float, default="five")
    with pytest.raises(ValueError, match=r"not optional; write Place \| None"):
        read(Known[Place], default=None)
    with pytest.raises(ValueError, match="only None or a string"):
        read(Known[Place], default=7)
    assert read(Colour, default=Colour.RED).json_schema()["default"] == "red"
    assert read(Pose, default=Pose(1, 2)).json_schema()["default"] == [1, 2, 0]


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (Near[Thing], "red box", "red box"),
        (Known[Place] | None, None, None),
        (float, 3, 3.0),
        (Colour, "blue", Colour.BLUE),
        (Pose, [1, 2], Pose(1, 2)),
        (Pose, [1, 2, 0.5], Pose(1, 2, 0.5)),
        (list[int], [1, 2], [1, 2]),
        (Recipe, {"name": "tea", "grams": 5}, Recipe(name="tea", grams=5)),
    ],
)
def test_values_are_converted(annotation, value, expected):
    assert read(annotation).validate(value) == expected


@pytest.mark.parametrize(
    ("annotation", "value", "sentence"),
    [
        (Near[Thing], "  ", "x='  ' is not the name of a thing"),
        (Near[Thing], 3, "x=3 is not the name of a thing"),
        (Near[Thing], None, "x=None is not the name of a thing"),
        (Described, "", "x='' is not a description in words"),
        (float, "3", "x='3': input should be a valid number"),
        (float, math.nan, "x=nan is not a JSON value"),
        (Annotated[float, Field(gt=0)], 0, "x=0: input should be greater than 0"),
        (Colour, "green", "x='green': input should be 'red' or 'blue'"),
        (Pose, [1], r"x=\[1\] is not a pose"),
        (Pose, [1, True], "is not a pose"),
        (Pose, "here", "is not a pose"),
        (Recipe, {"name": "tea", "grams": -5}, r"x\['grams'\]=.*: input should be greater than 0"),
    ],
)
def test_wrong_values_get_one_sentence(annotation, value, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        read(annotation).validate(value)
    assert "\n" not in str(caught.value)


def test_schemas():
    assert read(Near[Thing], doc="What.").json_schema(["a", "b"]) == {
        "type": "string", "minLength": 1, "x-surefoot": "thing", "enum": ["a", "b"], "description": "What.",
    }  # fmt: skip
    assert read(Known[Place] | None, default=None).json_schema()["anyOf"][1] == {"type": "null"}
    assert read(Pose).json_schema()["maxItems"] == 3
    assert read(Literal["a", "b"]).choices == ("a", "b") and read(Colour).choices == ("red", "blue") and read(str).choices == ()
