import enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from maps import Door, Place, Thing
from skills import (
    ArgumentsInvalid,
    At,
    Context,
    Described,
    Known,
    Near,
    Robot,
    Skill,
    SkillFileInvalid,
    door_is,
    fact,
    holding,
    near,
    skill,
)  # fmt: skip
from skills.docstring import read_args, read_summary


class Size(enum.Enum):
    SMALL = "small"
    LARGE = "large"


class Drink(BaseModel):
    name: str


@skill(
    uses={"base", "arm"}, requires=holding(), effects=fact("served {guest}"), approval=True, timeout=30, idle_timeout=10,
    idempotent=True, takes=(1, 20), power_w=5, phrases=["serve", "hand"],
)  # fmt: skip
async def serve(
    context: Context, guest: Near[Thing], drink: Drink, size: Size = Size.SMALL, litres: Annotated[float, Field(gt=0)] = 0.2
):
    """Serve a drink
    to a guest.

    At length.

    Args:
        guest: Who gets it,
            and where they sit.
        drink (Drink): Which drink.
        size: How big.
        litres: How much, litres.

    Returns:
        Nothing.
    """


def wrong(*parts: str):
    return pytest.raises(SkillFileInvalid, match="(?s)" + ".*".join(parts))


def test_a_signature_becomes_a_contract():
    made = serve.skill
    assert isinstance(made, Skill)
    assert (made.name, made.summary, made.motion, made.injected) == ("serve", "Serve a drink to a guest.", "implied", "context")
    assert [(p.name, p.kind, p.motion, p.required) for p in made.parameters] == [
        ("guest", "thing", "near", True),
        ("drink", "value", None, True),
        ("size", "choice", None, False),
        ("litres", "number", None, False),
    ]
    assert made.parameters[0].doc == "Who gets it, and where they sit."
    assert (made.requires, made.effects) == ((holding(),), (fact("served {guest}"),))
    assert (made.approval, made.timeout_s, made.idle_timeout_s, made.idempotent) == (True, 30, 10, True)
    assert (made.takes_s, made.power_w, made.uses, made.phrases) == ((1, 20), 5, {"base", "arm"}, ("serve", "hand"))
    assert made.motion_parameter is made.parameters[0] and made.parameter("no") is None and made.is_async


def test_its_schema():
    schema = serve.skill.json_schema()
    assert schema["required"] == ["guest", "drink"] and schema["additionalProperties"] is False
    assert schema["properties"]["size"]["default"] == "small"
    assert schema["properties"]["litres"] == {
        "exclusiveMinimum": 0,
        "type": "number",
        "default": 0.2,
        "description": "How much, litres.",
    }
    assert schema["properties"]["guest"]["x-surefoot"] == "thing"


def test_the_bare_decorator_a_plain_function_and_no_injection():
    @skill
    def greet(name: str) -> str:
        """Greet somebody.

        Args:
            name: Who.
        """
        return f"hello {name}"

    assert greet("you") == "hello you"
    assert (greet.skill.injected, greet.skill.motion, greet.skill.is_async, greet.skill.takes_s) == (None, "none", False, (0, 120))


def test_how_a_skill_moves():
    @skill(uses={"base"})
    async def dance(robot: Robot):
        """Dance."""

    @skill(uses={"base"}, motion="inside")
    async def roam(context: Context):
        """Roam."""

    @skill(uses={"base"}, effects=near("thing"))
    async def follow(context: Context, thing: Known[Thing]):
        """Follow a thing.

        Args:
            thing: Which.
        """

    @skill(uses={"base"}, motion="none")
    async def hum(context: Context):
        """Hum."""

    assert [made.skill.motion for made in (dance, roam, follow, hum)] == ["undeclared", "inside", "inside", "none"]
    assert dance.skill.injected == "robot"


def test_every_mistake_of_a_function_is_named_at_once():
    with pytest.raises(SkillFileInvalid) as caught:

        @skill(effects=door_is("dor", "open"), uses="base", timeout=-1, takes="size", colour="red", requires=holding)  # type: ignore[call-overload]
        async def muddle(context, thing: Thing, door: Near[Door], place: At[Place], size: str, weight, *rest: int):
            """Muddle through.

            Args:
                thing: A thing.
                door: A door.
                size: How big.
                weigth: How heavy.
            """

    found = {(mistake.parameter, mistake.message) for mistake in caught.value.mistakes}
    for parameter, beginning in [
        ("context", "has no annotation; write context: Context"),
        ("thing", "is a bare Thing; write Near[Thing]"),
        ("place", "is not described; add 'place: ...' under Args:"),
        ("place", "implies a second motion after 'door'"),
        ("weight", "has no annotation; write its type, e.g. weight: str"),
        ("weight", "is not described"),
        ("weigth", "is described under Args: but is not a parameter"),
        ("rest", "takes any number of arguments"),
        ("dor", "has effects= 'dor is open', but the function has no parameter 'dor'; it has door, place, size"),
        ("size", "has takes='size', which is not a number parameter"),
        ("", "has uses='base'; write several strings"),
        ("", "has timeout=-1; write seconds"),
        ("", "has the unknown option 'colour' in @skill"),
        ("", "has 'holding' in requires=; call it"),
    ]:
        assert any(p == parameter and m.startswith(beginning) for p, m in found), (parameter, beginning)
    assert all(m.function == "muddle" and m.file == __file__ and m.line > 0 for m in caught.value.mistakes)
    assert str(caught.value).count("\n") == len(caught.value.mistakes) - 1
    assert "muddle(weight): has no annotation" in str(caught.value)


def test_options_of_a_wrong_type_are_mistakes_and_never_taken_for_true():
    with pytest.raises(SkillFileInvalid) as caught:

        @skill(name=7, approval="no", idempotent="no", uncertain=1, power_w=float("nan"), phrases=["", "mop"])  # type: ignore[call-overload]
        async def odd(context):
            """Be odd."""

    told = [mistake.message for mistake in caught.value.mistakes]
    for beginning in (
        "has the name 7", "has approval='no'; write True or False", "has idempotent='no'; write", "has uncertain=1; write",
        "has power_w=nan; write watts", "has phrases=['', 'mop']; write", "has no annotation; write context: Context",
    ):  # fmt: skip
        assert any(message.startswith(beginning) for message in told), beginning
    assert len(told) == 7  # nobody is asked to describe the robot


def test_words_may_come_from_any_iterable():
    @skill(phrases=(word for word in ("mop", "swab")), uses=iter(["arm"]))
    async def mop(context: Context):
        """Mop."""

    assert (mop.skill.phrases, mop.skill.uses) == (("mop", "swab"), {"arm"})


def test_a_docstring_is_needed():
    with wrong("has no docstring"):

        @skill
        async def quiet(context: Context): ...


def test_what_is_no_function():
    with wrong("is not a function"):
        skill(int)
    with wrong("yields"):

        @skill
        async def drip(context: Context):
            """Drip."""
            yield 1

    with wrong("has the name 'Shout'"):

        @skill
        def Shout():
            """Shout."""


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"effects": ~door_is("door", "open")}, "cannot be brought about"),
        ({"effects": holding()}, "name the parameter that is picked"),
        ({"effects": 3}, "not an effect"),
        ({"requires": ["x"]}, "not a condition"),
        ({"motion": "implied"}, "write motion='inside'"),
        ({"motion": "none"}, "make it Known"),
        ({"takes": (5, 1)}, r"write \(low, high\)"),
        ({"phrases": "open"}, "write several strings"),
    ],
)
def test_wrong_contracts(options: dict[str, Any], sentence: str):
    with wrong(sentence):

        @skill(**options)
        async def pry(context: Context, door: Near[Door]):
            """Pry a door open.

            Args:
                door: Which.
            """


def test_an_unknown_name_in_an_annotation():
    async def poke(context: Context, thing: "Near[Thingy]"):  # type: ignore[name-defined]  # noqa: F821
        """Poke it.

        Args:
            thing: What.
        """

    with wrong(r"poke\(thing\): has the annotation", "'Thingy' is not known; import it"):
        skill(poke)


def test_arguments_are_checked_all_at_once():
    with pytest.raises(ArgumentsInvalid) as caught:
        serve.skill.check_args({"drink": {"name": 3}, "litres": 0, "ice": True})
    assert [problem.parameter for problem in caught.value.problems] == ["ice", "guest", "drink", "litres"]
    assert "serve needs guest" in str(caught.value) and "serve has no parameter 'ice'" in str(caught.value)
    values = serve.skill.check_args({"guest": "anna", "drink": {"name": "tea"}})
    assert values == {"guest": "anna", "drink": Drink(name="tea"), "size": Size.SMALL, "litres": 0.2}


def test_time_may_come_from_a_parameter():
    @skill(takes="minutes")
    async def rest(context: Context, minutes: float = 2.0, mood: Literal["calm", "cross"] = "calm", note: Described = "none"):
        """Rest.

        Args:
            minutes: How long.
            mood: How.
            note: Why.
        """

    assert rest.skill.duration_s({"minutes": 7}) == (7, 7)
    assert rest.skill.duration_s({}) == (2, 2)
    assert serve.skill.duration_s({}) == (1, 20)


def test_docstrings():
    assert read_summary(None) == "" and read_args(None) == {}
    assert read_args("One.\n\nArgs:\n    a: First\n        line: two.\n    *b: Rest.\n\nReturns:\n    c: No.") == {
        "a": "First line: two.", "b": "Rest.",
    }  # fmt: skip
