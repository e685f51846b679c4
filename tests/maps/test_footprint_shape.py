"""Footprints: what is one, its discs and convex parts, and what a load adds."""

import math
from dataclasses import asdict, replace
from types import MappingProxyType

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import Body, Thing
from maps.footprint.shape import FootprintInvalid, checked_footprint, circumscribed_radius, convex_parts, inscribed_radius

CART = ((-0.5, -0.3), (0.5, -0.3), (0.5, 0.3), (-0.5, 0.3))


@st.composite
def stars(draw: st.DrawFn) -> tuple[tuple[float, float], ...]:
    """Polygons that are star-shaped about the origin."""
    count = draw(st.integers(3, 12))
    radii = draw(st.lists(st.floats(0.05, 2.0), min_size=count, max_size=count))
    return tuple((r * math.cos(2 * math.pi * i / count), r * math.sin(2 * math.pi * i / count)) for i, r in enumerate(radii))


@settings(deadline=None)
@given(stars())
def test_convex_parts_cover_the_footprint_without_overlap(ring: tuple[tuple[float, float], ...]) -> None:
    try:
        ring = checked_footprint(ring)
    except FootprintInvalid:
        return
    whole, parts = shapely.Polygon(ring), [shapely.Polygon(part) for part in convex_parts(ring)]
    assert shapely.union_all(parts).symmetric_difference(whole).area < 1e-9
    assert sum(part.area for part in parts) == pytest.approx(whole.area)
    assert all(part.convex_hull.area == pytest.approx(part.area) for part in parts)
    assert inscribed_radius(ring) == pytest.approx(shapely.Point(0, 0).distance(whole.exterior))
    assert circumscribed_radius(ring) == pytest.approx(shapely.hausdorff_distance(shapely.Point(0, 0), whole.exterior))


@pytest.mark.parametrize(
    ("ring", "words"),
    [
        (((0.0, 0.0), (1.0, 0.0)), "at least 3 corners, this one has 2"),
        (((0.0, 0.0), (1.0, 0.0), (math.nan, 1.0)), "not a finite number"),
        (((0.0, 0.0), (1.0, 0.0), (math.inf, 1.0)), "not a finite number"),
        (((-1.0, -1.0), (1.0, 1.0), (1.0, -1.0), (-1.0, 1.0)), "cross, touch or repeat"),
        (((-1.0, 0.0), (1.0, 0.0), (-1.0, 0.0), (1.0, 0.0)), "cross, touch or repeat"),
        (((-1.0, 0.0), (0.0, 0.0), (1.0, 0.0)), "cross, touch or repeat"),
        (((-50.0, -1.0), (50.0, -1.0), (0.0, 1.0)), "100 m across, more than 20 m"),
        (((1.0, 1.0), (2.0, 1.0), (2.0, 2.0)), "does not hold the point (0, 0)"),
        (((-1e-4, -1e-4), (1e-4, -1e-4), (0.0, 1e-4)), "no area"),
        (((-1.0, -1e-3), (1.0, -1e-3), (1.0, 1e-3), (-1.0, 1e-3)), "5 mm to every edge"),
        ("abc", "a list of corners"),
        (((1.0, 2.0, 3.0),), "a list of corners"),
        (tuple((math.cos(i / 12), math.sin(i / 12)) for i in range(70)), "at most 64 corners"),
    ],
)
def test_an_impossible_footprint_is_one_clear_sentence(ring: object, words: str) -> None:
    with pytest.raises(FootprintInvalid) as raised:
        Body(footprint=ring)  # type: ignore[arg-type]
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_footprint_decides_the_radius_and_is_kept_counter_clockwise() -> None:
    body = Body(footprint=(*CART[::-1], CART[-1]))
    assert set(body.footprint) == set(CART)
    assert body.footprint == checked_footprint(body.footprint)
    assert (body.radius_m, body.inscribed_m) == (pytest.approx(math.hypot(0.5, 0.3)), 0.3)
    assert body.needed_clearance_m == pytest.approx(body.radius_m + body.margin_m)
    assert body.inner_disc == replace(Body(), radius_m=0.3)
    assert Body(**asdict(body)) == body
    assert hash(body) == hash(Body(footprint=CART))
    assert Body().inner_disc == Body().outer_disc == Body()


def load(**attributes: object) -> Thing:
    return Thing(name="crate", position=(0.0, 0.0), attributes=MappingProxyType(attributes))  # type: ignore[arg-type]


def test_a_load_enlarges_the_body_while_it_is_carried() -> None:
    disc, cart = Body(radius_m=0.25), Body(footprint=CART)
    assert disc.carrying([]) is disc
    assert disc.carrying([load(weight_kg=3.0)]) is disc
    assert disc.carrying([load(carried_radius_m=0.2)]) is disc
    assert disc.carrying([load(carried_radius_m=0.4)]) == replace(disc, radius_m=0.4)
    assert cart.carrying([load(carried_radius_m=0.3)]) is cart
    assert cart.carrying([load(carried_radius_m=0.9)]) == replace(cart, footprint=(), radius_m=0.9)
    forks = cart.carrying([load(carried_length_m=0.6, carried_width_m=0.4)])
    grown = shapely.Polygon(forks.footprint)
    assert grown.covers(shapely.Polygon(CART))
    assert grown.covers(shapely.box(0.5, -0.2, 1.1, 0.2))
    assert grown.area == pytest.approx(1.0 * 0.6 + 0.6 * (0.6 + 0.4) / 2)
    pole = disc.carrying([load(carried_length_m=0.5, carried_width_m=0.1)])
    assert shapely.Polygon(pole.footprint).covers(shapely.Point(0, 0).buffer(0.25))
    assert pole.radius_m == pytest.approx(math.hypot(0.75, 0.05))


@pytest.mark.parametrize(
    "attributes",
    [{"carried_radius_m": -1.0}, {"carried_radius_m": math.nan}, {"carried_radius_m": "wide"}, {"carried_radius_m": True},
     {"carried_length_m": 1.0}, {"carried_width_m": 0.5}, {"carried_length_m": 1e9, "carried_width_m": 1.0}],
)  # fmt: skip
def test_a_load_without_a_size_is_one_clear_sentence(attributes: dict[str, object]) -> None:
    with pytest.raises(FootprintInvalid, match="thing 'crate' has"):
        Body().carrying([load(**attributes)])
