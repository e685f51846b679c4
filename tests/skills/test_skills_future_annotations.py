"""String annotations: everything in this module is one."""

from __future__ import annotations

from maps import Thing
from skills import Context, Near, skill


@skill(uses={"arm"})
async def poke(context: Context, thing: Near[Thing], times: int = 1) -> None:
    """Poke a thing.

    Args:
        thing: What.
        times: How often.
    """


def test_string_annotations_are_resolved():
    assert poke.skill.injected == "context"
    assert [(p.name, p.kind, p.motion) for p in poke.skill.parameters] == [("thing", "thing", "near"), ("times", "number", None)]
