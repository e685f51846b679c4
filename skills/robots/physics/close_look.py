"""A close look: the head camera is turned to a thing that was asked for by name; a gauge is read from its picture."""

from collections.abc import Awaitable, Callable
from typing import Any

from maps import Thing
from skills.robots.physics.agenda import Agenda
from skills.robots.physics.dials import png, with_reading
from skills.robots.physics.errands import Errands
from skills.robots.physics.gauge_reading import GaugeUnreadable
from skills.robots.physics.jobs import TICK_S, Job
from skills.robots.physics.site import Site

__all__ = ["look_closely"]


async def look_closely(
    thing: Thing, site: Site, errands: Errands, agenda: Agenda, wait: Callable[[float], Awaitable[None]]
) -> tuple[Thing, bytes | None]:
    """Turn the head camera to a thing; read it if it is a gauge.

    Args:
        thing: What is in view.
        site: Where it stands.
        errands: Turns the camera.
        agenda: Holds no other action.
        wait: Lets robot time pass, seconds.

    Returns:
        The thing with its reading, and the picture as a PNG; without one where there is nothing to read.
    """
    if site.item(thing.name).kind != "gauge":
        return thing, None
    action = f"look {site.simulation.time:.2f} {thing.name}"
    found: list[Any] = []

    def job() -> Job:
        found.append((yield from errands.read(thing)))
        return None

    agenda.begin(action, agenda.record("look", target=thing.name), job())
    try:
        while action in agenda:
            await wait(TICK_S)
    except GaugeUnreadable as error:
        return with_reading(thing, f"not readable: {error}"), None
    finally:
        ended = agenda.forget(action)
    if not found:
        return with_reading(thing, f"not readable: {ended.message}"), None
    reading, picture = found[0]
    unit = str(thing.attributes.get("unit", "")).strip()
    text = f"{reading.value:g} {unit}".strip()
    if not reading.agree:
        text = f"uncertain: the digits say {reading.digits:g}, the needle {reading.needle:.1f} {unit}".strip()
    return with_reading(thing, text), png(picture.rgb)
